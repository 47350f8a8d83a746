"""A reader's browser asks for push messages and ends them; a stranger's address is never called."""

import json

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from notices.channels.encrypting import CURVE, b64, point_of
from notices.models import PushSubscription
from tests.complaints.pages import signed_in
from tests.notices.carrying import provider

POINT = b64(point_of(ec.generate_private_key(CURVE).public_key()))
BROWSER = {"endpoint": "https://fcm.googleapis.com/fcm/send/abc", "keys": {"p256dh": POINT, "auth": b64(b"k" * 16)}}


def says(house, said, name="subscribe", role="owner"):
    return signed_in(house, role).post(f"/notices/push/{name}/", json.dumps(said), content_type="application/json")


def test_a_browser_is_taken_once_and_ended(house):
    assert [says(house, BROWSER).status_code for _time in range(2)] == [201, 201]
    row = PushSubscription.objects.get()
    assert (row.membership, row.gone_at) == (house.owner, None)
    assert "fcm" not in row.sealed
    assert says(house, {"endpoint": BROWSER["endpoint"]}, "unsubscribe").json() == {"ended": 1}
    row.refresh_from_db()
    assert row.gone_at is not None
    assert says(house, BROWSER).status_code == 201
    assert PushSubscription.objects.get().gone_at is None


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({}, 400), ([], 400), ({**BROWSER, "endpoint": "https://127.0.0.1/x"}, 409),
        ({**BROWSER, "keys": {"p256dh": b64(b"x" * 65), "auth": b64(b"k" * 16)}}, 409),
        ({**BROWSER, "keys": {"p256dh": POINT, "auth": "k"}}, 409), ({**BROWSER, "keys": "none"}, 400),
    ],
)  # fmt: skip
def test_what_is_no_browser_is_refused(house, said, status):
    assert says(house, said).status_code == status
    assert not PushSubscription.objects.exists()


def test_somebody_elses_browser_is_not_ended(house):
    says(house, BROWSER)
    assert says(house, {}, "unsubscribe", role="clerk").json() == {"ended": 0}
    assert PushSubscription.objects.get().gone_at is None


def test_push_is_offered_where_the_house_sends_it(house, settings):
    page = "/notices/preferences/"
    assert b"data-push=" not in signed_in(house, "owner").get(page).content
    settings.PUSH_KEY = b64(ec.generate_private_key(CURVE).private_numbers().private_value.to_bytes(32, "big"))
    assert b"data-push=" not in signed_in(house, "owner").get(page).content
    provider("push", "web-push")
    assert b"data-push=" in signed_in(house, "owner").get(page).content
    worker = signed_in(house, "owner").get("/notices/push/worker.js")
    assert (worker.status_code, worker["Content-Type"]) == (200, "text/javascript; charset=utf-8")
