"""Tasks and letters of the register: told to who is given one, reminded of when due, passed on when nobody acts."""

from collections.abc import Iterator
from datetime import datetime

from django.db import transaction
from django.urls import reverse

from contacts import register_reminder_queries as queries
from contacts.models import CommunicationRecord, FollowUp
from contacts.rules.calendars import calendar_of
from contacts.rules.register import passes_on
from contacts.services.mornings import tell_once
from notices.services.queueing import Item, queue_many, recipient_for_member
from tenancy.models import Membership


def tell_of_task(task: FollowUp, *, now: datetime) -> None:
    """Tell whoever was given a task by somebody else. Writes deliveries."""
    if task.assignee_id != task.added_by_id:
        queue_many([_task_item(task, "given", task.assignee)], now=now)


@transaction.atomic
def remind_batch(*, now: datetime) -> int:
    """Of the organisation in force, nobody before its morning, everybody once for each step. Returns how many.

    Writes deliveries. What was written before a worker was killed is not written again.
    """
    return tell_once(lambda here, _organisation: _due(here), now=now)


def _due(here: datetime) -> Iterator[Item]:
    today = here.date()
    tasks, letters = list(queries.due_follow_ups(today)), list(queries.due_answers(today))
    staff = queries.Readers() if tasks or letters else None
    if staff is None:
        return
    for task in tasks:
        if _is_new(task.added_at, here):
            continue
        for member in staff.seeing_to(task.assignee, task.record):
            yield _task_item(task, "due", member)
    for row in letters:
        if not _is_new(row.recorded_at, here):
            yield from _answer_items(row, staff, here)


def _is_new(at: datetime, here: datetime) -> bool:
    """Written down today: whoever has it in hand was told a moment ago."""
    return at.astimezone(here.tzinfo).date() >= here.date()


def _answer_items(row: CommunicationRecord, staff: queries.Readers, here: datetime) -> Iterator[Item]:
    for member in staff.seeing_to(row.recorded_by, row):
        yield _answer_item(row, "due", member)
    if row.answer_due_on is not None and passes_on(calendar_of(row.estate), row.answer_due_on, here.date()):
        for member in staff.above(row.recorded_by, row):
            yield _answer_item(row, "late", member)


def _task_item(task: FollowUp, step: str, member: Membership) -> Item:
    """The message to one member. ``step`` is given or due."""
    row = task.record
    return Item(
        recipient=recipient_for_member(member), event=f"followup.{step}", template="contacts/follow_up",
        context={"task": task, "row": row, "step": step, "is_theirs": member.pk == task.assignee_id}, about=row,
        link=reverse("register:entry", args=[row.pk]),
        dedupe=f"followup:{task.pk}:{step}:{task.due_on}:{member.pk}",
    )  # fmt: skip


def _answer_item(row: CommunicationRecord, step: str, member: Membership) -> Item:
    """The message to one member. ``step`` is due or late; another day of the answer is reminded of anew."""
    return Item(
        recipient=recipient_for_member(member), event=f"communicationrecord.{step}", template="contacts/answer_due",
        context={"row": row, "step": step}, about=row, link=reverse("register:entry", args=[row.pk]),
        dedupe=f"answer:{row.pk}:{step}:{row.answer_due_on}:{member.pk}",
    )  # fmt: skip
