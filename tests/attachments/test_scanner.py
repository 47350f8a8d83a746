"""With a scanner set, nothing is opened, stored as clean or shown before it has said so."""

import io
import logging
import socket
from datetime import timedelta

import pytest
from django.core.checks import run_checks
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from attachments import scanner, services, tasks, unchecked
from attachments.models import Attachment
from attachments.rules import UploadRefused
from propcomm.management.commands import doctor
from tenancy.context import scope
from tests.attachments.clamd import VIRUS, running
from tests.attachments.making import jpeg
from tests.attachments.test_attachments import photo, posted, received, signed_in, stored_files
from tests.factories.house import NOON, build_house

NO_ANSWER = ("hangs", "hangs up", "full", "error", "half", "babbles", "near")


@pytest.fixture
def clamd(settings):
    with running() as server:
        settings.UPLOAD_SCANNER_URL = f"clamd://127.0.0.1:{server.server_address[1]}"
        settings.ATTACHMENT_LIMITS = {"answer_seconds": 1, "connect_seconds": 1}
        yield server


@pytest.fixture
def away(settings):
    """The scanner's port, with nobody there."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        settings.UPLOAD_SCANNER_URL = f"clamd://127.0.0.1:{free.getsockname()[1]}"
        yield


def infected(name="leak.jpg"):
    return SimpleUploadedFile(name, jpeg(comment=VIRUS))


def look_again():
    """What the beat does, at the moment when every waiting file is due."""
    Attachment.objects.filter(state="pending").update(next_check_at=timezone.now() - timedelta(seconds=1))
    for attachment in Attachment.objects.filter(state="pending"):
        tasks.check_upload(attachment.organisation_id, str(attachment.pk))


def test_a_clean_file_is_scanned_as_it_came_and_taken(house, clamd):
    attachment = received(house.owner)
    assert (attachment.state, attachment.kind) == ("clean", "image")
    assert clamd.seen == [jpeg()]


def test_a_virus_is_refused_before_anything_else_opens_the_file(house, clamd, monkeypatch):
    monkeypatch.setattr(services, "inspected", lambda *_: pytest.fail("the gate opened it"))
    with pytest.raises(UploadRefused) as refusal:
        received(house.owner, infected())
    assert refusal.value.code == "infected"
    assert str(refusal.value.message).startswith("“leak.jpg” was not taken: a virus was found in it.")
    assert stored_files() == []
    assert Attachment.objects.count() == 0


@pytest.mark.parametrize("manner", NO_ANSWER)
def test_no_answer_is_never_a_good_one(house, clamd, manner, monkeypatch):
    clamd.manner = manner
    monkeypatch.setattr(services, "inspected", lambda *_: pytest.fail("the gate opened it"))
    attachment = received(house.owner)
    assert (attachment.state, attachment.mime, attachment.thumb_name) == ("pending", "application/octet-stream", "")
    assert signed_in(house, "owner").get(f"/files/{attachment.pk}/").status_code == 404


def test_a_scanner_that_is_not_there_keeps_files_waiting(house, away):
    assert received(house.owner).state == "pending"


def test_a_socket_of_the_machine_serves_as_well(house, tmp_path_factory, settings):
    path = str(tmp_path_factory.mktemp("s") / "clamd")
    with running(address=path, family=socket.AF_UNIX) as server:
        settings.UPLOAD_SCANNER_URL = f"clamd+unix://{path}"
        assert received(house.owner).state == "clean"
        assert scanner.answers()
        assert len(server.seen) == 1


def test_a_waiting_file_can_be_filed_and_is_looked_at_later(house, clamd, django_capture_on_commit_callbacks):
    clamd.manner = "hangs up"
    form = posted([photo()], words="It leaks", actor=house.owner)
    assert form.is_valid()
    assert "Being checked" in str(form["photos"])
    (attachment,) = form.cleaned_data["photos"]
    services.attach(attachments=[attachment], subject_type="x", subject_id=attachment.pk)
    raw = attachment.stored_name
    clamd.manner = "well"
    with django_capture_on_commit_callbacks(execute=True):
        look_again()
    attachment.refresh_from_db()
    assert (attachment.state, attachment.kind, attachment.mime) == ("clean", "image", "image/jpeg")
    assert (attachment.width, attachment.next_check_at) == (640, None)
    assert not storages["private"].exists(raw)
    assert len(stored_files()) == 2


@pytest.mark.parametrize(
    ("content", "reason"), [(jpeg(comment=VIRUS), "infected"), (b"<svg onload='alert(1)'/>", "kind")]
)
def test_a_waiting_file_that_turns_out_bad_loses_its_bytes_and_says_why(
    house, clamd, content, reason, django_capture_on_commit_callbacks
):
    clamd.manner = "error"
    attachment = received(house.owner, SimpleUploadedFile("leak.jpg", content))
    token = services.held_token(attachment)
    clamd.manner = "well"
    with django_capture_on_commit_callbacks(execute=True):
        look_again()
    attachment.refresh_from_db()
    assert (attachment.state, attachment.reason_code, attachment.stored_name) == ("refused", reason, "")
    assert stored_files() == []
    form = posted(words="It leaks", actor=house.owner, photos_held=[token])
    assert [error.split(":")[0] for error in form.errors["photos"]] == ["“leak.jpg” was not taken"]
    with pytest.raises(UploadRefused):
        services.attach(attachments=[attachment], subject_type="x", subject_id=attachment.pk)


def test_a_scanner_that_stays_away_is_asked_again_and_given_up_after_three_days(house, away):
    attachment = received(house.owner)
    outcome = unchecked.Look()
    later = NOON + timedelta(hours=71)
    assert unchecked.record(attachment=attachment, outcome=outcome, now=later) == "pending"
    attachment.refresh_from_db()
    assert attachment.next_check_at == later + timedelta(minutes=1)
    assert unchecked.record(attachment=attachment, outcome=outcome, now=NOON + timedelta(hours=72)) == "refused"
    attachment.refresh_from_db()
    assert (attachment.reason_code, attachment.stored_name) == ("unchecked", "")


def test_a_waiting_file_is_looked_at_by_one_worker_at_a_time(house, away):
    attachment = received(house.owner)
    assert unchecked.claim(attachment_id=attachment.pk, now=NOON) == attachment
    assert unchecked.claim(attachment_id=attachment.pk, now=NOON) is None
    assert unchecked.claim(attachment_id=attachment.pk, now=NOON + timedelta(minutes=2)) == attachment


def test_two_looks_leave_one_result(house, clamd):
    clamd.manner = "error"
    attachment = received(house.owner)
    clamd.manner = "well"
    with unchecked.look(attachment) as first, unchecked.look(attachment) as second:
        assert unchecked.record(attachment=attachment, outcome=first, now=NOON) == "clean"
        names = len(stored_files())
        assert unchecked.record(attachment=attachment, outcome=second, now=NOON) == "clean"
    assert len(stored_files()) == names


def test_the_log_names_no_file_and_no_person(house, clamd, caplog):
    clamd.manner = "error"
    with caplog.at_level(logging.INFO, "attachments"):
        received(house.owner, photo("Miller 12B.jpg"))
    assert [record.getMessage() for record in caplog.records] == [
        "the scanner did not check an upload: stream: Can't open file ERROR"
    ]


@pytest.mark.parametrize("url", ["http://x", "clamd://", "clamd+unix://host/path", "clamd", "clamd://h:port", "//x"])
def test_a_wrong_address_is_said_at_the_start_and_nothing_is_taken_unscanned(settings, url):
    settings.UPLOAD_SCANNER_URL = url
    assert "attachments.E001" in [error.id for error in run_checks(tags=["security"])]
    assert scanner.scan(io.BytesIO(b"x")) == scanner.UNKNOWN


def test_the_doctor_asks_the_scanner(settings):
    assert [finding.is_good for finding in doctor.scanner()] == [True]
    with running() as server:
        settings.UPLOAD_SCANNER_URL = f"clamd://127.0.0.1:{server.server_address[1]}"
        assert [finding.is_good for finding in doctor.scanner()] == [True]
    assert [finding.is_good for finding in doctor.scanner()] == [False]


@pytest.mark.django_db(transaction=True, databases=["default", "system"])
def test_the_sweep_finds_waiting_files_of_every_organisation_and_stops_when_nobody_answers(settings, clamd):
    houses = [build_house("lakeside"), build_house("jinghu")]
    clamd.manner = "error"
    for house in houses:
        with scope(house.organisation.pk):
            services.receive_upload(file=photo(), actor=house.owner, now=timezone.now())
    clamd.asked = 0
    assert tasks.check_waiting_uploads() == 1
    assert clamd.asked == 1
    clamd.manner = "well"
    assert tasks.check_waiting_uploads() == 1  # the other one still rests
    for house in houses:
        with scope(house.organisation.pk):
            Attachment.objects.filter(state="pending").update(next_check_at=NOON)
    assert tasks.check_waiting_uploads() == 1
    for house in houses:
        with scope(house.organisation.pk):
            assert Attachment.objects.get().state == "clean"
