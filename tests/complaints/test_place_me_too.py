"""“Me too” at a labelled place: offered before filing, to nobody more than they may know, followed by a link."""

import re

import pytest
from django.test import Client

from audit.models import AuditEntry
from complaints.models import Complaint, Joining
from complaints.services.me_too import join_own
from complaints.views.alike import alike_by_link
from owners.models import Estate
from tenancy.errors import NotFound
from tests.complaints.pages import signed_in, text
from tests.complaints.places import lift, said
from tests.complaints.seeds import assigned, filed, furnish
from tests.factories.house import NOON

pytestmark = pytest.mark.django_db
State = Complaint.State


@pytest.fixture
def place(house):
    furnish(house)
    return lift()


def known(house, words="LIFT 2, fifth floor", **changes):
    """What another household told of the same place."""
    given = {"unit": None, "building": house.building, "place": words, "complainant": house.people["neighbour"]}
    return assigned(house, **{**given, "description": "My dog is afraid of it.", **changes})


def passer_by(house):
    return Client(HTTP_HOST=house.host)


def own(leading):
    return Complaint.objects.exclude(pk=leading.pk).get()


def link_of(answer):
    return answer.headers["Location"].removesuffix("filed/")


def test_who_has_no_account_reads_only_that_it_is_known(house, place):
    leading = known(house)
    page = text(passer_by(house).get(f"/q/{place.code}/"))
    assert "We know of this already. Is yours the same?" in page
    assert f'name="metoo" value="{leading.pk}"' in page
    offered = re.search(r'<fieldset class="choices alike">.*?</fieldset>', page, re.S).group()
    assert leading.category.name in offered
    assert "Assigned" in offered
    for hidden in (leading.number, "My dog", house.people["neighbour"].name, "fifth floor", "1 complaint"):
        assert hidden not in page
    assert house.engineer.name not in page


@pytest.mark.parametrize("words", ["Lift 21", "Lift 1", "", "2号楼大堂"])
def test_what_is_told_of_another_place_of_the_building_is_not_offered(house, place, words):
    known(house, words)
    assert "metoo" not in text(passer_by(house).get(f"/q/{place.code}/"))


@pytest.mark.parametrize("changes", [{"is_confidential": True}, {"subject_staff": "clerk"}])
def test_what_is_confidential_or_about_a_person_is_not_offered(house, place, changes):
    changes = {key: getattr(house, value) if value == "clerk" else value for key, value in changes.items()}
    Complaint.objects.filter(pk=known(house).pk).update(**changes)
    assert "metoo" not in text(passer_by(house).get(f"/q/{place.code}/"))


def test_another_class_offers_what_is_open_of_that_class(house, place):
    leading = known(house, category="cleaning")
    client = passer_by(house)
    assert "metoo" not in text(client.get(f"/q/{place.code}/"))
    assert str(leading.pk) in text(client.get(f"/q/{place.code}/alike/", {"category": "cleaning"}))
    for nothing in ("", "no such class", "lift"):
        assert "metoo" not in text(client.get(f"/q/{place.code}/alike/", {"category": nothing}))
    assert client.get("/q/aaaaaaaaaa/alike/").status_code == 404


def test_chosen_without_an_account_it_is_joined_and_followed_by_its_own_link(house, place):
    leading, client = known(house), passer_by(house)
    sent = said(metoo=str(leading.pk))
    answers = [client.post(f"/q/{place.code}/", sent) for _click in range(2)]
    assert answers[0].headers["Location"] == answers[1].headers["Location"]
    mine, joining = own(leading), Joining.objects.get()
    assert (mine.is_anonymous, mine.state, mine.handler) == (True, State.ASSIGNED, house.engineer)
    assert (joining.complaint, joining.leading, joining.actor) == (mine, leading, None)
    entry = AuditEntry.objects.get(action="complaint.joined")
    assert entry.actor_id is None
    page = text(client.get(link_of(answers[0])))
    assert mine.number in page
    for hidden in (leading.number, "My dog", house.people["neighbour"].name):
        assert hidden not in page
    desk = signed_in(house, "supervisor")
    assert f"Joined to {leading.number}" in text(desk.get(f"/admin/triage/{mine.number}/"))
    assert desk.get(f"/admin/triage/{leading.number}/").status_code == 200


def test_a_member_who_lives_here_reads_what_the_owners_form_says_and_joins_by_name(house, place):
    leading, client = known(house), signed_in(house, "owner")
    page = text(client.get(f"/q/{place.code}/"))
    assert "Is it one of these?" in page
    assert "1 complaint" in page
    client.post(f"/q/{place.code}/", said(name=None, phone=None, metoo=str(leading.pk)))
    assert (own(leading).complainant, Joining.objects.get().actor) == (house.people["owner"], house.owner)


def test_a_member_of_another_estate_reads_no_more_than_a_passer_by(house, place):
    far = Estate.objects.create(code="FAR", name="Far Court", calendar=house.calendar)
    place = lift(estate=far, building=None)
    filed(house, unit=None, building=None, estate=far, place="Lift 2")
    page = text(signed_in(house, "owner").get(f"/q/{place.code}/"))
    assert "We know of this already" in page
    assert "1 complaint" not in page


def test_a_case_that_was_not_offered_joins_nothing_and_files_all_the_same(house, place):
    other = known(house, "Lift 1")
    for chosen in (str(other.pk), "nonsense"):
        assert passer_by(house).post(f"/q/{place.code}/", said(metoo=chosen)).status_code == 302
    assert (Complaint.objects.count(), Joining.objects.count()) == (3, 0)


def test_an_error_keeps_the_choice(house, place):
    leading = known(house)
    page = passer_by(house).post(f"/q/{place.code}/", said(metoo=str(leading.pk), description=""))
    assert page.status_code == 422
    assert f'value="{leading.pk}" checked' in text(page)


def test_offered_once_more_by_the_link_after_filing_and_taken_up_there(house, place):
    leading, client = known(house), passer_by(house)
    answer = client.post(f"/q/{place.code}/", said())
    page = text(client.get(answer.headers["Location"]))
    assert "It is the same" in page
    for hidden in (leading.number, "fifth floor", "1 complaint"):
        assert hidden not in page
    for _click in range(2):
        assert client.post(f"{link_of(answer)}me-too/", {"leading": leading.pk}).status_code == 302
    assert Joining.objects.get().complaint == own(leading)
    assert "It is the same" not in text(client.get(answer.headers["Location"]))


def test_by_the_link_nothing_is_offered_of_what_was_not_told_at_a_label(house, place):
    known(house)
    assert alike_by_link(filed(house, unit=None, building=house.building, place="The roof")) == []


def test_nobody_joins_without_account_or_link(house, place):
    leading = known(house)
    passer_by(house).post(f"/q/{place.code}/", said())
    with pytest.raises(NotFound):
        join_own(complaint_id=own(leading).pk, leading_id=leading.pk, actor=None, now=NOON)
    with pytest.raises(NotFound):
        join_own(complaint_id=own(leading).pk, leading_id=leading.pk, actor=house.owner, now=NOON, follow_token="x")
