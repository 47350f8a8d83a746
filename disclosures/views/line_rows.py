"""The rows of the table of lines. A page has a hundred: as a template they took longer than everything else on it."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from disclosures.queries import in_language
from disclosures.templatetags.amounts import amount
from tenancy.templatetags.look import icon

COLUMNS = (
    "pk", "place", "booked_on", "voucher", "direction", "category", "category_en", "category_zh", "text_en", "text_zh",
    "counterparty", "amount",
)  # fmt: skip
# What stands before the marks of a row, between them and the sign of a scan, and after it.
HEAD = '<tr>\n<th scope="row"><a class="line-link" href="{href}%(key)s/">%(place)s. <bdi>%(text)s</bdi></a>'
MIDDLE = """</th>
<td data-label="{date}">%(date)s</td>
<td data-label="{who}"><bdi>%(who)s</bdi></td>
<td data-label="{voucher}">%(voucher)s"""
TAIL = """</td>
<td class="num" data-label="{income}">%(income)s</td>
<td class="num" data-label="{expense}">%(expense)s</td>
</tr>
"""
# The line's id as text, which is quicker kept than a UUID, its three parts, and its category.
Piece = tuple[str, str, str, str, tuple[str, str]]


def compiled(lines: Iterable[Mapping[str, Any]]) -> list[Piece]:
    """``lines`` by COLUMNS, as any reader sees them. What was typed is escaped."""
    words = {
        "date": _("Date"), "who": _("To or from whom"), "voucher": _("Voucher"),
        "income": pgettext("booking", "Income"), "expense": pgettext("booking", "Expense"),
    }  # fmt: skip
    somewhere = reverse("disclosures:line", args=[UUID(int=0)]).removesuffix(f"{UUID(int=0)}/")
    said = {name: escape(word).replace("%", "%%") for name, word in words.items()}
    head, middle, tail = (part.format(href=somewhere, **said) for part in (HEAD, MIDDLE, TAIL))
    days: dict[date | None, str] = {None: ""}
    made = []
    for line in lines:
        day, is_income, shown = line["booked_on"], line["direction"] == "income", amount(line["amount"])
        if day not in days:
            days[day] = escape(date_format(day, "SHORT_DATE_FORMAT"))
        cells = {
            "key": line["pk"], "place": line["place"], "text": escape(_text(line)),
            "who": escape(line["counterparty"]), "date": days[day], "voucher": escape(line["voucher"]),
            "income": shown if is_income else "", "expense": "" if is_income else shown,
        }  # fmt: skip
        made.append((str(line["pk"]), head % cells, middle % cells, tail % cells,
                     (line["direction"], line["category"])))  # fmt: skip
    return made


def rows_of(
    pieces: Iterable[Piece], *, seen: Collection[UUID], scans: Mapping[UUID, int], said: Mapping[UUID, int],
    flagged: Iterable[tuple[str, str]] = (),
) -> SafeString:  # fmt: skip
    """The table's rows with what is this reader's: ``seen`` by them, how many scans and remarks each line has, and which
    categories are ``flagged`` against what they may compare with."""
    with_scan = format_html(" {}", icon("paperclip", _("with a scan")))
    was_seen = format_html(' <span class="part">{}{}</span>', icon("check"), _("gone through"))
    passed, scanned = {str(key) for key in seen}, {str(key) for key in scans}
    with_flag = format_html(' <span class="part">{}{}</span>', icon("flag"), _("differs a lot"))
    marked = set(flagged)
    remarked = {str(key): number for key, number in said.items()}
    made: list[str] = []
    for key, head, middle, tail, category in pieces:
        made.append(head)
        if category in marked:
            made.append(with_flag)
        if key in remarked:
            made.append(_said(remarked[key]))
        if key in passed:
            made.append(was_seen)
        made.append(middle)
        if key in scanned:
            made.append(with_scan)
        made.append(tail)
    return mark_safe("".join(made))


def _text(line: Mapping[str, Any]) -> str:
    words = in_language({"en": line["text_en"], "zh": line["text_zh"]}, "")
    return words or in_language({"en": line["category_en"], "zh": line["category_zh"]}, line["category"])


def _said(number: int) -> SafeString:
    words = ngettext("%(number)s remark", "%(number)s remarks", number) % {"number": number}
    return format_html(' <span class="part">{}{}</span>', icon("message-square"), words)
