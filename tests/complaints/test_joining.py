"""Complaints of one cause: one answer to all, each with a number, a promise and a “solved?” of its own."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connections

from complaints.conditions import Case
from complaints.models import Clock, Complaint, HandlingRules, Joining, Message
from complaints.performing import perform
from complaints.services import closing, talking
from complaints.services.joining import join_complaint, part_complaint
from notices.models import Delivery
from tenancy.context import scope
from tenancy.errors import DomainError, NotAllowed, NotFound
from tests.complaints.seeds import accepted, answered, assigned, filed, furnish
from tests.complaints.test_triage import browser
from tests.factories.house import NOON, build_house

pytestmark = pytest.mark.django_db
State = Complaint.State


@pytest.fixture
def both(house):
    """A complaint in work, and another household's about the same."""
    furnish(house)
    leading = assigned(house)
    other = filed(house, unit=house.other_unit, complainant=house.people["neighbour"], description="It stopped again.")
    return leading, other


def join(house, complaint, leading, *, actor=None, now=NOON):
    return join_complaint(
        complaint_id=complaint.pk, actor=actor or house.supervisor, leading_number=leading.number, now=now
    )


def do(house, code, complaint, *, actor=None, now=NOON, **values):
    complaint.refresh_from_db()
    return perform(code, Case(complaint, actor or house.engineer, now), values)


def mails_to(person, event):
    return Delivery.objects.filter(person=person, event=f"complaint.{event}", channel="email").count()


def test_a_joined_complaint_keeps_its_number_and_clocks_and_gets_the_same_handler(house, both):
    leading, other = both
    join(house, other, leading)
    other.refresh_from_db()
    assert (other.state, other.handler_id) == (State.ASSIGNED, house.engineer.pk)
    assert Clock.objects.filter(complaint=other, kind="resolve", stopped_at=None).count() == 1
    assert mails_to(house.people["neighbour"], "joined") == 1


def test_one_answer_reaches_all_and_each_is_asked_whether_it_is_solved(house, both):
    leading, other = both
    join(house, other, leading)
    assert do(house, "reply", leading, body="The part comes on Monday.") == 1
    assert do(house, "answer", leading, decision="A worn contact is replaced.", reasons="", remedy="", actions=[]) == 1
    assert do(house, "resolve", leading, resolution="It runs.") == 1
    other.refresh_from_db()
    assert (other.state, other.decision, other.resolution) == (
        State.RESOLVED, "A worn contact is replaced.", "It runs.",
    )  # fmt: skip
    assert Message.objects.filter(complaint=other, kind="reply", body="The part comes on Monday.").count() == 1
    assert [mails_to(house.people["neighbour"], event) for event in ("reply", "answered", "resolved")] == [1, 1, 1]


def test_who_says_not_solved_reopens_their_own_alone(house, both):
    leading, other = both
    join(house, other, leading)
    do(house, "answer", leading, decision="Done.", reasons="", remedy="", actions=[])
    do(house, "resolve", leading, resolution="It runs.")
    closing.say_solved(complaint_id=leading.pk, actor=house.owner, rating=5, now=NOON)
    closing.say_not_solved(complaint_id=other.pk, actor=house.neighbour, why="It stopped again.", now=NOON)
    leading.refresh_from_db()
    other.refresh_from_db()
    assert (leading.state, other.state) == (State.CLOSED, State.REOPENED)


def test_a_joined_reporter_keeps_access_and_is_heard(house, both, client):
    """Known fault of others: a merged reporter lost access."""
    leading, other = both
    join(house, other, leading)
    client.defaults["HTTP_HOST"] = house.host
    client.force_login(house.neighbour.user)
    page = client.get(f"/complaints/{other.number}/").content.decode()
    assert other.number in page
    assert leading.number not in page
    assert client.get(f"/complaints/{leading.number}/").status_code == 404
    talking.add_words(complaint_id=other.pk, actor=house.neighbour, body="Now it smells, too.", now=NOON)
    assert Delivery.objects.filter(membership=house.engineer, event="complaint.words", channel="email").count() == 1


def test_what_cannot_be_done_there_is_passed_over(house, both):
    leading, other = both
    join(house, other, leading)
    Complaint.objects.filter(pk=other.pk).update(severity="major")  # its answer is the manager's to sign
    assert do(house, "answer", leading, decision="Done.", reasons="", remedy="", actions=[]) == 0
    other.refresh_from_db()
    assert other.state == State.ASSIGNED


def test_parted_it_is_on_its_own_again_within_the_days_of_the_house(house, both):
    leading, other = both
    join(house, other, leading)
    part_complaint(complaint_id=other.pk, actor=house.supervisor, now=NOON + timedelta(days=30))
    assert mails_to(house.people["neighbour"], "parted") == 1
    assert do(house, "investigate", leading) == 0
    assert Joining.objects.get().ended_by_id == house.supervisor.pk


def test_later_than_that_it_stays_joined(house, both):
    leading, other = both
    HandlingRules.objects.update(part_days=3)
    join(house, other, leading)
    with pytest.raises(DomainError, match="more than 3 days ago"):
        part_complaint(complaint_id=other.pk, actor=house.supervisor, now=NOON + timedelta(days=3, seconds=1))
    assert Joining.objects.filter(ended_at=None).count() == 1


def test_what_was_joined_to_it_comes_along(house, both):
    leading, other = both
    third = filed(house, description="Stuck.")
    join(house, third, other)
    join(house, other, leading)
    assert {row.complaint_id for row in Joining.objects.filter(leading=leading, ended_at=None)} == {other.pk, third.pk}
    with pytest.raises(DomainError, match="itself"):
        join(house, leading, third)


def test_joining_it_again_changes_nothing(house, both):
    leading, other = both
    join(house, other, leading)
    join(house, other, leading)
    assert Joining.objects.count() == 1
    assert mails_to(house.people["neighbour"], "joined") == 1


@pytest.mark.parametrize(
    ("number", "words"), [("", "Give the number"), ("C-LAK-2026-999999", "Give the number"), ("own", "its own number")]
)
def test_a_number_that_is_none_of_theirs_is_refused_at_the_field(house, both, number, words):
    _leading, other = both
    given = other.number if number == "own" else number
    with pytest.raises(DomainError, match=words) as refused:
        join_complaint(complaint_id=other.pk, actor=house.supervisor, leading_number=given, now=NOON)
    assert refused.value.code == "leading_number"
    assert not Joining.objects.exists()


def test_a_complaint_about_a_person_stays_apart(house, both):
    leading, _other = both
    about = filed(house, subject_staff=house.engineer2)
    with pytest.raises(DomainError, match="apart"):
        join(house, about, leading)


def test_what_is_answered_is_not_joined_any_more(house, both):
    leading, _other = both
    with pytest.raises(DomainError, match="answered already"):
        join(house, answered(house), leading)


@pytest.mark.parametrize("role", ["clerk", "engineer"])
def test_who_does_not_assign_does_not_join(house, both, role):
    leading, _other = both
    complaint = assigned(house)
    with pytest.raises(NotAllowed):
        join(house, complaint, leading, actor=getattr(house, role))
    assert not Joining.objects.exists()


def test_a_stranger_joins_nothing(house, both, stranger):
    leading, other = both
    with pytest.raises(NotFound):
        join(house, other, leading, actor=stranger.supervisor)
    assert not Joining.objects.exists()


def test_the_page_joins_shows_and_parts(house, both):
    leading, other = both
    client = browser(house, "supervisor")
    wrong = client.post(f"/admin/triage/{other.number}/join/", {"leading_number": "C-1", "seen": other.state})
    assert wrong.status_code == 422
    assert b'value="C-1"' in wrong.content
    sent = {"leading_number": leading.number.lower(), "seen": other.state}
    assert client.post(f"/admin/triage/{other.number}/join/", sent).status_code == 302
    assert f"{other.number} joined to this one" in client.get(f"/admin/triage/{leading.number}/").content.decode()
    assert f"Joined to {leading.number}" in client.get(f"/admin/triage/{other.number}/").content.decode()
    assert client.post(f"/admin/triage/{other.number}/part/").status_code == 302
    assert not Joining.objects.filter(ended_at=None).exists()


@pytest.mark.django_db(transaction=True, databases=["default", "system"])
def test_clicks_at_the_same_moment_join_once_and_nobody_waits_for_ever():
    house = build_house("lakeside")
    with scope(house.organisation.pk):
        furnish(house)
        leading, one, two = assigned(house), accepted(house), accepted(house)
    gate, failures = Barrier(6), []

    def click(complaint, to):
        try:
            gate.wait()
            with scope(house.organisation.pk):
                join_complaint(complaint_id=complaint.pk, actor=house.supervisor, leading_number=to.number, now=NOON)
        except DomainError:
            pass  # the other way round was first
        except Exception as error:
            failures.append(error)
        finally:
            connections.close_all()

    pairs = [(one, leading), (one, leading), (two, leading), (two, leading), (one, two), (two, one)]
    threads = [Thread(target=click, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert failures == []
    with scope(house.organisation.pk):
        assert Joining.objects.filter(ended_at=None, complaint=one).count() <= 1
        assert Joining.objects.filter(ended_at=None, complaint=two).count() <= 1
