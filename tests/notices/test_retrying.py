"""What follows from a try, and what is not worth one: pure rules."""

from datetime import timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured
from hypothesis import given
from hypothesis import strategies as st

from notices.channels.fates import Fate, Outcome
from notices.models import Delivery, Notice, NoticeRecipient
from notices.rules.pace import pace
from notices.rules.retrying import consequence_of, reason_not_to_send, retry_after
from tests.factories.house import NOON

DAY = timedelta(days=1)


def after(fate, attempts=0, **more):
    return consequence_of(Outcome(Fate(fate)), attempts=attempts, now=NOON, chance=0.5, **more)


def test_waits_grow_and_end():
    waits = [retry_after(failures, chance=0.5) for failures in range(1, 8)]
    assert waits == [timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240, 720)] + [None]


def test_waits_are_spread_by_a_fifth():
    assert retry_after(2, chance=0) == timedelta(minutes=4)
    assert retry_after(2, chance=1) == timedelta(minutes=6)


@pytest.mark.parametrize(
    ("fate", "state", "attempts"),
    [("handed", "handed", 1), ("refused", "dead", 1), ("later", "queued", 1), ("unsure", "queued", 1),
     ("unreachable", "queued", 0)],
)  # fmt: skip
def test_each_fate_has_its_state(fate, state, attempts):
    then = after(fate)
    assert (then.state, then.attempts, then.next_attempt_at is None) == (state, attempts, state != "queued")


def test_after_one_that_may_have_arrived_it_is_never_plainly_handed():
    assert after("handed", 1, may_have_arrived=True).state == "maybe_twice"


def test_the_seventh_failure_is_the_last_and_an_unreachable_server_never_is():
    assert after("later", 6).state == "dead"
    assert after("unreachable", 6).state == "queued"


@given(st.lists(st.sampled_from(list(Fate)), max_size=40), st.floats(0, 1))
def test_every_story_ends_well(fates, chance):
    """Whatever servers say: tries are never more than seven, only the future is waited for, and an end is an end."""
    attempts, unsure = 0, False
    for fate in fates:
        then = consequence_of(Outcome(fate), attempts=attempts, now=NOON, chance=chance, may_have_arrived=unsure)
        assert attempts <= then.attempts <= attempts + 1 <= 7
        assert (then.next_attempt_at is not None) == (then.state == "queued") == (not then.is_over)
        if then.is_over:
            assert then.state == ("dead" if fate != Fate.HANDED else "maybe_twice" if unsure else "handed")
            return
        assert then.next_attempt_at > NOON
        attempts, unsure = then.attempts, unsure or fate == Fate.UNSURE


def row(**fields):
    return Delivery(channel="email", address="a@example.net", **fields)


@pytest.mark.parametrize(
    ("waiting", "because"),
    [
        (row(), ""),
        (row(expires_at=NOON + DAY), ""),
        (row(expires_at=NOON), "expired"),
        (row(notice=Notice(state="sent", expires_at=NOON)), "expired"),
        (row(notice=Notice(state="withdrawn", expires_at=NOON)), "withdrawn"),
        (row(notice=Notice(state="sent"), recipient=NoticeRecipient(reached_at=NOON)), "reached"),
        (row(notice=Notice(state="sent"), recipient=NoticeRecipient(acknowledged_at=NOON)), "reached"),
        (row(notice=Notice(state="sent"), recipient=NoticeRecipient(read_at=NOON)), ""),
    ],
)
def test_what_is_of_no_use_any_more_is_not_sent(waiting, because):
    assert reason_not_to_send(waiting, is_stopped=False, now=NOON) == because


def test_a_stopped_address_gets_nothing():
    assert reason_not_to_send(row(), is_stopped=True, now=NOON) == "stopped_address"


def test_the_pace_is_a_file_and_what_it_leaves_out_is_as_shipped(settings, tmp_path):
    settings.SENDING_FILE = str(tmp_path / "pace.yaml")
    (tmp_path / "pace.yaml").write_text("retry_minutes: [0.5]\nbatch: 7\n")
    assert (pace().retry_minutes, pace().batch, pace().breaks) == ((0.5,), 7, 3)
    assert retry_after(1, chance=0.5) == timedelta(seconds=30)
    assert retry_after(2, chance=0.5) is None


@pytest.mark.parametrize("words", ["fast: 1", "batch: many", "batch: -1", "batch: ["])
def test_a_wrong_file_says_so(settings, tmp_path, words):
    settings.SENDING_FILE = str(tmp_path / f"{abs(hash(words))}.yaml")
    (tmp_path / f"{abs(hash(words))}.yaml").write_text(words)
    with pytest.raises(ImproperlyConfigured):
        pace()


def test_among_many_organisations_a_batch_is_small():
    assert [pace().batch_among(count) for count in (1, 8, 40, 1000)] == [50, 50, 10, 5]
