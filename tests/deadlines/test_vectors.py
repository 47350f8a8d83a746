from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest

from deadlines.shipped import shipped_calendars
from deadlines.vectors import as_day, as_instant, run_case

SHIPPED = SimpleNamespace(calendars=shipped_calendars())


def run(op, calendar="cn-2026", **given):
    return run_case(op, {"calendar": calendar, "input": given}, SHIPPED)


def test_an_inline_calendar_may_extend_a_shipped_one():
    calendar = {"extends": "cn-2026", "weekly": {"mon": None}, "holidays": None}
    due = run("business_time", calendar, start="2026-03-02T09:00:00+08:00", minutes=60)["due"]
    assert due == datetime(2026, 3, 3, 2, tzinfo=UTC)


def test_years_and_months_add_up():
    result = run("months", **{"from": "2024-02-29", "years": 1, "months": 1, "roll": False})
    assert result["last_day"] == date(2025, 3, 29)


def test_an_open_pause_gives_no_due_time():
    pause = {"from": "2026-03-02T10:00:00+08:00", "to": None}
    assert run("business_time", start="2026-03-02T09:00:00+08:00", minutes=480, pauses=[pause]) == {"due": None}


def test_a_calendar_that_stays_closed_defines_no_due_time():
    assert run("business_time", {"time_zone": "UTC"}, start="2026-03-02T09:00:00Z", minutes=1) == {"due": None}


def test_notice_says_whether_it_is_valid_only_when_published():
    assert run("notice", event="2026-05-20", days=7, clear=True) == {"latest": date(2026, 5, 12), "valid": None}
    assert run("notice", event="2026-05-20", days=7, published="2026-05-13T23:30:00+08:00")["valid"] is True


def test_display_judges_a_requested_end():
    result = run("display", start="2026-03-02", min_days=15, requested_end="2026-03-17T16:00:00Z")
    assert result["accepted"] is True


def test_the_latest_of_mixed_terms():
    terms = [
        {"op": "working_days", "from": "2026-03-02", "days": 5},
        {"op": "display", "start": "2026-03-02", "min_days": 8},
        {"op": "calendar_days", "from": "2026-03-02", "days": 8, "roll": True, "ends": "close_of_business"},
    ]
    assert run("latest_of", terms=terms) == {
        "terms": [date(2026, 3, 9), date(2026, 3, 10), date(2026, 3, 10)],
        "last_day": date(2026, 3, 10),
        "ends_at": datetime(2026, 3, 10, 16, tzinfo=UTC),
    }


def test_instants_may_be_written_with_the_hour_24():
    assert as_instant("2026-03-31T24:00:00+08:00") == as_instant("2026-04-01T00:00:00+08:00")
    assert as_instant("2026-03-31T24:00Z") == datetime(2026, 4, 1, tzinfo=UTC)
    assert as_day(date(2026, 3, 1)) == date(2026, 3, 1)


@pytest.mark.parametrize("value", ["2026-03-02T09:00:00", "2026-03-02", "soon", None, 5])
def test_an_instant_needs_an_offset(value):
    with pytest.raises(ValueError):
        as_instant(value)


@pytest.mark.parametrize(
    ("op", "given"),
    [
        ("guess", {}),
        ("calendar_days", {"from": "2026-03-02", "days": "2.5"}),
        ("calendar_days", {"from": "2026-03-02", "days": 2, "ends": "teatime"}),
        ("latest_of", {"terms": [{"op": "notice", "event": "2026-03-02", "days": 2}]}),
        ("latest_of", {"terms": []}),
    ],
)
def test_unusable_input_is_refused(op, given):
    with pytest.raises(ValueError):
        run(op, **given)
