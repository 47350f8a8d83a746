"""One draft on two devices: what comes later from an out-of-date copy overwrites nothing, and both are to be had."""

import threading
import uuid

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from contacts.models import CommunicationRecord, EntryDraft
from contacts.services import drafts
from tenancy.context import scope
from tests.complaints.pages import BACKEND, signed_in, text
from tests.contacts.making import said
from tests.factories.api import program
from tests.factories.house import NOON, build_house

KEY = uuid.UUID("0193b6f0-0000-7000-8000-000000000005")
PAGE = f"/register/drafts/{KEY}/"


class Device:
    """A browser of the clerk with the draft's page open."""

    def __init__(self, house, address=PAGE):
        self.house, self.address = house, address
        self.client = signed_in(house, "clerk")
        self.hidden = self._read(self.client.get(address))

    @staticmethod
    def _read(answer):
        form = answer.context["form"]
        return {name: str(form[name].value() or "") for name in ("entry_key", "copy", "read")}

    def post(self, address=None, **typed):
        answer = self.client.post(address or self.address, said(self.house, **self.hidden) | typed)
        if answer.status_code == 422:
            self.hidden = self._read(answer)
        return answer

    def keep(self, summary, how="1", **typed):
        return self.post(keep=how, summary=summary, **typed)


@pytest.fixture
def both(house):
    """A draft, and two devices that opened it."""
    drafts.keep_draft(entry_key=KEY, said={"summary": ["The lift hums"]}, actor=house.clerk, now=NOON)
    return Device(house), Device(house)


def kept():
    return sorted(draft.first("summary") for draft in EntryDraft.objects.all())


@pytest.mark.django_db
def test_the_later_save_is_told_and_shows_both_and_the_writer_decides(house, both):
    phone, desk = both
    assert phone.keep("From the phone", request="Mend it").status_code == 302
    answer = desk.keep("From the desk")
    assert answer.status_code == 422
    page = text(answer)
    assert "This draft was kept on another device after you opened it here." in page
    assert answer.context["form"]["summary"].value() == "From the desk"
    assert dict(answer.context["said_otherwise"]) == {
        "What was said?": "From the phone", "What do they ask for?": "Mend it",
    }  # fmt: skip
    assert "From the phone</dd>" in page
    assert kept() == ["From the phone"]
    assert desk.keep("From the desk").status_code == 302
    assert kept() == ["From the desk"]


@pytest.mark.django_db
def test_both_can_be_kept_as_two_drafts(house, both):
    phone, desk = both
    phone.keep("From the phone")
    desk.keep("From the desk")
    for _click in range(2):
        assert desk.keep("From the desk", how="apart").status_code == 302
    assert kept() == ["From the desk", "From the phone"]


@pytest.mark.django_db
def test_a_page_left_behind_keeps_its_words_beside_and_says_so(house, both):
    phone, desk = both
    assert phone.keep("From the phone", how="auto").status_code == 204
    for words in ("From the d", "From the desk"):
        assert desk.keep(words, how="auto").status_code == 409
    assert kept() == ["From the desk", "From the phone"]
    assert "kept beside what another device had kept" in text(desk.client.get("/register/"))
    desk.keep("From the desk")
    assert desk.keep("From the desk").status_code == 302
    assert kept() == ["From the desk"]


@pytest.mark.django_db
def test_one_device_keeps_again_and_again_without_being_told_of_itself(house, both):
    phone, _desk = both
    for words in ("The l", "The li", "The lif"):
        assert phone.keep(words, how="auto").status_code == 204
    assert phone.keep("The lift").status_code == 302
    new = Device(house, reverse("register:new"))
    for words in ("The g", "The gate"):
        assert new.keep(words, how="auto").status_code == 204
    assert new.keep("The gate").status_code == 302
    assert kept() == ["The gate", "The lift"]


@pytest.mark.django_db
def test_the_same_words_from_both_are_no_conflict(house, both):
    phone, desk = both
    phone.keep("Both say this")
    assert desk.keep("Both say this").status_code == 302


@pytest.mark.django_db
def test_writing_down_an_out_of_date_copy_is_told_before_anything_is_lost(house, both):
    phone, desk = both
    phone.keep("From the phone")
    assert desk.post(summary="From the desk").status_code == 422
    assert not CommunicationRecord.objects.exists()
    assert kept() == ["From the phone"]
    assert desk.post(summary="From the desk").status_code == 302
    assert CommunicationRecord.objects.get().summary == "From the desk"
    assert kept() == []


@pytest.mark.django_db
def test_discarding_what_one_has_not_seen_shows_it_first(house, both):
    phone, desk = both
    phone.keep("From the phone")
    answer = desk.post(f"{PAGE}discard/")
    assert answer.url == PAGE
    assert "Another device kept this draft meanwhile" in text(desk.client.get(answer.url))
    assert kept() == ["From the phone"]
    assert Device(house).post(f"{PAGE}discard/").url.startswith("/register/?kept=")
    assert kept() == []


@pytest.mark.django_db
def test_words_typed_over_what_was_discarded_or_finished_elsewhere_are_not_lost(house, both):
    phone, desk = both
    phone.post(f"{PAGE}discard/")
    assert desk.keep("From the desk").status_code == 302
    assert kept() == ["From the desk"]
    phone, desk = Device(house), Device(house)
    phone.post(summary="From the phone")
    number = CommunicationRecord.objects.get().number
    told = desk.keep("From the desk, and more")
    assert (told.status_code, number in text(told)) == (422, True)
    assert desk.keep("From the desk, and more").status_code == 302
    assert kept() == ["From the desk, and more"]
    row = CommunicationRecord.objects.get()
    assert phone.keep("From the phone").url.startswith(reverse("register:entry", args=[row.pk]))


@pytest.mark.django_db
def test_a_program_and_a_page_do_not_overwrite_each_other(house, both):
    phone, _desk = both
    client, address = program(house, "clerk"), f"register/drafts/{KEY}/"
    version = client.read(address)["ETag"]
    assert client.send(address, {"said": {"summary": "From a program"}}, If_Match=version).status_code == 200
    assert phone.keep("From the phone").status_code == 422
    version = client.read(address)["ETag"]
    phone.keep("From the phone")
    assert client.send(address, {"said": {"summary": "Again"}}, If_Match=version).status_code == 412
    assert kept() == ["From the phone"]


@pytest.mark.django_db(transaction=True)
def test_of_devices_at_the_same_moment_one_keeps_and_all_others_are_told():
    house = build_house("lakeside")
    with scope(house.organisation.pk):
        draft = drafts.keep_draft(entry_key=KEY, said={"summary": ["The lift"]}, actor=house.clerk, now=NOON)
    statuses = []

    def send(number):
        client = Client(HTTP_HOST=house.host)
        client.force_login(house.clerk.user, backend=BACKEND)
        hidden = {"entry_key": str(KEY), "copy": str(uuid.uuid4()), "read": draft.mark}
        try:
            statuses.append(client.post(PAGE, said(house, **hidden, keep="1", summary=f"Device {number}")).status_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=send, args=[number]) for number in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [302, 422, 422, 422, 422]
