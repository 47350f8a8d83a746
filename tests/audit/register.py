"""A valid POST to every route of the communication register."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from contacts.models import FollowUp
from tests.audit.routes import act, post
from tests.complaints.pages import signed_in
from tests.contacts.making import contact, promised, said
from tests.factories.house import NOON, House


@act("register:new")
def write_down(house: House) -> Any:
    return post(signed_in(house, "clerk"), "register:new", **said(house))


@act("register:amend")
def amend(house: House) -> Any:
    row = contact(house)
    changed = said(house, who="kept", reason="Misheard", version=1, summary="The lift is loud at night.")
    return post(signed_in(house, "clerk"), "register:amend", row.pk, **changed)


@act("register:settle")
def settle(house: House) -> Any:
    row = contact(house, channel="letter")
    return post(signed_in(house, "clerk"), "register:settle", row.pk, reason="An advertisement")


@act("register:add_task")
def add_task(house: House) -> Any:
    due = timezone.localdate() + timedelta(days=2)
    given = {"task": "Call back", "assignee": str(house.clerk.pk), "due_on": due.isoformat()}
    return post(signed_in(house, "clerk"), "register:add_task", contact(house).pk, **given)


@act("register:finish_task")
def finish_task(house: House) -> Any:
    task = FollowUp.objects.create(
        record=contact(house), task="Call back", assignee=house.clerk, due_on=timezone.localdate(), added_by=house.clerk,
        added_at=timezone.now(),
    )  # fmt: skip
    return post(signed_in(house, "clerk"), "register:finish_task", task.pk, outcome="Reached them")


@act("register:promise_new")
def promise(house: House) -> Any:
    today = timezone.localdate().isoformat()
    given = {
        "text": "Paint the stairs", "to_whom": "All owners", "estate": str(house.estate.pk), "due_on": today,
        "promised_on": today, "promised_by": str(house.clerk.pk),
    }  # fmt: skip
    return post(signed_in(house, "clerk"), "register:promise_new", **given)


@act("register:promise_keep")
def keep(house: House) -> Any:
    given = {"evidence": "Painted", "kept_on": NOON.date().isoformat()}
    return post(signed_in(house, "clerk"), "register:promise_keep", promised(house).pk, **given)


@act("register:promise_break")
def break_promise(house: House) -> Any:
    return post(signed_in(house, "clerk"), "register:promise_break", promised(house).pk, reason="No paint")


@act("register:promise_withdraw")
def withdraw(house: House) -> Any:
    due = timezone.localdate() + timedelta(days=9)
    row = promised(house, due_on=due)
    return post(signed_in(house, "clerk"), "register:promise_withdraw", row.pk, reason="The congress decided otherwise")
