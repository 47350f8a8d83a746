from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from deadlines.rules import business_time
from deadlines.rules.business_time import Pause, business_due, business_minutes_between, business_time_between, is_open
from deadlines.rules.calendars import Calendar, NeverOpen
from deadlines.shipped import shipped_calendars

from .oracle import SlowClock, TooFar
from .strategies import situations

QUICK = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)


def shipped(code: str, **changes) -> Calendar:
    return Calendar.parse({**shipped_calendars()[code], **changes}, code=code)


CHINA = shipped("cn-2026")
ALWAYS_LONDON = shipped("always", time_zone="Europe/London")


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+08:00")


@QUICK
@given(situations())
def test_the_due_time_is_what_a_clock_watched_every_minute_gives(situation):
    calendar, start, minutes, pauses, most_days = situation
    try:
        expected = SlowClock(calendar).due(start, minutes, pauses, most_days)
    except TooFar:
        assume(False)
    assert business_due(Calendar.parse(calendar), start, minutes, pauses, most_days) == expected


@QUICK
@given(situations(), st.integers(0, 4 * 1440))
def test_the_time_between_is_what_a_clock_watched_every_minute_gives(situation, length):
    calendar, start, _minutes, pauses, most_days = situation
    end = start + timedelta(minutes=length)
    expected = timedelta(minutes=SlowClock(calendar).minutes_between(start, end, pauses, most_days))
    parsed = Calendar.parse(calendar)
    assert business_time_between(parsed, start, end, pauses, most_days) == expected
    assert business_time_between(parsed, end, start, pauses, most_days) == -expected


@QUICK
@given(situations(), st.integers(1, 10**10))
def test_to_the_microsecond_the_budget_has_passed_at_the_due_time_and_not_before(situation, microseconds):
    calendar, start, _minutes, pauses, most_days = situation
    parsed, budget = Calendar.parse(calendar), timedelta(microseconds=microseconds)
    start += timedelta(microseconds=microseconds % 61_000_003)
    due = business_due(parsed, start, Fraction(microseconds, 60_000_000), pauses, most_days)
    if due is not None:
        tick = timedelta(microseconds=1)
        assert business_time_between(parsed, start, due, pauses, most_days) == budget
        assert business_time_between(parsed, start, due - tick, pauses, most_days) == budget - tick
        assert is_open(parsed, due - tick)


def test_a_start_outside_hours_waits_for_the_next_window_and_still_gets_its_minutes():
    """An engine once answered with a delay of 0 for a start outside hours."""
    assert business_due(CHINA, at("2026-03-02T20:00"), 120) == at("2026-03-03T11:00")
    assert business_due(CHINA, at("2026-03-07T10:00"), 1) == at("2026-03-09T09:01")


def test_a_lunch_break_is_skipped_however_the_start_lies_to_it():
    """An engine once broke its due times when lunch was entered as a closed time."""
    assert business_due(CHINA, at("2026-03-02T11:59"), 2) == at("2026-03-02T13:31")
    assert business_due(CHINA, at("2026-03-02T12:00"), 1) == at("2026-03-02T13:31")
    assert business_due(CHINA, at("2026-03-02T12:30"), 1) == at("2026-03-02T13:31")
    assert business_due(CHINA, at("2026-03-02T09:00"), 180) == at("2026-03-02T12:00")
    assert business_due(CHINA, at("2026-03-02T09:00"), 181) == at("2026-03-02T13:31")


def test_an_imported_holiday_that_is_also_a_makeup_workday_is_open():
    """An imported holiday feed once turned the working days that replace days off into days off."""
    feed = [*shipped_calendars()["cn-2026"]["holidays"], "2026-02-14"]
    assert business_due(shipped("cn-2026", holidays=feed), at("2026-02-14T09:00"), 60) == at("2026-02-14T10:00")


def test_no_minutes_are_due_at_once_wherever_the_start_lies():
    night = at("2026-03-07T23:00")
    assert business_due(CHINA, night, 0) == night
    assert business_due(CHINA, night, 0, [Pause(night - timedelta(days=1), None)]) == night


def test_a_pause_that_begins_when_the_budget_is_used_up_changes_nothing():
    start = at("2026-03-02T09:00")
    assert business_due(CHINA, start, 60, [Pause(at("2026-03-02T10:00"), None)]) == at("2026-03-02T10:00")
    assert business_due(CHINA, start, 61, [Pause(at("2026-03-02T10:00"), None)]) is None
    assert business_due(CHINA, start, 180, [Pause(at("2026-03-02T12:00"), None)]) == at("2026-03-02T12:00")
    assert business_due(CHINA, start, 181, [Pause(at("2026-03-02T12:10"), None)]) is None


def test_overlapping_pauses_count_once():
    pauses = [
        Pause(at("2026-03-02T10:00"), at("2026-03-02T11:00")),
        Pause(at("2026-03-02T10:30"), at("2026-03-02T11:30")),
        Pause(at("2026-03-02T10:40"), at("2026-03-02T10:50")),
    ]
    for order in (pauses, pauses[::-1]):
        assert business_due(CHINA, at("2026-03-02T09:00"), 90, order) == at("2026-03-02T12:00")


def test_a_pause_that_began_before_the_start_counts_from_the_start():
    pause = Pause(at("2026-03-02T08:00"), at("2026-03-02T10:00"))
    assert business_due(CHINA, at("2026-03-02T09:00"), 60, [pause]) == at("2026-03-02T11:00")


def test_the_longest_pause_also_cuts_a_pause_with_an_end():
    pause = Pause(at("2026-03-02T10:00"), at("2026-03-31T10:00"))
    assert business_due(CHINA, at("2026-03-02T09:00"), 480, [pause], 5) == at("2026-03-10T17:30")


def test_a_pause_begun_on_a_rest_day_counts_working_days_after_it():
    pause = Pause(at("2026-03-07T10:00"), None)
    assert business_due(CHINA, at("2026-03-06T17:00"), 120, [pause], 1) == at("2026-03-10T10:00")


def test_the_day_a_pause_began_is_its_local_day():
    pause = Pause(datetime(2026, 3, 1, 22, tzinfo=UTC), None)  # Monday 06:00 in Shanghai
    assert business_due(CHINA, at("2026-03-02T09:00"), 60, [pause], 1) == at("2026-03-04T10:00")


def test_a_pause_cannot_end_before_it_begins():
    with pytest.raises(ValueError, match="before it begins"):
        business_due(CHINA, at("2026-03-02T09:00"), 1, [(at("2026-03-03T09:00"), at("2026-03-02T09:00"))])


@pytest.mark.parametrize(
    ("start", "minutes", "due"),
    [
        ("2026-03-29T00:30+00:00", 60, "2026-03-29T02:30+01:00"),
        ("2026-10-25T00:30+01:00", 60, "2026-10-25T01:30+01:00"),
        ("2026-10-25T00:30+01:00", 120, "2026-10-25T01:30+00:00"),
        ("2026-10-25T00:00+01:00", 25 * 60, "2026-10-26T00:00+00:00"),
    ],
)
def test_clock_changes_count_as_elapsed_time(start, minutes, due):
    assert business_due(ALWAYS_LONDON, datetime.fromisoformat(start), minutes) == datetime.fromisoformat(due)


def test_a_window_inside_the_skipped_hour_never_opens_and_one_inside_the_repeated_hour_opens_twice():
    quarter = Calendar.parse({"time_zone": "Europe/London", "weekly": {"sun": [["01:15", "01:30"]]}})
    assert business_due(quarter, datetime(2026, 3, 29, tzinfo=UTC), 1) == datetime(2026, 4, 5, 0, 16, tzinfo=UTC)
    assert business_due(quarter, datetime(2026, 10, 25, tzinfo=UTC), 16) == datetime(2026, 10, 25, 1, 16, tzinfo=UTC)


def test_parts_of_minutes_are_exact():
    start = at("2026-03-02T11:59:30.5")
    assert business_due(CHINA, start, Decimal("0.5")) == at("2026-03-02T13:30:00.5")
    assert business_due(CHINA, start, Fraction(1, 3)) == at("2026-03-02T11:59:50.5")
    assert business_minutes_between(CHINA, start, at("2026-03-02T13:31")) == 1


def test_minutes_are_never_negative():
    with pytest.raises(ValueError, match="negative"):
        business_due(CHINA, at("2026-03-02T09:00"), -1)


def test_an_instant_without_an_offset_is_refused():
    with pytest.raises(ValueError, match="offset"):
        business_due(CHINA, datetime(2026, 3, 2, 9), 1)


def test_a_calendar_that_stays_closed_says_so_instead_of_searching_for_ever():
    closed = Calendar.parse({"code": "ruin", "time_zone": "UTC"})
    once = Calendar.parse(
        {"time_zone": "UTC", "makeup_workdays": ["2030-01-01"], "makeup_windows": [["09:00", "10:00"]]}
    )
    start = datetime(2026, 1, 1, tzinfo=UTC)
    with pytest.raises(NeverOpen, match="ruin"):
        business_due(closed, start, 1)
    assert business_due(once, start, 60) == datetime(2030, 1, 1, 10, tzinfo=UTC)
    with pytest.raises(NeverOpen):
        business_due(once, start, 61)


def test_thirty_years_away_is_found():
    due = business_due(ALWAYS_LONDON, datetime(2026, 1, 1, tzinfo=UTC), 30 * 365 * 1440)
    assert due == datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=30 * 365)


def test_the_years_are_built_once_however_often_the_calendar_is_parsed():
    business_time._year.cache_clear()
    for _ in range(50):
        business_due(shipped("cn-2026"), at("2026-03-02T09:00"), 60)
    assert business_time._year.cache_info().misses == 1
