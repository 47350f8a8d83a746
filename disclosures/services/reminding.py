"""Reminders of reviews that end and of questions that wait; what is late goes on to the managers."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import transaction

from contacts.services.mornings import tell_once
from disclosures import queries
from disclosures.models import AccountStatement, Remark
from disclosures.rules.defaults import defaults
from disclosures.services.asking import who_answers
from disclosures.services.publicduty_reminding import duty_items
from disclosures.services.telling import message
from notices.services.queueing import Item
from tenancy.models import Membership


@transaction.atomic
def remind_batch(*, now: datetime) -> int:
    """Each reminder once, in the organisation in force, nobody before its morning. Returns how many were written.

    A member who has not decided hears it before the review ends; managers, when it has ended without a decision.
    Whoever answers hears of a question the day before it is due; managers, when it is late, and of duties to publish.
    """
    return tell_once(
        lambda here, organisation: (*_of_reviews(now), *_of_questions(here), *duty_items(here, organisation)), now=now
    )


def managers_of(row: AccountStatement) -> list[Membership]:
    return list(queries.people_of(row.estate_id, Membership.Role.MANAGER))


def _of_reviews(now: datetime) -> Iterator[Item]:
    soon = now + timedelta(days=defaults()["remind_days"])
    rows = AccountStatement.objects.filter(state=AccountStatement.State.COMMITTEE_REVIEW, review_due_at__lte=soon)
    for row in rows.select_related("estate").order_by("review_due_at", "id"):
        if row.is_review_over(now):
            yield from (message(row, "over", member) for member in managers_of(row))
        else:
            silent = queries.reviews_now(row).filter(decision="", member__is_active=True)
            yield from (message(row, "ending", review.member) for review in silent.select_related("member__user"))


def _of_questions(here: datetime) -> Iterator[Item]:
    """The day before its answer is due, and from the day after."""
    waiting = Remark.objects.filter(
        is_question=True, answered_at__isnull=True, due_on__lte=here.date() + timedelta(days=1)
    )
    for one in waiting.select_related("statement__estate").order_by("due_on", "id"):
        is_late = one.due_on is not None and one.due_on < here.date()
        people = managers_of(one.statement) if is_late else who_answers(one.statement)
        yield from (message(one.statement, "late" if is_late else "due", member, remark=one) for member in people)
