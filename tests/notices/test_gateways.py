"""HTTP gateways: what each answer means, that a second try is no second message, and whom we never call."""

import pytest

from notices.channels import calling
from notices.channels.fates import Fate
from notices.channels.registry import conversation_for
from tests.notices.carrying import WORDS, message, provider
from tests.notices.gateway import Gateway


@pytest.fixture
def gateway(settings):
    settings.GATEWAYS_MAY_BE_PRIVATE = True
    server = Gateway()
    yield server
    server.stop()


@pytest.fixture
def impatience(settings):
    """We wait for a gateway less long than one that hangs takes. Where one answers, a busy machine may be slow."""
    settings.GATEWAY_SECONDS = 0.4


@pytest.fixture
def sms(house, gateway):
    provider("sms", "sms-gateway", url=gateway.url)
    return conversation_for("sms", house.organisation)


def test_a_message_is_handed_signed_with_its_reference(house, gateway, sms):
    delivery = message(house)
    outcome = sms.send(delivery, WORDS)
    assert (outcome.fate, outcome.reference) == (Fate.HANDED, "gw-1")
    assert gateway.unsigned == 0
    assert gateway.taken == {
        str(delivery.pk): {
            "id": str(delivery.pk), "to": "+442079460123", "segments": 1,
            "text": "Lakeside Property Management: No water on Monday http://lakeside.localhost/notices/1/",
        }
    }  # fmt: skip


def test_a_gateway_that_names_no_reference_goes_by_our_id(house, gateway, sms):
    gateway.answers = [202]
    delivery = message(house)
    assert sms.send(delivery, WORDS).reference == str(delivery.pk)


@pytest.mark.parametrize(
    ("answer", "fate", "is_down"),
    [
        (400, Fate.REFUSED, False), (422, Fate.REFUSED, False), (429, Fate.LATER, True), (401, Fate.LATER, True),
        (500, Fate.LATER, False), (503, Fate.LATER, False), (302, Fate.LATER, True), (307, Fate.LATER, True),
        ("drop", Fate.UNSURE, False),
    ],
)  # fmt: skip
def test_what_an_answer_means(house, gateway, sms, answer, fate, is_down):
    gateway.answers = [answer]
    assert (sms.send(message(house), WORDS).fate, sms.is_down) == (fate, is_down)
    assert gateway.requests == 1  # no redirect is followed


@pytest.mark.usefixtures("impatience")
@pytest.mark.parametrize("answer", ["hang", "trickle"])
def test_whether_one_that_never_ends_its_answer_took_the_message_is_unsure(house, gateway, sms, answer):
    gateway.answers = [answer]
    assert (sms.send(message(house), WORDS).fate, sms.is_down) == (Fate.UNSURE, False)
    assert gateway.requests == 1


@pytest.mark.usefixtures("impatience")
def test_one_that_hangs_is_left_alone_for_a_while(house, gateway, sms, settings, tmp_path):
    given = tmp_path / "sending.yaml"
    given.write_text("slow_seconds: 0.2")
    settings.SENDING_FILE = str(given)
    gateway.answers = ["drop", "hang"]
    sms.send(message(house), WORDS)
    assert not sms.is_down
    sms.send(message(house), WORDS)
    assert sms.is_down


def test_retry_after_is_kept_and_bounded(house, gateway, sms):
    gateway.answers, gateway.retry_after = [429], "120"
    sms.send(message(house), WORDS)
    assert sms.rests_seconds == 120
    gateway.retry_after = "99999999"
    sms.send(message(house), WORDS)
    assert sms.rests_seconds == 3600


def test_a_second_try_after_a_broken_line_is_no_second_message(house, gateway, sms):
    gateway.answers = ["drop", 200]
    delivery = message(house)
    assert [sms.send(delivery, WORDS).fate for _try in range(2)] == [Fate.UNSURE, Fate.HANDED]
    assert len(gateway.taken) == 1


def test_nobody_listening_is_not_the_messages_fault(house, gateway, sms):
    gateway.stop()
    assert (sms.send(message(house), WORDS).fate, sms.is_down) == (Fate.UNREACHABLE, True)


@pytest.mark.parametrize("number", ["", "0207 946 0123", "not a number", "+1"])
def test_what_is_no_number_with_its_country_is_refused(house, gateway, sms, number):
    assert sms.send(message(house, address=number), WORDS).fate == Fate.REFUSED
    assert gateway.requests == 0


def test_a_letter_carries_the_address(house, gateway):
    provider("letter", "letter-gateway", url=gateway.url)
    delivery = message(house, "letter")
    assert conversation_for("letter", house.organisation).send(delivery, WORDS).fate == Fate.HANDED
    told = gateway.taken[str(delivery.pk)]
    assert (told["address"], told["subject"], told["text"]) == ("Flat 1\n1 Lake Road", WORDS.subject, WORDS.text)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "192.168.0.1", "172.16.0.1", "169.254.169.254", "0.0.0.0", "100.64.0.1", "224.0.0.1",
        "::1", "fe80::1", "fd00::1", "::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:a00:1::1", "::",
    ],
)  # fmt: skip
def test_no_private_address_is_called(settings, monkeypatch, address):
    settings.GATEWAYS_MAY_BE_PRIVATE = False
    monkeypatch.setattr(calling.socket, "getaddrinfo", lambda *a, **k: [(0, 0, 0, "", (address, 443))])
    with pytest.raises(calling.NotReached):
        calling.post("https://gateway.example/", b"{}", {}, seconds=1)


@pytest.mark.parametrize(
    "url", ["http://1.1.1.1/", "ftp://1.1.1.1/", "https://a:b@1.1.1.1/", "https:///x", "https://[", ""]
)
def test_only_https_without_passwords_is_called(settings, url):
    settings.GATEWAYS_MAY_BE_PRIVATE = False
    with pytest.raises(calling.NotReached):
        calling.post(url, b"{}", {}, seconds=1)


def test_one_private_address_among_public_ones_is_enough(settings, monkeypatch):
    settings.GATEWAYS_MAY_BE_PRIVATE = False
    both = [(0, 0, 0, "", ("1.1.1.1", 443)), (0, 0, 0, "", ("10.0.0.1", 443))]
    monkeypatch.setattr(calling.socket, "getaddrinfo", lambda *a, **k: both)
    with pytest.raises(ValueError, match="private"):
        calling.allowed_address("gateway.example", 443)


def test_no_provider_no_conversation(house, stranger):
    assert conversation_for("sms", house.organisation) is None
    provider("email", "mail-reports")
    assert conversation_for("email", house.organisation) is None
