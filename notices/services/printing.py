"""The verbs of paper: ask for a print run, make it, note that its letters are posted."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID
from zoneinfo import ZoneInfo

from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import IntegrityError, transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from audit.services import record
from notices import printing_queries as queries
from notices import reach_queries, tasks
from notices.models import HandDelivery, Notice, NoticeRecipient, NoticeSettings, PaperRun
from notices.paper import doors, letters, pdf
from notices.services.by_hand import Handed, record_for
from owners.models import Building
from tenancy.context import current_organisation_id, scope
from tenancy.errors import DomainError, IllegalMove, NotAllowed, NotFound
from tenancy.models import Membership, Organisation
from tenancy.origins import origin_of
from tenancy.policy import can
from tenancy.private_files import STORAGE

log = logging.getLogger(__name__)
Kind, State = PaperRun.Kind, PaperRun.State
ATTEMPTS = 3
# Renewed after every part; a part of fifty letters takes some ten seconds.
LEASE = timedelta(minutes=2)
# More letters than this are printed building by building: a file of more cannot be handled on paper either.
LETTERS_AT_MOST = 2000
FAILED = "failed"


@transaction.atomic
def request_run(
    *, notice_id: UUID, kind: str, whom: str, building_id: UUID | None, language: str, actor: Membership, now: datetime
) -> PaperRun:
    """Ask for letters or door notices; a second click finds the first. Writes the run and one audit entry.

    Raises NotAllowed, NotFound, IllegalMove for a notice that is not out, DomainError when nobody would get a letter.
    """
    if not can(actor, queries.PRINT):
        raise NotAllowed(_("Your role does not print notices."))
    notice = reach_queries.notices_seen_by(actor, queries.PRINT).filter(pk=notice_id).first()
    if notice is None:
        raise NotFound("no such notice")
    if not notice.is_out and not (kind == Kind.DOOR and notice.state == Notice.State.SCHEDULED):
        raise IllegalMove(_("Only a notice that was sent can be printed."))
    building = _building(actor, notice, building_id)
    whom = whom if kind == Kind.LETTERS else ""
    found = queries.run_in_progress(notice, kind, whom, building)
    if found is not None:
        return found
    chosen = _chosen(actor, notice, whom, building) if kind == Kind.LETTERS else []
    try:
        with transaction.atomic():
            run: PaperRun = PaperRun.objects.create(
                notice=notice, kind=kind, whom=whom, building=building, language=language, requested_by=actor,
                requested_at=now, recipient_ids=[str(row.pk) for row in chosen], count=len(chosen),
            )  # fmt: skip
    except IntegrityError:  # the other of two clicks was quicker
        found = queries.run_in_progress(notice, kind, whom, building)
        if found is None:
            raise
        return found
    record(action="notice.printed", subject=run, actor=actor, now=now, label=notice.number, changes={"kind": kind})
    transaction.on_commit(partial(tasks.nudge_paper, current_organisation_id(), run.pk), robust=True)
    return run


def _building(actor: Membership, notice: Notice, building_id: UUID | None) -> Building | None:
    if building_id is None:
        return None
    places = [building for _estate, building in queries.places_to_print(actor, notice)]
    found = next((row for row in places if row is not None and row.pk == building_id), None)
    if found is None:
        raise NotFound("no such building")
    return found


def _chosen(actor: Membership, notice: Notice, whom: str, building: Building | None) -> list[NoticeRecipient]:
    rows = queries.recipients_to_print(actor, notice, whom, building).select_related("estate", "building")
    chosen = letters.in_walking_order(rows[: LETTERS_AT_MOST + 1])
    if not chosen:
        raise DomainError(_("Nobody would get a letter by this choice."))
    if len(chosen) > LETTERS_AT_MOST:
        raise DomainError(
            _("These are more than %(most)s letters. Print them building by building.") % {"most": LETTERS_AT_MOST}
        )
    return chosen


@transaction.atomic
def mark_posted(*, run_id: UUID, actor: Membership, now: datetime) -> PaperRun:
    """All letters of the run went into the post. Writes a delivery by hand for each reader, the run, one audit entry.

    A second click changes nothing. Raises NotAllowed, NotFound, IllegalMove for a run that is not made.
    """
    if not can(actor, "notice.chase"):
        raise NotAllowed(_("Your role does not note deliveries."))
    run: PaperRun | None = PaperRun.objects.select_for_update(of=("self",)).filter(pk=run_id, kind=Kind.LETTERS).first()
    if run is None or not queries.runs_seen_by(actor, run.notice).filter(pk=run.pk).exists():
        raise NotFound("no such run")
    if run.posted_at is not None:
        return run
    if run.state != State.DONE:
        raise IllegalMove(_("These letters are not printed yet."))
    handed = Handed(method=HandDelivery.Method.POSTED, at=now, form_key=f"run-{run.pk.hex}")
    record_for(
        notice_id=run.notice_id,
        recipient_ids=[UUID(key) for key in run.recipient_ids],
        handed=handed,
        actor=actor,
        now=now,
    )
    run.posted_at, run.posted_by = now, actor
    run.save(update_fields=["posted_at", "posted_by"])
    record(
        action="notice.posted",
        subject=run,
        actor=actor,
        now=now,
        label=run.notice.number,
        changes={"letters": run.count},
    )
    return run


# -- making ----------------------------------------------------------------------------------------------------------


class _Lost(Exception):
    """Somebody else makes this run now."""


def make_run(*, organisation_id: int, run_id: UUID, clock: Callable[[], datetime]) -> str:
    """Make a run that waits, or one whose worker is gone; at most three times. For callers outside any scope.

    Returns done, skipped, lost, retry or failed. No transaction is open while pages are set.
    """
    run = _claim(organisation_id, run_id, clock())
    if run is None:
        return "skipped"
    try:
        content, pages = _set(run, organisation_id, clock)
        name, storage = _file_name(run, organisation_id), storages[STORAGE]
        storage.delete(name)
        stored = storage.save(name, ContentFile(content))
        _note(run, organisation_id, clock, 100, state=State.DONE, pdf_name=stored, pages=pages, finished_at=clock())
    except _Lost:
        storages[STORAGE].delete(_file_name(run, organisation_id))
        return "lost"
    except pdf.PartsMissingError:
        log.exception("print run %s", run_id)
        return _give_up(run, organisation_id, clock, pdf.PARTS_MISSING, for_good=True)
    except Exception:  # whatever went wrong, the person is told so in a safe sentence
        log.exception("print run %s, attempt %s", run_id, run.attempts)
        return _give_up(run, organisation_id, clock, FAILED, for_good=False)
    return "done"


def _file_name(run: PaperRun, organisation_id: int) -> str:
    """One for each attempt, so that nobody overwrites or takes away another's."""
    return f"notices/{organisation_id}/{run.pk}/{run.attempts}.pdf"


def _claim(organisation_id: int, run_id: UUID, now: datetime) -> PaperRun | None:
    with scope(organisation_id):
        free = PaperRun.objects.filter(queries.takeable(now), pk=run_id)
        free.filter(attempts__gte=ATTEMPTS).update(state=State.FAILED, error=FAILED, lease_until=None, finished_at=now)
        taken = free.filter(attempts__lt=ATTEMPTS).update(
            state=State.RUNNING, lease_until=now + LEASE, attempts=F("attempts") + 1, progress=1, error=""
        )
        if not taken:
            return None
        run: PaperRun = PaperRun.objects.select_related("notice__approver", "building", "requested_by").get(pk=run_id)
        return run


def _note(run: PaperRun, organisation_id: int, clock: Callable[[], datetime], progress: int, **values: object) -> None:
    """Show how far it is and renew the lease. The attempt's number fences off a worker taken for dead. Raises _Lost."""
    with scope(organisation_id):
        ours = PaperRun.objects.filter(pk=run.pk, state=State.RUNNING, attempts=run.attempts)
        if not ours.update(progress=progress, lease_until=clock() + LEASE, **values):
            raise _Lost


def _set(run: PaperRun, organisation_id: int, clock: Callable[[], datetime]) -> tuple[bytes, int]:
    with scope(organisation_id):
        organisation = Organisation.objects.get(pk=organisation_id)
        version = run.notice.versions.select_related("notice__approver").order_by("-number").first()
        options = NoticeSettings.objects.first() or NoticeSettings()
        places = queries.places_to_print(run.requested_by, run.notice)
        rows = NoticeRecipient.objects.select_related("estate", "building").in_bulk(
            [UUID(key) for key in run.recipient_ids]
        )
    origin = origin_of(organisation)
    with timezone.override(ZoneInfo(organisation.time_zone)), translation.override(run.language):
        if run.kind == Kind.DOOR:
            chosen = [(estate, building) for estate, building in places if run.building in (None, building)]
            # Each word is read once more inside the scope: rendering asks for the organisation's zone.
            with scope(organisation_id):
                sheets = doors.sheets_of(run.notice, version, chosen, organisation=organisation)
            link = f"{origin}{reverse('notices:board_notice', args=[run.notice.pk])}"
            return doors.door_pdf(sheets, notice=run.notice, version=version, organisation=organisation, link=link)
        with scope(organisation_id):
            written = [
                letters.letter_for(
                    rows[key], version=version, organisation=organisation, link=origin + _link(run.notice, key)
                )
                for key in map(UUID, run.recipient_ids)
                if key in rows and rows[key].erased_at is None
            ]
        for done, bound in letters.bind(
            written, notice=run.notice, organisation=organisation, options=options, language=run.language
        ):
            if bound is not None:
                return bound.content, bound.pages
            _note(run, organisation_id, clock, 1 + 94 * done // len(written))
    raise ValueError("a run without letters")


def _link(notice: Notice, recipient_id: UUID) -> str:
    """Where the reader confirms without a sign-in; where nothing is to be confirmed, the notice itself."""
    if notice.must_acknowledge:
        return reverse("notices:confirm", args=[reach_queries.acknowledge_token(recipient_id)])
    return reverse("notices:board_notice", args=[notice.pk])


def _give_up(run: PaperRun, organisation_id: int, clock: Callable[[], datetime], code: str, *, for_good: bool) -> str:
    last = for_good or run.attempts >= ATTEMPTS
    with scope(organisation_id):
        ours = PaperRun.objects.filter(pk=run.pk, state=State.RUNNING, attempts=run.attempts)
        ours.update(
            state=State.FAILED if last else State.WAITING, progress=0, error=code if last else "",
            finished_at=clock() if last else None, lease_until=None,
        )  # fmt: skip
    return "failed" if last else "retry"
