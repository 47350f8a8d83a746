"""What programs write of contacts, promises, dealings and requests between departments."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from contacts.models import FollowUp, MatterStep
from tests.audit.programs import sends
from tests.audit.routes import act
from tests.contacts.making import contact, dealing, party, promised, requested, settled, waiting
from tests.factories.house import House


@act("api:register")
def write_down(house: House) -> Any:
    said = {
        "estate": str(house.estate.pk), "party_type": "owner", "channel": "phone", "content": "enquiry",
        "subject": "Lift", "summary": "It is loud.", "occurred_at": timezone.now().isoformat(),
    }  # fmt: skip
    return sends(house, "clerk", "register/", said)


@act("api:register_entry")
def amend(house: House) -> Any:
    return sends(house, "clerk", f"register/{contact(house).pk}/", {"summary": "Very loud.", "reason": "Misheard."})


@act("api:register_task")
def add_task(house: House) -> Any:
    said = {"task": "Call back", "due_on": (timezone.localdate() + timedelta(days=2)).isoformat()}
    return sends(house, "clerk", f"register/{contact(house).pk}/tasks/", said)


@act("api:register_task_done")
def finish_task(house: House) -> Any:
    now = timezone.now()
    made = {"assignee": house.clerk, "due_on": now.date(), "added_by": house.clerk, "added_at": now}
    task = FollowUp.objects.create(record=contact(house), task="Call back", **made)
    return sends(house, "clerk", f"register/tasks/{task.pk}/done/", {"outcome": "Reached them."})


@act("api:register_settle")
def settle(house: House) -> Any:
    row = contact(house, channel="letter")
    return sends(house, "clerk", f"register/{row.pk}/settle/", {"reason": "An advertisement."})


@act("api:register_take_back")
def take_back(house: House) -> Any:
    return sends(house, "clerk", f"register/{settled(house).pk}/settle/take-back/", {"reason": "They ask again."})


def _begun(house: House) -> Any:
    """A draft that could be written down, as a program begins it; and its version."""
    when = timezone.now().isoformat()
    said = {"who": "unlisted", "name_given": "Zo", "party_type": "owner", "channel": "phone", "content": "enquiry",
            "summary": "It is loud.", "occurred_at": when, "estate": str(house.estate.pk)}  # fmt: skip
    answer = sends(house, "clerk", "register/drafts/", {"said": said})
    return answer.json()["id"], answer["ETag"]


@act("api:register_drafts")
def begin_draft(house: House) -> Any:
    return sends(house, "clerk", "register/drafts/", {"said": {"summary": "The li"}})


@act("api:register_draft")
def change_draft(house: House) -> Any:
    key, version = _begun(house)
    return sends(house, "clerk", f"register/drafts/{key}/", {"said": {"summary": "The lift"}}, If_Match=version)


@act("api:register_finish")
def finish_draft(house: House) -> Any:
    key, version = _begun(house)
    return sends(house, "clerk", f"register/drafts/{key}/finish/", If_Match=version)


@act("api:promises")
def promise(house: House) -> Any:
    due = timezone.localdate() + timedelta(days=5)
    said = {"estate": str(house.estate.pk), "text": "Paint", "to_whom": "Ada", "due_on": due.isoformat()}
    return sends(house, "clerk", "promises/", said)


@act("api:promise_keep")
def keep(house: House) -> Any:
    said = {"kept_on": "2026-03-03", "evidence": "Seen."}
    return sends(house, "clerk", f"promises/{promised(house).pk}/keep/", said)


@act("api:promise_break")
def break_(house: House) -> Any:
    return sends(house, "clerk", f"promises/{promised(house).pk}/break/", {"reason": "No paint."})


@act("api:promise_withdraw")
def withdraw(house: House) -> Any:
    row = promised(house, due_on=timezone.localdate() + timedelta(days=5))
    return sends(house, "clerk", f"promises/{row.pk}/withdraw/", {"reason": "Not wanted."})


@act("api:dealings")
def open_dealing(house: House) -> Any:
    water = party(house, name="City Water", kind="utility", branch="water")
    said = {"estate": str(house.estate.pk), "party": str(water.pk), "kind": "works", "title": "New pump"}
    return sends(house, "clerk", "dealings/", said)


@act("api:dealing_steps")
def add_step(house: House) -> Any:
    said = {"text": "Ask again", "due_on": (timezone.localdate() + timedelta(days=2)).isoformat()}
    return sends(house, "clerk", f"dealings/{dealing(house).pk}/steps/", said)


@act("api:dealing_step_done")
def finish_step(house: House) -> Any:
    now = timezone.now()
    step = MatterStep.objects.create(
        matter=dealing(house),
        text="Ask",
        responsible=house.clerk,
        due_on=now.date(),
        added_by=house.clerk,
        added_at=now,
    )
    return sends(house, "clerk", f"dealings/steps/{step.pk}/done/", {"outcome": "Next week."})


@act("api:dealing_wait")
def wait(house: House) -> Any:
    said = {"what": "The pump", "since": "2026-03-02", "promised_on": "2026-03-20"}
    return sends(house, "clerk", f"dealings/{dealing(house).pk}/wait/", said)


@act("api:dealing_resume")
def resume(house: House) -> Any:
    return sends(house, "clerk", f"dealings/{waiting(house).pk}/resume/")


@act("api:dealing_end")
def end(house: House) -> Any:
    said = {"to": "done", "outcome": "It runs."}
    return sends(house, "clerk", f"dealings/{dealing(house).pk}/end/", said)


@act("api:internal_requests")
def ask(house: House) -> Any:
    said = {"estate": str(house.estate.pk), "from_department": "front_desk", "to_department": "cleaning", "need": "Mop"}
    return sends(house, "clerk", "internal-requests/", said)


@act("api:internal_request_accept")
def accept(house: House) -> Any:
    return sends(house, "supervisor", f"internal-requests/{requested(house).pk}/accept/")


@act("api:internal_request_decline")
def decline(house: House) -> Any:
    return sends(house, "supervisor", f"internal-requests/{requested(house).pk}/decline/", {"reason": "No hands."})


@act("api:internal_request_done")
def finish(house: House) -> Any:
    row = requested(house, "accepted")
    return sends(house, "supervisor", f"internal-requests/{row.pk}/done/", {"result": "Mopped."})


@act("api:internal_request_rate")
def rate(house: House) -> Any:
    return sends(house, "clerk", f"internal-requests/{requested(house, 'done').pk}/rate/", {"rating": 4})
