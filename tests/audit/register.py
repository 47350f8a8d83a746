"""A valid POST to every route of the communication register."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.utils import timezone

from contacts.models import FollowUp, MatterStep
from contacts.services import drafts
from tests.audit.routes import act, post
from tests.complaints.pages import signed_in
from tests.complaints.seeds import filed, furnish
from tests.contacts.making import contact, dealing, party, promised, requested, said, settled, waiting
from tests.factories.house import NOON, House


@act("register:new")
def write_down(house: House) -> Any:
    return post(signed_in(house, "clerk"), "register:new", **said(house))


def _begun(house: House) -> Any:
    kept = {"entry_key": uuid4(), "said": {"summary": ["The lift"]}, "actor": house.clerk, "now": NOON}
    return drafts.keep_draft(**kept)


@act("register:draft")
def go_on(house: House) -> Any:
    key = _begun(house).entry_key
    return post(signed_in(house, "clerk"), "register:draft", key, **said(house, entry_key=str(key)))


@act("register:draft_discard")
def discard_draft(house: House) -> Any:
    return post(signed_in(house, "clerk"), "register:draft_discard", _begun(house).entry_key)


@act("register:amend")
def amend(house: House) -> Any:
    row = contact(house)
    changed = said(house, who="kept", reason="Misheard", version=1, summary="The lift is loud at night.")
    return post(signed_in(house, "clerk"), "register:amend", row.pk, **changed)


@act("register:settle")
def settle(house: House) -> Any:
    row = contact(house, channel="letter")
    return post(signed_in(house, "clerk"), "register:settle", row.pk, reason="An advertisement")


@act("register:take_back")
def take_back(house: House) -> Any:
    row = settled(house)
    given = {"reason": "They ask again", "settled_at": row.answered_at.isoformat()}
    return post(signed_in(house, "clerk"), "register:take_back", row.pk, **given)


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


@act("register:request_new")
def ask_department(house: House) -> Any:
    given = {
        "estate": str(house.estate.pk),
        "from_department": "front_desk",
        "to_department": "cleaning",
        "need": "Mop",
    }
    return post(signed_in(house, "clerk"), "register:request_new", **given)


@act("register:request_accept")
def accept_request(house: House) -> Any:
    return post(signed_in(house, "supervisor"), "register:request_accept", requested(house).pk)


@act("register:request_decline")
def decline_request(house: House) -> Any:
    return post(signed_in(house, "supervisor"), "register:request_decline", requested(house).pk, reason="No hands")


@act("register:request_done")
def finish_request(house: House) -> Any:
    return post(signed_in(house, "supervisor"), "register:request_done", requested(house, "accepted").pk, result="Done")


@act("register:request_rate")
def rate_request(house: House) -> Any:
    return post(signed_in(house, "clerk"), "register:request_rate", requested(house, "done").pk, rating="4")


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


@act("register:matter_new")
def open_dealing(house: House) -> Any:
    given = {
        "title": "New pump", "party": str(party(house).pk), "kind": "works", "place": f"{house.estate.pk}:",
        "responsible": str(house.clerk.pk),
    }  # fmt: skip
    return post(signed_in(house, "clerk"), "register:matter_new", **given)


@act("register:matter_edit")
def change_dealing(house: House) -> Any:
    row = dealing(house)
    given = {
        "title": "New pumps", "party": str(row.party_id), "kind": "works", "place": f"{house.estate.pk}:", "version": 1,
        "responsible": str(house.clerk.pk),
    }  # fmt: skip
    return post(signed_in(house, "clerk"), "register:matter_edit", row.pk, **given)


@act("register:matter_wait")
def wait(house: House) -> Any:
    given = {"what": "The pump", "since": "2026-03-02", "promised_on": "2026-03-20"}
    return post(signed_in(house, "clerk"), "register:matter_wait", dealing(house).pk, **given)


@act("register:matter_resume")
def resume(house: House) -> Any:
    return post(signed_in(house, "clerk"), "register:matter_resume", waiting(house).pk)


@act("register:matter_end")
def end(house: House) -> Any:
    given = {"to": "done", "outcome": "It runs"}
    return post(signed_in(house, "clerk"), "register:matter_end", dealing(house).pk, **given)


@act("register:matter_link")
def link(house: House) -> Any:
    furnish(house)
    row, case = dealing(house), filed(house)
    return post(signed_in(house, "clerk"), "register:matter_link", row.pk, case_number=case.number)


@act("register:matter_unlink")
def unlink(house: House) -> Any:
    furnish(house)
    row = dealing(house, case_number=filed(house).number)
    return post(signed_in(house, "clerk"), "register:matter_unlink", row.pk, row.cases.get().pk)


@act("register:step_add")
def add_step(house: House) -> Any:
    due = timezone.localdate() + timedelta(days=2)
    given = {"text": "Ask again", "responsible": str(house.clerk.pk), "due_on": due.isoformat()}
    return post(signed_in(house, "clerk"), "register:step_add", dealing(house).pk, **given)


@act("register:step_done")
def finish_step(house: House) -> Any:
    step = MatterStep.objects.create(
        matter=dealing(house), text="Ask", responsible=house.clerk, due_on=timezone.localdate(), added_by=house.clerk,
        added_at=timezone.now(),
    )  # fmt: skip
    return post(signed_in(house, "clerk"), "register:step_done", step.pk, outcome="Next week")
