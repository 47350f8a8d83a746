"""The verbs of what recurs: enter, change, stop, let go on, note as done."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid5

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from attachments.models import Attachment
from attachments.services import attach
from audit.services import record
from contacts import duty_queries as queries
from contacts.models import Duty, DutyDone
from contacts.queries import are_places
from contacts.rules import duties as rules
from contacts.rules.access import Place
from contacts.rules.defaults import duty_defaults
from contacts.services.directory import ChangedMeanwhile
from tenancy.errors import DomainError, NotAllowed, NotFound
from tenancy.models import Membership
from tenancy.policy import can

DOCUMENTS_OF = "contacts.dutydone"


@dataclass(frozen=True)
class DutyFacts:
    """What is said of a duty. ``place`` is (estate, building or None); ``due_on`` when it is due next."""

    title: str
    kind: str
    place: Place
    unit: str
    due_on: date
    every: int = 1
    counts_from: str = Duty.CountsFrom.DONE
    lead_days: int = 0
    party_id: UUID | None = None
    responsible_id: UUID | None = None
    basis: str = ""
    note: str = ""

    def columns(self) -> dict[str, Any]:
        estate, building = self.place
        said = {name: value for name, value in self.__dict__.items() if name != "place"}
        every = 1 if self.unit == Duty.Unit.ONCE else self.every
        return {**said, "every": every, "estate_id": estate, "building_id": building}


@dataclass(frozen=True)
class DoneFacts:
    done_on: date
    words: str = ""


def facts_of(duty: Duty) -> DutyFacts:
    """What is said of the duty now."""
    said = {name: getattr(duty, name) for name in DutyFacts.__dataclass_fields__ if name != "place"}
    return DutyFacts(**said, place=(duty.estate_id, duty.building_id))


def must_write(actor: Membership | None) -> Membership:
    """The actor, whose role enters duties. Raises NotAllowed."""
    if actor is None or not rules.may_write(actor):
        raise NotAllowed(_("Your role does not enter what recurs."))
    return actor


def check_facts(facts: DutyFacts, actor: Membership | None, now: datetime, before: Duty | None = None) -> None:
    """Raises DomainError, its code the field: a place, party, person, rhythm or day that cannot be."""
    most = duty_defaults()
    if not are_places([facts.place]) or not rules.may_write(actor, _at(facts.place)):
        raise DomainError(_("Name a place where you work."), code="place")
    if not rules.is_rhythm_known(rules.Rhythm(facts.every, facts.unit)) and facts.unit != Duty.Unit.ONCE:
        days, months, years = (most["at_most"][unit] for unit in ("day", "month", "year"))
        raise DomainError(
            _("At most every %(days)s days, %(months)s months or %(years)s years, and at least every one.")
            % {"days": days, "months": months, "years": years},
            code="every",
        )
    if not rules.is_day_near(facts.due_on, timezone.localdate(now)):
        raise DomainError(_("This day is too far away."), code="due_on")
    if facts.lead_days > most["lead_at_most"]:
        raise DomainError(_("At most %(days)s days before.") % {"days": most["lead_at_most"]}, code="lead_days")
    _check_people(facts, actor, before)


def _check_people(facts: DutyFacts, actor: Membership | None, before: Duty | None) -> None:
    """Who does it serves there; who sees to it works there. What stood before may stand."""
    is_moved = before is None or facts.place != (before.estate_id, before.building_id)
    if facts.party_id is not None and (is_moved or before is None or facts.party_id != before.party_id):
        party = queries.parties_offered(actor).filter(pk=facts.party_id).first()
        if party is None or not queries.serves(party, facts.place):
            raise DomainError(_("Name a party that serves this place."), code="party")
    if facts.responsible_id is not None and (
        is_moved or before is None or facts.responsible_id != before.responsible_id
    ):
        member = Membership.objects.filter(pk=facts.responsible_id, user__is_active=True).first()
        if member is None or not rules.may_do(member, _at(facts.place)):
            raise DomainError(_("Name somebody who works at this place."), code="responsible")


def _at(place: Place) -> Duty:
    """A duty of the place, for the policy to be asked about."""
    return Duty(estate_id=place[0], building_id=place[1])


def add_duty(
    *, facts: DutyFacts, actor: Membership | None, now: datetime, form_key: UUID | None = None
) -> Duty:  # fmt: skip
    """Enter what recurs. Writes the duty and an audit entry.

    The same actor sending the same form again, as a second click does, gets the duty that is there. Raises NotAllowed,
    DomainError with the field as its code.
    """
    actor = must_write(actor)
    key = form_key and uuid5(form_key, str(actor.pk))
    try:
        with transaction.atomic():
            return _add(facts, actor, now, key)
    except IntegrityError:
        first: Duty | None = Duty.objects.filter(form_key=key).first() if key else None
        if first is None:
            raise
        return first


def _add(facts: DutyFacts, actor: Membership, now: datetime, key: UUID | None) -> Duty:
    check_facts(facts, actor, now)
    duty: Duty = Duty.objects.create(
        **facts.columns(), first_due_on=facts.due_on, form_key=key, created_by=actor, created_at=now, changed_at=now
    )
    record(action="duty.added", subject=duty, actor=actor, now=now, changes={"kind": duty.kind})
    return duty


@transaction.atomic
def change_duty(
    *, duty_id: UUID, facts: DutyFacts, version: int | None, actor: Membership | None, now: datetime
) -> Duty:  # fmt: skip
    """Change what is said of a duty. Writes it, and an audit entry with the names of what changed.

    ``version`` is what the actor read, None for whatever is there. A new day begins the rhythm anew. Raises NotFound,
    NotAllowed, ChangedMeanwhile, DomainError with the field as its code. Nothing is written when nothing is different.
    """
    duty = locked_for(duty_id, "duty.write", actor)
    if version is not None and version != duty.version:
        refusal = ChangedMeanwhile(_("Somebody else has changed it meanwhile. Look at their changes, then save yours."))
        refusal.version = duty.version
        raise refusal
    check_facts(facts, actor, now, duty)
    changed = [name for name, value in facts.columns().items() if getattr(duty, name) != value]
    if not changed:
        return duty
    for name, value in facts.columns().items():
        setattr(duty, name, value)
    if "due_on" in changed:
        duty.first_due_on = duty.due_on
    _save(duty, now)
    record(action="duty.changed", subject=duty, actor=actor, now=now, changes={"fields": sorted(changed)})
    return duty


@transaction.atomic
def set_active(*, duty_id: UUID, is_active: bool, actor: Membership | None, now: datetime) -> Duty:
    """Stop a duty: nobody is reminded, and it leaves the agenda; or let it go on. A second click changes nothing.

    Writes the duty and an audit entry. Raises NotFound, NotAllowed.
    """
    duty = locked_for(duty_id, "duty.write", actor)
    if duty.is_active != is_active:
        duty.is_active = is_active
        _save(duty, now)
        record(action="duty.resumed" if is_active else "duty.stopped", subject=duty, actor=actor, now=now)
    return duty


@transaction.atomic
def note_done(
    *, duty_id: UUID, due_on: date, facts: DoneFacts, files: Sequence[Attachment] = (), actor: Membership | None,
    now: datetime,
) -> DutyDone:  # fmt: skip
    """Note that the duty was done for the day ``due_on``, and say when it is due next; one done once is over.

    Writes what was done with its evidence, the duty and an audit entry. Of two people at once, and of two clicks, the
    second is told: the day the form spoke of is not the duty's any more. Raises NotFound, NotAllowed, UploadRefused,
    DomainError with the field as its code, or ``meanwhile``.
    """
    duty = locked_for(duty_id, "duty.do", actor)
    last = duty.done.order_by("-at", "-id").first()
    _must_be_open(duty, due_on, last)
    _check_done(facts, files, last, timezone.localdate(now))
    rhythm = rules.Rhythm(duty.every, duty.unit, duty.counts_from)
    following = rules.next_due(rhythm, first_due_on=duty.first_due_on, due_on=duty.due_on, done_on=facts.done_on)
    done: DutyDone = DutyDone.objects.create(
        duty=duty, due_on=due_on, done_on=facts.done_on, words=facts.words, next_due_on=following, by=actor, at=now
    )
    attach(attachments=files, subject_type=DOCUMENTS_OF, subject_id=done.pk)
    if following is None:
        duty.is_active = False
    else:
        duty.due_on = following
    _save(duty, now)
    told = {"due": str(due_on), "done": str(facts.done_on), "next": str(following or ""), "files": len(files)}
    record(action="duty.done", subject=duty, actor=actor, now=now, changes=told)
    return done


def _must_be_open(duty: Duty, due_on: date, last: DutyDone | None) -> None:
    if duty.is_active and duty.due_on == due_on:
        return
    if last is not None and last.due_on == due_on:
        words = _("It has been noted already: done on %(day)s.") % {"day": date_format(last.done_on)}
    elif not duty.is_active:
        words = _("It has been stopped.")
    else:
        words = _("It has been changed meanwhile and is due on %(day)s now.") % {"day": date_format(duty.due_on)}
    raise DomainError(words, code="meanwhile")


def _check_done(facts: DoneFacts, files: Sequence[Attachment], last: DutyDone | None, today: date) -> None:
    if facts.done_on > today:
        raise DomainError(_("This day has not come yet."), code="done_on")
    if not rules.is_day_near(facts.done_on, today):
        raise DomainError(_("This day is too far away."), code="done_on")
    if last is not None and facts.done_on < last.done_on:
        words = _("It was done on %(day)s last: this is before.") % {"day": date_format(last.done_on)}
        raise DomainError(words, code="done_on")
    if not facts.words and not files:
        raise DomainError(_("Say what was done, or add a report or a photo."), code="words")


def _save(duty: Duty, now: datetime) -> None:
    duty.version, duty.changed_at = duty.version + 1, now
    duty.save()


def locked_for(duty_id: UUID, action: str, actor: Membership | None) -> Duty:
    """The duty, its row locked, for who may do this to it. Raises NotFound, NotAllowed."""
    seen = queries.duties_visible_to(actor).filter(pk=duty_id)
    duty: Duty | None = Duty.objects.select_for_update().filter(pk__in=seen.values("pk")).first()
    if duty is None:
        raise NotFound("no such duty")
    if not can(actor, action, duty):
        raise NotAllowed(_("Your role does not change this."))
    return duty
