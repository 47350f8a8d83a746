"""A valid POST to every route of the API, as a program sends it; and to the pages where its tokens are made."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from audit.models import AuditEntry
from complaints.models import Checklist, Complaint, Escalation, Task
from complaints.services import closing, escalation, handling
from complaints.services.joining import join_complaint
from complaints.services.watching import put_aside as keep_aside
from complaints.services.watching import watch_case
from notices.models import Delivery
from tests.audit.routes import BEFORE, act, post
from tests.complaints.case_page import in_state, working_day
from tests.complaints.pages import photo, signed_in
from tests.complaints.seeds import accepted, answered, assigned, filed, furnish, resolved
from tests.contacts.making import waiting
from tests.factories.api import API, program
from tests.factories.house import House

State = Complaint.State
FILING = {"category": "lift", "description": "It stops."}


def sends(house: House, role: str, path: str, body: Any = None, **headers: str) -> Any:
    client = program(house, role)
    BEFORE.clear()
    BEFORE.update(AuditEntry.objects.values_list("pk", flat=True))
    return client.send(path, body, **headers)


# -- tokens ----------------------------------------------------------------------------------------------------------


@act("api_tokens:list")
def make_token(house: House) -> Any:
    said = {"name": "Phone", "scopes": ["complaints:read"], "days": "30"}
    return post(signed_in(house, "owner"), "api_tokens:list", **said)


@act("api_tokens:revoke")
def revoke_token(house: House) -> Any:
    program(house, "owner")
    return post(signed_in(house, "owner"), "api_tokens:revoke", house.owner.api_tokens.get().pk)


# -- complaints ------------------------------------------------------------------------------------------------------


@act("api:complaints")
def file(house: House) -> Any:
    furnish(house)
    return sends(house, "owner", "complaints/", {**FILING, "unit": str(house.unit.pk)})


@act("api:complaint_entry")
def enter(house: House) -> Any:
    furnish(house)
    caller = {"channel": "phone", "unit": str(house.unit.pk), "complainant": str(house.people["owner"].pk)}
    return sends(house, "clerk", "complaints/enter/", {**FILING, **caller})


def acts_on(house: House, role: str, complaint: Complaint, name: str, **body: Any) -> Any:
    return sends(house, role, f"complaints/{complaint.number}/{name}/", body)


@act("api:complaint_words")
def add_words(house: House) -> Any:
    return acts_on(house, "owner", filed(furnish(house), at=timezone.now()), "words", body="Thank you.")


@act("api:complaint_solved")
def say_solved(house: House) -> Any:
    return acts_on(house, "owner", resolved(furnish(house), at=timezone.now()), "solved", rating=5)


@act("api:complaint_not_solved")
def say_not_solved(house: House) -> Any:
    return acts_on(house, "owner", resolved(furnish(house), at=timezone.now()), "not-solved", why="It stops.")


@act("api:complaint_second_look")
def ask_second_look(house: House) -> Any:
    return acts_on(house, "owner", answered(furnish(house), at=timezone.now()), "second-look")


@act("api:complaint_accept")
def accept(house: House) -> Any:
    return acts_on(house, "clerk", filed(furnish(house), at=timezone.now()), "accept")


@act("api:complaint_assign")
def assign(house: House) -> Any:
    complaint = accepted(furnish(house), at=timezone.now())
    return acts_on(house, "supervisor", complaint, "assign", handler_id=str(house.engineer.pk))


def stood(house: House, state: str) -> Complaint:
    return in_state(furnish(house), state, timezone.now())


@act("api:complaint_investigate")
def investigate(house: House) -> Any:
    return acts_on(house, "engineer", stood(house, State.ASSIGNED), "investigate")


@act("api:complaint_wait")
def wait(house: House) -> Any:
    return acts_on(house, "engineer", stood(house, State.INVESTIGATING), "wait", question="Seen.")


@act("api:complaint_resume")
def resume(house: House) -> Any:
    return acts_on(house, "engineer", stood(house, State.WAITING_FOR_COMPLAINANT), "resume")


@act("api:complaint_take")
def take(house: House) -> Any:
    return acts_on(house, "clerk", stood(house, State.ACCEPTED), "take")


@act("api:complaint_give_back")
def give_back(house: House) -> Any:
    return acts_on(house, "engineer", stood(house, State.ASSIGNED), "give-back", reason="Seen.")


@act("api:complaint_wait_access")
def wait_access(house: House) -> Any:
    return acts_on(house, "engineer", stood(house, State.INVESTIGATING), "wait-access", words="Seen.")


@act("api:complaint_wait_party")
def wait_party(house: House) -> Any:
    complaint, matter = stood(house, State.INVESTIGATING), waiting(house, promised_on=None)
    return acts_on(house, "engineer", complaint, "wait-party", matter_id=str(matter.pk))


@act("api:complaint_promise_update")
def promise_update(house: House) -> Any:
    complaint = stood(house, State.INVESTIGATING)
    return acts_on(house, "engineer", complaint, "promise-update", on=working_day(house))


@act("api:complaint_extend")
def extend(house: House) -> Any:
    return acts_on(house, "supervisor", stood(house, State.INVESTIGATING), "extend", days=1, reason="Seen.")


@act("api:complaint_join")
def join(house: House) -> Any:
    other = stood(house, State.INVESTIGATING)
    return acts_on(house, "supervisor", stood(house, State.ACCEPTED), "join", leading_number=other.number)


@act("api:complaint_complain")
def complain(house: House) -> Any:
    return acts_on(house, "owner", assigned(furnish(house), at=timezone.now(), kind="request"), "complain", why="Late.")


@act("api:complaint_make_complaint")
def make_complaint(house: House) -> Any:
    row = assigned(furnish(house), at=timezone.now(), kind="request")
    return acts_on(house, "clerk", row, "make-complaint", why="Late.")


@act("api:complaint_task")
def add_task(house: House) -> Any:
    return acts_on(house, "clerk", stood(house, State.ASSIGNED), "task", text="Call the maker.")


@act("api:complaint_tick")
def tick_task(house: House) -> Any:
    row = stood(house, State.ASSIGNED)
    task = Task.objects.create(complaint=row, text="Call.", added_by=house.clerk, added_at=timezone.now())
    return acts_on(house, "clerk", row, "tick", task_id=str(task.pk))


@act("api:complaint_checklist")
def use_checklist(house: House) -> Any:
    steps = Checklist.objects.create(title="Lift", steps="Lock it off")
    return acts_on(house, "clerk", stood(house, State.ASSIGNED), "checklist", checklist_id=str(steps.pk))


@act("api:complaint_watch")
def watch(house: House) -> Any:
    return acts_on(house, "clerk", stood(house, State.ASSIGNED), "watch")


@act("api:complaint_unwatch")
def unwatch(house: House) -> Any:
    row = stood(house, State.ASSIGNED)
    watch_case(complaint_id=row.pk, actor=house.clerk, now=timezone.now())
    return acts_on(house, "clerk", row, "unwatch")


@act("api:complaint_aside")
def put_aside(house: House) -> Any:
    day = timezone.localdate() + timedelta(days=2)
    return acts_on(house, "clerk", stood(house, State.ASSIGNED), "aside", on=day.isoformat())


@act("api:complaint_back")
def take_back(house: House) -> Any:
    row, now = stood(house, State.ASSIGNED), timezone.now()
    keep_aside(complaint_id=row.pk, actor=house.clerk, on=timezone.localdate() + timedelta(days=2), now=now)
    return acts_on(house, "clerk", row, "back")


@act("api:complaint_part")
def part(house: House) -> Any:
    joined, other = stood(house, State.ACCEPTED), stood(house, State.INVESTIGATING)
    join_complaint(complaint_id=joined.pk, actor=house.supervisor, leading_number=other.number, now=timezone.now())
    return acts_on(house, "supervisor", joined, "part")


@act("api:complaint_propose")
def propose(house: House) -> Any:
    return acts_on(house, "engineer", stood(house, State.INVESTIGATING), "propose", remedy="Seen.")


@act("api:complaint_send_back")
def send_back(house: House) -> Any:
    return acts_on(house, "supervisor", stood(house, State.PROPOSED), "send-back", reason="Seen.")


@act("api:complaint_answer")
def answer(house: House) -> Any:
    return acts_on(house, "engineer", stood(house, State.INVESTIGATING), "answer", decision="Seen.")


@act("api:complaint_start_work")
def start_work(house: House) -> Any:
    return acts_on(house, "engineer", stood(house, State.ANSWERED), "start-work")


@act("api:complaint_resolve")
def resolve(house: House) -> Any:
    return acts_on(house, "engineer", stood(house, State.ANSWERED), "resolve", resolution="Seen.")


@act("api:complaint_visit")
def visit(house: House) -> Any:
    said = {"method": "phone", "is_reached": True, "is_solved": True, "rating": 5}
    return acts_on(house, "clerk", stood(house, State.RESOLVED), "visit", **said)


@act("api:complaint_close")
def close(house: House) -> Any:
    complaint = filed(furnish(house), at=timezone.now(), is_anonymous=True)
    handling_of = {"complaint_id": complaint.pk, "now": timezone.now()}
    from complaints.services import intake

    intake.accept_complaint(actor=house.clerk, **handling_of)
    handling.assign_complaint(handler_id=house.engineer.pk, actor=house.supervisor, **handling_of)
    handling.answer_complaint(decision="Seen.", actor=house.engineer, **handling_of)
    handling.resolve_complaint(resolution="Seen.", actor=house.engineer, **handling_of)
    return acts_on(house, "clerk", complaint, "close")


@act("api:complaint_reopen")
def reopen(house: House) -> Any:
    complaint = resolved(furnish(house), at=timezone.now())
    closing.say_solved(complaint_id=complaint.pk, actor=house.owner, rating=5, now=timezone.now())
    return acts_on(house, "clerk", complaint, "reopen", reason="Seen.")


@act("api:complaint_reject")
def reject(house: House) -> Any:
    return acts_on(house, "supervisor", stood(house, State.ACCEPTED), "reject", reason="Not yours")


@act("api:complaint_refer")
def refer(house: House) -> Any:
    complaint = stood(house, State.ACCEPTED)
    return acts_on(house, "supervisor", complaint, "refer", referred_to="Water board", reason="Not yours")


@act("api:complaint_priority")
def set_priority(house: House) -> Any:
    return acts_on(house, "clerk", stood(house, State.ACCEPTED), "priority", priority="p4")


@act("api:complaint_severity")
def set_severity(house: House) -> Any:
    return acts_on(house, "supervisor", stood(house, State.ACCEPTED), "severity", severity="major")


@act("api:complaint_reply")
def reply(house: House) -> Any:
    return acts_on(house, "clerk", assigned(furnish(house), at=timezone.now()), "reply", body="Seen.")


@act("api:complaint_note")
def note(house: House) -> Any:
    return acts_on(house, "clerk", assigned(furnish(house), at=timezone.now()), "note", body="Seen.")


# -- files, the inbox, reports ---------------------------------------------------------------------------------------


@act("api:files")
def send_file(house: House) -> Any:
    client = program(house, "owner")
    BEFORE.clear()
    BEFORE.update(AuditEntry.objects.values_list("pk", flat=True))
    return client.post(f"{API}files/", {"file": photo()})


@act("api:notice_read")
def mark_read(house: House) -> Any:
    filed(furnish(house), at=timezone.now())
    message = Delivery.objects.filter(channel="portal", membership=house.owner).first()
    return sends(house, "owner", f"notices/{message.pk}/read/")


@act("api:reports")
def have_report_made(house: House) -> Any:
    return sends(house, "manager", "reports/", {"month": f"{timezone.localdate():%Y-%m-%d}", "language": "en"})


@act("api:report_again")
def have_report_made_again(house: House) -> Any:
    from reports.models import ReportRun

    run = ReportRun.objects.create(
        kind="complaints_month", estate=house.estate, estate_ids=[str(house.estate.pk)], language="en", state="failed",
        month=timezone.localdate().replace(day=1), requested_by=house.manager, requested_at=timezone.now(),
    )  # fmt: skip
    return sends(house, "manager", f"reports/{run.pk}/again/")


@act("api:escalation_acknowledge")
def take_up_by_program(house: House) -> Any:
    now = timezone.now()
    filed(furnish(house), at=now - timedelta(days=20))
    escalation.sweep_clocks(now=now)
    row = Escalation.objects.filter(to=house.supervisor).first()
    return sends(house, "supervisor", f"complaints/escalations/{row.pk}/acknowledge/")
