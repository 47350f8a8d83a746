from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from deadlines.rules import periods
from deadlines.rules.calendars import Calendar, NeverOpen
from deadlines.shipped import shipped_calendars

from .oracle import SlowClock
from .strategies import calendars

CHINA = Calendar.parse(shipped_calendars()["cn-2026"], code="cn-2026")
LONDON = Calendar.parse(shipped_calendars()["london-2026"], code="london-2026")


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(calendars(), st.integers(0, 6), st.booleans(), st.booleans())
def test_days_and_their_ends_are_what_leafing_through_a_calendar_gives(found, count, roll, closing):
    anchor, plain = found
    slow, calendar = SlowClock(plain), Calendar.parse(plain)
    ends = "close_of_business" if closing else "midnight"
    period = periods.calendar_days(calendar, anchor, count, roll=roll, ends=ends)
    day = anchor + timedelta(days=count)
    assert period.unrolled == day
    while roll and not slow.windows_on(day):
        day += timedelta(days=1)
    assert period.last_day == day
    closes = slow.closing(day) if closing else None
    if closes or not closing or not slow.windows_on(day):
        assert period.ends_at == (closes or slow.day_end(day))
    working = periods.working_days(calendar, anchor, count, ends=ends)
    assert working.unrolled == working.last_day == slow.nth_working_day(anchor, count)


def test_an_instant_stands_for_its_local_date():
    late = datetime(2026, 3, 1, 22, tzinfo=UTC)  # 2 March in Shanghai, 1 March in London
    assert periods.calendar_days(CHINA, late, 1).unrolled == date(2026, 3, 3)
    assert periods.working_days(CHINA, late, 1).last_day == date(2026, 3, 3)
    assert periods.months(LONDON, late, 1).unrolled == date(2026, 4, 1)
    assert periods.notice(CHINA, late, 1, published=late).latest == date(2026, 3, 1)
    assert periods.display(CHINA, late, 1).last_day == date(2026, 3, 3)


def test_no_working_days_is_the_start_day():
    assert periods.working_days(CHINA, date(2026, 3, 7), 0).last_day == date(2026, 3, 7)


@pytest.mark.parametrize(
    ("start", "count", "day"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2026, 4, 30), 1, date(2026, 5, 30)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2024, 2, 29), 48, date(2028, 2, 29)),
        (date(2025, 12, 31), 6, date(2026, 6, 30)),
        (date(2025, 12, 15), 1, date(2026, 1, 15)),
        (date(2026, 5, 5), 0, date(2026, 5, 5)),
    ],
)
def test_months_end_on_the_corresponding_day_or_the_last_of_the_month(start, count, day):
    assert periods.months(CHINA, start, count).unrolled == day


def test_a_month_that_ends_on_a_rest_day_moves_only_when_rolled():
    assert periods.months(CHINA, date(2026, 1, 16), 1).last_day == date(2026, 2, 16)
    assert periods.months(CHINA, date(2026, 1, 16), 1, roll=True).last_day == date(2026, 2, 24)


def test_close_of_business_is_the_end_of_the_last_window():
    period = periods.calendar_days(LONDON, date(2026, 3, 27), 3, ends="close_of_business")
    assert period.ends_at == datetime(2026, 3, 30, 16, tzinfo=UTC)


def test_a_rest_day_has_no_business_to_close_and_ends_at_midnight():
    period = periods.calendar_days(LONDON, date(2026, 3, 27), 2, ends="close_of_business")
    assert period.ends_at == datetime(2026, 3, 29, 23, tzinfo=UTC)


def test_a_window_lost_to_the_change_of_the_clocks_closes_at_the_change():
    quarter = Calendar.parse({"time_zone": "Europe/London", "weekly": {"sun": [["01:15", "01:30"]]}})
    ended = periods.end_of_day(quarter, date(2026, 3, 29), "close_of_business")
    assert ended == datetime(2026, 3, 29, 1, tzinfo=UTC)


def test_a_day_ends_when_the_next_one_begins_also_where_midnight_is_skipped():
    cairo = Calendar.parse({"time_zone": "Africa/Cairo"})
    ended = periods.end_of_day(cairo, date(2026, 4, 23))
    assert ended == datetime.fromisoformat("2026-04-24T01:00+03:00")


def test_clear_days_ask_for_one_more():
    assert periods.notice(CHINA, date(2026, 5, 20), 7).latest == date(2026, 5, 13)
    assert periods.notice(CHINA, date(2026, 5, 20), 7, clear=True).latest == date(2026, 5, 12)


def test_notice_on_the_latest_day_is_valid_and_a_day_later_is_not():
    def valid(day):
        return periods.notice(CHINA, date(2026, 6, 20), 15, published=day).valid

    assert valid(date(2026, 6, 5)) is True
    assert valid(date(2026, 6, 6)) is False
    assert valid(datetime.fromisoformat("2026-06-05T23:59+08:00")) is True
    assert valid(None) is None


def test_a_display_may_end_when_its_last_day_is_over_and_never_moves_off_a_rest_day():
    def accepted(end):
        return periods.display(CHINA, date(2026, 3, 2), 5, end).accepted  # the last day is a Saturday

    assert periods.display(CHINA, date(2026, 3, 2), 5).last_day == date(2026, 3, 7)
    assert accepted(datetime.fromisoformat("2026-03-08T00:00+08:00")) is True
    assert accepted(datetime.fromisoformat("2026-03-07T23:59+08:00")) is False
    assert accepted(date(2026, 3, 7)) is True
    assert accepted(date(2026, 3, 6)) is False
    assert accepted(None) is None


def test_the_latest_of_several_is_the_one_that_ends_last():
    short = periods.calendar_days(CHINA, date(2026, 3, 10), 7, ends="close_of_business")
    long = periods.calendar_days(CHINA, date(2026, 3, 10), 7)
    assert periods.latest_of([short, long]) is long
    with pytest.raises(ValueError, match="no period"):
        periods.latest_of([])


def test_a_number_of_days_is_never_negative():
    with pytest.raises(ValueError, match="negative"):
        periods.calendar_days(CHINA, date(2026, 3, 10), -1)


def test_a_calendar_that_stays_closed_has_no_working_day_to_move_to():
    closed = Calendar.parse({"time_zone": "UTC"})
    with pytest.raises(NeverOpen):
        periods.working_days(closed, date(2026, 3, 10), 1)
    with pytest.raises(NeverOpen):
        periods.calendar_days(closed, date(2026, 3, 10), 1, roll=True)
