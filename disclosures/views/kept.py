"""Pieces of the review page that are the same for every reader, kept ready once the account cannot change any more.

A piece is asked for only after its reader was let in to the statement; its key names the organisation, the statement as it
stood when it last moved, and the language. What belongs to a reader (marks, vouchers, questions) is never in it.
"""

from collections.abc import Callable
from typing import Any

from django.core.cache import cache
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from disclosures import queries
from disclosures.correction_showing import comparison_of
from disclosures.forms import LineFilter
from disclosures.models import AccountStatement, StatementLine
from disclosures.rules.defaults import defaults
from disclosures.showing import figures_beside
from disclosures.views.line_rows import COLUMNS, Piece, compiled
from tenancy.models import Membership

State = AccountStatement.State
# Their lines are replaced when a mended file is brought in.
MOVING = frozenset({State.DRAFT, State.RETURNED})


def kept(statements: list[AccountStatement], name: str, make: Callable[[], Any]) -> Any:
    """What ``make`` makes of these statements, from the cache unless one of them may still change."""
    if any(row.state in MOVING for row in statements):
        return make()
    stood = ":".join(f"{row.pk}:{row.moved_at.isoformat()}" for row in statements)
    key = f"account-page:{name}:{get_language()}:{statements[0].organisation_id}:{stood}"
    found = cache.get(key)
    if found is None:
        found = make()
        cache.set(key, found, defaults()["sums_kept_seconds"])
    return found


def figures_shown(row: AccountStatement, reader: Membership, *, reviews: bool) -> dict[str, Any]:
    """The rendered figures beside the period before as far as this reader may read it, the categories to choose from,
    which of them are flagged, the form that narrows the lines with nothing chosen, and how many lines there are."""
    prior = queries.before(row, reader)

    def make() -> dict[str, Any]:
        shown = figures_beside(row, prior)
        choices = [(one["code"], one["name"]) for one in shown["categories"]]
        form = LineFilter(None, reviews=reviews, categories=choices)
        return {
            "flagged": [(one["direction"], one["code"]) for one in shown["categories"] if one["is_flagged"]],
            "narrow": render_to_string("disclosures/_narrow.html", {"form": form}),
            "figures": render_to_string("disclosures/_figures.html", {"row": row, **shown}),
            "choices": choices,
            "line_count": shown["line_count"],
        }

    # What a reviewer may narrow the lines by is more than what others may.
    found: dict[str, Any] = kept([row, *([prior] if prior else [])], f"shown:{reviews:d}", make)
    return found | {name: mark_safe(found[name]) for name in ("figures", "narrow")}


def category_shown(line: StatementLine, reader: Membership) -> dict[str, Any]:
    """What the figures say of the category of a line, beside the period before as far as this reader may read it."""
    row, prior = line.statement, queries.before(line.statement, reader)

    def make() -> dict[tuple[str, str], dict[str, Any]]:
        return {(one["direction"], one["code"]): one for one in figures_beside(row, prior)["categories"]}

    found: dict[str, Any] = kept([row, *([prior] if prior else [])], "categories", make)[line.direction, line.category]
    return found


def comparison_shown(row: AccountStatement, prior: AccountStatement) -> SafeString:
    """The rendered comparison of a correction with the version before, which its reader may read."""

    def make() -> str:
        shown = comparison_of(row, prior, most=defaults()["compared_lines"])
        return render_to_string("disclosures/_comparison.html", shown)

    return mark_safe(kept([row, prior], "comparison", make))


def lines_shown(row: AccountStatement, page: int) -> list[Piece]:
    """One page of all lines, as pieces of the table."""
    size = defaults()["page"]

    def make() -> list[Piece]:
        lines = row.lines.order_by("place").values(*COLUMNS)
        return compiled(lines[(page - 1) * size : page * size])

    found: list[Piece] = kept([row], f"pieces:{page}", make)
    return found
