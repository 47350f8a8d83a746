"""SMS segments, quiet hours, what a wish means, signatures: the pure rules of the channels."""

from datetime import UTC, datetime, time, timedelta

import pytest

from notices.rules.bounces import is_hard
from notices.rules.quiet import end_of_quiet
from notices.rules.receipts import next_state
from notices.rules.signatures import is_signed, signature_of
from notices.rules.sms import segments_of, short_text
from notices.rules.wanted import Digest, Later, Now, Off, Quiet, decide, topic_of_kind

LONDON = "Europe/London"
NIGHT = Quiet(LONDON, time(22), time(8))


def at(day, hour, minute=0, month=3):
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "segments"),
    [
        ("", 1), ("a" * 160, 1), ("a" * 161, 2), ("a" * 306, 2), ("a" * 307, 3), ("€" * 80, 1), ("€" * 81, 2),
        ("水" * 70, 1), ("水" * 71, 2), ("水" * 134, 2), ("水" * 135, 3), ("😀" * 35, 1), ("😀" * 36, 2),
        ("a" * 152 + "€" + "a" * 10, 2), ("a" * 152 + "€" + "a" * 151, 2), ("a" * 152 + "€" + "a" * 152, 3),
        ("é" * 160, 1), ("ê" * 70, 1), ("ê" * 71, 2),
    ],
)  # fmt: skip
def test_segments(text, segments):
    assert segments_of(text) == segments


@pytest.mark.parametrize("title", ["No water " * 80, "停水通知" * 80, "😀" * 300])
def test_a_long_title_is_cut_and_the_link_is_not(title):
    text = short_text(sender="Lakeside", title=title, number="N-2026-000007", link="https://l.example/n/1/", most=2)
    assert segments_of(text) <= 2
    assert text.startswith("Lakeside: ")
    assert text.endswith("... (N-2026-000007) https://l.example/n/1/")


@pytest.mark.parametrize(
    ("now", "end"),
    [
        (at(2, 21, 59), None), (at(2, 22), at(3, 8)), (at(3, 3), at(3, 8)), (at(3, 7, 59), at(3, 8)), (at(3, 8), None),
        # The clocks go forward at 1:00 on 29 March: eight o'clock is seven in UTC.
        (at(28, 23), at(29, 7)),
        # And back on 25 October.
        (at(24, 22, month=10), at(25, 8, month=10)),
    ],
)  # fmt: skip
def test_the_end_of_quiet_hours(now, end):
    assert end_of_quiet(now, zone=LONDON, begins=time(22), ends=time(8)) == end


def test_quiet_hours_in_one_day_or_none():
    assert end_of_quiet(at(2, 13), zone=LONDON, begins=time(12), ends=time(14)) == at(2, 14)
    assert end_of_quiet(at(2, 15), zone=LONDON, begins=time(12), ends=time(14)) is None
    assert end_of_quiet(at(2, 23), zone=LONDON, begins=None, ends=time(8)) is None
    assert end_of_quiet(at(2, 8), zone=LONDON, begins=time(8), ends=time(8)) is None


@pytest.mark.parametrize(
    ("topic", "channel", "mode", "now", "wish"),
    [
        ("ordinary", "email", "", at(2, 23), Now()), ("ordinary", "email", "off", at(2, 12), Off()),
        ("ordinary", "email", "digest", at(2, 12), Digest()), ("ordinary", "sms", "", at(2, 23), Later(at(3, 8))),
        ("ordinary", "push", "", at(2, 23), Later(at(3, 8))), ("ordinary", "sms", "off", at(2, 23), Off()),
        ("ordinary", "sms", "digest", at(2, 12), Now()),  # no such choice
        ("emergency", "sms", "", at(2, 23), Now()), ("emergency", "sms", "off", at(2, 23), Off()),
        (None, "email", "off", at(2, 12), Now()), (None, "sms", "off", at(2, 23), Later(at(3, 8))),
        ("cases", "email", "digest", at(2, 12), Digest()), ("ordinary", "portal", "off", at(2, 12), Now()),
    ],
)  # fmt: skip
def test_what_a_wish_means(topic, channel, mode, now, wish):
    assert decide(topic=topic, channel=channel, mode=mode, quiet=NIGHT, now=now) == wish


def test_what_the_law_requires_has_no_topic():
    assert [topic_of_kind(kind) for kind in ("ordinary", "emergency", "statutory")] == ["ordinary", "emergency", None]


@pytest.mark.parametrize(
    ("current", "said", "state"),
    [
        ("handed", "sent", "handed"), ("handed", "delivered", "delivered"), ("maybe_twice", "delivered", "delivered"),
        ("delivered", "sent", "delivered"), ("delivered", "delivered", "delivered"), ("read", "delivered", "read"),
        ("handed", "read", "read"), ("acknowledged", "failed", "acknowledged"), ("read", "failed", "read"),
        ("handed", "failed", "bounced"), ("delivered", "failed", "bounced"), ("bounced", "delivered", "bounced"),
        ("queued", "delivered", "queued"), ("dead", "delivered", "dead"), ("suppressed", "failed", "suppressed"),
        ("handed", "exploded", "handed"),
    ],
)  # fmt: skip
def test_what_a_providers_word_changes(current, said, state):
    assert next_state(current, said) == state


@pytest.mark.parametrize(
    ("said", "hard"),
    [
        ("550 5.1.1 User unknown", True), ("5.1.1 no such user", True), ("550 5.1.10 Recipient not found", True),
        ("550 No such user here", True), ("550 5.7.1 Message rejected as spam", False),
        ("554 5.7.1 Relay access denied", False), ("552 5.2.2 Mailbox full", False), ("451 4.7.1 Greylisted", False),
        ("450 4.1.1 user unknown", False), ("550 5.1.8 sender rejected", False), ("550 rejected", False),
        ("550 user unknown: blocked by policy", False), ("4.4.1 no answer", False), ("", False),
        ("550 5.4.1 all recipient addresses rejected", False),
    ],
)  # fmt: skip
def test_which_refusals_stop_an_address(said, hard):
    assert is_hard(said) is hard


def test_signatures():
    now = at(2, 12)
    stamp = str(int(now.timestamp()))
    good = {"key": "k", "timestamp": stamp, "signature": signature_of("k", stamp, b"x"), "body": b"x", "now": now}
    assert is_signed(**good)
    assert is_signed(**good | {"now": now + timedelta(minutes=5)})
    for wrong in (
        {"body": b"y"}, {"key": "other"}, {"key": ""}, {"signature": ""}, {"signature": "v1=é"}, {"timestamp": "1"},
        {"timestamp": "x"}, {"timestamp": "9" * 40}, {"timestamp": "²"}, {"now": now + timedelta(minutes=5, seconds=1)},
        {"now": now - timedelta(minutes=5, seconds=1)},
    ):  # fmt: skip
        assert not is_signed(**good | wrong), wrong
