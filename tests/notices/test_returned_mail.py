"""Returned mail: whose message it was, whether its address is dead, and what forged reports change: nothing."""

import time
from uuid import uuid4

import pytest
from django.conf import settings
from django.test import Client

from audit.models import AuditEntry
from notices.models import Delivery, Suppression
from notices.rules.reports import read_report
from notices.rules.signatures import signature_of
from notices.services import bounces, suppressing
from tenancy.errors import IllegalMove, NotAllowed
from tests.factories.house import NOON, in_scope_of
from tests.notices.carrying import message, provider
from tests.notices.gateway import RECEIPTS_KEY

ADDRESS = "owner@lakeside.example"


def report(pk, *, action="failed", status="5.1.1", code="smtp; 550 5.1.1 User unknown", to=ADDRESS, domain=None):
    return f"""From: MAILER-DAEMON@mx.example
Subject: Undelivered Mail
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

Sorry.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; {to}
Action: {action}
Status: {status}
Diagnostic-Code: {code}

--b
Content-Type: text/rfc822-headers

Message-ID: <{pk}@{domain or settings.BASE_DOMAIN}>
Subject: News

--b--
""".encode()


def complaint(pk):
    return f"""From: feedback@mx.example
Subject: complaint
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="b"

--b
Content-Type: text/plain

Spam.

--b
Content-Type: message/feedback-report

Feedback-Type: abuse
Version: 1
Original-Rcpt-To: <{ADDRESS}>

--b
Content-Type: message/rfc822

Message-ID: <{pk}@{settings.BASE_DOMAIN}>
Subject: News

Words.
--b--
""".encode()


def sent(house, **fields):
    return message(house, "email", state="handed", handed_at=NOON, next_attempt_at=None, **fields)


def take(raw):
    return bounces.take_report(raw=raw, now=NOON)


def test_an_address_that_does_not_exist_is_stopped_and_what_waits_for_it_is_not_sent(house):
    row, waiting, other = sent(house), message(house, "email"), message(house, "sms")
    assert take(report(row.pk)) is True
    for one in (row, waiting, other):
        one.refresh_from_db()
    assert (row.state, row.bounced_at, row.last_error) == ("bounced", NOON, "5.1.1 550 5.1.1 User unknown")
    assert (waiting.state, waiting.because) == ("suppressed", "stopped_address")
    assert other.state == "queued"
    stop = Suppression.objects.get()
    assert (stop.address, stop.reason, stop.delivery_id) == (ADDRESS, "bounced", row.pk)
    assert AuditEntry.objects.get(action="suppression.added").changes == {"channel": "email", "reason": "bounced"}
    assert take(report(row.pk)) is False
    assert Suppression.objects.count() == 1


@pytest.mark.parametrize(
    "change",
    [{"action": "delayed", "status": "4.4.1"}, {"status": "4.2.2"}, {"action": "delivered", "status": "2.0.0"},
     {"to": "forwarded@elsewhere.example"}, {"domain": "evil.example"}],
)  # fmt: skip
def test_delays_and_other_peoples_reports_change_nothing(house, change):
    row = sent(house)
    assert take(report(row.pk, **change)) is False
    row.refresh_from_db()
    assert (row.state, Suppression.objects.count()) == ("handed", 0)


@pytest.mark.parametrize(("status", "code"), [("5.7.1", "smtp; 550 5.7.1 spam"), ("5.2.2", "smtp; 552 mailbox full")])
def test_refused_for_its_content_it_came_back_but_the_address_lives(house, status, code):
    row = sent(house)
    assert take(report(row.pk, status=status, code=code)) is True
    row.refresh_from_db()
    assert (row.state, Suppression.objects.count()) == ("bounced", 0)


def test_a_forged_report_about_a_message_that_nobody_sent_changes_nothing(house, stranger):
    theirs = in_scope_of(stranger.organisation.pk, lambda: sent(stranger))
    waiting = message(house, "email")
    for pk in (uuid4(), theirs.pk, waiting.pk, message(house, "sms", state="handed", handed_at=NOON).pk):
        assert take(report(pk)) is False
    assert (Suppression.objects.count(), Delivery.objects.filter(state="bounced").count()) == (0, 0)


def test_what_was_read_did_arrive(house):
    row = sent(house)
    Delivery.objects.filter(pk=row.pk).update(state="read")
    assert take(report(row.pk)) is False
    assert Suppression.objects.count() == 0


def test_a_complaint_stops_the_address_and_leaves_the_message(house):
    row = sent(house)
    assert take(complaint(row.pk)) is True
    row.refresh_from_db()
    assert (row.state, Suppression.objects.get().reason) == ("handed", "complained")


@pytest.mark.parametrize(
    "raw", [b"", b"\xff\xfe", b"Content-Type: multipart/report\n\n", b"Content-Type: text/plain\n\n<x@localhost>", b"a" * 2_000_000]
)
def test_what_is_no_report_is_none(raw):
    assert read_report(raw, domain="localhost") is None


def test_an_id_in_the_words_of_a_report_is_not_believed():
    raw = report("nobody").replace(b"Sorry.", f"Message-ID: <{uuid4()}@{settings.BASE_DOMAIN}>".encode())
    assert read_report(raw, domain=settings.BASE_DOMAIN) is None


def test_the_signed_door_takes_reports_of_the_mail_service(house):
    provider("email", "mail-reports")
    row = sent(house)
    raw, stamp = report(row.pk), str(int(time.time()))
    signed = {"X-PropComm-Timestamp": stamp, "X-PropComm-Signature": signature_of(RECEIPTS_KEY, stamp, raw)}
    ask = Client(HTTP_HOST=house.host, enforce_csrf_checks=True).post
    path = "/notices/receipts/mail-reports/"
    assert ask(path, raw + b" ", content_type="message/rfc822", headers=signed).status_code == 404
    assert ask(path, raw, content_type="message/rfc822", headers=signed).json() == {"taken": 1}
    row.refresh_from_db()
    assert row.state == "bounced"


def test_a_servers_reply_stops_an_address_only_when_it_says_that_nobody_is_there(house):
    row = message(house, "email", state="dead")
    assert suppressing.note_refusal(delivery=row, said="550 5.7.1 policy", now=NOON) is False
    assert suppressing.note_refusal(delivery=row, said="550 5.1.1 no such user", now=NOON) is True
    assert Suppression.objects.get().evidence == "550 5.1.1 no such user"


def test_lifting_needs_the_role_and_a_reason_and_happens_once(house):
    stop = suppressing.stop_address(channel="email", address=ADDRESS, reason="bounced", evidence="", now=NOON)
    with pytest.raises(NotAllowed):
        suppressing.lift(suppression_id=stop.pk, reason="They rang.", actor=house.clerk, now=NOON)
    with pytest.raises(IllegalMove):
        suppressing.lift(suppression_id=stop.pk, reason=" ", actor=house.manager, now=NOON)
    stop.refresh_from_db()
    assert stop.lifted_at is None
    suppressing.lift(suppression_id=stop.pk, reason="They rang.", actor=house.manager, now=NOON)
    stop.refresh_from_db()
    assert (stop.lifted_at, stop.lifted_by, stop.lift_reason) == (NOON, house.manager, "They rang.")
    with pytest.raises(IllegalMove):
        suppressing.lift(suppression_id=stop.pk, reason="Again.", actor=house.manager, now=NOON)
    again = suppressing.stop_address(channel="email", address=ADDRESS.upper(), reason="bounced", evidence="", now=NOON)
    assert again.pk != stop.pk
