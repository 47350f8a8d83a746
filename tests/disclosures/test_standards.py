"""What is promised to an estate: in versions that stay, kept or not by month and building, for everybody at home there."""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from uuid import uuid4

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as some

from audit.models import AuditEntry
from complaints.models import Clock
from complaints.standard_source import ANSWERED
from contacts.models import Duty, DutyDone
from contacts.services import duties
from disclosures import standard_queries as queries
from disclosures.models import ServiceStandard, StandardRecord, StandardVersion
from disclosures.rules import standards as rules
from disclosures.rules.standards import Cell, Terms
from disclosures.services import standards
from disclosures.standard_showing import rhythm_of
from disclosures.standard_sources import Asked
from owners.models import Building, Estate
from tenancy.errors import DomainError, NotAllowed, NotFound
from tests.complaints.seeds import accepted, answered, furnish
from tests.disclosures.promises import ANSWERS, JANUARY, LIFTS, SWEEPING, TODAY, noted, promised
from tests.factories.house import NOON, in_scope_of

pytestmark = pytest.mark.django_db
FEBRUARY, MARCH, MAY, JUNE = date(2026, 2, 1), date(2026, 3, 1), date(2026, 5, 1), date(2026, 6, 1)
JULY = date(2026, 7, 1)
MONTHS = rules.months_until(TODAY, 6)


def terms(unit="week", times=1, every=1, from_on=JANUARY, least="1", ends_on=None):
    return Terms(from_on, times, every, unit, Fraction(least), ends_on)


@pytest.mark.parametrize(
    ("said", "month", "asked"),
    [
        (terms("day"), FEBRUARY, 28),
        (terms("day", every=15), JANUARY, 2),
        (terms("day", every=15, times=3), FEBRUARY, 3),
        (terms("week"), FEBRUARY, 4),
        (terms("week"), MARCH, 4),
        (terms("week", from_on=date(2026, 3, 20)), MARCH, 1),
        (terms("week", from_on=date(2026, 3, 26)), MARCH, 0),
        (terms("month", times=2), MARCH, 2),
        (terms("month", every=3), MARCH, 1),
        (terms("month", every=3), FEBRUARY, 0),
        (terms("month", every=3, from_on=FEBRUARY), date(2026, 4, 1), 1),
        (terms("year"), date(2026, 12, 1), 1),
        (terms("year"), date(2026, 11, 1), 0),
        (terms("year", from_on=MARCH), FEBRUARY, 0),
        (terms("case"), MARCH, 0),
        (terms("week"), date(2026, 4, 1), 5),
        (terms("day", every=45), FEBRUARY, 1),
        (terms("day", every=45), JANUARY, 0),
        (terms("day", every=45), MARCH, 1),
        (terms("week", every=6), FEBRUARY, 1),
        (terms("week", from_on=date(2026, 3, 20)), FEBRUARY, 0),
        (terms("day", ends_on=date(2026, 3, 31)), MARCH, 30),
        (terms("week", ends_on=date(2026, 3, 25)), MARCH, 3),
        (terms("month", times=8, ends_on=date(2026, 3, 31)), MARCH, 8),
        (terms("month", ends_on=date(2026, 3, 31)), MARCH, 1),
        (terms("month", times=8, ends_on=date(2026, 3, 9)), MARCH, 2),
        (terms("month", ends_on=date(2026, 3, 9)), MARCH, 0),
    ],
)
def test_how_many_times_a_month_asks_for(said, month, asked):
    assert rules.asked_in(said, month) == asked


@given(every=some.integers(1, 120), unit=some.sampled_from(["day", "week"]), start=some.dates(JANUARY, date(2026, 12, 31)),
       later=some.integers(0, 900))  # fmt: skip
def test_every_stretch_falls_due_once_and_each_day_counts_for_the_month_it_is_judged_with(every, unit, start, later):
    said = terms(unit, every=every, from_on=start)
    months = rules.months_until(date(2031, 12, 1), 72)
    days = (rules.last_of(months[-1]) - start).days + 1
    assert sum(rules.asked_in(said, month) for month in months) == days // (every * {"day": 1, "week": 7}[unit])
    on = start + timedelta(days=later)
    spans = [(month, *rules.counted_in(said, month)) for month in months]
    assert [month for month, first, last in spans if first <= on <= last] == [rules.judged_with(said, on)]


@pytest.mark.parametrize(
    ("said", "month"),
    [
        (terms("week"), FEBRUARY),
        (terms("month", every=3), MARCH),
        (terms("month", every=2, from_on=FEBRUARY), MARCH),
        (terms("year"), date(2026, 12, 1)),
        (terms("day", every=45), FEBRUARY),
        (terms("day", every=46, from_on=date(2026, 1, 15)), MARCH),
    ],
)
def test_the_month_with_which_a_day_of_february_is_judged(said, month):
    assert rules.judged_with(said, date(2026, 2, 10)) == month


@pytest.mark.parametrize(
    ("kept", "of", "month", "state"),
    [
        (9, 10, MAY, "kept"),
        (8, 10, MAY, "missed"),
        (12, 10, MAY, "kept"),
        (0, 0, MAY, "nothing"),
        (0, 10, JUNE, "running"),
        (10, 10, JUNE, "running"),
    ],
)
def test_a_month_is_kept_from_a_part_on_and_judged_once_it_is_over(kept, of, month, state):
    cell = rules.cell_of(kept, of, terms=terms(least="9/10"), month=month, today=TODAY)
    assert (cell.state, cell.kept, cell.of) == (state, min(kept, of), of)


@given(counts=some.lists(some.integers(0, 12), max_size=8), least=some.integers(2, 6))
def test_a_covered_building_cannot_be_told_from_the_others(counts, least):
    cells = [Cell("kept", number, number) for number in counts]
    shown = rules.covered(cells, least)
    hidden = [number for number, cell in zip(counts, shown, strict=True) if cell.state == "covered"]
    assert all(cell.of == 0 or cell.of >= least for cell in shown if cell.state != "covered")
    others = len(counts) - len(hidden)
    assert not hidden or others == counts.count(0) or (len(hidden) > 1 and sum(hidden) >= least)


def test_who_may_promise(house):
    for person in (house.clerk, house.engineer, house.owner, house.committee, house.auditor, None):
        with pytest.raises(NotAllowed):
            promised(house, actor=person)
    assert not ServiceStandard.objects.exists()
    assert promised(house, actor=house.supervisor).versions.get().number == 1
    assert AuditEntry.objects.filter(action="standard.promised").count() == 1


def test_a_form_sent_twice_promises_once(house):
    key = uuid4()
    made = [standards.promise_service(estate=house.estate, promise=SWEEPING, actor=house.manager, now=NOON,
                                      entry_key=key) for _click in range(2)]  # fmt: skip
    assert made[0] == made[1]
    assert StandardVersion.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"item_en": " ", "item_zh": ""}, "item_en"),
        ({"level_en": "", "level_zh": " "}, "level_en"),
        ({"source": "stars"}, "evidence"),
        ({"source": "duties", "source_key": "dance"}, "evidence"),
        ({"unit": "case"}, "unit"),
        ({"times": 0}, "times"),
        ({"every": 0}, "every"),
        ({"least_percent": 0}, "least_percent"),
        ({"least_percent": 101}, "least_percent"),
    ],
)
def test_what_cannot_be_promised_is_said_at_its_field(house, changes, code):
    with pytest.raises(DomainError) as refusal:
        promised(house, replace(SWEEPING, **changes))
    assert refusal.value.code == code
    assert not ServiceStandard.objects.exists()


def change(house, row, promise, *, based_on=1, explanation="Agreed with the committee.", actor=None, today=TODAY):
    return standards.change_promise(
        standard_id=row.pk, promise=promise, explanation=explanation, based_on=based_on, actor=actor or house.manager,
        now=NOON, today=today,
    )  # fmt: skip


def test_a_change_is_a_new_version_and_the_old_months_keep_what_was_promised(house):
    row = promised(house)
    july = date(2026, 7, 1)
    made = change(house, row, replace(SWEEPING, times=7, from_on=july))
    assert (made.number, row.versions.count()) == (2, 2)
    seen = queries.standard_seen_by(house.owner, row.pk)
    assert queries.in_force_in(seen, JUNE).times == 2
    assert queries.in_force_in(seen, july).times == 7
    assert change(house, row, replace(SWEEPING, times=7, from_on=july)) == made  # a second click
    with pytest.raises(DomainError, match="Somebody else"):
        change(house, row, replace(SWEEPING, times=9, from_on=date(2026, 8, 1)))


@pytest.mark.parametrize(
    ("from_on", "words", "code"),
    [
        (JANUARY, "Why", "from_on"),
        (MAY, "Why", "from_on"),
        (date(2026, 7, 1), " ", "explanation"),
        (JUNE, "Why", "from_on"),
        (TODAY, "Why", "from_on"),
        (date(2026, 7, 2), "Why", "from_on"),
    ],
)
def test_a_change_is_neither_for_the_past_nor_without_a_reason(house, from_on, words, code):
    row = promised(house)
    with pytest.raises(DomainError) as refusal:
        change(house, row, replace(SWEEPING, times=1, from_on=from_on), explanation=words)
    assert refusal.value.code == code
    assert row.versions.count() == 1


def test_an_end_has_a_reason_and_leaves_what_was(house):
    row = promised(house)
    with pytest.raises(DomainError):
        standards.end_promise(standard_id=row.pk, ends_on=JULY, reason=" ", actor=house.manager, now=NOON, today=TODAY)
    for gone in (MAY, JUNE, TODAY - timedelta(days=1)):
        with pytest.raises(DomainError, match="today at the earliest"):
            standards.end_promise(
                standard_id=row.pk, ends_on=gone, reason="x", actor=house.manager, now=NOON, today=TODAY
            )
    for _click in range(2):
        standards.end_promise(standard_id=row.pk, ends_on=JULY, reason="New contract", actor=house.manager, now=NOON,
                              today=TODAY)  # fmt: skip
    seen = queries.standard_seen_by(house.owner, row.pk)
    assert queries.in_force_in(seen, JUNE) is not None
    assert queries.in_force_in(seen, JULY) is None
    assert AuditEntry.objects.filter(action="standard.ended").count() == 1
    with pytest.raises(DomainError, match="has ended"):
        change(house, row, replace(SWEEPING, times=1, from_on=date(2026, 7, 1)))


def test_a_failing_month_is_not_wiped_by_ending_the_promise_on_its_last_day(house):
    row = promised(house)
    last = date(2026, 5, 31)
    standards.end_promise(
        standard_id=row.pk, ends_on=last, reason="New firm", actor=house.manager, now=NOON, today=last
    )
    found = kept(house, row, house.owner)
    assert found.whole[4].state == "missed"
    assert dict(found.buildings)[house.building][4] == Cell("missed", 0, 8)
    assert found.whole[5].state == "before"


def test_a_version_that_began_within_a_month_is_held_against_what_was_done_since(house):
    row = promised(house)
    noted(house, row, date(2026, 5, 8), 8)
    StandardVersion.objects.create(
        standard=row, number=2, explanation="x", created_by=house.manager, created_at=NOON,
        **{**standards.said_by(SWEEPING), "from_on": date(2026, 5, 18)},
    )  # fmt: skip
    noted(house, row, date(2026, 5, 20), 1)
    assert dict(kept(house, row, house.owner).buildings)[house.building][4] == Cell("missed", 1, 4)


def test_a_rhythm_longer_than_a_month_is_judged_with_what_was_done_in_its_stretch(house):
    row = promised(house, replace(SWEEPING, unit="day", every=45, times=1, per_building=False))
    noted(house, row, date(2026, 1, 20), building=None)
    noted(house, row, date(2026, 4, 2), building=None)
    found = kept(house, row, house.owner)  # due on 14 February, 31 March, 15 May
    assert [cell.state for cell in found.whole] == ["nothing", "kept", "missed", "nothing", "kept", "running"]
    assert kept(house, row, house.owner, months=[FEBRUARY]).whole == [Cell("kept", 1, 1)]


@pytest.mark.parametrize(
    ("changes", "on", "until"),
    [
        ({}, date(2026, 5, 29), date(2026, 6, 7)),
        ({"unit": "month", "every": 3}, date(2026, 4, 1), date(2026, 7, 7)),
        ({"unit": "day", "every": 45}, date(2026, 4, 2), date(2026, 6, 7)),
        ({}, JANUARY, date(2026, 3, 9)),  # promised on 2 March only, for January on
    ],
)
def test_nothing_is_added_to_a_month_that_was_judged(house, changes, on, until):
    row = promised(house, replace(SWEEPING, **changes))
    with pytest.raises(DomainError, match="has been judged") as refusal:
        noted(house, row, on, today=until + timedelta(days=1))
    assert refusal.value.code == "on"
    assert noted(house, row, on, today=until).on == on


def kept(house, row, reader, months=MONTHS):
    seen = queries.standard_seen_by(house.manager, row.pk)
    (found,) = queries.kept_of([seen], house.estate, reader, months=months, now=NOON, today=TODAY)
    return found


def test_records_are_counted_against_what_is_asked_by_building(house):
    row = promised(house)
    other = Building.objects.create(estate=house.estate, code="Z", name="Z")
    noted(house, row, date(2026, 5, 8), 4)
    noted(house, row, date(2026, 5, 29), 4)
    noted(house, row, date(2026, 5, 29), 7, building=other)
    found = kept(house, row, house.owner)
    cells = dict(found.buildings)
    assert cells[house.building][4] == Cell("kept", 8, 8)
    assert cells[other][4] == Cell("missed", 7, 8)
    assert found.whole[4] == Cell("missed", 8 + 7, 8 * len(cells))
    assert cells[house.building][3] == Cell("missed", 0, 10)  # five weeks end in April
    assert cells[house.building][5].state == "running"


def test_a_yearly_promise_counts_what_was_done_in_its_year(house):
    row = promised(house, replace(SWEEPING, unit="month", every=3, times=1, per_building=False))
    noted(house, row, date(2026, 1, 20), building=None)
    found = kept(house, row, house.owner)
    assert [cell.state for cell in found.whole] == ["nothing", "nothing", "kept", "nothing", "nothing", "running"]
    assert found.buildings == []
    assert kept(house, row, house.owner, months=[MARCH]).whole == [Cell("kept", 1, 1)]


def test_a_record_taken_back_counts_no_more_and_only_staff_read_it(house):
    row = promised(house)
    made = noted(house, row, date(2026, 5, 29), 8)
    with pytest.raises(NotAllowed):
        standards.withdraw_record(record_id=made.pk, reason="Wrong", actor=house.clerk, now=NOON)
    with pytest.raises(DomainError):
        standards.withdraw_record(record_id=made.pk, reason=" ", actor=house.manager, now=NOON)
    for _click in range(2):
        standards.withdraw_record(record_id=made.pk, reason="Wrong", actor=house.manager, now=NOON)
    assert dict(kept(house, row, house.owner).buildings)[house.building][4] == Cell("missed", 0, 8)
    assert queries.records_of(row, MAY, JUNE, house.clerk).count() == 1
    assert not queries.records_of(row, MAY, JUNE, house.owner).exists()
    assert not queries.record_file_readable_by(made.pk, None, house.owner)
    assert queries.record_file_readable_by(made.pk, None, house.clerk)


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"on": TODAY + timedelta(days=1)}, "on"),
        ({"on": date(2025, 12, 31)}, "on"),
        ({"on": TODAY, "building": None}, "building"),
        ({"on": TODAY, "times": 0}, "times"),
    ],
)
def test_what_cannot_have_been_done_is_said_at_its_field(house, said, code):
    row = promised(house)
    with pytest.raises(DomainError) as refusal:
        noted(house, row, **said)
    assert refusal.value.code == code
    assert not StandardRecord.objects.exists()


def test_what_is_seen_elsewhere_is_not_written_by_hand(house):
    with pytest.raises(DomainError, match="seen elsewhere"):
        noted(house, promised(house, LIFTS), TODAY)


def test_who_writes_down_what_was_done(house):
    row = promised(house)
    for person in (house.owner, house.committee, house.auditor, house.quality):
        with pytest.raises((NotAllowed, NotFound)):
            noted(house, row, TODAY, actor=person)
    assert noted(house, row, TODAY, actor=house.engineer).by == house.engineer


def duty(house, due_on, *, done_on=None, building=None):
    row = Duty.objects.create(
        title="Lift 1", kind="lift_service", estate=house.estate, building=building, every=15, unit="day",
        first_due_on=due_on, due_on=due_on, created_by=house.manager, created_at=NOON, changed_at=NOON,
    )  # fmt: skip
    if done_on:
        DutyDone.objects.create(duty=row, due_on=due_on, done_on=done_on, by=house.manager, at=NOON)
        Duty.objects.filter(pk=row.pk).update(due_on=date(2027, 1, 1))
    return row


def test_the_calendar_shows_whether_what_recurs_was_done_by_its_day(house):
    row = promised(house, replace(LIFTS, per_building=True))
    duty(house, date(2026, 4, 9), done_on=date(2026, 4, 9), building=house.building)
    duty(house, date(2026, 5, 9), done_on=date(2026, 5, 11), building=house.building)
    duty(house, date(2026, 3, 9))  # nobody did it: the estate's, so of no building
    found = kept(house, row, house.owner)
    cells = dict(found.buildings)[house.building]
    assert (cells[3], cells[4], cells[2]) == (Cell("kept", 1, 1), Cell("missed", 0, 1), Cell("nothing", 0, 0))
    assert found.whole[2] == Cell("missed", 0, 1)


def stop(house, row, day):
    duties.set_active(
        duty_id=row.pk, is_active=False, actor=house.manager, now=NOON.replace(month=day.month, day=day.day)
    )


def test_stopping_what_is_overdue_takes_no_miss_back(house):
    row = promised(house, LIFTS)
    late, once = duty(house, date(2026, 5, 9)), duty(house, date(2026, 4, 9))
    stop(house, late, date(2026, 5, 9))  # on its day: it was not overdue yet
    assert kept(house, row, house.owner).whole[4] == Cell("nothing", 0, 0)
    duties.set_active(duty_id=late.pk, is_active=True, actor=house.manager, now=NOON)
    stop(house, late, date(2026, 5, 10))
    assert kept(house, row, house.owner).whole[4] == Cell("missed", 0, 1)
    DutyDone.objects.create(duty=once, due_on=once.due_on, done_on=once.due_on, by=house.manager, at=NOON)
    Duty.objects.filter(pk=once.pk).update(is_active=False)  # what is done once is over
    assert kept(house, row, house.owner).whole[3] == Cell("kept", 1, 1)
    Duty.objects.filter(pk=late.pk).update(due_on=date(2026, 6, 8))
    assert kept(house, row, house.owner).whole[5] == Cell("running", 0, 0)  # stopped before it was due


def clocks(house, number, *, late=0, month=MAY, building=None):
    """So many first answers that were due in a month."""
    for at in range(number):
        case = accepted(house, at=NOON)
        Clock.objects.filter(complaint=case, kind="answer").update(
            state="broken" if at < late else "met", due_at=NOON.replace(month=month.month, day=12)
        )
        if building:
            type(case).objects.filter(pk=case.pk).update(building=building)


def test_complaints_answered_in_time_are_covered_for_neighbours_while_they_are_few(house, settings):
    settings.STATISTICS_COVER_BELOW = 3
    furnish(house)
    row = promised(house, replace(ANSWERS, per_building=True))
    other = Building.objects.create(estate=house.estate, code="Z", name="Z")
    clocks(house, 3, late=1)
    clocks(house, 2, building=other)
    staff, owner = kept(house, row, house.manager), kept(house, row, house.owner)
    assert staff.whole[4] == Cell("missed", 4, 5)
    assert dict(staff.buildings)[other][4] == Cell("kept", 2, 2)
    assert owner.whole[4] == Cell("missed", 4, 5)
    assert {cells[4].state for building, cells in owner.buildings if building in (house.building, other)} == {"covered"}
    assert kept(house, row, None).whole[4] == owner.whole[4]  # the sheet for the board


def test_what_is_too_little_for_the_estate_is_too_little_for_its_buildings(house, settings):
    settings.STATISTICS_COVER_BELOW = 5
    furnish(house)
    row = promised(house, replace(ANSWERS, per_building=True))
    clocks(house, 4)
    owner = kept(house, row, house.owner)
    assert owner.whole[4].state == "covered"
    assert {cells[4].state for _building, cells in owner.buildings} == {"covered"}


def test_an_answer_that_is_overdue_is_late_though_its_clock_still_runs(house):
    furnish(house)
    answered(house)
    running = accepted(house, at=NOON)
    due = NOON - timedelta(hours=1)
    Clock.objects.filter(complaint=running, kind="answer").update(state="running", due_at=due)
    found = ANSWERED.tally(
        Asked(house.estate, {"any"}, rules.first_of(due.date()), rules.first_of(due.date()), NOON, TODAY)
    )
    assert sum(one.of for one in found) - sum(one.kept for one in found) == 1


def test_who_reads_what_is_promised(house, stranger):
    row = promised(house)
    elsewhere = Estate.objects.create(name="Hillside", code="HIL", calendar=house.calendar)
    other = promised(house, estate=elsewhere, actor=house.admin)
    for who in ("owner", "clerk", "engineer", "supervisor", "manager"):
        assert set(queries.standards_visible_to(house.members[who])) == {row}, who
    for who in ("admin", "quality"):
        assert set(queries.standards_visible_to(house.members[who])) == {row, other}, who
    assert in_scope_of(stranger.organisation.pk, lambda: list(queries.standards_visible_to(stranger.admin))) == []
    with pytest.raises(NotFound):
        noted(house, other, TODAY)


def test_questions_do_not_grow_with_promises(house, django_assert_max_num_queries):
    for _number in range(12):
        promised(house)
        promised(house, LIFTS)
        promised(house, ANSWERS)
    rows = queries.standards_of(house.owner, house.estate, today=TODAY)
    assert len(rows) == 36
    with django_assert_max_num_queries(6):
        queries.kept_of(rows, house.estate, house.owner, months=MONTHS, now=NOON, today=TODAY)


@pytest.mark.parametrize(
    ("changes", "english", "chinese"),
    [
        ({"times": 2, "every": 1, "unit": "week"}, "2 times a week", "每周2次"),
        ({"times": 1, "every": 15, "unit": "day"}, "Once every 15 days", "每15天一次"),
        ({"unit": "case"}, "Each time it is needed", "每次需要时"),
    ],
)
def test_a_rhythm_is_said_in_words(changes, english, chinese):
    version = StandardVersion(**{"times": 1, "every": 1, **changes})
    assert rhythm_of(version) == english
    with override("zh-hans"):
        assert rhythm_of(version) == chinese
