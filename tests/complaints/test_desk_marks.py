"""At the desk: watching, putting aside, tasks and checklists, filters for all, and undoing what was done to several."""

from datetime import timedelta

import pytest
from django.utils import timezone

from audit.models import AuditEntry
from complaints import desk_queries
from complaints.conditions import Case
from complaints.models import (
    AssignmentRule,
    AssignmentTurn,
    BulkRun,
    CannedReply,
    Checklist,
    Complaint,
    SavedFilter,
    Snooze,
    Task,
    Watch,
)
from complaints.performing import perform
from complaints.services import case_tasks, handling, intake, talking, task_reminding, undoing, watching
from complaints.services.bulk import act_on_each
from complaints.services.filters import delete_filter, save_filter
from complaints.services.joining import join_complaint
from complaints.texts import texts_for
from notices.models import Delivery
from tenancy.errors import DomainError, IllegalMove, NotAllowed, NotFound
from tests.complaints.pages import signed_in, text
from tests.complaints.seeds import accepted, assigned, filed, furnish
from tests.factories.house import NOON, House

State = Complaint.State
QUEUE = "/admin/triage/"


@pytest.fixture
def house(house: House) -> House:
    return furnish(house)


@pytest.fixture
def now():
    return timezone.now()


def listed(house: House, role: str, tab: str = "open", **more: str) -> str:
    return text(signed_in(house, role).get(QUEUE, {"tab": tab, **more}))


def link(row: Complaint) -> str:
    return f'href="{QUEUE}{row.number}/"'


def told(event: str, member) -> int:
    return Delivery.objects.filter(event=f"complaint.{event}", membership=member, channel="email").count()


# -- watching --------------------------------------------------------------------------------------------------------


def test_whoever_watches_is_told_of_moves_and_words_of_others_and_not_of_their_own(house, now):
    row = filed(house, at=now)
    for _click in range(2):
        watching.watch_case(complaint_id=row.pk, actor=house.clerk, now=now)
    assert Watch.objects.count() == 1
    intake.accept_complaint(complaint_id=row.pk, actor=house.clerk, now=now)
    assert told("watched", house.clerk) == 0
    handling.assign_complaint(complaint_id=row.pk, handler_id=house.engineer.pk, actor=house.supervisor, now=now)
    assert told("watched", house.clerk) == 1
    talking.add_words(complaint_id=row.pk, actor=house.owner, body="It rattles.", now=now)
    assert told("words", house.clerk) == 1
    watching.unwatch_case(complaint_id=row.pk, actor=house.clerk, now=now)
    talking.add_words(complaint_id=row.pk, actor=house.owner, body="Still.", now=now)
    assert told("words", house.clerk) == 1


def test_what_is_watched_has_a_list_of_its_own(house, now):
    row, other = filed(house, at=now), filed(house, at=now)
    watching.watch_case(complaint_id=row.pk, actor=house.clerk, now=now)
    page = listed(house, "clerk", "watched")
    assert (link(row) in page, link(other) in page) == (True, False)
    assert link(row) not in listed(house, "supervisor", "watched")
    assert "Watch it no longer" in text(signed_in(house, "clerk").get(f"{QUEUE}{row.number}/"))


@pytest.mark.parametrize("verb", [watching.watch_case, watching.take_back, watching.unwatch_case])
def test_nobody_watches_what_is_not_theirs_to_work_on(house, now, verb):
    row = filed(house, at=now, subject_staff=house.clerk)
    with pytest.raises(NotFound):
        verb(complaint_id=row.pk, actor=house.clerk, now=now)
    with pytest.raises(NotAllowed):
        verb(complaint_id=row.pk, actor=house.auditor, now=now)
    assert not Watch.objects.exists()


# -- put aside -------------------------------------------------------------------------------------------------------


def test_what_is_put_aside_leaves_ones_own_lists_and_no_other_and_stops_no_clock(house, now):
    row = assigned(house, at=now)
    due = row.clocks.get(kind="answer").due_at
    watching.put_aside(complaint_id=row.pk, actor=house.engineer, on=now.date() + timedelta(days=3), now=now)
    assert link(row) not in listed(house, "engineer", "mine")
    assert link(row) in listed(house, "engineer", "aside")
    assert link(row) in listed(house, "engineer", "mine", q="lift")
    assert link(row) in listed(house, "supervisor")
    assert row.clocks.get(kind="answer").due_at == due


@pytest.mark.parametrize("what", ["the day", "a move", "words", "a late promise", "by hand"])
def test_it_comes_back(house, now, what):
    row = assigned(house, at=now)
    watching.put_aside(complaint_id=row.pk, actor=house.supervisor, on=now.date() + timedelta(days=3), now=now)
    hidden = desk_queries.put_aside(house.supervisor, now)
    assert Complaint.objects.filter(hidden).exists()
    later = now + timedelta(minutes=5)
    if what == "a move":
        handling.start_investigation(complaint_id=row.pk, actor=house.engineer, now=later)
    elif what == "words":
        talking.add_words(complaint_id=row.pk, actor=house.owner, body="Well?", now=later)
    elif what == "a late promise":
        Complaint.objects.filter(pk=row.pk).update(next_due_at=now)
    elif what == "by hand":
        watching.take_back(complaint_id=row.pk, actor=house.supervisor, now=later)
    else:
        later = now + timedelta(days=4)
        Complaint.objects.filter(pk=row.pk).update(next_due_at=later + timedelta(days=1))
    assert not Complaint.objects.filter(desk_queries.put_aside(house.supervisor, later)).exists()


@pytest.mark.parametrize("days", [-1, 0, 31])
def test_nothing_is_put_aside_for_no_time_or_for_ever(house, now, days):
    row = assigned(house, at=now)
    with pytest.raises(DomainError):
        watching.put_aside(complaint_id=row.pk, actor=house.engineer, on=now.date() + timedelta(days=days), now=now)
    assert not Snooze.objects.exists()


def test_the_counts_agree_with_the_lists(house, now):
    row, other = assigned(house, at=now), assigned(house, at=now)
    watching.put_aside(complaint_id=row.pk, actor=house.engineer, on=now.date() + timedelta(days=2), now=now)
    page = listed(house, "engineer", "mine")
    assert 'Mine <span class="count">1</span>' in page
    assert 'Put aside <span class="count">1</span>' in page
    assert link(other) in page


# -- tasks -----------------------------------------------------------------------------------------------------------


def test_a_task_is_told_to_whoever_is_to_do_it_and_stands_on_their_desk(house, now):
    row = assigned(house, at=now)
    given = {"complaint_id": row.pk, "actor": house.clerk, "now": now}
    task = case_tasks.add_task(
        text=" Order a contact. ", assignee_id=house.engineer.pk, due_on=now.date() + timedelta(days=1), **given
    )
    assert (task.text, told("task", house.engineer), told("task", house.clerk)) == ("Order a contact.", 1, 0)
    again = case_tasks.add_task(
        text="Order a contact.", assignee_id=house.engineer.pk, due_on=now.date() + timedelta(days=1), **given
    )
    assert (again, told("task", house.engineer)) == (task, 1)
    assert "Order a contact." in text(signed_in(house, "engineer").get("/"))
    assert "Order a contact." not in text(signed_in(house, "owner").get(f"/complaints/{row.number}/"))
    answer = signed_in(house, "engineer").post(
        f"{QUEUE}{row.number}/tick/", {"task_id": task.pk, "is_done": "on", "next": "home"}, follow=True
    )
    assert answer.redirect_chain[0][0] == "/"
    task.refresh_from_db()
    assert task.done_by == house.engineer
    perform("tick", Case(row, house.clerk, now), {"task_id": task.pk, "is_done": True})
    task.refresh_from_db()
    assert task.done_by == house.engineer  # a second tick changes nothing
    perform("tick", Case(row, house.clerk, now), {"task_id": task.pk, "is_done": False})
    assert Task.objects.get().done_at is None


def test_a_checklist_is_put_on_a_case_once(house, now):
    row = assigned(house, at=now)
    steps = Checklist.objects.create(title="Lift", category=row.category, steps="Lock it off\nCall the maker\n\nLog it")
    given = {"complaint_id": row.pk, "actor": house.engineer, "checklist_id": steps.pk, "now": now}
    assert len(case_tasks.use_checklist(**given)) == 3
    assert case_tasks.use_checklist(**given) == []
    page = text(signed_in(house, "engineer").get(f"{QUEUE}{row.number}/"))
    assert all(step in page for step in ("Lock it off", "Call the maker", "Log it", "3 open of 3"))
    other = filed(house, at=now, category="noise")
    with pytest.raises(NotFound):
        case_tasks.use_checklist(complaint_id=other.pk, actor=house.clerk, checklist_id=steps.pk, now=now)


@pytest.mark.parametrize(
    "bad", [{"text": "  "}, {"text": "x", "due_on": "past"}, {"text": "x", "assignee_id": "subject"}]
)
def test_a_bad_task_is_not_stored(house, now, bad):
    row = filed(house, at=now, subject_staff=house.engineer)
    given = dict(bad)
    if "due_on" in given:
        given["due_on"] = now.date() - timedelta(days=1)
    if "assignee_id" in given:
        given["assignee_id"] = house.engineer.pk
    with pytest.raises(DomainError):
        case_tasks.add_task(complaint_id=row.pk, actor=house.clerk, now=now, **given)
    assert not Task.objects.exists()


def test_a_refused_task_stands_at_its_field_with_what_was_typed(house, now):
    row = assigned(house, at=now)
    answer = signed_in(house, "clerk").post(
        f"{QUEUE}{row.number}/task/", {"text": "Order a contact.", "due_on": "2001-01-01"}
    )
    assert answer.status_code == 422
    assert all(words in text(answer) for words in ("Order a contact.", "Choose a day that is not past."))


# -- filters for all -------------------------------------------------------------------------------------------------


def test_a_shared_filter_stands_before_all_colleagues_and_is_dropped_by_who_may_share(house, now):
    kept = save_filter(actor=house.supervisor, name="Lifts", query="tab=open&q=lift", is_shared=True, now=now)
    assert "Lifts" in listed(house, "clerk")
    assert "Delete the filter" not in listed(house, "clerk", q="lift")
    with pytest.raises(NotFound):
        delete_filter(actor=house.clerk, filter_id=kept.pk, now=now)
    delete_filter(actor=house.manager, filter_id=kept.pk, now=now)
    assert not SavedFilter.objects.exists()


def test_a_clerk_keeps_filters_for_themselves_alone(house, now):
    with pytest.raises(NotAllowed):
        save_filter(actor=house.clerk, name="Lifts", query="tab=open&q=lift", is_shared=True, now=now)
    save_filter(actor=house.clerk, name="Lifts", query="tab=open&q=lift", now=now)
    assert "Lifts" not in listed(house, "supervisor")


# -- undoing ---------------------------------------------------------------------------------------------------------


def bulk(house: House, act: str, rows: list[Complaint], now, **values) -> BulkRun:
    before = {row.pk: undoing.standing(act, row) for row in rows}
    done = act_on_each(act=act, complaints=rows, actor=house.supervisor, now=now, **values)
    run = undoing.note_run(act=act, before=before, outcomes=done, actor=house.supervisor, now=now)
    assert run is not None
    return run


def test_an_assignment_of_several_is_undone_but_what_was_begun_with_stays(house, now):
    rows = [accepted(house, at=now) for _turn in range(3)]
    run = bulk(house, "assign", rows, now, handler_id=house.engineer.pk)
    handling.start_investigation(complaint_id=rows[0].pk, actor=house.engineer, now=now)
    outcomes = undoing.undo_run(run_id=run.pk, actor=house.supervisor, now=now + timedelta(minutes=1))
    assert [each.is_changed for each in outcomes] == [False, True, True]
    states = dict(Complaint.objects.values_list("pk", "state"))
    assert [states[row.pk] for row in rows] == [State.INVESTIGATING, State.ACCEPTED, State.ACCEPTED]
    assert Complaint.objects.get(pk=rows[1].pk).handler is None
    assert AuditEntry.objects.filter(action="bulkrun.undone").count() == 1


def test_priorities_come_back_and_whoever_had_a_case_gets_it_back(house, now):
    one, two = assigned(house, at=now), assigned(house, at=now)
    Complaint.objects.filter(pk=two.pk).update(priority="p4")
    two.refresh_from_db()
    run = bulk(house, "priority", [one, two], now, priority="p3")
    undoing.undo_run(run_id=run.pk, actor=house.supervisor, now=now)
    assert list(Complaint.objects.order_by("number").values_list("priority", flat=True)) == [one.priority, "p4"]
    run = bulk(house, "assign", [one], now, handler_id=house.engineer2.pk)
    undoing.undo_run(run_id=run.pk, actor=house.supervisor, now=now)
    assert Complaint.objects.get(pk=one.pk).handler == house.engineer


def test_it_is_undone_once_by_whoever_did_it_and_not_after_ten_minutes(house, now):
    run = bulk(house, "assign", [accepted(house, at=now)], now, handler_id=house.engineer.pk)
    with pytest.raises(NotFound):
        undoing.undo_run(run_id=run.pk, actor=house.manager, now=now)
    with pytest.raises(IllegalMove):
        undoing.undo_run(run_id=run.pk, actor=house.supervisor, now=now + timedelta(minutes=11))
    undoing.undo_run(run_id=run.pk, actor=house.supervisor, now=now)
    with pytest.raises(IllegalMove):
        undoing.undo_run(run_id=run.pk, actor=house.supervisor, now=now)


def test_the_page_offers_to_undo_what_can_be_undone(house, now):
    rows, client = [accepted(house, at=now) for _turn in range(2)], signed_in(house, "supervisor")
    sent = {"act": "assign", "tick": [row.pk for row in rows], "handler": house.engineer.pk, "confirmed": "1"}
    page = text(client.post(f"{QUEUE}bulk/", sent | {"back": "tab=assign"}))
    run = BulkRun.objects.get()
    assert f"{QUEUE}bulk/{run.pk}/undo/" in page
    assert "For 10 minutes." in page
    page = text(client.post(f"{QUEUE}bulk/{run.pk}/undo/", {"back": "tab=assign"}))
    assert "2 complaints were changed" in page
    assert "For 10 minutes." not in page
    assert set(Complaint.objects.values_list("handler", flat=True)) == {None}
    fresh = filed(house, at=now)
    page = text(client.post(f"{QUEUE}bulk/", {"act": "accept", "tick": [fresh.pk], "confirmed": "1"}))
    assert "For 10 minutes." not in page


@pytest.mark.parametrize(("days", "said"), [(0, "due today"), (1, "late")])
def test_whoever_is_to_do_a_task_is_reminded_once_on_its_morning_and_once_when_it_is_late(house, days, said):
    row = assigned(house)
    due = NOON.date() + timedelta(days=2)
    case_tasks.add_task(
        complaint_id=row.pk, actor=house.clerk, text="Order a contact.", assignee_id=house.engineer.pk, due_on=due,
        now=NOON,
    )  # fmt: skip
    at = NOON + timedelta(days=2 + days)
    assert task_reminding.remind_batch(now=NOON + timedelta(days=1)) == 0
    assert task_reminding.remind_batch(now=at.replace(hour=3)) == 0
    assert [task_reminding.remind_batch(now=at) for _turn in range(2)] == [1, 0]
    mail = Delivery.objects.get(event="complaint.task_due", membership=house.engineer, channel="email")
    assert said in mail.subject
    Task.objects.update(done_at=at, done_by=house.engineer)
    assert task_reminding.remind_batch(now=at + timedelta(days=1)) == 0


def test_whoever_handed_it_over_hears_no_more_of_it(house, now):
    row = assigned(house, at=now)
    watching.watch_case(complaint_id=row.pk, actor=house.engineer, now=now)
    handling.assign_complaint(complaint_id=row.pk, handler_id=house.engineer2.pk, actor=house.supervisor, now=now)
    talking.add_words(complaint_id=row.pk, actor=house.owner, body="Mine.", now=now)
    assert told("words", house.engineer) == 0


def test_a_watcher_is_told_each_of_two_moves_of_one_moment(house, now):
    row = filed(house, at=now)
    watching.watch_case(complaint_id=row.pk, actor=house.manager, now=now)
    rule = AssignmentRule.objects.create(name="Lifts", estate=house.estate, created_at=now)
    AssignmentTurn.objects.create(rule=rule, member=house.engineer)
    intake.accept_complaint(complaint_id=row.pk, actor=house.clerk, now=now)
    subjects = Delivery.objects.filter(event="complaint.watched", membership=house.manager, channel="email")
    assert {subject.rpartition(": ")[2] for subject in subjects.values_list("subject", flat=True)} == {
        "Accepted", "Assigned",
    }  # fmt: skip


def test_a_task_goes_to_nobody_who_could_not_open_it(house, now):
    row = assigned(house, at=now)
    with pytest.raises(DomainError):
        case_tasks.add_task(
            complaint_id=row.pk, actor=house.clerk, text="Look.", assignee_id=house.engineer2.pk, now=now
        )
    assert not Task.objects.exists()


def test_undoing_a_reopening_is_not_offered_and_a_hand_over_in_the_middle_of_work_is_undone(house, now):
    row = assigned(house, at=now)
    handling.start_investigation(complaint_id=row.pk, actor=house.engineer, now=now)
    row.refresh_from_db()
    run = bulk(house, "assign", [row], now, handler_id=house.engineer2.pk)
    (outcome,) = undoing.undo_run(run_id=run.pk, actor=house.supervisor, now=now)
    assert outcome.is_changed
    assert Complaint.objects.get(pk=row.pk).handler == house.engineer
    Complaint.objects.filter(pk=row.pk).update(state="reopened")
    row.refresh_from_db()
    before = {row.pk: undoing.standing("assign", row)}
    done = act_on_each(act="assign", complaints=[row], actor=house.supervisor, now=now, handler_id=house.engineer2.pk)
    assert undoing.note_run(act="assign", before=before, outcomes=done, actor=house.supervisor, now=now) is None


def test_undoing_danger_takes_back_that_it_is_major(house, now):
    row = assigned(house, at=now)
    run = bulk(house, "priority", [row], now, priority="p1")
    assert Complaint.objects.get(pk=row.pk).severity == "major"
    undoing.undo_run(run_id=run.pk, actor=house.supervisor, now=now)
    assert Complaint.objects.get(pk=row.pk).severity == "minor"


def test_a_ready_reply_to_several_households_names_none(house, now):
    CannedReply.objects.create(title="Greeting", body_en="Dear {name}, about {place} ({number}).")
    row, other = assigned(house, at=now), filed(house, at=now)
    assert "Owner" in texts_for(row, house.organisation)[0].body
    join_complaint(complaint_id=other.pk, actor=house.supervisor, leading_number=row.number, now=now)
    assert not {"Owner", row.number, house.unit.code} & set(texts_for(row, house.organisation)[0].body.split())
