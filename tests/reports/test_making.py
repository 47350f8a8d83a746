"""A report is asked for, made by a worker that may die, and kept."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connections

from audit.models import AuditEntry
from notices.paper import pdf
from owners.models import Estate, EstateAssignment
from reports import queries, services, tasks
from reports.models import ReportRun
from tenancy.context import scope
from tenancy.errors import DomainError, IllegalMove, NotAllowed, NotFound
from tests.complaints.seeds import furnish
from tests.factories.house import House, build_house
from tests.reports.months import APRIL_SECOND, MARCH, march, run_made

CLOCK = APRIL_SECOND


def ask(house: House, who: str = "manager", **changes) -> ReportRun:
    wanted = {"month": MARCH, "estate_id": house.estate.pk, "language": "en", "now": CLOCK, **changes}
    return services.request_report(actor=house.members[who], **wanted)


def make(house: House, run: ReportRun, at=CLOCK) -> str:
    word = services.make_report(organisation_id=house.organisation.pk, run_id=run.pk, clock=lambda: at)
    run.refresh_from_db()
    return word


def test_asking_writes_a_waiting_run_an_audit_entry_and_a_nudge(house, monkeypatch, django_capture_on_commit_callbacks):
    nudged = []
    monkeypatch.setattr(tasks, "nudge", lambda *ids: nudged.append(ids))
    with django_capture_on_commit_callbacks(execute=True):
        run = ask(house)
    assert (run.state, run.progress, run.estate_ids) == ("waiting", 0, [str(house.estate.pk)])
    assert nudged == [(house.organisation.pk, run.pk)]
    entry = AuditEntry.objects.get(action="report.requested")
    assert (entry.actor, entry.subject_id) == (house.manager, run.pk)


def test_a_dead_broker_is_no_error(house, monkeypatch):
    def down(*_args, **_options):
        raise OSError("no broker")

    monkeypatch.setattr(tasks.make_report_task, "apply_async", down)
    tasks.nudge(house.organisation.pk, uuid4())


def test_a_second_click_finds_the_report_that_is_being_made(house):
    first = ask(house)
    assert ask(house).pk == first.pk
    assert ask(house, language="zh-hans").pk != first.pk
    assert ReportRun.objects.count() == 2


def test_a_report_that_is_made_can_be_made_anew(house, quick):
    first = ask(house)
    assert make(house, first) == "done"
    assert ask(house).pk != first.pk


@pytest.mark.parametrize("role", ["supervisor", "manager", "quality", "admin"])
def test_who_has_reports_made(house, role):
    assert ask(house, role).requested_by == house.members[role]


@pytest.mark.parametrize("role", ["clerk", "engineer", "auditor", "owner", "committee"])
def test_who_does_not(house, role):
    with pytest.raises(NotAllowed):
        ask(house, role)
    assert not ReportRun.objects.exists()


def test_only_of_ones_own_estates_and_of_the_last_24_months(house):
    other = Estate.objects.create(code="HIL", name="Hill", calendar=house.calendar)
    for estate_id in (other.pk, uuid4()):
        with pytest.raises(NotFound):
            ask(house, estate_id=estate_id)
    for month in (MARCH.replace(year=2024), MARCH.replace(month=5), MARCH.replace(year=2030)):
        with pytest.raises(DomainError):
            ask(house, month=month)
    with pytest.raises(DomainError):
        ask(house, language="fr")
    assert not ReportRun.objects.exists()
    assert ask(house, estate_id=None).estate_ids == [str(house.estate.pk)]
    assert len(ask(house, "quality", estate_id=None).estate_ids) == 2


def test_several_estates_are_told_apart(house):
    other = Estate.objects.create(code="HIL", name="Hill", calendar=house.calendar)
    march(house)
    figures, _listing = services.month_figures(
        month=MARCH, estate_ids=[str(house.estate.pk), str(other.pk)], estate=None, now=CLOCK
    )
    assert figures["estates"] == ["Hill", "Lakeside Court"]
    assert [(row["names"][""], row["received"]) for row in figures["groups"]["estate"]] == [("Lakeside Court", 4)]


def test_a_report_is_made_once_and_kept(house, quick):
    march(house)
    run = ask(house)
    assert make(house, run) == "done"
    assert (run.state, run.progress, run.attempts, run.error) == ("done", 100, 1, "")
    assert run.figures["totals"]["received"] == 4
    assert make(house, run) == "skipped"
    storage = services.private_storage()
    assert storage.open(run.pdf_name).read(5) == b"%PDF-"
    assert storage.open(run.xlsx_name).read(2) == b"PK"
    assert str(house.organisation.pk) in run.pdf_name


def test_its_progress_is_seen_at_every_stage(house, quick, monkeypatch):
    run, seen = ask(house), []
    note = services._Making.note

    def noted(making, progress, **values):
        note(making, progress, **values)
        seen.append(ReportRun.objects.values_list("progress", "state").get(pk=run.pk))

    monkeypatch.setattr(services._Making, "note", noted)
    make(house, run)
    assert seen == [(30, "running"), (40, "running"), (55, "running"), (100, "done")]


def test_a_worker_that_was_killed_is_followed_by_another(house, quick):
    run = ask(house)
    assert services._claim(house.organisation.pk, run.pk, CLOCK) is not None  # and then it is killed
    assert make(house, run, CLOCK + timedelta(seconds=30)) == "skipped"
    assert make(house, run, CLOCK + services.LEASE + timedelta(seconds=1)) == "done"
    assert run.attempts == 2


def test_a_worker_that_was_taken_for_dead_changes_nothing(house, quick, monkeypatch):
    run, late = ask(house), CLOCK + services.LEASE + timedelta(seconds=1)
    original = services.workbook.month_workbook

    def slow(*facts):
        monkeypatch.setattr(services.workbook, "month_workbook", original)
        assert make(house, run, late) == "done"  # another one overtakes it
        return original(*facts)

    monkeypatch.setattr(services.workbook, "month_workbook", slow)
    assert make(house, run) == "lost"
    assert (run.state, run.attempts, run.finished_at) == ("done", 2, late)
    assert services.private_storage().exists(run.xlsx_name)


def test_after_three_attempts_it_has_failed_and_can_be_tried_again(house, monkeypatch):
    def broken(html):
        raise RuntimeError("secret path /srv")

    monkeypatch.setattr(pdf, "write", broken)
    run = ask(house)
    assert [make(house, run) for _attempt in range(4)] == ["retry", "retry", "failed", "skipped"]
    assert (run.state, run.error, run.attempts) == ("failed", "failed", 3)
    monkeypatch.setattr(pdf, "write", lambda html: b"%PDF-")
    with pytest.raises(NotAllowed):
        services.retry_report(run_id=run.pk, actor=house.auditor, now=CLOCK)
    services.retry_report(run_id=run.pk, actor=house.manager, now=CLOCK)
    assert make(house, run) == "done"
    with pytest.raises(IllegalMove):
        services.retry_report(run_id=run.pk, actor=house.manager, now=CLOCK)


def test_three_killed_workers_are_enough(house, quick):
    run, at = ask(house), CLOCK
    for _killed in range(3):
        assert services._claim(house.organisation.pk, run.pk, at) is not None
        at += services.LEASE + timedelta(seconds=1)
    assert make(house, run, at) == "skipped"
    assert (run.state, run.error) == ("failed", "failed")


def test_a_server_without_pango_says_so_at_once(house, monkeypatch):
    def missing(html):
        raise pdf.PartsMissingError("no pango")

    monkeypatch.setattr(pdf, "write", missing)
    run = ask(house)
    assert make(house, run) == "failed"
    assert (run.state, run.error, run.attempts) == ("failed", pdf.PARTS_MISSING, 1)


def test_the_sweep_nudges_what_waits_in_every_organisation(house, monkeypatch):
    run, nudged = ask(house), []
    monkeypatch.setattr(queries, "runs_to_make", lambda now: [(house.organisation.pk, run.pk)])
    monkeypatch.setattr(tasks, "nudge", lambda *ids: nudged.append(ids))
    assert tasks.make_waiting_reports() == "1 waiting"
    assert nudged == [(house.organisation.pk, run.pk)]


@pytest.mark.django_db(transaction=True, databases=["default", "system"])
def test_no_transaction_is_held_while_the_documents_are_made(monkeypatch):
    house = build_house("lakeside")
    seen = []

    def watched(html):
        seen.append(connections["default"].in_atomic_block)
        # What has been noted so far is seen from outside, and by the role that crosses organisations.
        seen.append(ReportRun.across.using("system").get(pk=run.pk).progress)
        return b"%PDF-"

    monkeypatch.setattr(pdf, "write", watched)
    monkeypatch.setattr(tasks, "nudge", lambda *ids: None)
    with scope(house.organisation.pk):
        furnish(house)
        run = ask(house)
    assert queries.runs_to_make(CLOCK) == [(house.organisation.pk, run.pk)]
    assert services.make_report(organisation_id=house.organisation.pk, run_id=run.pk, clock=lambda: CLOCK) == "done"
    assert seen == [False, 55]
    assert queries.runs_to_make(CLOCK) == []


def test_a_handed_over_estate_takes_its_reports_along(house, quick):
    run = ask(house)
    make(house, run)
    other = Estate.objects.create(code="HIL", name="Hill", calendar=house.calendar)
    EstateAssignment.objects.filter(membership=house.auditor).update(estate=other)
    assert queries.runs_visible_to(house.supervisor).filter(pk=run.pk).exists()
    assert not queries.runs_visible_to(house.auditor).filter(pk=run.pk).exists()


def test_a_report_of_all_estates_is_read_by_who_has_them_all(house, quick):
    Estate.objects.create(code="HIL", name="Hill", calendar=house.calendar)
    run = ask(house, "quality", estate_id=None)
    assert queries.runs_visible_to(house.admin).filter(pk=run.pk).exists()
    assert not queries.runs_visible_to(house.manager).filter(pk=run.pk).exists()


def test_the_figures_stay_as_they_were_made(house, quick):
    march(house)
    run = run_made(house)
    before = run.figures
    march_again = services.month_figures(month=MARCH, estate_ids=run.estate_ids, estate=house.estate, now=CLOCK)[0]
    assert march_again == before
