"""The verbs of reports: ask for one, make it, try again."""

import logging
from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import Storage, storages
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import translation
from django.utils.translation import gettext as _

from audit.services import record
from complaints.services.clocks import rules_calendar
from deadlines.models import ServiceCalendar
from deadlines.rules.business_time import business_time_between
from notices.paper import pdf as paper
from owners.models import Estate
from reports import queries, tasks
from reports.documents import pdf, workbook
from reports.models import ReportRun
from reports.rules import access
from reports.rules.counting import Count
from reports.rules.months import first_of, month_span, months_offered
from tenancy.context import current_organisation_id, scope
from tenancy.errors import DomainError, IllegalMove, NotAllowed, NotFound
from tenancy.models import Membership, Organisation

log = logging.getLogger(__name__)
State = ReportRun.State
STORAGE = "private"
ATTEMPTS = 3
# Renewed at every stage; the longest, the PDF of a busy month, takes some twenty seconds.
LEASE = timedelta(minutes=2)
FAILED = "failed"


# -- asking ----------------------------------------------------------------------------------------------------------


@transaction.atomic
def request_report(
    *, month: date, estate_id: UUID | None, language: str, actor: Membership, now: datetime
) -> ReportRun:
    """Ask for the complaints of a month, of one estate or of all the actor has; a second click finds the first.

    Writes the run and one audit entry, and asks for a worker once the transaction is through. Raises NotAllowed
    unless the role makes reports, NotFound for an estate the actor does not see, DomainError for other months.
    """
    if not access.may_make_reports(actor):
        raise NotAllowed(_("Your role does not make reports."))
    estates = list(queries.estates_of(actor).select_related("calendar"))
    estate = next((row for row in estates if row.pk == estate_id), None)
    if (estate_id and estate is None) or not estates:
        raise NotFound("no such estate")
    month = first_of(month)
    if month not in months_offered(now.astimezone(_zone(estate)).date()):
        raise DomainError(_("Reports are made of this month and the 23 before it."))
    if language not in dict(settings.LANGUAGES):
        raise DomainError(_("There is no such language."))
    wanted: dict[str, Any] = {
        "kind": ReportRun.Kind.COMPLAINTS_MONTH, "estate": estate, "month": month, "language": language,
    }  # fmt: skip
    found = queries.run_in_progress(**wanted, actor=actor)
    if found is not None:
        return found
    covered = [str(row.pk) for row in ([estate] if estate else estates)]
    try:
        with transaction.atomic():
            run = ReportRun.objects.create(**wanted, requested_by=actor, requested_at=now, estate_ids=covered)
    except IntegrityError:  # the other of two clicks was quicker
        found = queries.run_in_progress(**wanted, actor=actor)
        if found is None:
            raise
        return found
    record(action="report.requested", subject=run, actor=actor, now=now, label=str(run), changes={"estates": covered})
    _nudge_after_commit(run)
    return run


@transaction.atomic
def retry_report(*, run_id: UUID, actor: Membership, now: datetime) -> ReportRun:
    """Have a failed report made again. Raises NotAllowed, NotFound, IllegalMove unless it failed."""
    if not access.may_make_reports(actor):
        raise NotAllowed(_("Your role does not make reports."))
    run = queries.runs_visible_to(actor).select_related(None).select_for_update(of=("self",)).filter(pk=run_id).first()
    if run is None:
        raise NotFound("no such report")
    if run.state != State.FAILED:
        raise IllegalMove(_("This report did not fail; there is nothing to try again."))
    if queries.run_in_progress(
        kind=run.kind, estate=run.estate, month=run.month, language=run.language, actor=run.requested_by
    ):
        raise IllegalMove(_("The same report is being made already."))
    run.state, run.attempts, run.progress, run.error, run.lease_until = State.WAITING, 0, 0, "", None
    run.figures, run.listing = {}, []
    run.save(update_fields=["state", "attempts", "progress", "error", "lease_until", "figures", "listing"])
    record(action="report.retried", subject=run, actor=actor, now=now, label=str(run))
    _nudge_after_commit(run)
    return run


def _nudge_after_commit(run: ReportRun) -> None:
    transaction.on_commit(partial(tasks.nudge, current_organisation_id(), run.pk), robust=True)


def _zone(estate: Estate | None) -> ZoneInfo:
    """The zone in which the report's days begin: the estate's, of several the organisation's."""
    if estate is not None:
        return ZoneInfo(estate.calendar.time_zone)
    return ZoneInfo(Organisation.objects.get(pk=current_organisation_id()).time_zone)


# -- figures ---------------------------------------------------------------------------------------------------------


def month_figures(
    *, month: date, estate_ids: list[str], estate: Estate | None, now: datetime
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The figures of a month and the list behind them, ready to be stored. Reads in seven statements, writes nothing."""
    organisation = Organisation.objects.get(pk=current_organisation_id())
    zone = ZoneInfo(estate.calendar.time_zone if estate else organisation.time_zone)
    names = list(Estate.objects.filter(pk__in=estate_ids).order_by("name").values_list("name", flat=True))
    span = month_span(month, zone, now)
    clocked = _Clocked(queries.calendars_of(estate_ids))
    tables = (*queries.TABLES, "estate") if len(names) > 1 else queries.TABLES
    count = Count(span, queries.facts(estate_ids, span), clocked.business_time, tables)
    figures = {
        "version": 1,
        "organisation": organisation.name,
        "estate": estate.name if estate else "",
        "estates": names,
        "month": span.month.isoformat(),
        "start": span.start.isoformat(),
        "until": span.until.isoformat(),
        "is_whole": span.is_whole,
        "zone": zone.key,
        "made_at": now.isoformat(),
        **count.month(),
    }
    return figures, count.listing()


class _Clocked:
    """Business time by the id of a service calendar."""

    def __init__(self, rows: list[ServiceCalendar]) -> None:
        self.calendars = {row.pk: rules_calendar(row) for row in rows}

    def business_time(self, calendar_id: UUID, start: datetime, end: datetime) -> timedelta:
        return business_time_between(self.calendars[calendar_id], start, end)


# -- making ----------------------------------------------------------------------------------------------------------


class _Lost(Exception):
    """Somebody else makes this report now."""


class _Making:
    """One attempt. Each step is a short transaction of its own, so that the progress is seen; none is open between.

    The number of the attempt fences off a worker that was taken for dead: what it writes later changes nothing.
    """

    def __init__(self, organisation_id: int, run: ReportRun, clock: Callable[[], datetime]) -> None:
        self.organisation_id, self.run, self.clock = organisation_id, run, clock

    def note(self, progress: int, **values: Any) -> None:
        """Show how far it is and renew the lease. Raises _Lost."""
        with scope(self.organisation_id):
            ours = ReportRun.objects.filter(pk=self.run.pk, state=State.RUNNING, attempts=self.run.attempts)
            if not ours.update(progress=progress, lease_until=self.clock() + LEASE, **values):
                raise _Lost

    def make(self) -> None:
        with scope(self.organisation_id):
            figures, listing = self.run.figures, self.run.listing
            if not figures:  # computed once: a report that is drawn again keeps its figures
                figures, listing = month_figures(
                    month=self.run.month, estate_ids=self.run.estate_ids, estate=self.run.estate, now=self.clock()
                )
            accent = Organisation.objects.get(pk=self.organisation_id).accent
        self.note(30, figures=figures, listing=listing)
        with translation.override(self.run.language):
            html = pdf.month_html(figures, listing, accent=accent, language=self.run.language)
            self.note(40)
            xlsx_name = self._store("xlsx", workbook.month_workbook(figures, listing))
            self.note(55)
            pdf_name = self._store("pdf", paper.write(html))
        self.note(100, state=State.DONE, xlsx_name=xlsx_name, pdf_name=pdf_name, finished_at=self.clock(), error="")
        self._drop_older()

    def _path(self, attempt: int, suffix: str) -> str:
        return f"reports/{self.organisation_id}/{self.run.pk}/{attempt}.{suffix}"

    def _store(self, suffix: str, content: bytes) -> str:
        path, storage = self._path(self.run.attempts, suffix), private_storage()
        storage.delete(path)
        return storage.save(path, ContentFile(content))

    def _drop_older(self) -> None:
        """What earlier attempts left behind."""
        for attempt in range(1, self.run.attempts):
            for suffix in ("xlsx", "pdf"):
                private_storage().delete(self._path(attempt, suffix))

    def give_up(self, code: str, *, for_good: bool) -> None:
        """Leave it to the next attempt, or say that it failed."""
        last = for_good or self.run.attempts >= ATTEMPTS
        with scope(self.organisation_id):
            ours = ReportRun.objects.filter(pk=self.run.pk, state=State.RUNNING, attempts=self.run.attempts)
            ours.update(
                state=State.FAILED if last else State.WAITING,
                progress=0,
                error=code if last else "",
                finished_at=self.clock() if last else None,
                lease_until=None,
            )


def private_storage() -> Storage:
    return storages[STORAGE]


def make_report(*, organisation_id: int, run_id: UUID, clock: Callable[[], datetime]) -> str:
    """Make a report that waits, or one whose worker is gone; at most three times. For callers outside any scope.

    Returns done, skipped (somebody else is at it, or it is made), lost, retry or failed. Figures are computed in one
    transaction; nothing is held while the documents are made.
    """
    run = _claim(organisation_id, run_id, clock())
    if run is None:
        return "skipped"
    making = _Making(organisation_id, run, clock)
    try:
        making.make()
    except _Lost:
        return "lost"
    except paper.PartsMissingError:
        log.exception("report %s", run_id)
        making.give_up(paper.PARTS_MISSING, for_good=True)
        return "failed"
    except Exception:  # whatever went wrong, the person is told so in a safe sentence
        log.exception("report %s, attempt %s", run_id, run.attempts)
        making.give_up(FAILED, for_good=False)
        return "failed" if run.attempts >= ATTEMPTS else "retry"
    return "done"


def _claim(organisation_id: int, run_id: UUID, now: datetime) -> ReportRun | None:
    """Take the run for one lease by a conditional update; after the last attempt it has failed."""
    with scope(organisation_id):
        free = ReportRun.objects.filter(queries.takeable(now), pk=run_id)
        free.filter(attempts__gte=ATTEMPTS).update(
            state=State.FAILED, error=FAILED, progress=0, lease_until=None, finished_at=now
        )
        taken = free.filter(attempts__lt=ATTEMPTS).update(
            state=State.RUNNING, lease_until=now + LEASE, attempts=F("attempts") + 1, progress=5, error=""
        )
        if not taken:
            return None
        run: ReportRun = ReportRun.objects.select_related("estate__calendar").get(pk=run_id)
        return run
