"""“Me too”: who is about to complain of what others told already may have both dealt with together."""

from threading import Barrier, Thread

import pytest
from django.db import connections

from audit.models import AuditEntry
from complaints.models import Complaint, Joining
from complaints.services.joining import part_complaint
from complaints.services.me_too import join_own
from tenancy.context import scope
from tenancy.errors import NotFound
from tests.complaints.pages import signed_in, text, typed
from tests.complaints.seeds import accepted, answered, assigned, filed, furnish
from tests.factories.house import NOON, build_house

pytestmark = pytest.mark.django_db
State = Complaint.State


def lift(house):
    """A common part of the building, as seeds take it."""
    return {"unit": None, "building": house.building, "place": "Lift 2"}


@pytest.fixture
def leading(house):
    furnish(house)
    return assigned(house, **lift(house), complainant=house.people["neighbour"], description="My dog is afraid of it.")


def common(house, **said):
    spot = f"building:{house.building.pk}"
    return typed(house, where="common", spot=spot, place="Lift 2", category="lift", **said)


def offered(house, who="owner", **asked):
    given = {"where": "common", "spot": f"building:{house.building.pk}", "category": "lift", **asked}
    return text(signed_in(house, who).get("/complaints/alike/", given))


def test_what_is_offered_says_where_and_how_many_but_neither_who_nor_what(house, leading):
    page = offered(house)
    for words in ("Lift 2", "1 complaint", str(leading.pk)):
        assert words in page
    for words in (leading.number, "My dog", house.people["neighbour"].name):
        assert words not in page


@pytest.mark.parametrize(
    "asked", [{"category": "noise"}, {"spot": ""}, {"where": ""}, {"where": "unit:nonsense"}, {"category": "no such"}]
)
def test_another_class_or_place_or_nothing_yet_offers_nothing(house, leading, asked):
    assert "metoo" not in offered(house, **asked)


def test_nobody_from_outside_the_house_is_offered_anything(house, leading):
    assert "metoo" not in offered(house, "clerk")
    assert "metoo" not in offered(house, "builder")


def test_what_is_answered_or_about_a_person_is_not_offered(house, leading):
    Complaint.objects.filter(pk=leading.pk).update(subject_staff=house.clerk)
    answered(house, **lift(house))
    assert "metoo" not in offered(house)


def test_filed_with_it_each_keeps_a_number_and_has_the_same_handler(house, leading):
    client, sent = signed_in(house, "owner"), common(house, metoo=str(leading.pk))
    first = client.post("/complaints/new/", sent)
    again = client.post("/complaints/new/", sent)
    assert first.headers["Location"] == again.headers["Location"]
    own = Complaint.objects.exclude(pk=leading.pk).get()
    assert (own.state, own.handler_id, own.complainant) == (State.ASSIGNED, leading.handler_id, house.people["owner"])
    assert Joining.objects.get().leading_id == leading.pk
    assert "Others have told us" not in text(client.get(first.headers["Location"]))


def test_one_that_nobody_read_yet_leads_and_is_accepted_by_people(house):
    furnish(house)
    waiting = filed(house, **lift(house), complainant=house.people["neighbour"])
    signed_in(house, "owner").post("/complaints/new/", common(house, metoo=str(waiting.pk)))
    own = Complaint.objects.exclude(pk=waiting.pk).get()
    assert (own.state, Joining.objects.get().leading_id) == (State.RECEIVED, waiting.pk)


@pytest.mark.parametrize("said", [{"metoo": "nonsense"}, {"metoo": "00000000-0000-4000-8000-000000000000"}])
def test_what_was_never_offered_joins_nothing_and_files_all_the_same(house, leading, said):
    assert signed_in(house, "owner").post("/complaints/new/", common(house, **said)).status_code == 302
    assert (Complaint.objects.count(), Joining.objects.count()) == (2, 0)


def test_an_anonymous_complaint_is_joined_and_its_sender_written_down_nowhere(house, leading):
    sent = common(house, metoo=str(leading.pk), is_anonymous="on")
    assert signed_in(house, "owner").post("/complaints/new/", sent).status_code == 302
    joining = Joining.objects.get()
    assert (joining.complaint.is_anonymous, joining.actor) == (True, None)
    entries = AuditEntry.objects.filter(subject_id=str(joining.complaint.pk))
    assert entries
    assert not [entry for entry in entries if entry.actor_id]


def test_a_form_sent_back_still_offers_and_keeps_the_choice(house, leading):
    page = signed_in(house, "owner").post("/complaints/new/", common(house, metoo=str(leading.pk), description=""))
    assert page.status_code == 422
    assert f'value="{leading.pk}" checked' in text(page)


def test_offered_once_more_after_filing_and_taken_up_there(house, leading):
    client = signed_in(house, "owner")
    filed_at = client.post("/complaints/new/", common(house)).headers["Location"]
    assert "It is the same" in text(client.get(filed_at))
    own = Complaint.objects.exclude(pk=leading.pk).get()
    for _click in range(2):
        assert client.post(f"/complaints/{own.number}/me-too/", {"leading": leading.pk}).status_code == 302
    assert Joining.objects.count() == 1
    assert "It is the same" not in text(client.get(filed_at))


def test_one_s_own_is_named_rather_than_offered(house):
    furnish(house)
    own = accepted(house, **lift(house), complainant=house.people["owner"])
    page = offered(house)
    assert own.number in page
    assert str(own.pk) not in page


def test_nobody_joins_the_complaint_of_another(house, leading):
    other = filed(house, **lift(house), complainant=house.people["neighbour"])
    with pytest.raises(NotFound):
        join_own(complaint_id=other.pk, leading_id=leading.pk, actor=house.owner, now=NOON)


def test_it_can_be_parted_like_any_other(house, leading):
    signed_in(house, "owner").post("/complaints/new/", common(house, metoo=str(leading.pk)))
    own = Complaint.objects.exclude(pk=leading.pk).get()
    part_complaint(complaint_id=own.pk, actor=house.supervisor, now=own.received_at)
    assert not Joining.objects.filter(ended_at=None).exists()


@pytest.mark.django_db(transaction=True)
def test_two_that_join_each_other_at_once_end_under_one():
    house = build_house("together")
    with scope(house.organisation.pk):
        furnish(house)
        one = filed(house, **lift(house), complainant=house.people["owner"])
        two = filed(house, **lift(house), complainant=house.people["neighbour"])
    start, people = Barrier(2), ((one, two, house.owner), (two, one, house.neighbour))

    def join(own, other, actor):
        start.wait()
        with scope(house.organisation.pk):
            join_own(complaint_id=own.pk, leading_id=other.pk, actor=actor, now=NOON)
        connections.close_all()

    threads = [Thread(target=join, args=given) for given in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with scope(house.organisation.pk):
        assert Joining.objects.count() == 1
