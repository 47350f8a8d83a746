"""Receipts of providers: signed, once, in any order, and never a wrong state."""

import json
import time
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client

from notices.channels.fates import Fate, Outcome
from notices.models import Delivery, Receipt, Suppression
from notices.rules.signatures import signature_of
from notices.services import receipts
from notices.services.claiming import claim_batch
from notices.services.handing import Ended, pass_on
from tests.factories.house import NOON, in_scope_of
from tests.notices.carrying import message, provider
from tests.notices.gateway import RECEIPTS_KEY

State = Delivery.State


@pytest.fixture
def carrier(house):
    return provider("sms", "sms-gateway", url="https://gateway.example/")


def handed(house, **fields):
    return message(house, state=State.HANDED, handed_at=NOON, next_attempt_at=None, provider_reference="gw-1", **fields)


def event(status, *, name="e1", reference="gw-1", **more):
    return {"id": name, "reference": reference, "status": status, **more}


def tell(house, *events, key=RECEIPTS_KEY, code="sms-gateway", late=0, body=None):
    body = json.dumps({"events": events}).encode() if body is None else body
    stamp = str(int(time.time() - late))
    signed = {"X-PropComm-Timestamp": stamp, "X-PropComm-Signature": signature_of(key, stamp, body)}
    client = Client(HTTP_HOST=house.host, enforce_csrf_checks=True)
    return client.post(f"/notices/receipts/{code}/", body, content_type="application/json", headers=signed)


def test_a_delivered_message_is_delivered_when_the_provider_says(house, carrier):
    row = handed(house)
    answer = tell(house, event("delivered", at="2026-03-02T12:01:00Z"))
    assert (answer.status_code, answer.json()) == (200, {"taken": 1})
    row.refresh_from_db()
    assert (row.state, row.delivered_at) == ("delivered", NOON + timedelta(minutes=1))
    assert Receipt.objects.get().ignored_because == ""


def test_the_same_event_again_and_an_older_word_change_nothing(house, carrier):
    row = handed(house)
    for said in (event("delivered"), event("failed", name="e1"), event("sent", name="e0")):
        assert tell(house, said).status_code == 200
    row.refresh_from_db()
    assert row.state == "delivered"
    assert Receipt.objects.count() == 2


@pytest.mark.parametrize(
    "how",
    [{"key": "guessed"}, {"key": ""}, {"late": 301}, {"late": -330}, {"code": "letter-gateway"}],
    ids=str,
)
def test_what_nobody_with_the_key_signed_changes_nothing(house, carrier, how):
    row = handed(house)
    assert tell(house, event("delivered"), **how).status_code == 404
    row.refresh_from_db()
    assert (row.state, Receipt.objects.count()) == ("handed", 0)


def test_another_organisations_key_opens_nothing_here(house, stranger, carrier):
    theirs = in_scope_of(stranger.organisation.pk, lambda: (provider("sms", "sms-gateway"), handed(stranger))[1])
    row = handed(house)
    assert tell(house, event("delivered", reference=str(theirs.pk))).status_code == 200
    assert in_scope_of(stranger.organisation.pk, lambda: Delivery.objects.get(pk=theirs.pk).state) == "handed"
    row.refresh_from_db()
    assert (row.state, Receipt.objects.get().ignored_because) == ("handed", "unknown")


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"{", b"\xff", b'{"events": 1}', b'{"events": [1]}', b'{"events": [{"id": "1"}]}', b"[" * 9000,
     b'{"events": [{"id": "1", "reference": "r", "status": "sent", "at": "yesterday"}]}',
     b'{"events": [{"id": "\\u0000", "reference": "r", "status": "sent"}]}',
     b'{"events": [{"id": "1", "reference": "r", "status": "sent", "at": "2026-13-45T99:00:00Z"}]}'],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_whole(house, carrier, body):
    assert tell(house, body=body).status_code == 400
    assert Receipt.objects.count() == 0


def test_an_early_word_waits_until_the_message_is_handed(house, carrier):
    row = message(house, state=State.CLAIMED)
    tell(house, event("delivered", reference=str(row.pk)), event("read", name="e2", reference="gw-9"))
    row.refresh_from_db()
    assert row.state == "claimed"
    assert set(Receipt.objects.values_list("ignored_because", flat=True)) == {"early", "unknown"}
    Delivery.objects.filter(pk=row.pk).update(state=State.HANDED, provider_reference="gw-9")
    row.refresh_from_db()
    assert receipts.settle(delivery=row, now=NOON) == 2
    row.refresh_from_db()
    assert row.state == "read"
    assert receipts.settle(delivery=row, now=NOON) == 0


def test_a_number_that_is_gone_is_stopped_and_a_busy_one_is_not(house, carrier):
    row = handed(house)
    tell(house, event("failed", detail="no answer"))
    row.refresh_from_db()
    assert (row.state, Suppression.objects.count()) == ("bounced", 0)
    other = message(house, state=State.HANDED, provider_reference="gw-2", address="+442079460124")
    tell(house, event("failed", name="e2", reference="gw-2", permanent=True, detail="absent subscriber"))
    other.refresh_from_db()
    assert other.state == "bounced"
    assert Suppression.objects.get().address == "+442079460124"


def test_a_message_of_another_channel_is_not_spoken_of(house, carrier):
    row = message(house, "email", state=State.HANDED, provider_reference="gw-1", handed_at=NOON)
    tell(house, event("failed", permanent=True))
    row.refresh_from_db()
    assert (row.state, Receipt.objects.get().ignored_because) == ("handed", "unknown")


def test_a_get_is_no_receipt(house, carrier):
    assert Client(HTTP_HOST=house.host).get("/notices/receipts/sms-gateway/").status_code == 405


def test_the_engine_hears_what_was_told_before_it_noted_the_handing(house, carrier):
    row = message(house)
    token = uuid4()
    (claim,) = claim_batch(channel="sms", organisation=house.organisation, token=token, now=NOON, size=1).claims
    tell(house, event("delivered", reference="gw-7"))
    ended = Ended(claim, Outcome(Fate.HANDED, reference="gw-7"))
    key = {"organisation_id": house.organisation.pk, "token": token, "now": NOON, "chance": 0.5}
    pass_on(**key, ended=None, begun=claim.delivery)
    pass_on(**key, ended=ended, begun=None)
    row.refresh_from_db()
    assert (row.state, row.provider_reference) == ("delivered", "gw-7")
