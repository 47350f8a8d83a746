"""What owners write by e-mail: a complaint, words on a case, or a mail that waits for a clerk; once each, and never lost."""

import time

import pytest
from django.core.files.storage import storages
from django.test import Client

from attachments.models import Attachment
from audit.models import AuditEntry
from complaints import mail_queries
from complaints.mail_secrets import seal_key
from complaints.models import Complaint, InboundMail, MailDoor, Message
from complaints.rules.inbound import limits
from complaints.services import inbound, mail_queue
from notices.mail import message_of
from notices.models import Delivery
from notices.rules.signatures import signature_of
from owners.models import Person
from tenancy.errors import IllegalMove, NotFound
from tests.attachments.making import jpeg
from tests.complaints.mails import ADDRESS, mail
from tests.complaints.pages import signed_in, text
from tests.complaints.seeds import filed, furnish
from tests.factories.house import NOON, House

pytestmark = pytest.mark.django_db(databases=["default", "system"])
KEY = "a-key-of-the-mail-service"


@pytest.fixture(autouse=True)
def _address(settings):
    settings.INBOUND_ADDRESS = ADDRESS


@pytest.fixture
def lakeside(house: House) -> House:
    return furnish(house)


def taken(raw: bytes) -> InboundMail:
    row = inbound.store(raw=raw, now=NOON)
    return inbound.process(mail_id=row.pk, now=NOON)


# -- what it becomes ---------------------------------------------------------------------------------------------------


def test_an_owner_writes_and_it_is_a_complaint_about_their_unit(lakeside):
    row = taken(mail(body="It stops.\n-- \nAnn", files=(("lift.jpg", jpeg(), "image/jpeg"),)))
    case = Complaint.objects.get()
    assert (row.state, row.complaint) == ("filed", case)
    assert (case.complainant, case.unit, case.channel) == (lakeside.people["owner"], lakeside.unit, "email")
    assert (case.category.code, case.description) == ("other", "The lift\n\nIt stops.")
    assert Attachment.objects.get().subject_id == case.pk
    assert Delivery.objects.filter(about_id=case.pk, event="complaint.received").exists()
    assert AuditEntry.objects.filter(action="inboundmail.filed", subject_label=case.number).count() == 1


def test_without_a_mailbox_mails_carry_none(lakeside, settings):
    settings.INBOUND_ADDRESS = ""
    row = Delivery.objects.get(about_id=filed(lakeside).pk, channel="email")
    assert "Reply-To" not in message_of(row, lakeside.organisation).message()


@pytest.mark.parametrize(
    ("sender", "why"),
    [
        ("somebody@elsewhere.example", "unknown"),
        ("clerk@lakeside.example", "staff"),
        ("committee@lakeside.example", "unknown"),
    ],
)
def test_who_is_not_known_or_has_no_unit_waits_for_a_clerk(lakeside, sender, why):
    row = taken(mail(sender))
    assert (row.state, row.why, row.text) == ("waiting", why, "It stops between floors.")
    assert not Complaint.objects.exists()


def test_an_address_of_two_people_waits(lakeside):
    Person.objects.create(name="Twin", email="OWNER@lakeside.example")
    assert taken(mail()).why == "several"


@pytest.mark.parametrize(
    ("given", "state", "why"),
    [({"Auto_Submitted": "auto-replied"}, "stopped", "auto_submitted"), ({"subject": "Out of office"}, "stopped", "absence"),
     ({"X_PropComm_Organisation": "lakeside"}, "stopped", "ours"), ({"Precedence": "list"}, "stopped", "list"),
     ({"Authentication_Results": "mx; dmarc=fail"}, "waiting", "doubtful"), ({"body": "", "subject": ""}, "waiting", "empty")],
)  # fmt: skip
def test_loops_and_automatic_answers_stop_here(lakeside, given, state, why):
    row = taken(mail(**given))
    assert (row.state, row.why) == (state, why)
    assert (Complaint.objects.count(), Delivery.objects.count()) == (0, 0)


def test_a_sender_who_writes_without_end_is_held_back(lakeside):
    most = limits()["per_sender_an_hour"]
    rows = [taken(mail(body=f"Number {n}")) for n in range(most + 2)]
    assert [row.state for row in rows[-2:]] == ["stopped", "stopped"]
    assert rows[-1].why == "rate"
    assert Complaint.objects.count() == most


def test_refused_files_are_named_and_the_words_are_taken(lakeside):
    taken(mail(files=(("plan.zip", b"PK\x03\x04....", "application/zip"), ("lift.jpg", jpeg(), "image/jpeg"))))
    case = Complaint.objects.get()
    assert "plan.zip" in case.description
    assert Attachment.objects.get().original_name == "lift.jpg"


def test_words_too_long_for_a_case_come_along_as_a_file(lakeside):
    taken(mail(body="The lift stops. " * 600))
    assert len(Complaint.objects.get().description) <= 5000
    assert Attachment.objects.get().original_name == "mail.txt"


# -- once, and never lost ----------------------------------------------------------------------------------------------


def test_the_same_message_id_twice_is_one(lakeside):
    raw = mail()
    assert taken(raw).pk == taken(raw + b"\n").pk
    assert (InboundMail.objects.count(), Complaint.objects.count()) == (1, 1)


def test_a_worker_killed_while_it_files_leaves_it_to_the_next(lakeside, monkeypatch):
    row = inbound.store(raw=mail(), now=NOON)
    with monkeypatch.context() as patch:
        patch.setattr(inbound, "record", lambda **given: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            inbound.process(mail_id=row.pk, now=NOON)
    assert (InboundMail.objects.get().state, Complaint.objects.count()) == ("received", 0)
    for _each in range(2):
        inbound.process(mail_id=row.pk, now=NOON)
    assert (InboundMail.objects.get().state, Complaint.objects.count()) == ("filed", 1)


# -- the door for mail services ----------------------------------------------------------------------------------------


def handed(house, raw, *, key=KEY, at=None):
    stamp = str(int(at or time.time()))
    headers = {"HTTP_X_PROPCOMM_TIMESTAMP": stamp, "HTTP_X_PROPCOMM_SIGNATURE": signature_of(key, stamp, raw)}
    return Client(HTTP_HOST=house.host).post("/mail/in/", raw, content_type="message/rfc822", **headers)


def test_a_mail_service_hands_over_what_it_signed_and_a_replay_changes_nothing(lakeside):
    MailDoor.objects.create(sealed=seal_key(KEY))
    raw = mail()
    first, again = handed(lakeside, raw), handed(lakeside, raw)
    assert (first.status_code, first.json()["state"]) == (200, "filed")
    assert again.json() == first.json()
    assert Complaint.objects.count() == 1


@pytest.mark.parametrize("way", ["key", "old", "off", "none"])
def test_what_is_not_signed_now_with_the_organisations_key_is_not_taken(lakeside, way):
    if way != "none":
        MailDoor.objects.create(sealed=seal_key(KEY), is_active=way != "off")
    answer = handed(
        lakeside, mail(), key="another" if way == "key" else KEY, at=time.time() - 600 if way == "old" else None
    )
    assert (answer.status_code, answer.json()) == (404, {"error": "unsigned"})
    assert not InboundMail.objects.exists()


def test_a_body_without_end_is_refused(lakeside, monkeypatch):
    MailDoor.objects.create(sealed=seal_key(KEY))
    monkeypatch.setitem(limits(), "webhook_bytes", 100)
    assert handed(lakeside, mail()).status_code == 413


# -- the queue ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def waiting(lakeside) -> InboundMail:
    return taken(mail("Ann <ann@elsewhere.example>", files=(("lift.jpg", jpeg(), "image/jpeg"),)))


def test_a_clerk_makes_it_a_complaint_of_a_found_person(lakeside, waiting):
    clerk = signed_in(lakeside, "clerk")
    assert "ann@elsewhere.example" in text(clerk.get(f"/admin/mail/{waiting.pk}/"))
    assert "Ann" in text(clerk.get("/admin/mail/"))
    at = f"/admin/mail/{waiting.pk}/case/"
    found = text(clerk.post(at, {"q": "A-0101", "find": "1", "description": "Typed & kept."}))
    who = f"{lakeside.people['owner'].pk}:{lakeside.unit.pk}"
    assert who in found
    assert "Typed &amp; kept." in found
    said = {"q": "A-0101", "who": who, "category": "lift", "description": "It stops.", "spot": "", "place": ""}
    assert clerk.post(at, {**said, "category": ""}).status_code == 422
    answer = clerk.post(at, said)
    case = Complaint.objects.get()
    assert answer.headers["Location"] == f"/admin/triage/{case.number}/"
    assert (case.complainant, case.unit, case.channel, case.taken_by) == (
        lakeside.people["owner"], lakeside.unit, "email", lakeside.clerk,
    )  # fmt: skip
    assert Attachment.objects.get().subject_id == case.pk
    waiting.refresh_from_db()
    assert (waiting.state, waiting.complaint, waiting.decided_by) == ("filed", case, lakeside.clerk)
    assert clerk.post(at, said).status_code == 409
    assert Complaint.objects.count() == 1


def test_a_clerk_adds_it_to_a_case(lakeside, waiting):
    case, clerk = filed(lakeside), signed_in(lakeside, "clerk")
    at = f"/admin/mail/{waiting.pk}/attach/"
    assert "no case with this number" in text(clerk.post(at, {"number": "C-NONE-1"}))
    assert clerk.post(at, {"number": case.number}).status_code == 302
    assert (Message.objects.get().kind, Message.objects.get().complaint) == ("words", case)
    assert Attachment.objects.get().subject_id == case.pk


def test_a_clerk_discards_it_with_a_reason(lakeside, waiting):
    clerk, at = signed_in(lakeside, "clerk"), f"/admin/mail/{waiting.pk}/discard/"
    assert clerk.post(at, {"reason": ""}).status_code == 422
    assert clerk.post(at, {"reason": "An advertisement."}).status_code == 302
    assert AuditEntry.objects.get(action="inboundmail.discarded").actor == lakeside.clerk
    assert "An advertisement." in text(clerk.get("/admin/mail/?tab=done"))
    with pytest.raises(IllegalMove):
        mail_queue.discard(mail_id=waiting.pk, reason="Again.", actor=lakeside.clerk, now=NOON)


@pytest.mark.parametrize("role", ["engineer", "auditor", "owner", "committee"])
def test_nobody_else_reads_the_queue(lakeside, waiting, role):
    for path in ("/admin/mail/", f"/admin/mail/{waiting.pk}/"):
        assert signed_in(lakeside, role).get(path).status_code == 403
    with pytest.raises(NotFound):
        mail_queue.discard(mail_id=waiting.pk, reason="x", actor=getattr(lakeside, role), now=NOON)


def test_hostile_words_come_back_inert(lakeside):
    row = taken(mail("x@elsewhere.example", subject="<script>alert(1)</script>", body="<img src=x onerror=alert(1)>"))
    for path in ("/admin/mail/", f"/admin/mail/{row.pk}/"):
        page = text(signed_in(lakeside, "clerk").get(path))
        assert "<script>alert" not in page
        assert "<img src=x" not in page


def test_old_mail_goes_with_its_bytes_and_what_waits_stays(lakeside, waiting, django_capture_on_commit_callbacks):
    from complaints.erasing import drop_mails

    done = taken(mail())
    assert storages["private"].exists(done.raw_name)
    with django_capture_on_commit_callbacks(execute=True):
        assert drop_mails(mail_queries.old_mails(NOON.replace(year=2027))) == 1
    assert not storages["private"].exists(done.raw_name)
    assert InboundMail.objects.get() == waiting
