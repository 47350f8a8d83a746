"""Service requests: a first word that something is to be done, with lighter steps, and the way to a complaint."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction

from audit.models import AuditEntry
from complaints import words
from complaints.acts import ACTS, offered
from complaints.conditions import Case
from complaints.joining_queries import Spot, alike
from complaints.models import Clock, Complaint, Pause
from complaints.performing import perform
from complaints.queries import follow_token
from complaints.rules import moving
from complaints.services import closing, converting, handling, intake, pausing, waking
from complaints.services.intake import Filing
from complaints.services.joining import join_complaint
from complaints.triage_queries import asking_now, counted, in_tab
from notices.models import Delivery
from reports.queries import received_by_month
from tenancy.errors import DomainError, IllegalMove, NotFound
from tests.complaints.pages import signed_in, text, typed
from tests.complaints.seeds import accepted, assigned, filed, furnish
from tests.factories.house import NOON, House

State, Kind = Complaint.State, Complaint.Kind


@pytest.fixture
def house(house: House) -> House:
    return furnish(house)


def asked(house: House, to: str = "", **changes: object) -> Complaint:
    make = {"accepted": accepted, "assigned": assigned}.get(to, filed)
    return make(house, kind=Kind.REQUEST, **changes)


def done(house: House, **changes: object) -> Complaint:
    row = asked(house, "assigned", **changes)
    return handling.resolve_complaint(complaint_id=row.pk, actor=house.engineer, resolution="A new lamp.", now=NOON)


def running(row: Complaint) -> set[str]:
    return set(Clock.objects.filter(complaint=row, stopped_at=None).values_list("kind", flat=True))


# -- its numbers and clocks ------------------------------------------------------------------------------------------


def test_it_has_a_series_of_its_own_and_is_confirmed_and_done_but_not_answered(house):
    row, other = asked(house), filed(house)
    assert row.number.startswith("R-LAK-2026-")
    assert other.number.startswith("C-LAK-2026-")
    assert running(row) == {"accept"}
    intake.accept_complaint(complaint_id=row.pk, actor=house.clerk, now=NOON)
    assert running(row) == {"resolve"}


def test_it_is_resolved_from_the_hands_of_its_handler_without_an_answer(house):
    row = asked(house, "assigned")
    offers = set(offered(Case(row, house.engineer, NOON)))
    assert {"start-work", "resolve", "wait-access"} <= offers
    assert not {"answer", "propose", "investigate", "severity"} & offers
    perform("start-work", Case(row, house.engineer, NOON), {})
    row.refresh_from_db()
    assert row.state == State.IMPLEMENTING
    perform("resolve", Case(row, house.engineer, NOON), {"resolution": "A new lamp."})
    row.refresh_from_db()
    assert (row.state, row.answered_at, row.decision) == (State.RESOLVED, None, "")


def test_it_is_closed_by_whoever_asked_and_never_looked_at_twice(house):
    row = done(house)
    with pytest.raises(IllegalMove):
        closing.ask_second_look(complaint_id=row.pk, actor=house.owner, now=NOON)
    closed = closing.say_solved(complaint_id=row.pk, actor=house.owner, rating=5, now=NOON)
    assert (closed.state, closed.closed_how) == (State.CLOSED, "said")


def test_an_answer_is_refused_by_the_verb_too(house):
    row = asked(house, "assigned")
    with pytest.raises(IllegalMove):
        handling.answer_complaint(complaint_id=row.pk, actor=house.engineer, decision="No.", now=NOON)
    row.refresh_from_db()
    assert (row.state, row.decision) == (State.ASSIGNED, "")


@pytest.mark.parametrize("percent", [0, 30, 50, 100])
def test_so_many_of_each_hundred_are_visited_spread_evenly(percent):
    chosen = [moving.is_visited_by_lot(f"R-LAK-2026-{number:06}", percent) for number in range(1, 201)]
    assert sum(chosen[:100]) == sum(chosen[100:]) == percent
    tens = [sum(chosen[start : start + 10]) for start in range(0, 200, 10)]
    assert max(tens) - min(tens) <= 1


def test_a_visit_is_due_and_listed_for_those_alone_whose_turn_it_is(house):
    rows = [done(house) for _turn in range(4)]
    due = [row for row in rows if "visit" in running(row)]
    assert [row.number[-1] for row in due] == ["4"]
    asking = asking_now(house.supervisor, NOON, ZoneInfo("Europe/London"))
    assert list(Complaint.objects.filter(in_tab("visits", asking))) == due
    assert counted(["visits"], asking) == {"visits": 1}


def test_silence_closes_it_as_it_closes_a_complaint(house):
    row = done(house)
    waking.wake_batch(now=NOON + timedelta(days=3))
    waking.wake_batch(now=NOON + timedelta(days=7))
    row.refresh_from_db()
    assert (row.state, row.closed_how) == (State.CLOSED, "silence")


def test_what_is_about_staff_is_no_request(house):
    with pytest.raises(DomainError):
        asked(house, subject_staff=house.engineer)
    assert not Complaint.objects.exists()


# -- it becomes a complaint ------------------------------------------------------------------------------------------


def test_whoever_asked_makes_it_a_complaint_with_a_number_and_clocks_of_its_own(house):
    row = asked(house, "assigned")
    made = converting.complain_of_request(complaint_id=row.pk, actor=house.owner, why=" Nobody came. ", now=NOON)
    row.refresh_from_db()
    assert (row.state, row.closed_how, row.is_open, running(row)) == (State.CLOSED, "converted", False, set())
    assert (made.kind, made.number[0], made.state, made.arose_from_id) == (Kind.COMPLAINT, "C", State.RECEIVED, row.pk)
    assert (made.description, made.unit, made.complainant) == ("Nobody came.", row.unit, row.complainant)
    assert running(made) == {"accept", "statutory"}
    assert AuditEntry.objects.filter(action="complaint.converted", subject_label=row.number).count() == 1
    assert Delivery.objects.filter(event="complaint.received", text__contains=made.number).exists()


def test_it_becomes_one_complaint_however_often_it_is_pressed(house):
    row = asked(house, "assigned")
    converting.complain_of_request(complaint_id=row.pk, actor=house.owner, why="Nobody came.", now=NOON)
    with pytest.raises(IllegalMove):
        converting.complain_of_request(complaint_id=row.pk, actor=house.owner, why="Nobody came.", now=NOON)
    with pytest.raises(IllegalMove):
        converting.make_complaint(complaint_id=row.pk, actor=house.clerk, why="Nobody came.", now=NOON)
    assert Complaint.objects.filter(kind=Kind.COMPLAINT).count() == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        filed(house, arose_from=row)


def test_one_that_was_closed_badly_becomes_one_as_long_as_it_could_be_opened_again(house):
    row = done(house)
    closing.say_solved(complaint_id=row.pk, actor=house.owner, rating=None, now=NOON)
    late = NOON + timedelta(days=31)
    with pytest.raises(IllegalMove):
        converting.complain_of_request(complaint_id=row.pk, actor=house.owner, why="Dark again.", now=late)
    converting.complain_of_request(complaint_id=row.pk, actor=house.owner, why="Dark again.", now=NOON)
    row.refresh_from_db()
    assert row.closed_how == "said"


def test_the_engineer_who_has_it_makes_it_a_complaint_but_none_is_made_of_a_complaint(house):
    row, other = asked(house, "assigned"), assigned(house)
    made = converting.make_complaint(complaint_id=row.pk, actor=house.engineer, why="They are angry.", now=NOON)
    assert made.arose_from_id == row.pk
    assert "make-complaint" not in offered(Case(other, house.engineer, NOON))
    with pytest.raises(IllegalMove):
        converting.make_complaint(complaint_id=other.pk, actor=house.supervisor, why="Again.", now=NOON)


def test_without_words_nothing_is_made_and_nobody_else_makes_it(house):
    row = asked(house, "assigned")
    with pytest.raises(DomainError):
        converting.complain_of_request(complaint_id=row.pk, actor=house.owner, why="  ", now=NOON)
    with pytest.raises(NotFound):
        converting.complain_of_request(complaint_id=row.pk, actor=house.occupant, why="Mine.", now=NOON)
    row.refresh_from_db()
    assert row.state == State.ASSIGNED
    assert Complaint.objects.count() == 1


def test_an_anonymous_one_stays_anonymous_and_is_followed_by_a_link(house):
    row = asked(house, is_anonymous=True, unit=None, building=house.building, complainant=None)
    made = converting.complain_of_request(
        complaint_id=row.pk, actor=None, why="Still dark.", now=NOON, follow_token=follow_token(row)
    )
    assert (made.is_anonymous, made.complainant, made.unit) == (True, None, None)


# -- counted apart ---------------------------------------------------------------------------------------------------


def test_figures_on_complaints_count_no_requests(house):
    asked(house)
    filed(house)
    assert received_by_month(house.estate, [NOON.date().replace(day=1)])[0][1] == 1


# -- on the pages ----------------------------------------------------------------------------------------------------


def test_the_form_files_a_request_and_speaks_of_one(house):
    client = signed_in(house, "owner")
    page = text(client.get("/complaints/new/?kind=request"))
    assert 'value="request"' in page
    page = text(client.post("/complaints/new/", typed(house, kind="request"), follow=True))
    row = Complaint.objects.get()
    assert (row.kind, row.number[0]) == (Kind.REQUEST, "R")
    assert "We have your request" in page
    assert "complaint" not in page.partition("<main")[2].partition("</main>")[0].replace("/complaints/", "").lower()
    assert words.owner_sentence(row, now=NOON).startswith("We have received it.")


def test_a_request_about_staff_is_named_at_its_field_with_all_that_was_typed(house):
    client = signed_in(house, "owner")
    sent = typed(house, kind="request", subject_staff=str(house.engineer.pk))
    response = client.post("/complaints/new/", sent)
    assert response.status_code == 422
    assert "What is about a member of our staff is a complaint." in text(response)
    assert "The lift stops between floors." in text(response)
    assert not Complaint.objects.exists()


def test_the_owner_makes_it_a_complaint_on_its_page_and_each_names_the_other(house):
    row, client = asked(house, "assigned"), signed_in(house, "owner")
    page = text(client.get(f"/complaints/{row.number}/"))
    assert "Not done, or not done well?" in page
    assert "second-look" not in page
    empty = client.post(f"/complaints/{row.number}/complain/", {"why": ""})
    assert (empty.status_code, "A sentence is enough." in text(empty)) == (422, True)
    client.post(f"/complaints/{row.number}/complain/", {"why": "Nobody came."}, follow=True)
    made = Complaint.objects.get(kind=Kind.COMPLAINT)
    assert f"It became complaint {made.number}." in text(client.get(f"/complaints/{row.number}/"))
    assert f"It arose from request {row.number}." in text(client.get(f"/complaints/{made.number}/"))


def test_staff_find_requests_by_kind_and_by_number(house):
    row, other, client = asked(house), filed(house), signed_in(house, "clerk")
    page = text(client.get("/admin/triage/?tab=open&kind=request"))
    assert (row.number in page, other.number in page) == (True, False)
    assert row.number in text(client.get(f"/admin/triage/?tab=open&q={row.number.lower()}"))


def test_the_act_is_in_the_table_and_closes_what_it_was():
    assert ACTS["make-complaint"].leads_to == {State.CLOSED}


def test_a_filing_without_a_kind_is_a_complaint(house):
    row = Filing(estate=house.estate, category=filed(house).category, description="x", channel="portal")
    assert row.kind == Kind.COMPLAINT


# -- where the two meet ----------------------------------------------------------------------------------------------


def test_what_became_a_complaint_is_not_opened_again_beside_it(house):
    row = asked(house, "assigned")
    converting.complain_of_request(complaint_id=row.pk, actor=house.owner, why="Nobody came.", now=NOON)
    with pytest.raises(IllegalMove):
        closing.say_not_solved(complaint_id=row.pk, actor=house.owner, why="Again.", now=NOON)
    row.refresh_from_db()
    assert "reopen" not in offered(Case(row, house.clerk, NOON))
    assert words.owner_sentence(row, now=NOON).startswith("It is closed: it has become a complaint")


def test_a_wait_ends_with_the_request_that_became_a_complaint(house):
    row = asked(house, "assigned")
    pausing.wait_for_complainant(complaint_id=row.pk, actor=house.engineer, question="Which lamp?", now=NOON)
    converting.complain_of_request(complaint_id=row.pk, actor=house.owner, why="All of them!", now=NOON)
    assert not Pause.objects.filter(ended_at=None).exists()
    row.refresh_from_db()
    assert row.returns_to == ""


def test_danger_stays_danger_and_whoever_had_it_is_told(house):
    row = asked(house, "assigned", priority="p1")
    made = converting.complain_of_request(complaint_id=row.pk, actor=house.owner, why="Sparks.", now=NOON)
    assert (made.priority, made.severity) == ("p1", "major")
    mail = Delivery.objects.get(event="complaint.converted", membership=house.engineer, channel="email")
    assert made.number in mail.subject


def test_a_low_rating_of_a_request_has_its_promise_too(house):
    row = done(house)
    again = closing.say_solved(complaint_id=row.pk, actor=house.owner, rating=1, now=NOON)
    assert again.state == State.REOPENED
    clock = Clock.objects.get(complaint=row, kind="resolve", stopped_at=None)
    assert (clock.due_at - NOON).days <= 4  # two working days, over a weekend at most


def test_nobody_closes_what_is_not_resolved(house):
    row = asked(house, "assigned", is_anonymous=True, unit=None, building=house.building, complainant=None)
    with pytest.raises(IllegalMove):
        closing.close_complaint(complaint_id=row.pk, actor=house.clerk, now=NOON)
    row.refresh_from_db()
    assert row.state == State.ASSIGNED


def test_a_request_and_a_complaint_are_not_joined_and_not_offered_to_each_other(house):
    row, other = asked(house), filed(house)
    with pytest.raises(DomainError) as refused:
        join_complaint(complaint_id=other.pk, actor=house.supervisor, leading_number=row.number, now=NOON)
    assert refused.value.code == "leading_number"
    spot = Spot(house.estate, house.building, house.unit)
    assert list(alike(spot, other.category)) == [other]
    assert list(alike(spot, other.category, Kind.REQUEST)) == [row]
