"""When an outage is to be relayed, when that is late, and when the utility told us too late. No database."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from contacts.rules import outages as rules
from contacts.rules.outage_words import Said, relay_words, restored_words

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("ahead", "due"),
    [
        (72 * HOUR, 2 * HOUR),
        (24 * HOUR, 2 * HOUR),  # a whole day ahead is not less than one
        (24 * HOUR - timedelta(seconds=1), 0 * HOUR),
        (0 * HOUR, 0 * HOUR),
        (-5 * HOUR, 0 * HOUR),  # off already
    ],
)
def test_two_hours_or_at_once(ahead, due):
    assert rules.relay_due(NOON, NOON + ahead) == NOON + due


def test_at_the_due_time_it_is_not_late_a_minute_after_it_is():
    due = NOON + 2 * HOUR
    assert not rules.is_relay_late(due, None, due)
    assert not rules.is_relay_late(due, due + timedelta(seconds=59), NOON + 90 * HOUR)
    assert rules.is_relay_late(due, None, due + timedelta(minutes=1))
    assert rules.relay_minutes(NOON, NOON + timedelta(minutes=31, seconds=59)) == 31


@pytest.mark.parametrize(
    ("branch", "ahead", "is_planned", "too_late"),
    [
        ("power", 7 * 24, True, None),
        ("power", 7 * 24 - 1, True, 1),
        ("power", 1, False, None),  # a fault asks for no notice
        ("water", 23, True, 1),
        ("gas", 40, True, 8),
        ("telecom", 1, True, None),  # no text says so
    ],
)
def test_what_a_utility_owes(branch, ahead, is_planned, too_late):
    said = {"is_planned": is_planned, "received_at": NOON, "starts_at": NOON + ahead * HOUR}
    told = rules.told_late(branch, region="CN", **said)
    assert (told.by if told else None) == (too_late * HOUR if too_late else None)
    assert rules.told_late(branch, region="GB", **said) is None  # another country's text


def said(**changes):
    given = {
        "branch": "water", "starts_at": datetime(2027, 6, 7, 8, 0, tzinfo=UTC), "cause": "Main {name} **pipe**",
        "ends_at": datetime(2027, 6, 7, 11, 0, tzinfo=UTC), "party": "City Water", "places": ("North Tower", "Court"),
        "zone": ZoneInfo("Europe/London"), "phone": "020 7946 0123",
    }  # fmt: skip
    return Said(**{**given, **changes})


def test_the_words_are_in_both_languages_and_the_zone_of_the_house():
    words = relay_words(said())
    assert words["title_en"] == "Water off: Mon 7 June 2027, 09:00 to 12:00"
    assert words["title_zh"].startswith("停水")
    assert "6月7日" in words["title_zh"]
    assert "North Tower" in words["body_en"]
    assert "{" not in words["body_en"] + words["body_zh"]
    assert "**" not in words["body_en"]
    over = restored_words(said(), datetime(2027, 6, 7, 10, 30, tzinfo=UTC))
    assert over["title_en"] == "Water is back: Mon 7 June 2027, 11:30"
    assert "恢复" in over["title_zh"]
