"""From an upload to its bytes in somebody's browser, and who does not get them."""

import hashlib
import io
import os
import re
import threading
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django import forms
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.utils.datastructures import MultiValueDict
from PIL import Image

from attachments import queries, services
from attachments.forms import UploadsField, UploadsFormMixin
from attachments.models import Attachment
from attachments.rules import REASONS, UploadRefused, clean_name, download_name
from tenancy.context import scope
from tests.attachments.making import jpeg, pdf
from tests.factories.house import NOON, build_house, in_scope_of

SUBJECT = "tests.subject"


def let_owner_in(subject_id, attachment, membership):
    return membership is not None and membership.role == "owner"


@pytest.fixture(autouse=True)
def _gate(settings):
    settings.ATTACHMENT_GATES = {SUBJECT: f"{__name__}.let_owner_in"}


def photo(name="leak.jpg", size=(640, 480)):
    return SimpleUploadedFile(name, jpeg(size), content_type="text/html")


def received(actor, file=None, **more):
    return services.receive_upload(file=file or photo(), actor=actor, now=NOON, **more)


def stored_files():
    root = Path(storages["private"].location)
    return sorted(path for path in root.rglob("*") if path.is_file())


def signed_in(house, role):
    client = Client(HTTP_HOST=house.host)
    client.force_login(getattr(house, role).user, backend="django.contrib.auth.backends.ModelBackend")
    return client


class PhotosForm(UploadsFormMixin, forms.Form):
    words = forms.CharField()
    photos = UploadsField()


def posted(files=(), words="", actor=None, **lists):
    data = MultiValueDict({"words": [words], **{name: list(values) for name, values in lists.items()}})
    return PhotosForm(data, MultiValueDict({"photos": list(files)}), actor=actor, now=NOON)


def test_a_photo_is_stored_clean_outside_every_public_folder(house):
    attachment = received(house.owner)
    assert (attachment.kind, attachment.mime, attachment.state) == ("image", "image/jpeg", "clean")
    assert (attachment.width, attachment.height, attachment.is_held) == (640, 480, True)
    assert attachment.stored_name.startswith(f"{house.organisation.pk}/attachments/{attachment.sha256[:2]}/")
    assert len(stored_files()) == 2
    with storages["private"].open(attachment.thumb_name) as stream:
        assert max(Image.open(io.BytesIO(stream.read())).size) == 480


def test_a_refused_file_leaves_nothing_and_its_sentence_names_it(house):
    svg = SimpleUploadedFile("../../plan\u202e.svg", b"<svg/>")
    with pytest.raises(UploadRefused) as refusal:
        received(house.owner, svg)
    assert str(refusal.value.message).startswith("“plan.svg” was not taken: we take photos")
    assert (refusal.value.code, refusal.value.status) == ("kind", 422)
    assert stored_files() == []
    assert Attachment.objects.count() == 0


def test_every_reason_has_a_sentence_with_its_numbers(house):
    for reason in REASONS:
        assert "%" not in str(services._refusal("a.jpg", reason).message)


def test_a_file_over_the_limit_is_refused_unread(house, settings):
    settings.ATTACHMENT_LIMITS = {"file_bytes": 1000}
    with pytest.raises(UploadRefused) as refusal:
        received(house.owner)
    assert refusal.value.code == "size"


def test_a_person_sends_so_much_a_day_and_no_more(house, settings):
    one = len(jpeg())
    settings.ATTACHMENT_LIMITS = {"bytes_per_person_a_day": 2 * one}
    first = received(house.owner)
    services.discard(attachment=first, now=NOON)
    received(house.owner)
    with pytest.raises(UploadRefused) as refusal:
        received(house.owner)
    assert refusal.value.code == "day"
    assert len(received(house.neighbour).sha256) == 64
    services.receive_upload(file=photo(), actor=house.owner, now=NOON + timedelta(days=1))


def test_a_form_error_elsewhere_loses_no_photo(house):
    form = posted([photo("leak.jpg")], actor=house.owner)
    assert not form.is_valid()
    assert list(form.errors) == ["words"]
    page = str(form["photos"])
    assert "leak.jpg" in page
    (attachment,) = Attachment.objects.all()
    (token,) = re.findall(r'name="photos_held" value="([^"]+)"', page)
    again = posted(words="It leaks", actor=house.owner, photos_held=[token])
    assert again.is_valid()
    assert again.cleaned_data["photos"] == [attachment]


def test_each_refused_file_is_named_and_the_good_ones_stay(house):
    bad = [SimpleUploadedFile("x.svg", b"<svg/>"), SimpleUploadedFile("empty.jpg", b"")]
    form = posted([bad[0], photo("good.jpg"), bad[1]], words="It leaks", actor=house.owner)
    assert not form.is_valid()
    assert [error.split(" was")[0] for error in form.errors["photos"]] == ["“x.svg”", "“empty.jpg”"]
    assert "good.jpg" in str(form["photos"])


def test_an_eleventh_file_is_refused_in_the_form(house, settings):
    settings.ATTACHMENT_LIMITS = {"files_per_subject": 2}
    form = posted([photo(f"{n}.jpg") for n in range(3)], words="x", actor=house.owner)
    assert form.errors["photos"] == [
        "“2.jpg” was not taken: a case has at most 2 files. Leave one out, or put several into one PDF."
    ]
    assert Attachment.objects.count() == 2


def test_a_held_file_can_be_removed(house, django_capture_on_commit_callbacks):
    attachment = received(house.owner)
    token = services.held_token(attachment)
    with django_capture_on_commit_callbacks(execute=True):
        form = posted(words="x", actor=house.owner, photos_held=[token], photos_removed=[token])
        assert form.is_valid()
    assert form.cleaned_data["photos"] == []
    assert stored_files() == []


def test_a_token_is_worth_nothing_to_anybody_else(house):
    attachment = received(house.owner)
    token = services.held_token(attachment)
    assert services.held_uploads(tokens=[token], actor=house.owner) == [attachment]
    assert services.held_uploads(tokens=[token, token], actor=house.owner) == [attachment]
    assert services.held_uploads(tokens=[token], actor=house.neighbour) == []
    assert services.held_uploads(tokens=[token], actor=None, visitor="word") == []
    assert services.held_uploads(tokens=[token + "x", "", attachment.pk.hex], actor=house.owner) == []


def test_a_visitor_without_sign_in_holds_files_by_the_session(house):
    attachment = received(None, visitor="word")
    assert attachment.uploaded_by is None
    token = services.held_token(attachment)
    assert services.held_uploads(tokens=[token], actor=None, visitor="word") == [attachment]
    assert services.held_uploads(tokens=[token], actor=None, visitor="other") == []


def test_a_file_is_attached_once_and_at_most_ten_times_a_subject(house, settings):
    settings.ATTACHMENT_LIMITS = {"files_per_subject": 2}
    subject = uuid4()
    first, second, third = (received(house.owner) for _ in range(3))
    attached = services.attach(attachments=[first, second], subject_type=SUBJECT, subject_id=subject)
    assert list(queries.of_subject(SUBJECT, subject)) == attached == [first, second]
    for files, reason in (([first], "gone"), ([third], "too_many")):
        with pytest.raises(UploadRefused) as refusal:
            services.attach(attachments=files, subject_type=SUBJECT, subject_id=subject)
        assert refusal.value.code == reason
    assert queries.of_subject(SUBJECT, subject).count() == 2


def test_a_dropped_file_cannot_be_attached_and_an_attached_one_not_dropped(house):
    dropped, kept = received(house.owner), received(house.owner)
    services.discard(attachment=dropped, now=NOON)
    with pytest.raises(UploadRefused):
        services.attach(attachments=[dropped], subject_type=SUBJECT, subject_id=uuid4())
    services.attach(attachments=[kept], subject_type=SUBJECT, subject_id=uuid4())
    services.discard(attachment=kept, now=NOON)
    kept.refresh_from_db()
    assert kept.discarded_at is None


def test_the_sweep_takes_what_was_held_for_a_day_and_nothing_else(house, django_capture_on_commit_callbacks):
    old, attached = received(house.owner), received(house.owner)
    services.attach(attachments=[attached], subject_type=SUBJECT, subject_id=uuid4())
    fresh = services.receive_upload(file=photo(), actor=house.owner, now=NOON + timedelta(hours=20))
    with django_capture_on_commit_callbacks(execute=True):
        assert services.discard_unattached(NOON + timedelta(hours=25)) == 1
    assert set(Attachment.objects.all()) == {attached, fresh}
    assert len(stored_files()) == 4
    assert not storages["private"].exists(old.stored_name)


def test_bytes_without_a_row_are_swept_after_a_day(house):
    kept = received(house.owner)
    stray = (Path(storages["private"].location) / kept.stored_name).with_name("stray")
    stray.write_bytes(b"x")
    assert services.discard_strays(NOON) == 0
    for path in stored_files():
        os.utime(path, (0, 0))
    assert services.discard_strays(NOON) == 1
    assert len(stored_files()) == 2


def test_a_picture_is_shown_inert_to_whom_the_gate_lets_in(house):
    attachment = received(house.owner, photo("Leak 漏水.heic"))
    services.attach(attachments=[attachment], subject_type=SUBJECT, subject_id=uuid4())
    for address in (f"/files/{attachment.pk}/", f"/files/{attachment.pk}/thumb/"):
        response = signed_in(house, "owner").get(address)
        assert response.status_code == 200
        assert response["Content-Type"] == "image/jpeg"
        assert response["Content-Disposition"] == "inline; filename*=utf-8''Leak%20%E6%BC%8F%E6%B0%B4.jpg"
        assert response["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'; sandbox"
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["Cache-Control"] == "private, no-store"
        assert Image.open(io.BytesIO(b"".join(response.streaming_content))).format == "JPEG"


def test_a_document_is_only_ever_downloaded(house):
    attachment = received(house.owner, SimpleUploadedFile('let"ter.pdf', pdf()))
    services.attach(attachments=[attachment], subject_type=SUBJECT, subject_id=uuid4())
    client = signed_in(house, "owner")
    response = client.get(f"/files/{attachment.pk}/")
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == 'attachment; filename="let_ter.pdf"'
    assert hashlib.sha256(b"".join(response.streaming_content)).hexdigest() == attachment.sha256
    assert client.get(f"/files/{attachment.pk}/thumb/").status_code == 404


def test_only_reading_is_possible_and_head_answers(house):
    attachment = received(house.owner)
    client = signed_in(house, "owner")
    head = client.head(f"/files/{attachment.pk}/")
    assert head.status_code == 200
    assert not b"".join(head)
    for method in ("post", "put", "delete"):
        assert getattr(client, method)(f"/files/{attachment.pk}/").status_code == 405


def test_no_way_of_asking_tells_more_than_the_right_to_read(house):
    attachment = received(house.owner)
    services.attach(attachments=[attachment], subject_type=SUBJECT, subject_id=uuid4())
    address, unknown = f"/files/{attachment.pk}/", f"/files/{uuid4()}/"
    asks = (
        {},
        {"HTTP_RANGE": "bytes=0-9"},
        {"HTTP_IF_NONE_MATCH": "*"},
        {"HTTP_IF_MODIFIED_SINCE": "Mon, 01 Jan 2035"},
    )
    for client in (signed_in(house, "clerk"), Client(HTTP_HOST=house.host)):
        for path, method in ((path, method) for path in ("", "thumb/") for method in (client.get, client.head)):
            for ask in asks:
                found, missing = method(address + path, **ask), method(unknown + path, **ask)
                assert found.status_code == missing.status_code == 404
                assert found.content == missing.content
                assert sorted(found.headers) == sorted(missing.headers)
    owner = signed_in(house, "owner")
    for ask in asks:
        response = owner.get(address, **ask)
        assert (response.status_code, response.headers.get("ETag")) == (200, None)
        assert hashlib.sha256(b"".join(response.streaming_content)).hexdigest() == attachment.sha256
    head = owner.head(address)
    assert head["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'; sandbox"


def test_unknown_foreign_unreadable_and_dropped_files_look_the_same(house, stranger):
    held, attached, ungated, dropped = (received(house.owner) for _ in range(4))
    services.attach(attachments=[attached], subject_type=SUBJECT, subject_id=uuid4())
    services.attach(attachments=[ungated], subject_type="tests.unknown", subject_id=uuid4())
    services.discard(attachment=dropped, now=NOON)
    unknown = UUID("0190c1f0-0000-7000-8000-000000000000")

    def body(client, attachment_id):
        response = client.get(f"/files/{attachment_id}/")
        assert response.status_code == 404
        return response.content

    clerk, owner = signed_in(house, "clerk"), signed_in(house, "owner")
    nothing = body(clerk, unknown)
    assert body(clerk, held.pk) == body(clerk, attached.pk) == body(clerk, ungated.pk) == nothing
    assert body(owner, dropped.pk) == body(owner, ungated.pk) == body(owner, unknown)
    nobody = Client(HTTP_HOST=house.host)
    assert body(nobody, held.pk) == body(nobody, attached.pk) == body(nobody, unknown)
    assert owner.get(f"/files/{held.pk}/thumb/").status_code == 200


def test_a_member_of_another_organisation_sees_nothing(house, stranger):
    attachment = received(house.owner)
    services.attach(attachments=[attachment], subject_type=SUBJECT, subject_id=uuid4())
    client = signed_in(stranger, "owner")
    answers = in_scope_of(None, lambda: [client.get(f"/files/{key}/").status_code for key in (attachment.pk, uuid4())])
    assert answers == [404, 404]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("leak.jpg", "leak.jpg"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\Miller\\leak.jpg", "leak.jpg"),
        ("leak\u202egpj.exe", "leakgpj.exe"),
        ("a\0b\r\nc\x1b[0m.png", "abc[0m.png"),
        ("  漏水 照片 .jpg ", "漏水 照片 .jpg"),
        (".htaccess", "htaccess"),
        ('a"b<c>|?.pdf', "a_b_c___.pdf"),
        ("", "file"),
        ("...", "file"),
        ("\u200b\u2066", "file"),
        ("\ud800x.jpg", "_x.jpg"),
        ("e\u0301.txt", "é.txt"),
        ("NUL", "_NUL"),
        ("com1.JPG", "_com1.JPG"),
        ("console.jpg", "console.jpg"),
        ("فاتورة 🚰.pdf", "فاتورة 🚰.pdf"),
        ("漏" * 300, "漏" * 120),
        ("n" * 300 + ".jpeg", "n" * 115 + ".jpeg"),
    ],
)
def test_names_are_cleaned(given, expected):
    assert clean_name(given) == expected


def test_a_download_has_the_ending_of_its_content():
    assert download_name("IMG_1.HEIC", "image/jpeg") == "IMG_1.jpg"
    assert download_name("photo.JPG", "image/jpeg") == "photo.JPG"
    assert download_name("invoice.exe", "application/pdf") == "invoice.pdf"


@pytest.mark.django_db(transaction=True)
def test_parallel_uploads_do_not_pass_the_day_limit_together(settings):
    house = build_house("lakeside")
    settings.ATTACHMENT_LIMITS = {"bytes_per_person_a_day": 2 * len(jpeg())}
    outcomes = []

    def send():
        try:
            with scope(house.organisation.pk):
                received(house.owner)
            outcomes.append("taken")
        except UploadRefused as refusal:
            outcomes.append(refusal.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["day", "day", "taken", "taken"]
    assert len(stored_files()) == 4
