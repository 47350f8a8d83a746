"""Duties of publication: a task for each period, kept by what is published, missed openly, reminded of once."""

from datetime import UTC, date, datetime, timedelta

import pytest

from audit.models import AuditEntry
from deadlines.rules.calendars import Calendar
from disclosures import publicduty_queries as queries
from disclosures import tasks
from disclosures.models import Publication, PublicationTask
from disclosures.rules import duties as rules
from disclosures.rules.duties import Shown, Span
from disclosures.services import publicduties, reminding, withdrawing
from disclosures.services.publicduties import Wish
from notices.models import Delivery
from tenancy.errors import DomainError, NotAllowed, NotFound
from tests.disclosures.making import brought_to
from tests.disclosures.publishing_making import planned, shown, upload
from tests.factories.house import NOON, WEEK, member

pytestmark = pytest.mark.django_db
TODAY = NOON.date()  # Monday, 2 March 2026


# -- the rules ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("every", "since", "today", "found"),
    [
        ("quarter", date(2025, 9, 30), date(2026, 1, 1), [(2025, 7), (2025, 10), (2026, 1)]),
        ("quarter", date(2025, 10, 1), date(2025, 12, 31), [(2025, 10)]),
        ("half_year", date(2025, 7, 1), date(2026, 6, 30), [(2025, 7), (2026, 1)]),
        ("year", date(2024, 12, 31), date(2026, 1, 1), [(2024, 1), (2025, 1), (2026, 1)]),
        ("year", date(2027, 1, 1), date(2026, 12, 31), []),
    ],
)
def test_periods_that_end_since_then_and_have_begun(every, since, today, found):
    spans = rules.spans(every, since, today)
    assert [(span.from_on.year, span.from_on.month) for span in spans] == found
    assert all(span.from_on.day == 1 and (span.to_on + timedelta(days=1)).day == 1 for span in spans)


CALENDAR = Calendar.parse({"time_zone": "Asia/Shanghai", "weekly": WEEK})
NEVER = Calendar.parse({"time_zone": "Asia/Shanghai", "weekly": {}})


@pytest.mark.parametrize(
    ("due", "to_on", "calendar", "day"),
    [
        ({"days": 15}, date(2026, 3, 31), None, date(2026, 4, 15)),
        ({"days": 15}, date(2026, 6, 30), None, date(2026, 7, 15)),
        ({"month": 3, "day": 31}, date(2025, 12, 31), None, date(2026, 3, 31)),
        ({"days": 18}, date(2026, 3, 31), None, date(2026, 4, 18)),  # a Saturday stays
        ({"days": 18}, date(2026, 3, 31), CALENDAR, date(2026, 4, 20)),  # and rolls only where the rules say so
        ({"days": 15}, date(2026, 3, 31), CALENDAR, date(2026, 4, 15)),
        ({"days": 18}, date(2026, 3, 31), NEVER, date(2026, 4, 18)),
    ],
)
def test_when_it_is_due(due, to_on, calendar, day):
    assert rules.due_on(due, Span(date(2026, 1, 1), to_on), calendar) == day


HALF = Span(date(2026, 1, 1), date(2026, 6, 30))
ONE, TWO = Span(date(2026, 1, 1), date(2026, 3, 31)), Span(date(2026, 4, 1), date(2026, 6, 30))


@pytest.mark.parametrize(
    ("shown", "key"),
    [
        ([Shown(HALF, date(2026, 7, 9), "a")], "a"),
        ([Shown(ONE, date(2026, 4, 9), "a"), Shown(TWO, date(2026, 7, 9), "b")], "b"),
        ([Shown(TWO, date(2026, 7, 1), "b"), Shown(ONE, date(2026, 7, 9), "a")], "a"),
        ([Shown(ONE, date(2026, 4, 9), "a")], None),
        (
            [
                Shown(ONE, date(2026, 4, 9), "a"),
                Shown(Span(date(2026, 4, 2), date(2026, 6, 30)), date(2026, 7, 9), "b"),
            ],
            None,
        ),
        ([Shown(Span(date(2025, 1, 1), date(2026, 12, 31)), date(2026, 7, 9), "a")], "a"),
        ([Shown(HALF, date(2026, 6, 30), "a")], None),  # its last day is not over
        ([Shown(HALF, date(2026, 7, 1), "a")], "a"),
        ([Shown(TWO, date(2026, 6, 1), "b"), Shown(ONE, date(2026, 7, 9), "a")], None),
        ([], None),
    ],
)
def test_what_covers_every_day_of_the_period_keeps_it(shown, key):
    found = rules.kept_by(HALF, shown)
    assert (found.key if found else None) == key


def test_what_looks_ahead_may_be_shown_before():
    shown = [Shown(HALF, date(2025, 12, 1), "a")]
    assert rules.kept_by(HALF, shown, is_ahead=True).key == "a"


@pytest.mark.parametrize(("span", "after"), [(ONE, TWO), (Span(date(2025, 7, 1), date(2025, 12, 31)), HALF)])
def test_the_period_after(span, after):
    assert rules.following(span) == after


# -- computed ----------------------------------------------------------------------------------------------------------------


def test_past_periods_are_computed_and_nothing_twice(house):
    plan = planned(house, "public_revenue", "yearly_accounts")
    rows = [
        (row.kind, row.period_from, row.due_on, row.standing(TODAY))
        for row in PublicationTask.objects.order_by("due_on", "kind")
    ]
    assert rows == [
        ("public_revenue", date(2025, 7, 1), date(2025, 10, 15), "missed"),
        ("public_revenue", date(2025, 10, 1), date(2026, 1, 15), "missed"),
        ("yearly_accounts", date(2025, 1, 1), date(2026, 3, 31), "waiting"),
        ("public_revenue", date(2026, 1, 1), date(2026, 4, 15), "waiting"),
        ("yearly_accounts", date(2026, 1, 1), date(2027, 3, 31), "waiting"),
    ]
    assert publicduties.compute(plan=plan, now=NOON) == 0
    assert publicduties.compute(plan=plan, now=NOON + timedelta(days=31)) == 1  # the second quarter has begun
    assert PublicationTask.objects.count() == 6


def test_what_the_committee_owes_rolls_off_a_rest_day(house):
    plan = planned(house, "committee", from_on=date(2026, 1, 1))
    due = dict(PublicationTask.objects.values_list("period_from", "due_on"))
    assert due[date(2026, 1, 1)] == date(2026, 7, 15)  # a Wednesday
    # 15 January 2028 is a Saturday
    publicduties.compute(plan=plan, now=datetime(2027, 12, 1, 12, tzinfo=UTC))
    assert PublicationTask.objects.get(period_from=date(2027, 7, 1)).due_on == date(2028, 1, 17)


def test_other_rules_change_what_waits_and_leave_what_was(house):
    planned(house)
    planned(house, pack="hangzhou")
    rows = [
        (row.pack, row.period_from, row.period_to)
        for row in PublicationTask.objects.order_by("period_from", "period_to")
    ]
    assert rows == [
        ("default", date(2025, 7, 1), date(2025, 9, 30)), ("hangzhou", date(2025, 7, 1), date(2025, 12, 31)),
        ("default", date(2025, 10, 1), date(2025, 12, 31)), ("hangzhou", date(2026, 1, 1), date(2026, 6, 30)),
    ]  # fmt: skip


def test_a_duty_switched_off_waits_no_more_and_what_was_missed_stays(house):
    planned(house)
    publicduties.set_plan(
        estate=house.estate, wish=Wish("default", [], date(2025, 7, 1)), actor=house.manager, now=NOON
    )
    assert {row.standing(TODAY) for row in PublicationTask.objects.all()} == {"missed"}


@pytest.mark.parametrize(
    ("wish", "code"),
    [
        (Wish("nowhere", [], TODAY), "pack"), (Wish("default", ["audit"], TODAY), "kinds"),
        (Wish("default", ["budget"], date(2022, 12, 31)), "from_on"), (Wish("default", [], date(2026, 3, 3)), "from_on"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_at_its_field(house, wish, code):
    with pytest.raises(DomainError) as refusal:
        publicduties.set_plan(estate=house.estate, wish=wish, actor=house.manager, now=NOON)
    assert refusal.value.code == code
    assert not PublicationTask.objects.exists()


def test_of_two_who_change_the_plan_the_second_is_told(house):
    planned(house)
    wish = Wish("default", ["budget"], TODAY)
    with pytest.raises(DomainError, match="Somebody else"):
        publicduties.set_plan(estate=house.estate, wish=wish, actor=house.manager, now=NOON, version=0)


# -- kept --------------------------------------------------------------------------------------------------------------------


def quarter(house, published_on, **said):
    row = brought_to(house, "published", **said)
    Publication.objects.filter(subject_id=row.pk).update(start_on=published_on)
    return Publication.objects.get(subject_id=row.pk)


def test_published_accounts_keep_their_period_in_time_or_late(house):
    planned(house)
    assert queries.listed(house.owner, TODAY, which="missed").count() == 2
    row = brought_to(house, "published", from_on=date(2025, 10, 1), to_on=date(2025, 12, 31))
    task = PublicationTask.objects.get(period_from=date(2025, 10, 1))
    assert (task.publication.subject_id, task.kept_on, task.named_by, task.standing(TODAY)) == (
        row.pk,
        TODAY,
        None,
        "late",
    )
    too_early = brought_to(house, "published")  # on 2 March: the quarter is not over
    task = PublicationTask.objects.get(period_from=date(2026, 1, 1))
    assert task.publication is None
    Publication.objects.filter(subject_id=too_early.pk).update(start_on=date(2026, 4, 15))
    assert publicduties.match(estate_id=house.estate.pk, now=NOON) == 1
    task.refresh_from_db()
    assert (task.publication.subject_id, task.standing(TODAY)) == (too_early.pk, "kept")
    assert AuditEntry.objects.filter(action="publicduty.kept").count() == 2
    assert publicduties.match(estate_id=house.estate.pk, now=NOON) == 0


def test_what_was_published_before_the_duty_was_switched_on_keeps_it_too(house):
    quarter(house, date(2025, 10, 9), from_on=date(2025, 7, 1), to_on=date(2025, 9, 30))
    planned(house)
    assert PublicationTask.objects.get(period_from=date(2025, 7, 1)).standing(TODAY) == "kept"


def test_other_accounts_and_other_estates_keep_nothing(house):
    planned(house, "maintenance_fund")
    brought_to(house, "published", from_on=date(2025, 7, 1), to_on=date(2025, 12, 31))
    assert not PublicationTask.objects.filter(publication__isnull=False).exists()


def test_a_publication_of_the_kind_keeps_its_period(house):
    planned(house, "budget", from_on=date(2025, 1, 1))
    of_the_same = shown(house, kind="budget", period_from=date(2025, 1, 1), period_to=date(2025, 12, 31))
    assert not PublicationTask.objects.filter(publication=of_the_same).exists()
    row = shown(house, kind="budget", period_from=date(2026, 1, 1), period_to=date(2026, 12, 31))  # the next year's
    task = PublicationTask.objects.get(publication=row)
    assert (task.period_from, task.due_on, task.standing(TODAY)) == (date(2025, 1, 1), date(2026, 3, 31), "kept")


def test_something_is_named_by_hand_and_taken_back(house):
    planned(house, "performance", from_on=date(2025, 1, 1))
    task, row = PublicationTask.objects.earliest("period_from"), shown(house)
    for person, error in ((house.owner, NotAllowed), (house.occupant, NotFound)):
        with pytest.raises(error):
            publicduties.name_keeper(task_id=task.pk, publication_id=row.pk, actor=person, now=NOON)
    for _ in range(2):
        done = publicduties.name_keeper(task_id=task.pk, publication_id=row.pk, actor=house.supervisor, now=NOON)
        assert (done.publication, done.kept_on, done.named_by) == (row, TODAY, house.supervisor)
    with pytest.raises(DomainError, match="Something else"):
        publicduties.name_keeper(task_id=task.pk, publication_id=shown(house).pk, actor=house.supervisor, now=NOON)
    assert publicduties.take_back(task_id=task.pk, actor=house.supervisor, now=NOON).publication is None
    assert AuditEntry.objects.filter(action__startswith="publicduty.").count() == 3


def test_what_was_shown_before_the_period_or_is_withdrawn_is_not_named(house, client):
    planned(house, "performance", from_on=date(2026, 1, 1))
    task, old, gone = PublicationTask.objects.get(), shown(house), shown(house)
    Publication.objects.filter(pk=old.pk).update(start_on=date(2025, 12, 31))
    withdraw(house, gone)
    fine = shown(house)
    for row in (old, gone):
        with pytest.raises(DomainError, match="since 1 January 2026") as refusal:
            publicduties.name_keeper(task_id=task.pk, publication_id=row.pk, actor=house.supervisor, now=NOON)
        assert refusal.value.code == "publication"
    client.force_login(house.supervisor.user)
    page = client.get(f"/disclosures/duties/{task.pk}/keeper/", HTTP_HOST=house.host).content.decode()
    assert [str(row.pk) in page for row in (old, gone, fine)] == [False, False, True]


def withdraw(house, row, now=NOON):
    withdrawing.ask(
        publication_id=row.pk, reason="Wrong", legal_order="Order", files=[upload(house)], actor=house.supervisor, now=now
    )  # fmt: skip
    return withdrawing.confirm(publication_id=row.pk, actor=house.manager, now=now)


QUARTERS = [(date(2025, 7, 1), date(2025, 9, 30)), (date(2025, 10, 1), date(2025, 12, 31))]


@pytest.mark.parametrize("which", [0, 1])
def test_a_half_year_is_open_again_without_one_of_its_quarters(house, which):
    planned(house, pack="hangzhou")
    rows = [brought_to(house, "published", from_on=first, to_on=last) for first, last in QUARTERS]
    task = PublicationTask.objects.get(period_from=date(2025, 7, 1))
    assert task.publication.subject_id == rows[1].pk
    withdraw(house, Publication.objects.get(subject_id=rows[which].pk))
    task.refresh_from_db()
    assert (task.publication, task.kept_on) == (None, None)


def test_what_others_keep_stays_kept_when_something_else_is_withdrawn(house):
    planned(house, pack="hangzhou")
    first, last = QUARTERS[0][0], QUARTERS[1][1]
    whole = brought_to(house, "published", from_on=first, to_on=last)
    other = brought_to(house, "published", from_on=QUARTERS[1][0], to_on=last)
    withdraw(house, Publication.objects.get(subject_id=other.pk))
    task = PublicationTask.objects.get(period_from=first)
    assert task.publication.subject_id == whole.pk
    assert not AuditEntry.objects.filter(action="publicduty.reopened").exists()


def test_the_sweep_opens_what_a_withdrawn_publication_was_just_taken_for(house):
    plan = planned(house)
    row = brought_to(house, "published", from_on=date(2025, 10, 1), to_on=date(2025, 12, 31))
    task, publication = PublicationTask.objects.get(publication__subject_id=row.pk), task_keeper(row)
    withdraw(house, publication)
    # Another worker had read it as shown, and saved after the withdrawal.
    PublicationTask.objects.filter(pk=task.pk).update(publication=publication, kept_on=TODAY)
    publicduties.compute(plan=plan, now=NOON)
    task.refresh_from_db()
    assert task.publication is None


def task_keeper(statement):
    return Publication.objects.get(subject_id=statement.pk)


def test_accounts_from_before_there_were_publications_keep_theirs_after_the_sweep(house, monkeypatch):
    row = brought_to(house, "published", from_on=date(2025, 10, 1), to_on=date(2025, 12, 31))
    Publication.objects.all().delete()
    planned(house)
    monkeypatch.setattr(tasks.timezone, "now", lambda: datetime(2026, 3, 20, 12, tzinfo=UTC))
    tasks.sweep_publications()
    task = PublicationTask.objects.get(period_from=date(2025, 10, 1))
    assert (task.publication.subject_id, task.kept_on) == (row.pk, TODAY)


def test_an_estate_that_is_looked_after_no_more_gets_no_task_and_no_reminder(house, monkeypatch):
    planned(house)
    type(house.estate).objects.filter(pk=house.estate.pk).update(is_active=False)
    monkeypatch.setattr(tasks.timezone, "now", lambda: datetime(2026, 4, 8, 12, tzinfo=UTC))
    assert tasks.sweep_publications() == "0 ended, 0 new duties"
    assert reminding.remind_batch(now=datetime(2026, 4, 8, 12, tzinfo=UTC)) == 0


def test_withdrawn_before_its_time_it_keeps_nothing_and_after_it_still_does(house):
    planned(house, "budget", from_on=date(2025, 1, 1))
    span = {"period_from": date(2026, 1, 1), "period_to": date(2026, 12, 31)}
    row = shown(house, kind="budget", **span)
    later = NOON + timedelta(days=16)
    withdrawing.ask(publication_id=row.pk, reason="Wrong", actor=house.supervisor, now=later)
    withdrawing.confirm(publication_id=row.pk, actor=house.manager, now=later)
    assert PublicationTask.objects.get(period_from=date(2025, 1, 1)).publication == row
    Publication.objects.filter(pk=row.pk).update(
        state="live", withdrawn_by=None, legal_order="Order", min_until=date(2026, 4, 1)
    )
    Publication.objects.filter(pk=row.pk).update(withdrawal_asked_at=None)
    withdrawing.ask(
        publication_id=row.pk,
        reason="Wrong",
        legal_order="Order",
        files=[upload(house)],
        actor=house.supervisor,
        now=NOON,
    )
    withdrawing.confirm(publication_id=row.pk, actor=house.manager, now=NOON)
    assert PublicationTask.objects.get(period_from=date(2025, 1, 1)).publication is None


# -- seen and reminded -------------------------------------------------------------------------------------------------------


def test_owners_and_committee_see_all_of_their_estate_and_strangers_nothing(house, stranger, client):
    planned(house)
    assert queries.tasks_visible_to(house.owner).count() == 3
    assert not queries.tasks_visible_to(house.occupant).exists()
    assert not queries.tasks_visible_to(stranger.manager).exists()
    client.force_login(house.owner.user)
    page = client.get("/disclosures/duties/", HTTP_HOST=house.host).content.decode()
    assert "Kept in time: 0. Kept late: 0. Missed: 3. Waiting: 0." in page
    assert "Name what kept it" not in page


def told(step):
    return sorted(
        Delivery.objects.filter(event=f"publicduty.{step}", channel="portal").values_list("membership__role", flat=True)
    )


def test_managers_hear_before_the_day_and_once_when_it_is_missed(house):
    planned(house)
    member("manager", "elsewhere")
    assert reminding.remind_batch(now=NOON) == 0  # what was over when it was switched on reminds nobody
    assert reminding.remind_batch(now=datetime(2026, 4, 7, 12, tzinfo=UTC)) == 0
    assert reminding.remind_batch(now=datetime(2026, 4, 8, 12, tzinfo=UTC)) == 1
    assert reminding.remind_batch(now=datetime(2026, 4, 15, 12, tzinfo=UTC)) == 0
    assert reminding.remind_batch(now=datetime(2026, 4, 16, 12, tzinfo=UTC)) == 1
    assert reminding.remind_batch(now=datetime(2026, 4, 17, 12, tzinfo=UTC)) == 0
    assert (told("due"), told("missed")) == (["manager"], ["manager"])


def test_a_kept_duty_reminds_nobody(house):
    planned(house)
    quarter(house, date(2026, 4, 1))
    publicduties.match(estate_id=house.estate.pk, now=NOON)
    assert not PublicationTask.objects.filter(publication__isnull=True, due_on__gte=TODAY).exists()
    assert reminding.remind_batch(now=datetime(2026, 4, 8, 12, tzinfo=UTC)) == 0


def test_the_sweep_ends_and_computes_once(house, monkeypatch):
    planned(house)
    shown(house, end_on=TODAY + timedelta(days=15))
    monkeypatch.setattr(tasks.timezone, "now", lambda: datetime(2026, 4, 1, 12, tzinfo=UTC))
    assert tasks.sweep_publications() == "1 ended, 1 new duties"
    assert tasks.sweep_publications() == "0 ended, 0 new duties"


def test_the_plan_page_keeps_what_was_ticked_when_something_is_wrong(house, client):
    client.force_login(house.manager.user)
    said = {"pack": "default", "kinds": ["audit"], "from_on": "2026-01-01"}
    page = client.post(f"/disclosures/duties/plan/{house.estate.pk}/", said, HTTP_HOST=house.host)
    assert page.status_code == 422
    assert "These rules do not hold: Result of the yearly audit (Shanghai)." in page.content.decode()
