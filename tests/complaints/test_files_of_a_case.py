"""The files of one case on its pages: at most ten, over all messages; what cannot be opened says why."""

import threading

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.utils import timezone

from attachments.models import Attachment
from attachments.rules import UploadRefused
from attachments.services import receive_upload
from complaints import queries
from complaints.models import Message
from complaints.services import talking
from tenancy.context import scope
from tests.complaints.pages import photo, signed_in, text
from tests.complaints.seeds import assigned, filed, furnish
from tests.factories.house import House, build_house

WAY = ("words", "reply", "note")


@pytest.fixture
def house(house: House) -> House:
    return furnish(house)


def address_of(complaint, way):
    return f"/complaints/{complaint.number}/words/" if way == "words" else f"/admin/triage/{complaint.number}/{way}/"


@pytest.mark.parametrize("way", WAY)
def test_one_file_too_many_is_a_sentence_at_the_field_and_nothing_typed_is_lost(house, settings, way):
    settings.ATTACHMENT_LIMITS = {"files_per_subject": 2}
    complaint = assigned(house)
    signed_in(house, "owner").post(f"/complaints/{complaint.number}/words/", {"body": "x", "photos": [photo()]})
    client = signed_in(house, "owner" if way == "words" else "engineer")
    field = "photos" if way == "words" else "attachments"
    files = {field: [photo("two.jpg"), photo("three.jpg")]}
    response = client.post(address_of(complaint, way), {"body": "The stain has grown.", **files})
    page = text(response)
    assert response.status_code == 422
    assert "“three.jpg” was not taken: a case has at most 2 files." in page
    assert "“two.jpg”" not in page
    assert "The stain has grown." in page
    assert f'name="{field}_held"' in page
    assert "two.jpg" in page
    assert queries.attachments_of(complaint).count() == 1
    assert not Message.objects.filter(body="The stain has grown.").exists()


def test_ten_files_are_taken_over_several_messages_and_the_eleventh_is_not(house):
    complaint, client = assigned(house), signed_in(house, "owner")
    address = f"/complaints/{complaint.number}/words/"
    for name in ("a", "b"):
        sent = [SimpleUploadedFile(f"{name}{n}.txt", b"leak") for n in range(5)]
        assert client.post(address, {"body": name, "photos": sent}).status_code == 302
    response = client.post(address, {"body": "c", "photos": [SimpleUploadedFile("c.txt", b"leak")]})
    assert response.status_code == 422
    assert queries.attachments_of(complaint).count() == 10


@pytest.mark.parametrize(
    ("limit", "sentence"),
    [
        ({"file_bytes": 3}, "“leak.txt” was not taken: it is larger than 0 MB."),
        ({"bytes_per_person_a_day": 3}, "“leak.txt” was not taken: you have sent 0 MB within a day"),
    ],
)
def test_a_limit_is_a_sentence_at_the_field(house, settings, limit, sentence):
    settings.ATTACHMENT_LIMITS = limit
    complaint = assigned(house)
    sent = {"body": "See the list.", "photos": [SimpleUploadedFile("leak.txt", b"leak")]}
    response = signed_in(house, "owner").post(f"/complaints/{complaint.number}/words/", sent)
    assert response.status_code == 422
    assert sentence in text(response)
    assert "See the list." in text(response)
    assert not Attachment.objects.exists()


def test_a_file_that_waits_or_was_refused_says_so_on_both_pages_and_opens_nowhere(house):
    complaint = assigned(house)
    owner = signed_in(house, "owner")
    owner.post(f"/complaints/{complaint.number}/words/", {"body": "x", "photos": [photo("leak.jpg")]})
    file = Attachment.objects.get()
    link = f"/complaints/follow/{queries.follow_token(complaint)}/"
    pages = [
        (owner, f"/complaints/{complaint.number}/"),
        (signed_in(house, "engineer"), f"/admin/triage/{complaint.number}/"),
        (Client(HTTP_HOST=house.host), link),
    ]
    for state, reason, said in (
        ("pending", "", "Being checked"),
        ("refused", "infected", "“leak.jpg” was not taken: a virus was found in it."),
    ):
        Attachment.objects.filter(pk=file.pk).update(state=state, reason_code=reason)
        for client, address in pages:
            page = text(client.get(address))
            assert "leak.jpg" in page
            assert said in page
            assert f"{file.pk}/" not in page
        for client, _ in pages:
            for ending in ("", "thumb/"):
                assert client.get(f"/files/{file.pk}/{ending}").status_code == 404
                assert client.get(f"{link}files/{file.pk}/{ending}").status_code == 404


@pytest.mark.django_db(transaction=True)
def test_messages_at_the_same_time_do_not_pass_the_limit_together(settings):
    settings.ATTACHMENT_LIMITS = {"files_per_subject": 2}
    house = build_house("lakeside")
    with scope(house.organisation.pk):
        complaint = filed(furnish(house))
    outcomes = []

    def write():
        try:
            with scope(house.organisation.pk):
                file = receive_upload(
                    file=SimpleUploadedFile("leak.txt", b"leak"), actor=house.owner, now=timezone.now()
                )
                talking.add_words(
                    complaint_id=complaint.pk, actor=house.owner, body="x", now=timezone.now(), attachments=[file]
                )
            outcomes.append("taken")
        except UploadRefused as refusal:
            outcomes.append(refusal.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["taken", "taken", "too_many", "too_many"]
    with scope(house.organisation.pk):
        assert queries.attachments_of(complaint).count() == 2
