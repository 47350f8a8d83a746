"""The figures of a month against cases counted by hand."""

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from complaints.services import closing, waking
from reports import services
from reports.rules import months, wording
from reports.rules.counting import Promise, decided, median
from tests.complaints.seeds import filed, furnish, resolved
from tests.factories.house import House
from tests.reports.months import APRIL_SECOND, MARCH, at, figures_of, many, march


@pytest.fixture
def told(house: House) -> dict:
    march(house)
    return figures_of(house)


def test_what_came_in_and_what_went_out(told):
    assert told["totals"] == {
        "accepted": 3,  # good, back, slow
        "answered": 3,  # old, good, back
        "closed": 3,  # good, back, old
        "open_after": 3,  # back, slow, new
        "open_before": 1,  # old
        "received": 4,  # good, back, slow, new
        "reopenings": 1,
        "resolved": 3,
        "returned": 1,  # back
    }


def test_open_at_the_start_plus_what_came_less_what_went_is_open_at_the_end(told):
    totals = told["totals"]
    assert totals["open_before"] + totals["received"] + totals["returned"] - totals["closed"] == totals["open_after"]


def test_each_promise_counts_once_in_the_month_in_which_it_was_kept_or_broken(told):
    # accept: good, back kept, slow late (new runs until April). The first one of old was kept in February.
    # answer: good, back kept; slow late, back's second round late; old's was broken in February (due 27th, 16:00).
    # resolve: good, back kept; old late (due 2 March 17:00), slow late, back's second round late.
    assert told["promises"]["accept"] == [2, 1]
    assert told["promises"]["answer"] == [2, 2]
    assert told["promises"]["resolve"] == [2, 3]
    # old answered within ten days; good, back too; slow not within ten days; new runs.
    assert told["promises"]["statutory"] == [3, 1]


def test_groups_sum_to_the_totals(told):
    for rows in told["groups"].values():
        for figure, total in (("received", "received"), ("closed", "closed"), ("open", "open_after")):
            assert sum(row[figure] for row in rows) == told["totals"][total]
        for kind in ("accept", "answer", "resolve"):
            assert [sum(row[kind][place] for row in rows) for place in (0, 1)] == told["promises"][kind]


def test_by_category(told):
    lift, cleaning, noise = (
        next(row for row in told["groups"]["category"] if row["key"] == key) for key in ("lift", "cleaning", "noise")
    )
    assert (lift["received"], lift["closed"], lift["open"]) == (2, 2, 1)
    assert (lift["accept"], lift["answer"], lift["resolve"]) == ([1, 1], [1, 1], [1, 2])
    assert (cleaning["received"], cleaning["closed"], cleaning["open"]) == (1, 1, 1)
    assert (noise["received"], noise["closed"], noise["open"]) == (1, 0, 1)
    assert lift["names"] == {"en": "Lift", "zh": "电梯"}


def test_what_nobody_handles_and_what_is_in_no_building_has_a_row_of_its_own(told):
    nobody = next(row for row in told["groups"]["handler"] if row["key"] == "")
    common = next(row for row in told["groups"]["building"] if row["key"] == "")
    assert (nobody["received"], nobody["open"]) == (2, 2)
    assert (common["received"], common["closed"], common["open"]) == (1, 1, 1)


def test_weeks_are_cut_at_the_ends_of_the_month_and_sum_to_it(told):
    assert told["weeks"] == [
        ["2026-03-01", "2026-03-01", 0, 0],
        ["2026-03-02", "2026-03-08", 2, 3],
        ["2026-03-09", "2026-03-15", 0, 0],
        ["2026-03-16", "2026-03-22", 1, 0],
        ["2026-03-23", "2026-03-29", 0, 0],
        ["2026-03-30", "2026-03-31", 1, 0],
    ]


def test_the_median_is_in_business_time(told):
    # To the answer: good 2 h, back 3 h, old from Fri 27 Feb 12:00 to Tue 3 March 12:00: 5 + 8 + 3 = 16 h.
    assert told["times"]["answer"] == {"minutes": "180", "count": 3}
    # To the resolution: good 4 h, back 4 h, old 5 + 8 + 8 + 1 = 22 h.
    assert told["times"]["resolve"] == {"minutes": "240", "count": 3}


def test_reopened_not_solved_and_ratings(told):
    assert told["reopened"] == [1, 3]
    assert told["not_solved"] == [1, 3]  # back's last word in the month is not solved
    assert told["ratings"] == [0, 0, 0, 1, 1]


def test_the_oldest_open_ones(house):
    made = march(house)
    assert [row["number"] for row in figures_of(house)["oldest"]] == [
        made[name].number for name in ("back", "slow", "new")
    ]


def test_the_list_holds_everything_that_was_open_in_the_month(house):
    made = march(house)
    figures, listing = services.month_figures(
        month=MARCH, estate_ids=[str(house.estate.pk)], estate=house.estate, now=APRIL_SECOND
    )
    assert [row["number"] for row in listing] == [made[name].number for name in ("old", "good", "back", "slow", "new")]
    totals = figures["totals"]
    assert len(listing) == totals["open_before"] + totals["received"]
    assert sum(not row["closed"] for row in listing) == totals["open_after"]
    assert [row["late"] for row in listing] == [
        ["resolve"], [], ["answer", "resolve"], ["accept", "answer", "resolve", "statutory"], [],
    ]  # fmt: skip


def test_a_later_reopening_does_not_change_the_month_in_which_it_was_closed(house):
    made = march(house)
    before = figures_of(house)
    closing.say_not_solved(complaint_id=made["good"].pk, actor=house.owner, why="Again.", now=at(1, 10, month=4))
    after = figures_of(house, now=APRIL_SECOND + timedelta(days=1))
    assert {**after, "made_at": ""} == {**before, "made_at": ""}


def test_of_an_anonymous_one_nobody_was_silent(house):
    furnish(house)
    for changes in ({}, {"is_anonymous": True}, {"complainant": None, "caller_name": "Mei"}):
        resolved(house, at=at(2), **changes)
    for day in (5, 9, 20):
        waking.wake_batch(now=at(day))
    assert figures_of(house)["closed_how"] == {"anonymous": 1, "silence": 1}


def test_the_month_begins_and_ends_at_the_midnight_of_the_estate(house):
    furnish(house)
    # In London April begins at 23:00 UTC of 31 March.
    for moment in (at(1, 0), at(31, 22, 59), at(31, 23, 0), at(28, 23, 59, month=2)):
        filed(house, at=moment)
    assert figures_of(house)["totals"]["received"] == 2
    house.calendar.time_zone = "Asia/Shanghai"
    house.calendar.save()
    house.estate.refresh_from_db()
    # In Shanghai 28 February 23:59 UTC is 1 March 7:59, and 31 March 22:59 UTC is 1 April.
    assert figures_of(house)["totals"]["received"] == 2
    assert figures_of(house, month=date(2026, 4, 1))["totals"]["received"] == 2


def test_a_running_month_is_told_so_far(house):
    march(house)
    told = figures_of(house, now=at(9, 12))
    assert told["is_whole"] is False
    assert (told["totals"]["received"], told["totals"]["returned"], told["totals"]["open_after"]) == (2, 0, 0)


def test_a_case_about_a_member_of_staff_is_counted_and_listed_without_number_and_place(house):
    furnish(house)
    filed(house, at=at(3), subject_staff=house.manager)
    figures, listing = services.month_figures(
        month=MARCH, estate_ids=[str(house.estate.pk)], estate=house.estate, now=APRIL_SECOND
    )
    assert figures["totals"]["received"] == 1
    assert (listing[0]["number"], listing[0]["id"], listing[0]["building"], listing[0]["handler"]) == ("", "", {}, {})


def test_another_organisation_is_never_counted(house, stranger):
    march(house)
    assert figures_of(house)["totals"]["received"] == 4


def test_the_number_of_statements_does_not_grow_with_the_month(house):
    furnish(house)
    counts = []
    for number in (1, 60):
        many(house, number) if not counts else many_more(house)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            figures_of(house)
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 9


def many_more(house: House) -> None:
    from complaints.models import Complaint

    Complaint.objects.all().delete()
    many(house, 60)


def promise(due: int, stopped: int | None = None, *, paused: int | None = None, cancelled: bool = False) -> Promise:
    def moment(hour: int | None) -> datetime | None:
        return None if hour is None else at(2, hour)

    return Promise(None, "answer", cancelled, at(2, due), moment(stopped), moment(paused))


@pytest.mark.parametrize(
    ("case", "verdict"),
    [
        (promise(12, 11), (at(2, 11), True)),
        (promise(12, 12), (at(2, 12), True)),
        (promise(12, 13), (at(2, 12), False)),
        (promise(12), (at(2, 12), False)),
        (promise(12, paused=11), None),
        (promise(12, paused=13), (at(2, 12), False)),
        (promise(12, 11, cancelled=True), None),
        (promise(12, 13, cancelled=True), (at(2, 12), False)),
    ],
)
def test_when_a_promise_is_kept_or_broken(case, verdict):
    assert decided(case) == verdict


def test_the_median_of_an_even_number_is_the_mean_of_the_middle_two():
    lengths = [timedelta(minutes=minutes) for minutes in (1, 2, 5, 100)]
    assert median(lengths) == Fraction(7, 2)
    assert median([]) is None


def test_percentages_are_rounded_half_away_from_zero():
    assert wording.percent(1, 8) == "12.5%"
    assert wording.percent(1, 16) == "6.3%"  # 6.25
    assert wording.percent(1, 2000) == "0.1%"  # 0.05
    assert wording.percent(2, 3) == "66.7%"
    assert wording.percent(0, 0) == "–"


def test_the_month_of_clock_change_is_an_hour_short():
    span = months.month_span(MARCH, ZoneInfo("Europe/London"), APRIL_SECOND)
    assert span.until.astimezone(UTC) - span.start.astimezone(UTC) == timedelta(days=31, hours=-1)
    assert span.is_whole


def test_twenty_four_months_are_offered():
    offered = months.months_offered(date(2026, 3, 31))
    assert (len(offered), offered[0], offered[-1]) == (24, date(2026, 3, 1), date(2024, 4, 1))
