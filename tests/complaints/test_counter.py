"""Entering a complaint for somebody on the phone or at the counter."""

import re
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from attachments.models import Attachment
from complaints.models import Complaint, Joining
from complaints.queries import followed_id
from owners.models import Building, Estate, Unit
from tests.attachments.making import jpeg
from tests.complaints.seeds import assigned, furnish
from tests.factories.house import House

BACKEND = "django.contrib.auth.backends.ModelBackend"
ENTER = "/complaints/enter/"


@pytest.fixture
def house(house: House) -> House:
    furnish(house)
    owner = house.people["owner"]
    owner.phone = "+447700900123"
    owner.save()
    return house


def signed_in(house: House, role: str = "clerk") -> Client:
    client = Client(HTTP_HOST=house.host)
    client.force_login(getattr(house, role).user, backend=BACKEND)
    return client


def text(response) -> str:
    return response.content.decode()


def typed(house: House, **changes: object) -> dict[str, object]:
    return {
        "filing_key": str(uuid.uuid4()),
        "q": "Owner of",
        "who": f"{house.people['owner'].pk}:{house.unit.pk}",
        "channel": "phone",
        "category": "lift",
        "description": "The lift stops.",
        **changes,
    }


@pytest.mark.parametrize("words", ["Owner of L", "900123", "07700 900123", "A-0101", "a0101"])
def test_a_person_is_found_by_name_phone_or_unit(house, words):
    page = text(signed_in(house).get(f"{ENTER}people/", {"q": words}))
    assert f'value="{house.people["owner"].pk}:{house.unit.pk}"' in page
    assert "A-0101 · North Tower" in page


def test_a_single_match_is_chosen_already(house):
    page = text(signed_in(house).get(ENTER, {"q": "900123"}))
    assert re.search(rf'value="{house.people["owner"].pk}:{house.unit.pk}" checked', page)


def test_find_without_script_keeps_what_was_typed_and_complains_of_nothing(house):
    photo = SimpleUploadedFile("leak.jpg", jpeg(), content_type="image/jpeg")
    sent = typed(house, who="", category="", description="It drips.", photos=photo, find="1", q="A-0101")
    response = signed_in(house).post(ENTER, sent)
    page = text(response)
    assert response.status_code == 200
    assert "There is a problem" not in page
    assert "It drips." in page
    assert 'name="photos_held"' in page
    assert f'value="{house.people["owner"].pk}:{house.unit.pk}"' in page
    assert not Complaint.objects.exists()


def test_entering_for_a_known_person_shows_what_to_say(house):
    response = signed_in(house).post(ENTER, typed(house), follow=True)
    complaint = Complaint.objects.get()
    assert response.redirect_chain == [(f"{ENTER}{complaint.number}/done/", 302)]
    assert (complaint.complainant, complaint.unit, complaint.channel) == (house.people["owner"], house.unit, "phone")
    assert (complaint.taken_by, complaint.priority) == (house.clerk, "p2")
    page = text(response)
    assert complaint.number in page
    assert "The last digits aloud: 0 0 0 0 0 1" in page
    assert "We confirm it by" in page or "We promised to confirm it by" in page
    assert f"/admin/triage/{complaint.number}/" in page


def test_entering_for_somebody_unlisted_needs_name_and_place(house):
    client = signed_in(house)
    response = client.post(ENTER, typed(house, who="unlisted", caller_phone="07700 900999"))
    assert response.status_code == 422
    assert "Write the name, or that they want to stay anonymous." in text(response)
    assert "Choose where it is." in text(response)
    sent = typed(
        house, who="unlisted", caller_name="A visitor", caller_phone="07700 900999",
        spot=f"building:{house.building.pk}", place="Lift 2", priority="p1", channel="counter",
    )  # fmt: skip
    response = client.post(ENTER, sent, follow=True)
    complaint = Complaint.objects.get()
    assert (complaint.caller_name, str(complaint.caller_phone)) == ("A visitor", "+447700900999")
    assert (complaint.complainant, complaint.unit, complaint.building) == (None, None, house.building)
    assert (complaint.priority, complaint.place, complaint.channel) == ("p1", "Lift 2", "counter")
    token = text(response).partition("/complaints/follow/")[2].partition("/")[0]
    assert followed_id(token) == complaint.pk


def test_a_phone_nobody_can_dial_is_refused_with_what_to_write(house):
    sent = typed(house, who="unlisted", caller_name="A", caller_phone="12", spot=f"building:{house.building.pk}")
    response = signed_in(house).post(ENTER, sent)
    assert response.status_code == 422
    assert "Write the number with its area code" in text(response)


def test_a_caller_who_wants_to_stay_anonymous_leaves_no_identity(house):
    signed_in(house).post(ENTER, typed(house, is_anonymous="on", caller_name="Mei"))
    complaint = Complaint.objects.get()
    assert (complaint.complainant, complaint.unit, complaint.caller_name) == (None, None, "")
    assert (complaint.building, complaint.taken_by) == (house.building, house.clerk)


def test_a_common_part_wins_over_the_callers_unit(house):
    signed_in(house).post(ENTER, typed(house, spot=f"estate:{house.estate.pk}", place="Gate"))
    complaint = Complaint.objects.get()
    assert (complaint.complainant, complaint.unit, complaint.building) == (house.people["owner"], None, None)


def test_an_error_keeps_the_choice_and_the_photos(house):
    photo = SimpleUploadedFile("leak.jpg", jpeg(), content_type="image/jpeg")
    client = signed_in(house)
    page = text(client.post(ENTER, typed(house, description="", photos=photo)))
    assert re.search(rf'value="{house.people["owner"].pk}:{house.unit.pk}" checked', page)
    held = re.search(r'name="photos_held" value="([^"]+)"', page).group(1)
    client.post(ENTER, typed(house, photos_held=held))
    assert Attachment.objects.get(subject_id=Complaint.objects.get().pk).original_name == "leak.jpg"


def test_a_second_click_enters_nothing(house):
    client, sent = signed_in(house), typed(house)
    assert client.post(ENTER, sent)["Location"] == client.post(ENTER, sent)["Location"]
    assert Complaint.objects.count() == 1


@pytest.mark.parametrize("role", ["owner", "occupant", "committee", "auditor", "builder"])
def test_others_may_not_enter(house, role):
    client = signed_in(house, role)
    for response in (client.get(ENTER), client.post(ENTER, typed(house)), client.get(f"{ENTER}people/?q=Owner")):
        assert response.status_code == 403
    assert not Complaint.objects.exists()


def test_without_a_sign_in_the_way_is_to_the_sign_in(house):
    response = Client(HTTP_HOST=house.host).get(ENTER)
    assert response.status_code == 302
    assert "/accounts/login/" in response["Location"]


def test_people_and_places_of_other_estates_are_not_offered(house):
    elsewhere = Estate.objects.create(code="HIL", name="Hill", calendar=house.calendar)
    building = Building.objects.create(estate=elsewhere, code="H", name="Hill House")
    unit = Unit.objects.create(
        estate=elsewhere, building=building, code="H-9", number="9", kind="flat",
        exclusive_area="50.00", status="owner_occupied",
    )  # fmt: skip
    unit.ownerships.create(person=house.people["builder"])
    client = signed_in(house)
    assert str(unit.pk) not in text(client.get(f"{ENTER}people/?q=H-9"))
    assert "Hill House" not in text(client.get(ENTER))
    for sent in (
        typed(house, q="H-9", who=f"{house.people['builder'].pk}:{unit.pk}"),
        typed(house, spot=f"building:{building.pk}"),
    ):
        assert client.post(ENTER, sent).status_code == 422
    assert not Complaint.objects.exists()


def test_an_engineer_enters_but_does_not_search_the_registry(house):
    client = signed_in(house, "engineer")
    assert house.people["owner"].name not in text(client.get(f"{ENTER}people/?q=Owner"))
    sent = typed(house, who="unlisted", caller_name="A visitor", spot=f"building:{house.building.pk}")
    assert client.post(ENTER, sent, follow=True).status_code == 200
    assert Complaint.objects.get().taken_by == house.engineer


def test_what_somebody_else_entered_is_not_shown(house):
    signed_in(house).post(ENTER, typed(house))
    number = Complaint.objects.get().number
    assert signed_in(house, "supervisor").get(f"{ENTER}{number}/done/").status_code == 404


# -- me too ------------------------------------------------------------------------------------------------------------


def known(house):
    return assigned(
        house, unit=None, building=house.building, place="Lift 2", complainant=house.people["neighbour"],
        description="My dog is afraid of it.",
    )  # fmt: skip


def test_what_is_known_already_is_offered_while_the_caller_is_on_the_phone(house):
    leading = known(house)
    chosen = {"q": "", "who": "unlisted", "category": "lift", "spot": f"building:{house.building.pk}"}
    page = text(signed_in(house).get(f"{ENTER}alike/", chosen))
    assert str(leading.pk) in page
    for words in (leading.number, "My dog", house.people["neighbour"].name):
        assert words not in page
    assert "metoo" not in text(signed_in(house).get(f"{ENTER}alike/", {**chosen, "category": "noise"}))
    assert signed_in(house, "owner").get(f"{ENTER}alike/", chosen).status_code == 403


def test_what_a_clerk_enters_is_joined_to_the_one_that_was_offered(house):
    leading = known(house)
    sent = typed(house, spot=f"building:{house.building.pk}", place="Lift 2", metoo=str(leading.pk))
    again = text(signed_in(house).post(ENTER, {**sent, "description": ""}))
    assert re.search(rf'value="{leading.pk}" checked', again)
    for _time in (1, 2):
        assert signed_in(house).post(ENTER, sent).status_code == 302
    joined = Joining.objects.get()
    assert (joined.leading, joined.actor) == (leading, house.clerk)
    assert signed_in(house).post(ENTER, typed(house, metoo="nonsense")).status_code == 302
    assert Joining.objects.count() == 1
