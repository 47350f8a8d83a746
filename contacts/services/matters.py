"""Dealings with outside parties: opened, changed, waited for, carried on step by step, ended."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from attachments.models import Attachment
from attachments.services import attach
from audit.services import record
from contacts.links import case_of
from contacts.matter_queries import cases_shown, matters_visible_to
from contacts.models import Matter, MatterCase, MatterStep, MatterWait, OutsideParty
from contacts.queries import parties_visible_to
from contacts.rules.access import reach_for
from contacts.services.directory import ChangedMeanwhile
from owners.models import Building, Estate
from tenancy.errors import DomainError, NotAllowed, NotFound
from tenancy.models import Membership
from tenancy.policy import can
from tenancy.services import next_number

FILES_OF = "contacts.matter"
State = Matter.State


def document_readable_by(subject_id: UUID, attachment: Attachment, member: Membership | None) -> bool:
    """The gate of a dealing's documents: whoever may read the dealing."""
    return matters_visible_to(member).filter(pk=subject_id).exists()


@dataclass(frozen=True)
class Dealing:
    """What is said of a dealing."""

    estate: Estate
    party: OutsideParty
    kind: str
    title: str
    responsible: Membership
    building: Building | None = None
    description: str = ""
    due_on: date | None = None


@transaction.atomic
def open_matter(
    *, dealing: Dealing, actor: Membership | None, now: datetime, files: Sequence[Attachment] = (),
    case_number: str = "", entry_key: UUID | None = None,
) -> Matter:  # fmt: skip
    """Open a dealing. Writes it with its number, its documents, a link to the case, an audit entry.

    The same ``entry_key`` again finds the one that is there. Raises NotAllowed, NotFound, DomainError with the code of
    the field that is wrong.
    """
    if actor is None or not reach_for(actor, "matter.write").covers(
        dealing.estate.pk, dealing.building.pk if dealing.building else None
    ):
        raise NotAllowed(_("You cannot open dealings of this estate."))
    if entry_key and (same := Matter.objects.filter(entry_key=entry_key).first()) is not None:
        return same
    _check(dealing, actor)
    row = Matter(**_columns(dealing), opened_by=actor, opened_at=now, moved_at=now, entry_key=entry_key)
    row.number = next_number(code=f"D-{dealing.estate.code}", year=timezone.localdate(now).year)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:  # the other of two clicks was quicker
        same = Matter.objects.filter(entry_key=entry_key).first() if entry_key else None
        if same is None:
            raise
        return same
    attach(attachments=files, subject_type=FILES_OF, subject_id=row.pk)
    record(action="matter.opened", subject=row, actor=actor, now=now, changes={"kind": row.kind})
    if case_number:
        _link(row, case_number, actor, now)
    return row


def _columns(dealing: Dealing) -> dict[str, object]:
    return {each.name: getattr(dealing, each.name) for each in fields(Dealing)}


def _check(dealing: Dealing, actor: Membership | None) -> None:
    if not parties_visible_to(actor).filter(pk=dealing.party.pk).exists():
        raise NotFound("no such party")
    if not can(dealing.responsible, "matter.write", _At(dealing)):
        raise DomainError(_("This person does not work there. Choose somebody else."), code="responsible")


class _At:
    """Where a dealing lies, as the policy asks."""

    def __init__(self, dealing: Dealing) -> None:
        self.estate_id = dealing.estate.pk
        self.building_id = dealing.building.pk if dealing.building else None


@transaction.atomic
def change_matter(
    *, matter_id: UUID, dealing: Dealing, version: int | None, actor: Membership | None, now: datetime,
    files: Sequence[Attachment] = (),
) -> Matter:  # fmt: skip
    """Change what is said of it. Writes it and an audit entry with the names of what changed.

    Raises NotFound, NotAllowed, ChangedMeanwhile, DomainError.
    """
    row = locked(matter_id, actor)
    if version is not None and version != row.version:
        refusal = ChangedMeanwhile(_("Somebody else has changed it meanwhile. Look at their changes, then save yours."))
        refusal.version = row.version
        raise refusal
    _check(dealing, actor)
    columns = _columns(dealing)
    changed = [name for name, value in columns.items() if getattr(row, name) != value]
    attach(attachments=files, subject_type=FILES_OF, subject_id=row.pk)
    if changed or files:
        for name in changed:
            setattr(row, name, columns[name])
        row.version += 1
        row.save()
        said = [*changed, *(["documents"] if files else [])]
        record(action="matter.changed", subject=row, actor=actor, now=now, changes={"fields": sorted(said)})
    return row


@transaction.atomic
def wait(
    *, matter_id: UUID, what: str, since: date, promised_on: date | None, actor: Membership | None, now: datetime
) -> Matter:
    """The party is to act: for what, since when, and by when they promised it. Owners whose complaints hang on it read it.

    Writes the dealing, the stretch of waiting (the one before ends), an audit entry; what waits with it follows. Saying the same again changes
    nothing. Raises NotFound, NotAllowed, DomainError with the code of the field that is wrong.
    """
    row, today = locked(matter_id, actor), timezone.localdate(now)
    if not what.strip():
        raise DomainError(_("Say what you wait for."), code="what")
    if since > today:
        raise DomainError(_("This day is still to come."), code="since")
    if promised_on is not None and promised_on < since:
        raise DomainError(_("It was promised for a day before you began to wait."), code="promised_on")
    said = (what.strip(), since, promised_on)
    if row.state == State.WAITING and (row.waiting_for, row.waiting_since, row.promised_on) == said:
        return row
    row.move(State.WAITING)
    row.waiting_for, row.waiting_since, row.promised_on = said
    _end_waits(row, now)
    MatterWait.objects.create(
        matter=row, since=since, what=said[0], promised_on=promised_on, noted_by=actor, noted_at=now
    )
    return _moved(row, "matter.waiting", actor, now)


@transaction.atomic
def resume(*, matter_id: UUID, actor: Membership | None, now: datetime) -> Matter:
    """They have acted, or an ended dealing goes on: it is with us again. Writes it and an audit entry.

    What waited with it follows; a second time changes nothing.
    """
    row = locked(matter_id, actor)
    if row.state == State.OPEN:
        return row
    row.move(State.OPEN)
    _forget_wait(row)
    row.ended_at = None
    _end_waits(row, now)
    return _moved(row, "matter.resumed", actor, now)


@transaction.atomic
def end(*, matter_id: UUID, to: str, outcome: str, actor: Membership | None, now: datetime) -> Matter:
    """It is done, or dropped; with what came of it. Writes it and an audit entry; what waited with it follows.

    A second time changes nothing.
    """
    row = locked(matter_id, actor)
    if row.state == to:
        return row
    if not outcome.strip():
        raise DomainError(_("Write what came of it."), code="outcome")
    row.move(to)
    _forget_wait(row)
    row.outcome, row.ended_at = outcome.strip(), now
    _end_waits(row, now)
    return _moved(row, f"matter.{to}", actor, now)


def _forget_wait(row: Matter) -> None:
    row.waiting_for, row.waiting_since, row.promised_on = "", None, None


def _end_waits(row: Matter, now: datetime) -> None:
    MatterWait.objects.filter(matter=row, ended_at__isnull=True).update(ended_at=now)


def _moved(row: Matter, action: str, actor: Membership | None, now: datetime) -> Matter:
    row.moved_at, row.version = now, row.version + 1
    row.save()
    record(action=action, subject=row, actor=actor, now=now)
    for path in settings.DEALING_FOLLOWERS:
        import_string(path)(matter=row, actor=actor, now=now)
    return row


# -- steps and cases -----------------------------------------------------------------------------------------------------


@transaction.atomic
def add_step(
    *, matter_id: UUID, text: str, responsible: Membership, due_on: date, actor: Membership | None, now: datetime
) -> MatterStep:
    """What is to be done next, by whom, until when. Writes the step and an audit entry; the same step is there once."""
    row = locked(matter_id, actor)
    if row.is_ended:
        raise DomainError(_("It has ended: let it go on first."), code="text")
    if due_on < timezone.localdate(now):
        raise DomainError(_("This day is over."), code="due_on")
    if not can(responsible, "matter.write", row):
        raise DomainError(_("This person does not work there. Choose somebody else."), code="responsible")
    said = {"matter": row, "text": text.strip(), "responsible": responsible, "due_on": due_on}
    if (same := MatterStep.objects.filter(**said, done_at__isnull=True).first()) is not None:
        return same
    step = MatterStep.objects.create(**said, added_by=actor, added_at=now)
    record(action="matterstep.added", subject=row, actor=actor, now=now, changes={"due_on": str(due_on)})
    return step


@transaction.atomic
def finish_step(*, step_id: UUID, outcome: str, actor: Membership | None, now: datetime) -> MatterStep:
    """It is done, and what came of it. Writes the step and an audit entry; once. Raises NotFound, NotAllowed, DomainError."""
    found = MatterStep.objects.filter(pk=step_id).first()
    if found is None:
        raise NotFound("no such step")
    row = locked(found.matter_id, actor)
    step = MatterStep.objects.select_for_update().get(pk=step_id)
    if not outcome.strip():
        raise DomainError(_("Write what came of it."), code="outcome")
    if step.done_at is None:
        step.done_at, step.done_by, step.outcome = now, actor, outcome.strip()
        step.save()
        Matter.objects.filter(pk=row.pk).update(moved_at=now)
        record(action="matterstep.done", subject=row, actor=actor, now=now)
    return step


@transaction.atomic
def link_case(*, matter_id: UUID, number: str, actor: Membership | None, now: datetime) -> Matter:
    """A case of another room hangs on the dealing. Writes the link and an audit entry; once for each case.

    Raises NotFound, NotAllowed, DomainError for a number that means no case the actor may see.
    """
    row = locked(matter_id, actor)
    _link(row, number, actor, now)
    return row


def _link(row: Matter, number: str, actor: Membership | None, now: datetime) -> None:
    link = case_of(actor, number)
    if link is None:
        raise DomainError(_("There is no case with this number that you may see."), code="case_number")
    _made, is_new = MatterCase.objects.get_or_create(
        matter=row, linked_type=link.kind, linked_id=link.key, defaults={"linked_number": link.number, "at": now}
    )
    if is_new:
        record(action="matter.linked", subject=row, actor=actor, now=now, changes={"case": link.number})


@transaction.atomic
def unlink_case(*, matter_id: UUID, link_id: UUID, actor: Membership | None, now: datetime) -> Matter:
    """The case does not hang on it any more. Writes an audit entry; a second time changes nothing."""
    row = locked(matter_id, actor)
    link = cases_shown(actor, row).filter(pk=link_id).first() if actor else None
    if link is not None:
        record(action="matter.unlinked", subject=row, actor=actor, now=now, changes={"case": link.linked_number})
        link.delete()
    return row


def locked(matter_id: UUID, actor: Membership | None) -> Matter:
    """The dealing, its row locked, for who may work on it. Raises NotFound, NotAllowed."""
    seen = matters_visible_to(actor).filter(pk=matter_id)
    row = Matter.objects.select_for_update().filter(pk__in=seen.values("pk")).first()
    if row is None:
        raise NotFound("no such dealing")
    if not can(actor, "matter.write", row):
        raise NotAllowed(_("Your role does not work on dealings."))
    return row
