"""The figures of a statement as page, PDF, spreadsheet and API show them, all from here."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from disclosures import queries
from disclosures.models import AccountStatement, Enquiry, Publication, Remark, Review, StatementLine
from disclosures.plain_words import bars_of, name_of, sentences_of
from disclosures.rules import figures
from disclosures.rules.summary import expense_change
from disclosures.services import asking
from disclosures.services.statements import NEEDS, totals_of
from disclosures.templatetags.amounts import signed_amount
from tenancy.models import Membership
from tenancy.names import name_for
from tenancy.policy import can, sight

State = AccountStatement.State


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
    """Remarks with their line in the language in force; ``line_gone`` tells what it said where it is no longer there."""
    shown: list[Any] = list(rows)
    for row in shown:
        if row.line:
            name_line(row.line)
        row.line_gone = _line_gone(row.line_was) if row.line_was else None
    return shown


def name_line(line: Any) -> None:
    line.text = queries.in_language({"en": line.text_en, "zh": line.text_zh}, "")
    line.category_name = queries.in_language({"en": line.category_en, "zh": line.category_zh}, line.category)


def _line_gone(said: Mapping[str, Any]) -> str:
    text = queries.in_language({"en": said["text_en"], "zh": said["text_zh"]}, "")
    category = queries.in_language({"en": said["category_en"], "zh": said["category_zh"]}, said["category"])
    signed = Decimal(said["amount"]) * (-1 if said["direction"] == StatementLine.Direction.EXPENSE else 1)
    return _("Line %(place)s (%(text)s, %(amount)s) is no longer there.") % {
        "place": said["place"], "text": text or category, "amount": signed_amount(signed),
    }  # fmt: skip


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


def may_of(actor: Membership, row: AccountStatement, now: datetime) -> dict[str, bool]:
    """The acts offered by page and API; the verbs decide."""
    checks, publishes = can(actor, "statement.check", row), can(actor, "statement.publish", row)
    writes, state = can(actor, "statement.write", row), row.state
    return {
        "may_prepare": writes and state in (State.DRAFT, State.RETURNED),
        "may_discard": writes and state == State.DRAFT,
        "may_check": checks and state == State.PREPARED and row.prepared_by_id != actor.pk,
        "waits_for_other": checks and state == State.PREPARED and row.prepared_by_id == actor.pk,
        "may_send_back": checks and state in (State.PREPARED, State.FINANCE_CHECKED),
        "may_submit": checks and state == State.FINANCE_CHECKED,
        "may_publish": publishes and (
            state == State.APPROVED or (state == State.COMMITTEE_REVIEW and row.is_review_over(now))
        ),
        "may_close": publishes and state in (State.PUBLISHED, State.ANSWERED),
        "may_correct": writes and row.is_published,
        "may_decide": can(actor, "statement.review", row) and state == State.COMMITTEE_REVIEW,
        "may_ask": asking.may_remark(actor, row),
    }  # fmt: skip


ADDRESSES: dict[str, tuple[str, ...]] = {
    **{f"may_{name}": (f"do/{name}",) for name in (*NEEDS, "correct")},
    "may_decide": ("sign", "return"), "may_ask": ("questions",),
}  # fmt: skip


def acts_open_to(actor: Membership, row: AccountStatement, now: datetime) -> list[str]:
    """The same as programs read it: addresses below that of the account."""
    may = may_of(actor, row, now)
    return [address for name, addresses in ADDRESSES.items() if may[name] for address in addresses]


def may_of_publication(actor: Membership, row: Publication) -> dict[str, bool]:
    """The acts offered by page and API; the verbs decide."""
    writes, publishes = can(actor, "publication.write", row), can(actor, "publication.publish", row)
    is_draft, live, asked = row.state == row.State.DRAFT, row.state == row.State.LIVE, row.is_asked_back
    return {
        "may_change": writes and is_draft, "may_publish": publishes and is_draft,
        "may_place": writes and row.is_shown, "may_ask_back": writes and live and not asked,
        "may_withdraw": publishes and live and asked and row.withdrawal_asked_by_id != actor.pk,
        "may_keep": writes and live and asked,
    }  # fmt: skip


PUBLICATION_ADDRESSES = {
    "may_publish": "publish", "may_place": "places", "may_ask_back": "withdraw", "may_withdraw": "confirm",
    "may_keep": "keep",
}  # fmt: skip


def publication_acts_open_to(actor: Membership, row: Publication) -> list[str]:
    """The same as programs read it: addresses below that of the publication."""
    may = may_of_publication(actor, row)
    return [address for name, address in PUBLICATION_ADDRESSES.items() if may[name]]


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
