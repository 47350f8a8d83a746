from datetime import UTC, date, datetime, time

import pytest

from deadlines.rules.business_time import is_open
from deadlines.rules.calendars import (
    Calendar,
    CalendarError,
    is_working_day,
    local_date,
    next_working_day,
    working_day_from,
)
from deadlines.rules.extending import merged, resolved
from deadlines.shipped import shipped_calendars

CHINA = Calendar.parse(shipped_calendars()["cn-2026"], code="cn-2026")


def test_every_shipped_calendar_can_be_used():
    assert set(shipped_calendars()) == {"cn-2026", "london-2026", "always"}
    for code, plain in shipped_calendars().items():
        assert Calendar.parse(plain, code=code).code == code


def test_a_makeup_workday_beats_a_holiday_and_a_holiday_beats_the_weekday():
    calendar = Calendar.parse(
        {
            "time_zone": "UTC",
            "weekly": {"thu": [["09:00", "17:00"]], "fri": [["09:00", "17:00"]]},
            "holidays": ["2026-01-01", "2026-01-02"],
            "makeup_workdays": ["2026-01-02", "2026-01-03"],
            "makeup_windows": [["10:00", "12:00"]],
        }
    )
    assert not is_working_day(calendar, date(2026, 1, 1))
    assert is_open(calendar, datetime(2026, 1, 2, 11, tzinfo=UTC))
    assert not is_open(calendar, datetime(2026, 1, 2, 12, tzinfo=UTC))
    assert not is_open(calendar, datetime(2026, 1, 2, 9, tzinfo=UTC))
    assert is_working_day(calendar, date(2026, 1, 3))
    assert is_working_day(calendar, date(2026, 1, 8))


def test_a_makeup_workday_without_windows_is_a_rest_day():
    calendar = Calendar.parse(
        {"time_zone": "UTC", "weekly": {"thu": [["09:00", "17:00"]]}, "makeup_workdays": ["2026-01-01"]}
    )
    assert not is_working_day(calendar, date(2026, 1, 1))


def test_working_days_are_found_from_a_day_or_after_it():
    assert next_working_day(CHINA, date(2026, 2, 13)) == date(2026, 2, 14)
    assert next_working_day(CHINA, date(2026, 2, 14)) == date(2026, 2, 24)
    assert working_day_from(CHINA, date(2026, 2, 14)) == date(2026, 2, 14)
    assert working_day_from(CHINA, date(2026, 2, 15)) == date(2026, 2, 24)


def test_the_local_date_of_an_instant_is_the_calendars():
    assert local_date(CHINA, datetime(2026, 3, 1, 16, tzinfo=UTC)) == date(2026, 3, 2)
    assert local_date(CHINA, date(2026, 3, 1)) == date(2026, 3, 1)


def test_what_yaml_makes_of_unquoted_dates_and_times_is_understood():
    quoted = {
        "time_zone": "UTC",
        "weekly": {"mon": [["09:00", "13:30"], ["14:00", "24:00"]]},
        "holidays": ["2026-03-02"],
    }
    unquoted = {
        "time_zone": "UTC",
        "weekly": {"mon": [[840, 1440], [time(9), 48600]]},
        "holidays": [date(2026, 3, 2)],
    }
    assert Calendar.parse(quoted) == Calendar.parse(unquoted)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"time_zone": "Mars/Olympus"}, "time_zone"),
        ({"time_zone": None}, "time_zone"),
        ({"time_zone": "../etc/passwd"}, "time_zone"),
        ({"time_zone": "Asia"}, "time_zone"),
        ({"weekly": []}, None),
        ({"weekly": [["09:00", "10:00"]]}, "weekly"),
        ({"weekly": {"monday": []}}, "weekly.monday"),
        ({"weekly": {"mon": "09:00-10:00"}}, "weekly.mon"),
        ({"weekly": {"mon": [["10:00", "09:00"]]}}, "weekly.mon[0]"),
        ({"weekly": {"mon": [["22:00", "06:00"]]}}, "weekly.mon[0]"),
        ({"weekly": {"mon": [["09:00", "09:00"]]}}, "weekly.mon[0]"),
        ({"weekly": {"mon": [["09:00", "12:00"], ["11:59", "13:00"]]}}, "weekly.mon"),
        ({"weekly": {"mon": [["09:00", "12:00"], ["09:00", "12:00"]]}}, "weekly.mon"),
        ({"weekly": {"mon": [["09:00", "12:00"], ["12:00", "13:00"]]}}, None),
        ({"weekly": {"mon": [["13:00", "24:00"], ["00:00", "13:00"]]}}, None),
        ({"weekly": {"mon": [["09:00"]]}}, "weekly.mon[0]"),
        ({"weekly": {"mon": [["09:00", "24:01"]]}}, "weekly.mon[0]"),
        ({"weekly": {"mon": [["09:60", "10:00"]]}}, "weekly.mon[0]"),
        ({"weekly": {"mon": [["nine", "ten"]]}}, "weekly.mon[0]"),
        ({"weekly": {"mon": [[True, 600]]}}, "weekly.mon[0]"),
        ({"makeup_windows": [["25:00", "26:00"]]}, "makeup_windows[0]"),
        ({"holidays": ["2026-01-01", "2026-02-30"]}, "holidays[1]"),
        ({"holidays": "2026-01-01"}, "holidays"),
        ({"makeup_workdays": [20260101]}, "makeup_workdays[0]"),
        ({"holidays": ["2026-01-01"], "makeup_workdays": ["2026-01-01"]}, None),
    ],
)
def test_a_calendar_that_cannot_be_used_names_the_part(change, field):
    plain = {"time_zone": "UTC", **change}
    if field is None:
        Calendar.parse(plain)
    else:
        with pytest.raises(CalendarError) as caught:
            Calendar.parse(plain)
        assert caught.value.field == field
        assert str(caught.value).startswith(f"{field}: ")


def test_extending_merges_mappings_replaces_lists_and_switches_off_with_null():
    library = {
        "a": {"time_zone": "UTC", "weekly": {"mon": [1], "tue": [2]}, "holidays": ["x", "y"]},
        "b": {"extends": "a", "weekly": {"tue": None, "wed": [3]}},
    }
    assert resolved({"extends": "b", "holidays": ["z"]}, library) == {
        "time_zone": "UTC",
        "weekly": {"mon": [1], "tue": None, "wed": [3]},
        "holidays": ["z"],
    }
    assert library["a"]["weekly"] == {"mon": [1], "tue": [2]}
    assert merged({"a": None}, {"a": {"b": 1}}) == {"a": {"b": 1}}
    assert merged({"a": {"b": 1}}, {"a": None}) == {"a": None}


@pytest.mark.parametrize("reference", ["c", {"extends": "c"}, "loop", None, 5])
def test_extending_what_is_not_there_or_itself_is_refused(reference):
    with pytest.raises(ValueError):
        resolved(reference, {"loop": {"extends": "loop"}})
