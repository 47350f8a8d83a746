"""One's own watch is taken back, also of a case that one may no longer read."""

import pytest
from django.utils import timezone

from audit.models import AuditEntry
from complaints import desk_queries
from complaints.models import Complaint, Watch
from complaints.services import handling, watching
from owners.models import EstateAssignment
from tenancy.errors import NotFound
from tests.complaints.pages import signed_in, text
from tests.complaints.seeds import assigned, filed, furnish
from tests.factories.api import program
from tests.factories.house import House

pytestmark = pytest.mark.django_db
QUEUE = "/admin/triage/"


@pytest.fixture
def house(house: House) -> House:
    return furnish(house)


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def lost(house, now):
    """A case that the engineer watched and handed over: it is out of their sight."""
    EstateAssignment.objects.get_or_create(membership=house.engineer2, estate=house.estate)
    row = assigned(house, at=now)
    watching.watch_case(complaint_id=row.pk, actor=house.engineer, now=now)
    handling.assign_complaint(complaint_id=row.pk, handler_id=house.engineer2.pk, actor=house.supervisor, now=now)
    assert signed_in(house, "engineer").get(f"{QUEUE}{row.number}/").status_code == 404
    return row


def test_the_verb_takes_back_ones_own_watch_and_says_so_once(house, now, lost):
    watching.unwatch_case(complaint_id=lost.pk, actor=house.engineer, now=now)
    assert not Watch.objects.exists()
    assert AuditEntry.objects.filter(action="complaint.unwatched").count() == 1
    with pytest.raises(NotFound):
        watching.unwatch_case(complaint_id=lost.pk, actor=house.engineer, now=now)


def test_nobody_takes_back_the_watch_of_another(house, now, lost):
    watching.unwatch_case(complaint_id=lost.pk, actor=house.manager, now=now)
    assert Watch.objects.get().member == house.engineer


def test_the_list_of_what_is_watched_names_it_by_number_alone_and_lets_go_of_it(house, lost):
    client = signed_in(house, "engineer")
    page = text(client.get(QUEUE, {"tab": "watched"}))
    assert "You watch these too, but may no longer read them" in page
    assert lost.number in page
    assert lost.description not in page
    assert "may no longer read" not in text(client.get(QUEUE, {"tab": "mine"}))
    answer = client.post(f"{QUEUE}{lost.number}/unwatch/")
    assert answer.headers["Location"] == f"{QUEUE}?tab=watched"
    assert not Watch.objects.exists()
    assert client.post(f"{QUEUE}{lost.number}/unwatch/").status_code == 404
    assert "may no longer read" not in text(client.get(QUEUE, {"tab": "watched"}))


def test_other_acts_on_it_stay_closed(house, lost):
    for code in ("watch", "note", "investigate"):
        assert signed_in(house, "engineer").post(f"{QUEUE}{lost.number}/{code}/").status_code == 404
    assert Watch.objects.count() == 1


def test_a_program_takes_it_back_and_is_shown_nothing(house, lost):
    client = program(house, "engineer")
    answer = client.send(f"complaints/{lost.number}/unwatch/", {})
    assert (answer.status_code, answer.content) == (204, b"")
    assert not Watch.objects.exists()
    assert client.send(f"complaints/{lost.number}/unwatch/", {}).status_code == 404


def test_what_can_be_read_is_answered_as_ever(house, now):
    row = filed(house, at=now)
    watching.watch_case(complaint_id=row.pk, actor=house.clerk, now=now)
    answer = program(house, "clerk").send(f"complaints/{row.number}/unwatch/", {})
    assert (answer.status_code, answer.json()["number"]) == (200, row.number)


def test_of_a_case_about_themselves_nobody_learns_by_it(house, now):
    row = filed(house, at=now)
    watching.watch_case(complaint_id=row.pk, actor=house.clerk, now=now)
    Complaint.objects.filter(pk=row.pk).update(subject_staff=house.clerk)
    assert desk_queries.watches_out_of_sight(house.clerk) == []
