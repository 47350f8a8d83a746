"""The figures of a statement as page, PDF, spreadsheet and API show them, all from here."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from disclosures import queries
from disclosures.models import AccountStatement, Enquiry, Remark, Review
from disclosures.plain_words import bars_of, name_of, sentences_of
from disclosures.rules import figures
from disclosures.rules.summary import expense_change
from disclosures.services.statements import totals_of
from tenancy.models import Membership
from tenancy.names import name_for
from tenancy.policy import can, sight


def without_strangers(rows: Iterable[Remark], statement: AccountStatement, reader: Membership) -> list[Any]:
    """Remarks with ``shown_name``, ``shown_body`` and ``shown_answer``: to owners, those of others without a name, as put
    for all."""
    knows = reader.is_staff_role or can(reader, "statement.review", statement)
    shown: list[Any] = list(rows)
    for row in shown:
        is_open = knows or row.asked_by_id == reader.pk
        row.shown_name, row.shown_body = (row.asked_by.name, row.body) if is_open else ("", row.public_body)
        row.shown_answer = row.answer if is_open else row.answer_for_all
    return shown


def with_lines(rows: Iterable[Remark]) -> list[Any]:
    """Remarks with their line in the language in force; ``line_gone`` is what it said where it is no longer there."""
    shown: list[Any] = list(rows)
    for row in shown:
        if row.line:
            name_line(row.line)
        row.line_gone = _line_gone(row.line_was) if row.line_was else None
    return shown


def name_line(line: Any) -> None:
    line.text = queries.in_language({"en": line.text_en, "zh": line.text_zh}, "")
    line.category_name = queries.in_language({"en": line.category_en, "zh": line.category_zh}, line.category)


def _line_gone(said: Mapping[str, Any]) -> dict[str, Any]:
    text = queries.in_language({"en": said["text_en"], "zh": said["text_zh"]}, "")
    category = queries.in_language({"en": said["category_en"], "zh": said["category_zh"]}, said["category"])
    return {"place": said["place"], "text": text or category, "amount": Decimal(said["amount"]),
            "direction": said["direction"]}  # fmt: skip


def name_asker(row: Enquiry, reader: Membership) -> Enquiry:
    """The enquiry with ``shown_who`` and ``shown_contact``, as far as its reader may know who asked."""
    shown: Any = row
    shown.shown_who = name_for(reader, row.membership.name if row.membership else row.caller_name)
    shown.shown_contact = row.caller_contact if sight(reader, "person.contact", row) == "whole" else ""
    return row


def rounds_of(reviews: Iterable[Review]) -> list[list[Review]]:
    """Reviews by round, the last one first."""
    found: dict[int, list[Review]] = {}
    for review in reviews:
        found.setdefault(review.round, []).append(review)
    return [found[number] for number in sorted(found, reverse=True)]


def decided(reviews: Iterable[Review]) -> dict[str, int]:
    """How many were asked, and what they said, in the last round: those before it decide nothing any more."""
    last = next(iter(rounds_of(reviews)), [])
    said = [review.decision for review in last]
    return {
        "asked_count": len(said), "signed_count": said.count(Review.Decision.SIGNED),
        "returned_count": said.count(Review.Decision.RETURNED), "silent_count": said.count(""),
    }  # fmt: skip


def figures_of(row: AccountStatement, reader: Membership) -> dict[str, Any]:
    """What page, PDF and spreadsheet show alike: totals, categories against the period before, of each hundred, the
    sentences and the pictures."""
    return figures_beside(row, queries.before(row, reader))


def figures_beside(row: AccountStatement, prior: AccountStatement | None) -> dict[str, Any]:
    """The same beside a period that is known already."""
    booked, sums = queries.booked_of(row), queries.sums_of(prior)
    categories = figures.compared(booked, sums, flag_share=queries.flag_share())
    totals = totals_of(row, booked)
    return {
        "totals": totals, "prior": prior, "categories": [_named(shown) for shown in categories],
        "line_count": sum(one.count for one in booked),
        "has_budget": any(shown.booked.budget is not None for shown in categories),
        "hundred": [{"name": name_of(shown), "part": part} for shown, part in figures.of_each_hundred(categories)],
        "sentences": sentences_of(row, totals, categories, expense_change(totals.expense, sums)),
        "bars": bars_of(row, categories, has_prior=prior is not None),
    }  # fmt: skip


def _named(shown: figures.Category) -> dict[str, Any]:
    return {
        "name": name_of(shown), "code": shown.booked.category,
        "direction": shown.booked.direction, "amount": shown.booked.amount, "count": shown.booked.count,
        "budget": shown.booked.budget, "prior": shown.prior, "share": shown.share, "change": shown.change,
        "over_budget": shown.over_budget, "is_flagged": shown.is_flagged,
    }  # fmt: skip
