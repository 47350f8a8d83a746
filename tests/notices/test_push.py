"""Push messages: encrypted as the standard's example is, to known services only, ended where a browser is gone."""

from types import SimpleNamespace

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from notices.channels import calling
from notices.channels.encrypting import CURVE, Keys, b64, encrypted, point_of, private_key, unb64
from notices.channels.fates import Fate
from notices.channels.push import Browser, is_push_service, seal_browser
from notices.channels.registry import conversation_for
from notices.models import PushSubscription
from tests.factories.house import NOON
from tests.notices.carrying import WORDS, message, provider

SERVICE = "https://fcm.googleapis.com/fcm/send/abc"


def test_the_example_of_rfc_8291():
    keys = Keys(
        unb64("BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"),
        unb64("BTBZMqHH6r4Tts7J_aSIgg"),
    )
    body = encrypted(
        b"When I grow up, I want to be a watermelon", keys,
        ours=private_key("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"), salt=unb64("DGv6ra1nlYgDCS1FRnbzlw"),
    )  # fmt: skip
    assert b64(body) == (
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl"
        "7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )


@pytest.mark.parametrize(
    ("endpoint", "known"),
    [
        (SERVICE, True), ("https://updates.push.services.mozilla.com/wpush/v2/x", True),
        ("https://web.push.apple.com/x", True), ("http://fcm.googleapis.com/x", False),
        ("https://fcm.googleapis.com.evil.example/x", False), ("https://127.0.0.1/x", False),
        ("https://fcm.googleapis.com:8443/x", False), ("https://a@fcm.googleapis.com/x", False), ("", False),
    ],
)  # fmt: skip
def test_only_known_services_are_called(endpoint, known):
    assert is_push_service(endpoint) is known


@pytest.fixture
def push(house, settings, monkeypatch):
    """The conversation of a member with two browsers; ``statuses`` is what their service answers, in turn."""
    settings.PUSH_KEY = b64(ec.generate_private_key(CURVE).private_numbers().private_value.to_bytes(32, "big"))
    provider("push", "web-push")
    point = b64(point_of(ec.generate_private_key(CURVE).public_key()))
    for number in range(2):
        PushSubscription.objects.create(
            membership=house.owner, endpoint_hash=str(number), created_at=NOON,
            sealed=seal_browser(Browser(f"{SERVICE}{number}", point, b64(b"k" * 16))),
        )  # fmt: skip
    told = SimpleNamespace(statuses=[201, 201], sent=[], run=conversation_for("push", house.organisation))

    def post(url, body, headers, *, seconds):
        told.sent.append((url, headers))
        return calling.Answer(told.statuses[len(told.sent) - 1], b"")

    monkeypatch.setattr(calling, "post", post)
    return told


@pytest.mark.parametrize(
    ("statuses", "fate", "gone"),
    [
        ([201, 201], Fate.HANDED, 0), ([410, 201], Fate.HANDED, 1), ([404, 410], Fate.REFUSED, 2),
        ([503, 410], Fate.LATER, 1), ([413, 413], Fate.REFUSED, 0), ([429, 201], Fate.HANDED, 0),
    ],
)  # fmt: skip
def test_what_services_answer(house, push, statuses, fate, gone):
    push.statuses = statuses
    delivery = message(house, "push")
    assert push.run.send(delivery, WORDS).fate == fate
    assert PushSubscription.objects.filter(gone_at__isnull=False).count() == gone
    url, headers = push.sent[0]
    assert url == f"{SERVICE}0"
    assert (headers["Topic"], headers["Content-Encoding"]) == (delivery.pk.hex, "aes128gcm")
    assert headers["Authorization"].startswith("vapid t=")


def test_nobody_elses_browser_is_told(house, push):
    assert push.run.send(message(house, "push", membership=house.coowner), WORDS).fate == Fate.REFUSED
    assert push.sent == []
