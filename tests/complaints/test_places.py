"""Whoever scans the label of a place says in a sentence what is wrong there, with or without an account."""

import re
from io import BytesIO

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone
from pypdf import PdfReader

from attachments.models import Attachment
from audit.models import AuditEntry
from complaints import labels, place_queries
from complaints.models import Complaint, Move, Place
from complaints.models.places import CODE_LENGTH, CODE_LETTERS
from complaints.services import places as keeping
from owners.models import Building, Estate
from tenancy.errors import NotAllowed, NotFound
from tests.complaints.pages import photo, signed_in, text
from tests.complaints.places import lift, said
from tests.complaints.seeds import furnish
from tests.contacts.outages import HOUR, verified
from tests.factories.house import NOON, House, in_scope_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def place(house: House) -> Place:
    furnish(house)
    return lift()


def passer_by(house: House) -> Client:
    return Client(HTTP_HOST=house.host)


def test_the_form_knows_the_place_and_the_likely_category_and_asks_for_little(house, place):
    page = text(passer_by(house).get(f"/q/{place.code}/"))
    assert "Lift 2" in page
    assert "North Tower" in page
    assert re.search(r'<option value="lift" selected>', page)
    asked = set(re.findall(r'name="([a-z_]+)"', page)) - {
        "csrfmiddlewaretoken",
        "filing_key",
        "next",
        "language",
        "robots",
    }
    assert {"description", "photos", "category", "name", "phone"} <= asked
    assert "subject_staff" not in asked


def test_who_gives_nothing_is_stored_as_nobody_and_follows_by_a_link(house, place):
    client = passer_by(house)
    answer = client.post(f"/q/{place.code}/", said(photos=photo()))
    case = Complaint.objects.get()
    assert (case.is_anonymous, case.complainant, case.caller_name, str(case.caller_phone)) == (True, None, "", "")
    assert (case.estate, case.building, case.unit, case.place) == (
        house.estate,
        house.building,
        None,
        "Lift 2 · 2号电梯",
    )
    assert case.category.code == "lift"
    assert answer.headers["Location"].startswith("/complaints/follow/")
    assert case.number in text(client.get(answer.headers["Location"]))
    file = Attachment.objects.get()
    assert (file.subject_id, file.uploaded_by, file.holder) == (case.pk, None, "")
    assert Move.objects.get().actor is None
    assert not mail.outbox


def test_a_name_and_a_phone_are_kept_when_they_are_given(house, place):
    answer = passer_by(house).post(f"/q/{place.code}/", said(name="Ann Passer", phone="+442079460123"))
    case = Complaint.objects.get()
    assert (case.is_anonymous, case.complainant, case.caller_name) == (False, None, "Ann Passer")
    assert case.caller_phone.as_e164 == "+442079460123"
    assert "/complaints/follow/" in answer.headers["Location"]


def test_a_member_files_as_themselves(house, place):
    answer = signed_in(house, "owner").post(f"/q/{place.code}/", said(name=None, phone=None))
    case = Complaint.objects.get()
    assert (case.complainant, case.is_anonymous) == (house.people["owner"], False)
    assert answer.headers["Location"] == f"/complaints/{case.number}/filed/"


def test_a_member_may_withhold_their_name(house, place):
    signed_in(house, "owner").post(f"/q/{place.code}/", said(is_anonymous="on"))
    case = Complaint.objects.get()
    assert (case.complainant, case.is_anonymous) == (None, True)
    assert Move.objects.get().actor is None


def test_a_second_click_finds_the_first_complaint_and_a_stranger_with_the_key_does_not(house, place):
    client, sent = passer_by(house), said()
    for _each in range(2):
        assert client.post(f"/q/{place.code}/", sent).status_code == 302
    assert Complaint.objects.count() == 1
    assert passer_by(house).post(f"/q/{place.code}/", sent).status_code == 302
    assert Complaint.objects.count() == 2


def test_nothing_typed_is_lost_by_an_error(house, place):
    answer = passer_by(house).post(f"/q/{place.code}/", said(description="", name="Ann", phone="12", photos=photo()))
    page = text(answer)
    assert (answer.status_code, Complaint.objects.count()) == (422, 0)
    assert 'value="Ann"' in page
    assert 'value="12"' in page
    assert "leak.jpg" in page


@pytest.mark.parametrize("way", ["unknown", "renewed", "off", "estate", "stranger"])
def test_a_code_that_leads_nowhere_gets_one_and_the_same_page(house, stranger, place, way):
    code, client = place.code, passer_by(house)
    if way == "unknown":
        code = "aaaaaaaaaa"
    elif way == "renewed":
        keeping.renew_code(place_id=place.pk, actor=house.supervisor, now=NOON)
    elif way == "off":
        keeping.switch(place_id=place.pk, actor=house.supervisor, now=NOON, to=False)
    elif way == "estate":
        Estate.objects.update(is_active=False)
    else:
        client = passer_by(stranger)
    for answer in in_scope_of(None, lambda: [client.get(f"/q/{code}/"), client.post(f"/q/{code}/", said())]):
        assert answer.status_code == 404
        assert "This label is no longer in use" in text(answer) or "标签" in text(answer)
        assert "Lift 2" not in text(answer)
    assert not Complaint.objects.exists()


def test_switched_on_again_the_label_that_hangs_works(house, place):
    for to in (False, True):
        keeping.switch(place_id=place.pk, actor=house.supervisor, now=NOON, to=to)
    assert passer_by(house).get(f"/q/{place.code.upper()}/").status_code == 200
    assert list(AuditEntry.objects.values_list("action", flat=True)) == ["place.switched_off", "place.switched_on"]


def test_codes_are_long_enough_and_without_look_alikes(place):
    assert len(place.code) == CODE_LENGTH
    assert len(CODE_LETTERS) ** CODE_LENGTH > 2**48
    assert not set("il1o0") & set(CODE_LETTERS)


def test_what_is_off_there_is_shown_first_and_asked_about(house, place):
    now = timezone.now()
    place.category = place.category.__class__.objects.get(code="heating-water")
    place.save()
    row = verified(house, at=now - HOUR, starts_at=now - HOUR, ends_at=now + HOUR)
    client = passer_by(house)
    assert row.number in text(client.get(f"/q/{place.code}/"))
    sent = said(category="heating-water")
    page = text(client.post(f"/q/{place.code}/", sent))
    assert "Is it this?" in page
    assert 'name="anyway"' in page
    assert not Complaint.objects.exists()
    assert client.post(f"/q/{place.code}/", {**sent, "anyway": "1"}).status_code == 302


def test_a_flood_is_stopped_with_everything_typed_and_no_file_taken(house, place, tmp_path, settings):
    limits = tmp_path / "limits.yaml"
    limits.write_text("place_filing:\n  - {times: 1, minutes: 10, each: [address]}\n")
    settings.LIMITS_FILE = str(limits)
    client = passer_by(house)
    client.post(f"/q/{place.code}/", said())
    answer = client.post(f"/q/{place.code}/", said(description="Again and again.", photos=photo()))
    assert answer.status_code == 429
    assert "Again and again." in text(answer)
    assert answer.headers["Retry-After"]
    assert (Complaint.objects.count(), Attachment.objects.count()) == (1, 0)


def test_the_case_shows_its_place_on_the_desk_in_the_list_and_to_programs(house, place):
    passer_by(house).post(f"/q/{place.code}/", said())
    case, clerk = Complaint.objects.get(), signed_in(house, "clerk")
    for address in ("/admin/triage/", f"/admin/triage/{case.number}/", f"/api/v1/complaints/{case.number}/"):
        assert "Lift 2" in text(clerk.get(address)), address


# -- keeping and printing ----------------------------------------------------------------------------------------------


def test_supervisors_keep_places_of_their_own_estates_and_engineers_only_see_them(house, place):
    far = Estate.objects.create(code="FAR", name="Far Court", calendar=house.calendar)
    other = lift(estate=far, building=None)
    assert list(place_queries.places_visible_to(house.engineer)) == [place]
    with pytest.raises(NotAllowed):
        keeping.renew_code(place_id=place.pk, actor=house.engineer, now=NOON)
    with pytest.raises(NotFound):
        keeping.renew_code(place_id=other.pk, actor=house.supervisor, now=NOON)
    assert Place.objects.get(pk=other.pk).code == other.code
    assert not list(place_queries.places_visible_to(house.owner))


def test_a_building_of_another_estate_is_refused_at_its_field(house, place):
    far = Estate.objects.create(code="FAR", name="Far Court", calendar=house.calendar)
    building = Building.objects.create(estate=far, code="Z", name="Zed")
    given = {"estate": house.estate.pk, "building": building.pk, "name_en": "Door", "name_zh": "门", "is_active": "on"}
    given["category"] = place.category_id
    answer = signed_in(house, "quality").post("/admin/complaints/place/add/", given)
    assert "another estate" in text(answer)
    assert Place.objects.count() == 1


@pytest.mark.parametrize("key", labels.sheets())
@pytest.mark.parametrize("language", labels.LANGUAGES)
def test_a_sheet_holds_its_labels_and_one_more_goes_on_the_next_page(house, place, key, language):
    sheet = labels.sheets()[key]
    assert sheet.left + (sheet.columns - 1) * sheet.across + sheet.width <= sheet.page[0] + 0.5
    assert sheet.top + (sheet.rows - 1) * sheet.down + sheet.height <= sheet.page[1] + 0.5
    found = [place] * (sheet.holds + 1)
    document = labels.labels_pdf(found, sheet=sheet, language=language, organisation=house.organisation)
    pages = PdfReader(BytesIO(document)).pages
    assert len(pages) == 2
    width, height = (float(side) / 72 * 25.4 for side in (pages[0].mediabox.width, pages[0].mediabox.height))
    assert (round(width), round(height)) == tuple(round(side) for side in sheet.page)
    words = pages[0].extract_text()
    assert words.count(place.code) == sheet.holds
    assert ("Lift 2" in words) == (language != "zh-hans")
    assert ("2号电梯" in words) == (language != "en")


def test_the_list_prints_what_is_chosen_and_nothing_switched_off(house, place):
    off = lift(name_en="Old door", is_active=False)
    sent = {
        "action": "print_labels",
        "_selected_action": [str(place.pk), str(off.pk)],
        "sheet": "l7160",
        "language": "en",
    }
    clerk = signed_in(house, "clerk")
    answer = clerk.post("/admin/complaints/place/", sent)
    assert answer.headers["Content-Type"] == "application/pdf"
    words = PdfReader(BytesIO(answer.content)).pages[0].extract_text()
    assert "Lift 2" in words
    assert "Old door" not in words
    assert AuditEntry.objects.get().changes == {"places": 1}
    answer = clerk.post("/admin/complaints/place/", {**sent, "sheet": ""}, follow=True)
    assert "Choose a sheet" in text(answer)
