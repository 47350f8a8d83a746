"""What a correction changes, as page, PDF and spreadsheet show it: balances, categories, lines, each before and after."""

from collections.abc import Mapping
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from disclosures import queries
from disclosures.models import AccountStatement, StatementLine
from disclosures.models.publications import is_open_to
from disclosures.rules import corrections
from disclosures.rules.corrections import Changed, Sum
from disclosures.services.statements import totals_of
from disclosures.templatetags.amounts import amount
from tenancy.models import Membership

READ = ("id", "key", "place", "amount", "category_en", "category_zh", *corrections.TEXTS,
        *(name for name in corrections.COMPARED if name != "text"))  # fmt: skip


def prior_shown_to(row: AccountStatement, reader: Membership) -> AccountStatement | None:
    """The version it is compared with; none where that was withdrawn and is closed to the reader."""
    prior = row.corrects
    return prior if prior is not None and is_open_to(prior, reader) else None


def comparison_for(row: AccountStatement, reader: Membership, *, most: int | None = None) -> dict[str, Any] | None:
    """The comparison with the version before, as far as the reader may read that."""
    prior = prior_shown_to(row, reader)
    return None if prior is None else comparison_of(row, prior, most=most)


def comparison_of(row: AccountStatement, prior: AccountStatement, *, most: int | None = None) -> dict[str, Any]:
    """``lines`` at most so many; ``more`` says how many are left out. Amounts in two currencies have no difference."""
    found = corrections.compared(_lines(row), _lines(prior))
    sums = corrections.sums(queries.booked_of(row), queries.booked_of(prior))
    is_same_currency = row.currency == prior.currency
    different = sums if not is_same_currency else [one for one in sums if one.difference]
    shown = found if most is None else found[:most]
    return {
        "row": row, "prior": prior, "is_same_currency": is_same_currency, "balances": _balances(row, prior),
        "categories": [_category(one) for one in different], "same_count": len(sums) - len(different),
        "lines": [_line(one) for one in shown], "more": len(found) - len(shown), "line_count": len(found),
    }  # fmt: skip


def _lines(row: AccountStatement) -> Any:
    return row.lines.order_by("place").values(*READ)


def _balances(row: AccountStatement, prior: AccountStatement) -> list[dict[str, Any]]:
    now, was = totals_of(row), totals_of(prior)
    pairs = (
        (_("Opening balance"), prior.opening, row.opening), (_("Income"), was.income, now.income),
        (_("Expense"), was.expense, now.expense), (_("Closing balance"), prior.closing, row.closing),
    )  # fmt: skip
    return [{"name": name, "before": old, "after": new, "difference": new - old} for name, old, new in pairs]


def _category(one: Sum) -> dict[str, Any]:
    way = str(StatementLine.Direction(one.direction).label)
    return {
        "name": queries.in_language(dict(one.names), one.category), "direction": way, "before": one.before,
        "after": one.after, "difference": one.difference,
    }  # fmt: skip


def _line(one: Changed) -> dict[str, Any]:
    words = {"new": pgettext("correction", "new"), "gone": pgettext("correction", "gone"),
             "changed": pgettext("correction", "changed")}  # fmt: skip
    line = one.line
    return {
        "id": line["id"], "place": line["place"], "name": _text(line) or _category_name(line), "verdict": one.verdict,
        "verdict_word": words[one.verdict], "before": one.before, "after": one.after, "difference": one.difference,
        "direction": str(StatementLine.Direction(line["direction"]).label),
        "fields": [_field(name, one) for name in one.fields],
    }  # fmt: skip


def _field(name: str, one: Changed) -> dict[str, str]:
    """What is called how, and what it said before and says now."""
    was, now = (one.was or {}), (one.now or {})
    before, after = _said(name, was), _said(name, now)
    if before == after:  # the same in this language, not in the other; or two categories of one name
        before, after = _whole(name, was), _whole(name, now)
    return {"label": _labels()[name], "before": before, "after": after}


def _labels() -> dict[str, str]:
    return {
        "direction": _("Income or expense"), "category": _("Category"), "text": _("Description"),
        "voucher": _("Voucher"), "counterparty": _("To or from whom"), "building": _("Building"), "booked_on": _("Date"),
        "budget": _("Budget"), "note": _("Note"),
    }  # fmt: skip


def _said(name: str, line: Mapping[str, Any]) -> str:
    if name == "text":
        return _text(line)
    if name == "category":
        return _category_name(line)
    value = line[name]
    if value is None or value == "":
        return ""
    if name == "direction":
        return str(StatementLine.Direction(value).label)
    if name == "booked_on":
        return date_format(value, "SHORT_DATE_FORMAT")
    return amount(value) if name == "budget" else str(value)


def _whole(name: str, line: Mapping[str, Any]) -> str:
    if name == "text":
        return " / ".join(filter(None, (line["text_en"], line["text_zh"])))
    return f"{_said(name, line)} ({line['category']})" if name == "category" else _said(name, line)


def _text(line: Mapping[str, Any]) -> str:
    return queries.in_language({"en": line["text_en"], "zh": line["text_zh"]}, "")


def _category_name(line: Mapping[str, Any]) -> str:
    return queries.in_language({"en": line["category_en"], "zh": line["category_zh"]}, line["category"])
