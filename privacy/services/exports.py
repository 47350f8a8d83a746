"""Archives of somebody's data: asked for, made by a worker, fetched, dropped after some days."""

import logging
import tempfile
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import IO
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.files import File
from django.core.files.storage import Storage, storages
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from audit.services import record
from complaints import exporting as complaints
from contacts import exporting as contacts
from disclosures import exporting as disclosures
from notices import exporting as notices
from owners import exporting as registry
from owners.rules import language_for
from owners.subjects import Subject, subject_of_person, subject_of_user
from privacy import queries, rules, tasks
from privacy.documents.archive import write_archive
from privacy.models import DataExport
from privacy.services import own_rows
from tenancy.context import current_organisation_id, scope
from tenancy.errors import NotAllowed
from tenancy.exporting import Sheet
from tenancy.models import Membership, Organisation, User

log = logging.getLogger(__name__)
State = DataExport.State
ATTEMPTS = 3
LEASE = timedelta(minutes=2)


# -- asking ----------------------------------------------------------------------------------------------------------


@transaction.atomic
def request_own_export(*, user: User, actor: Membership | None, language: str, now: datetime) -> DataExport:
    """Ask for an archive of one's own data; a second click finds the one that is being made.

    Writes the export and an audit entry, and asks for a worker once the transaction is through.
    """
    return _request(subject_of_user(user), user, actor, language, now)


@transaction.atomic
def request_export_for(*, person_id: UUID, actor: Membership | None, now: datetime) -> DataExport:
    """Have an archive made for somebody of the registry who has no sign-in, to be handed to them.

    Raises NotFound, NotAllowed unless the actor looks after privacy, or when the person signs in: theirs to ask.
    """
    if not rules.may_look_after_privacy(actor):
        raise NotAllowed(_("Only an administrator looks after people's data."))
    subject = queries.named_subject("person", person_id)
    if subject.user is not None:
        raise NotAllowed(_("This person signs in and can fetch their data under “My data” themselves."))
    language = language_for(subject.language, fallback=Organisation.objects.get(pk=current_organisation_id()).language)
    return _request(subject, None, actor, language, now)


def _request(subject: Subject, user: User | None, actor: Membership | None, language: str, now: datetime) -> DataExport:
    about = {**queries.reference_of(subject), "user": user}
    same = DataExport.objects.filter(person=about["person"], user=user, state__in=queries.IN_PROGRESS)
    found: DataExport | None = same.first()
    if found is not None:
        return found
    chosen = language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
    try:
        with transaction.atomic():
            export = DataExport.objects.create(**about, language=chosen, requested_by=actor, requested_at=now)
    except IntegrityError:  # the other of two clicks was quicker
        found = same.first()
        if found is None:
            raise
        return found
    record(action="dataexport.requested", subject=export, actor=actor, now=now)
    transaction.on_commit(partial(tasks.nudge, current_organisation_id(), export.pk), robust=True)
    return export


@transaction.atomic
def note_fetched(*, export: DataExport, actor: Membership | None, now: datetime) -> None:
    """Write down that an archive was fetched."""
    record(action="dataexport.fetched", subject=export, actor=actor, now=now)


# -- making ----------------------------------------------------------------------------------------------------------


class _Lost(Exception):
    """Somebody else makes this archive now."""


def make_export(*, organisation_id: int, export_id: UUID, clock: Callable[[], datetime]) -> str:
    """Make an archive that waits, or one whose worker is gone; at most three times. For callers outside any scope.

    Returns done, skipped, lost, retry or failed. Rows are read in one transaction; none is open while files are packed.
    """
    export = _claim(organisation_id, export_id, clock())
    if export is None:
        return "skipped"
    try:
        with tempfile.TemporaryFile() as target:
            _pack(organisation_id, export, target, clock)
            _store(organisation_id, export, target, clock)
    except _Lost:
        return "lost"
    except Exception:  # whatever went wrong, the person is told so in a safe sentence
        log.exception("archive %s, attempt %s", export_id, export.attempts)
        return _give_up(organisation_id, export, clock())
    return "done"


def _claim(organisation_id: int, export_id: UUID, now: datetime) -> DataExport | None:
    with scope(organisation_id):
        free = DataExport.objects.filter(queries.takeable(now), pk=export_id)
        free.filter(attempts__gte=ATTEMPTS).update(state=State.FAILED, progress=0, lease_until=None, finished_at=now)
        taken = free.filter(attempts__lt=ATTEMPTS).update(
            state=State.RUNNING, lease_until=now + LEASE, attempts=F("attempts") + 1, progress=5
        )
        return DataExport.objects.select_related("person", "user").get(pk=export_id) if taken else None


def _note(organisation_id: int, export: DataExport, now: datetime, **values: object) -> None:
    """Show how far it is and renew the lease. Raises _Lost when another worker has it."""
    with scope(organisation_id):
        ours = DataExport.objects.filter(pk=export.pk, state=State.RUNNING, attempts=export.attempts)
        if not ours.update(lease_until=now + LEASE, **values):
            raise _Lost


def _pack(organisation_id: int, export: DataExport, target: IO[bytes], clock: Callable[[], datetime]) -> None:
    with scope(organisation_id), translation.override(export.language):
        organisation = Organisation.objects.get(pk=organisation_id)
        subject = subject_of_user(export.user) if export.user else _person_only(export)
        sheets, files = sheets_of(subject), complaints.files_of(subject)
    _note(organisation_id, export, clock(), progress=40)

    def step(done: int, total: int) -> None:
        if done % 10 == 0:
            _note(organisation_id, export, clock(), progress=40 + 50 * done // total)

    with translation.override(export.language), timezone.override(ZoneInfo(organisation.time_zone)):
        write_archive(
            target, organisation=organisation, name=subject.name, sheets=sheets, files=files, storage=private_storage(),
            made_at=clock(), step=step,
        )  # fmt: skip


def _person_only(export: DataExport) -> Subject:
    return subject_of_person(export.person) if export.person else Subject()


def sheets_of(subject: Subject) -> list[Sheet]:
    """What every room holds of the person, in the active language."""
    return [
        *registry.export_of(subject),
        *complaints.export_of(subject),
        *contacts.export_of(subject),
        *disclosures.export_of(subject),
        *notices.export_of(subject),
        *own_rows.export_of(subject),
    ]


def _store(organisation_id: int, export: DataExport, target: IO[bytes], clock: Callable[[], datetime]) -> None:
    size = target.tell()
    target.seek(0)
    stored = private_storage().save(f"{organisation_id}/exports/{export.pk}-{export.attempts}.zip", File(target))
    now = clock()
    try:
        with scope(organisation_id):
            expires = rules.after(now, "keep.exports", queries.own_terms())
        _note(
            organisation_id, export, now, state=State.DONE, progress=100, stored_name=stored, size=size,
            finished_at=now, expires_at=expires,
        )  # fmt: skip
    except BaseException:
        private_storage().delete(stored)
        raise


def _give_up(organisation_id: int, export: DataExport, now: datetime) -> str:
    last = export.attempts >= ATTEMPTS
    with scope(organisation_id):
        ours = DataExport.objects.filter(pk=export.pk, state=State.RUNNING, attempts=export.attempts)
        ours.update(
            state=State.FAILED if last else State.WAITING, progress=0, lease_until=None,
            finished_at=now if last else None,
        )  # fmt: skip
    return "failed" if last else "retry"


def private_storage() -> Storage:
    return storages["private"]
