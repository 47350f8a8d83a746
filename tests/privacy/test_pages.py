"""The pages of privacy: one's own for everybody, the desk for the privacy officer, nothing for anybody else."""

import pytest
from django.urls import reverse

from audit.models import AuditEntry
from complaints.models import Complaint
from privacy.models import DataExport, DataRequest, LegalHold, Term
from privacy.services import exports
from tests.complaints.pages import signed_in, text
from tests.complaints.seeds import filed, furnish
from tests.factories.house import NOON, in_scope_of
from tests.privacy.test_exports import made

pytestmark = pytest.mark.django_db(databases=["default", "system"])
DESK = ("requests", "holds", "terms")


def at(name, *args):
    return reverse(f"privacy:{name}", args=args)


@pytest.mark.parametrize("role", ["owner", "occupant", "committee", "builder", "clerk", "manager", "admin"])
def test_everybody_who_signs_in_has_my_data(house, role):
    page = signed_in(house, role).get("/privacy/")
    assert page.status_code == 200
    assert "Make my archive" in text(page)


def test_somebody_without_a_membership_has_it_too(house, client):
    from tenancy.models import User

    client.defaults["HTTP_HOST"] = house.host
    client.force_login(User.objects.create_user("new@mail.example"))
    assert client.get("/privacy/").status_code == 200
    assert client.post(at("make")).status_code == 302
    assert DataExport.objects.get().membership is None


@pytest.mark.parametrize("name", ["mine", *DESK])
def test_without_a_sign_in_one_is_asked_for(house, client, name):
    client.defaults["HTTP_HOST"] = house.host
    assert client.get(at(name)).status_code == 302


@pytest.mark.parametrize("name", DESK)
@pytest.mark.parametrize("role", ["owner", "clerk", "manager", "auditor", "quality"])
def test_the_desk_is_the_officers_alone(house, name, role):
    assert signed_in(house, role).get(at(name)).status_code == 404


def test_an_archive_is_asked_for_watched_and_fetched(house):
    browser = signed_in(house, "owner")
    asked = browser.post(at("make"))
    export = DataExport.objects.get()
    assert asked["Location"] == at("export", export.pk)
    assert "Waiting for its turn" in text(browser.get(at("export", export.pk)))
    assert browser.get(at("fetch", export.pk)).status_code == 404
    assert made(house, export, at=exports.timezone.now()) == "done"
    assert "Fetch the archive" in text(browser.get(at("export", export.pk)))
    file = browser.get(at("fetch", export.pk))
    assert file["Content-Type"] == "application/zip"
    assert "private, no-store" in file["Cache-Control"]
    assert b"".join(file.streaming_content)[:2] == b"PK"
    assert AuditEntry.objects.get(action="dataexport.fetched").actor == house.owner


@pytest.mark.parametrize("role", ["neighbour", "manager", "admin"])
def test_nobody_else_fetches_it_not_even_the_officer(house, role):
    export = exports.request_own_export(user=house.owner.user, actor=house.owner, language="en", now=NOON)
    made(house, export, at=exports.timezone.now())
    for name in ("export", "fetch"):
        assert signed_in(house, role).get(at(name, export.pk)).status_code == 404


def test_after_its_days_it_is_gone(house):
    export = exports.request_own_export(user=house.owner.user, actor=house.owner, language="en", now=NOON)
    made(house, export, at=NOON)  # months ago
    assert signed_in(house, "owner").get(at("fetch", export.pk)).status_code == 404


def test_a_request_goes_from_the_owner_to_the_officer_and_back(house):
    owner, admin = signed_in(house, "owner"), signed_in(house, "admin")
    assert owner.post(at("ask"), {"kind": "correction", "words": ""}).status_code == 422
    assert owner.post(at("ask"), {"kind": "correction", "words": "My name has an n."}).status_code == 302
    row = DataRequest.objects.get()
    assert house.owner.name in text(admin.get(at("requests")))
    assert "My name has an n." in text(admin.get(at("request", row.pk)))
    assert admin.post(at("answer", row.pk), {"outcome": "refused", "reply": ""}).status_code == 422
    assert admin.post(at("answer", row.pk), {"outcome": "done", "reply": "Corrected."}).status_code == 302
    assert "Corrected." in text(owner.get("/privacy/"))
    assert "Nobody waits" in text(admin.get(at("requests")))
    assert house.owner.name in text(admin.get(at("requests") + "?state=answered"))


def test_the_list_pages_and_asks_the_same_number_of_questions(house, django_assert_max_num_queries):
    from datetime import timedelta

    people = house.people["owner"]
    for day in range(55):
        DataRequest.objects.create(person=people, kind="access", state="refused", asked_at=NOON,
                                   decided_at=NOON + timedelta(days=day), due_at=NOON)  # fmt: skip
    admin = signed_in(house, "admin")
    admin.get(at("requests"))  # the first page of a session also notes when it was used
    with django_assert_max_num_queries(12):
        first = text(admin.get(at("requests") + "?state=answered"))
    older = first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    assert first.count('<li class="row">') == 50
    assert text(admin.get(at("requests") + older)).count('<li class="row">') == 5


def test_the_preview_says_what_goes_and_what_stays_and_erases_only_with_the_word(house):
    furnish(house)
    case = filed(house)
    admin, person = signed_in(house, "admin"), house.people["owner"]
    page = text(admin.get(at("erase", "person", person.pk)))
    for words in ("What is erased", "Words of 1 open complaint", "They still own or use A-0101"):
        assert words in page
    assert admin.post(at("erase", "person", person.pk), {"word": "yes"}).status_code == 422
    person.refresh_from_db()
    assert person.erased_at is None
    done = admin.post(at("erase", "person", person.pk), {"word": "erase", "include_open": "on"})
    assert done["Location"] == at("person", person.pk)
    person.refresh_from_db()
    assert person.erased_at is not None
    assert Complaint.objects.get(pk=case.pk).description == "[erased]"
    assert "This person was erased" in text(admin.get(at("person", person.pk)))


def test_a_hold_is_set_shown_and_released(house):
    furnish(house)
    case = filed(house)
    admin, person = signed_in(house, "admin"), house.people["owner"]
    assert admin.post(at("hold", "person", person.pk), {"reason": ""}).status_code == 422
    assert admin.post(at("hold", "person", person.pk), {"reason": "Court case 7"}).status_code == 302
    assert "Court case 7" in text(admin.get(at("erase", "person", person.pk)))
    assert admin.post(at("erase", "person", person.pk), {"word": "ERASE"}).status_code == 422
    assert admin.post(at("hold_complaint"), {"number": "C-NONE", "reason": "x"}).status_code == 422
    assert admin.post(at("hold_complaint"), {"number": case.number.lower(), "reason": "Theirs"}).status_code == 302
    assert case.number in text(admin.get(at("holds")))
    for hold in LegalHold.objects.all():
        assert admin.post(at("release", hold.pk)).status_code == 302
    assert "Nothing is held" in text(admin.get(at("holds")))


def test_a_member_of_staff_has_the_same_without_an_entry_in_the_registry(house):
    admin, key = signed_in(house, "admin"), house.engineer.pk
    assert "/privacy/members/" in text(admin.get(f"/admin/tenancy/membership/{key}/change/"))
    assert admin.post(at("hold", "member", key), {"reason": ""}).status_code == 422
    assert admin.post(at("hold", "member", key), {"reason": "Case 8"}).status_code == 302
    assert "Case 8" in text(admin.get(at("member", key)))
    admin.post(at("release", LegalHold.objects.get().pk))
    assert admin.post(at("erase", "member", key), {"word": "ERASE"})["Location"] == at("member", key)
    assert "This person was erased" in text(admin.get(at("member", key)))
    assert admin.get(at("member", house.owner.pk)).status_code == 302


def test_a_letter_is_entered_at_the_person(house):
    admin, person = signed_in(house, "admin"), house.people["neighbour"]
    made_row = admin.post(at("enter", person.pk), {"kind": "access", "words": ""})
    assert made_row["Location"] == at("request", DataRequest.objects.get().pk)


def test_a_term_is_set_within_its_bounds(house):
    admin = signed_in(house, "admin")
    assert admin.post(at("terms"), {"key": "keep.cases", "amount": "6"}).status_code == 422
    assert not Term.objects.exists()
    assert admin.post(at("terms"), {"key": "keep.cases", "amount": "24"}).status_code == 302
    assert "your own" in text(admin.get(at("terms")))


def test_another_organisations_rows_are_not_found(house, stranger):
    def theirs():
        person = stranger.people["owner"]
        row = DataRequest.objects.create(person=person, kind="access", asked_at=NOON, due_at=NOON)
        export = DataExport.objects.create(person=person, language="en", state="done", requested_at=NOON)
        return person.pk, row.pk, export.pk

    person, row, export = in_scope_of(stranger.organisation.pk, theirs)
    admin = signed_in(house, "admin")
    for name, *args in (("person", person), ("request", row), ("erase", "person", person), ("erase", "request", row),
                        ("export", export), ("fetch", export)):  # fmt: skip
        assert admin.get(at(name, *args)).status_code == 404


def test_the_pages_speak_chinese(house):
    admin = signed_in(house, "admin")
    admin.cookies["language"] = "zh-hans"
    person = house.people["owner"].pk
    for name, *args in (
        ("mine",),
        ("requests",),
        ("holds",),
        ("terms",),
        ("person", person),
        ("erase", "person", person),
    ):
        page = text(admin.get(at(name, *args)))
        assert 'lang="zh-Hans"' in page
        assert "数据" in page or "保留" in page
