"""An outage is taken down, verified, changed, closed, withdrawn; and people follow it. Relaying is in `relaying.py`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from audit.services import record
from contacts import outage_queries, queries
from contacts.models import Outage, OutageFollower, OutagePlace, OutsideParty
from contacts.models.outages import BRANCHES
from contacts.rules import access
from contacts.rules.outages import entered_within, relay_due
from contacts.services import outage_letters
from owners.models import Person
from owners.queries import people_visible_to, person_of
from tenancy.errors import DomainError, IllegalMove, NotAllowed, NotFound
from tenancy.models import Membership
from tenancy.policy import can
from tenancy.services import next_number

State = Outage.State


@dataclass(frozen=True)
class OutageFacts:
    """What is said of an outage. ``areas`` are (estate, building or None)."""

    branch: str
    starts_at: datetime
    received_at: datetime
    areas: Sequence[access.Place]
    ends_at: datetime | None = None
    party_id: UUID | None = None
    is_planned: bool = True
    cause: str = ""
    source: str = Outage.Source.PHONE


@dataclass(frozen=True)
class Change:
    """What is different now. ``reason`` is read by those who were told of it."""

    starts_at: datetime
    ends_at: datetime | None
    cause: str
    reason: str = ""


def must_take(actor: Membership | None) -> Membership:
    """The actor, whose role takes outages down. Raises NotAllowed."""
    if actor is None or not can(actor, "outage.write"):
        raise NotAllowed(_("Your role does not enter outages."))
    return actor


@transaction.atomic
def receive(*, facts: OutageFacts, form_key: UUID | None, actor: Membership | None, now: datetime) -> Outage:
    """Write down that something is or will be off. Writes it, its places and an audit entry.

    The same ``form_key`` again gives what it made the first time. Raises NotAllowed, DomainError (its code names the
    field): times that cannot be, a party of another branch, places where the actor does not work.
    """
    actor = must_take(actor)
    known = Outage.objects.filter(form_key=form_key, received_by=actor).first() if form_key else None
    if known is not None:
        return known
    _check_areas(facts, actor)
    party = queries.parties_visible_to(actor).filter(pk=facts.party_id).first() if facts.party_id else None
    if facts.party_id and party is None:
        raise DomainError(_("There is no such outside party where you work."), code="party")
    try:
        with transaction.atomic():
            return enter(facts=facts, party=party, by=actor, form_key=form_key, now=now)
    except IntegrityError:  # the other of two clicks was quicker
        known = Outage.objects.filter(form_key=form_key, received_by=actor).first() if form_key else None
        if known is None:
            raise
        return known


def enter(
    *, facts: OutageFacts, party: OutsideParty | None, by: Membership | None, form_key: UUID | None, now: datetime
) -> Outage:
    """Write it for whoever was asked already whether they may. Raises DomainError; see `receive`."""
    check_times(facts.starts_at, facts.ends_at, facts.received_at, now)
    if facts.branch not in BRANCHES:
        raise DomainError(_("Say what is off."), code="branch")
    if party is not None and party.branch != facts.branch:
        raise DomainError(_("This party does not supply what is off. Choose another, or none."), code="party")
    outage = Outage(
        party=party, branch=facts.branch, is_planned=facts.is_planned, starts_at=facts.starts_at, ends_at=facts.ends_at,
        cause=facts.cause, source=facts.source, received_at=facts.received_at, recorded_at=now, received_by=by,
        form_key=form_key, relay_due_at=relay_due(facts.received_at, facts.starts_at),
        number=next_number(code="O", year=now.year),
    )  # fmt: skip
    outage.save(force_insert=True)
    whole = {estate for estate, building in facts.areas if building is None}
    rows = {(estate, building) for estate, building in facts.areas if building is None or estate not in whole}
    OutagePlace.objects.bulk_create(
        OutagePlace(outage=outage, estate_id=estate, building_id=building) for estate, building in sorted(rows, key=str)
    )
    record(
        action="outage.received", subject=outage, actor=by, now=now, label=outage.number,
        changes={"branch": outage.branch, "source": outage.source},
    )  # fmt: skip
    return outage


def check_times(starts_at: datetime, ends_at: datetime | None, received_at: datetime, now: datetime) -> None:
    """Raises DomainError; its code names the field."""
    if received_at > now:
        raise DomainError(_("It cannot have been received in the future."), code="received_at")
    if now - received_at > entered_within():
        raise DomainError(_("That is too long ago to be entered."), code="received_at")
    if abs(starts_at - received_at) > entered_within():
        raise DomainError(_("Check the year: it begins too far from today."), code="starts_at")
    if ends_at is not None and ends_at <= starts_at:
        raise DomainError(_("It ends before it begins."), code="ends_at")
    if ends_at is not None and ends_at - starts_at > entered_within():
        raise DomainError(_("Check the year: it would last too long."), code="ends_at")


def _check_areas(facts: OutageFacts, actor: Membership) -> None:
    if not facts.areas:
        raise DomainError(_("Say where it is off: at least one estate or building."), code="areas")
    reach = access.reach_for(actor, "outage.write")
    if not queries.are_places(facts.areas) or not access.covers_all(reach, everywhere=False, areas=facts.areas):
        raise DomainError(_("Name only places where you work."), code="areas")


def locked_for(outage_id: UUID, action: str, actor: Membership | None) -> Outage:
    """The outage, its row locked, for who may do this to it. Raises NotFound, NotAllowed."""
    seen = outage_queries.outages_visible_to(actor).filter(pk=outage_id)
    outage: Outage | None = Outage.objects.select_for_update().filter(pk__in=seen.values("pk")).first()
    if outage is None:
        raise NotFound(_("There is no such outage."))
    if not may_change(actor, action, outage):
        raise NotAllowed(_("Your role does not do this, or it also concerns places where you do not work."))
    return outage


def may_change(actor: Membership | None, action: str, outage: Outage) -> bool:
    """Only who works wherever it is off: what they write is read everywhere there."""
    if not can(actor, action, outage):
        return False
    reach = access.reach_for(actor, action)
    return access.covers_all(reach, everywhere=False, areas=outage_queries.places_of(outage))


@transaction.atomic
def verify(*, outage_id: UUID, words: str, actor: Membership | None, now: datetime) -> Outage:
    """Note that it is true, and how one knows. Writes the outage and an audit entry.

    Raises NotFound, NotAllowed, IllegalMove.
    """
    outage = locked_for(outage_id, "outage.write", actor)
    outage.move(State.VERIFIED, at=now)
    outage.verified_by, outage.verified_words = actor, words.strip()[:500]
    outage.save(update_fields=["state", "verified_at", "verified_by", "verified_words"])
    record(action="outage.verified", subject=outage, actor=actor, now=now, label=outage.number)
    return outage


@transaction.atomic
def change(*, outage_id: UUID, said: Change, actor: Membership | None, now: datetime) -> Outage:
    """Write other times or another cause. Who was told of it is told again, as a correction of the notice.

    Writes the outage, its notice (with deliveries) and an audit entry with the names of what changed; nothing when
    nothing is different. Raises NotFound, NotAllowed, IllegalMove when it is over, DomainError.
    """
    outage = locked_for(outage_id, "outage.write", actor)
    if not outage.is_open:
        raise IllegalMove(_("It is over: its times stand."))
    check_times(said.starts_at, said.ends_at, outage.received_at, now)
    names = ("starts_at", "ends_at", "cause")
    changed = [name for name in names if getattr(outage, name) != getattr(said, name)]
    if not changed:
        return outage
    for name in names:
        setattr(outage, name, getattr(said, name))
    forget_told(outage)
    if "ends_at" in changed:
        outage.end_reminded_at = None
    if outage.relayed_at is None:
        outage.relay_due_at = relay_due(outage.received_at, outage.starts_at)
        outage.relay_reminded_at = None if outage.relay_due_at >= now else outage.relay_reminded_at
    outage.save()
    outage_letters.correct(outage, reason=said.reason, actor=_member(actor), now=now)
    record(action="outage.changed", subject=outage, actor=actor, now=now, label=outage.number,
           changes={"fields": changed})  # fmt: skip
    return outage


def forget_told(outage: Outage) -> None:
    """What the outside party said has been acted on. The caller saves."""
    outage.told_at = outage.told_over_at = outage.told_ends_at = None
    outage.told_words = ""


@transaction.atomic
def close(*, outage_id: UUID, actor: Membership | None, now: datetime) -> Outage:
    """Nothing is left to do; who followed it is forgotten. Writes the outage and an audit entry.

    Raises NotFound, NotAllowed, IllegalMove.
    """
    outage = locked_for(outage_id, "outage.write", actor)
    outage.move(State.CLOSED, at=now)
    outage.closed_by = actor
    outage.save(update_fields=["state", "closed_at", "closed_by"])
    outage.followers.all().delete()
    record(action="outage.closed", subject=outage, actor=actor, now=now, label=outage.number)
    return outage


@transaction.atomic
def withdraw(*, outage_id: UUID, reason: str, actor: Membership | None, now: datetime) -> Outage:
    """It was called off, or never true: its notice is taken back or withdrawn, who follows it is told.

    Writes the outage, its notice, messages and an audit entry. Raises NotFound, NotAllowed, IllegalMove, DomainError
    without a reason.
    """
    outage = locked_for(outage_id, "outage.write", actor)
    if not reason.strip():
        raise DomainError(_("Say why it is withdrawn. Who was told of it reads this."), code="reason")
    outage.move(State.WITHDRAWN, at=now)
    outage.withdrawn_by, outage.withdrawal_reason = actor, reason.strip()[:500]
    outage.save(update_fields=["state", "withdrawn_at", "withdrawn_by", "withdrawal_reason"])
    outage_letters.take_away(outage, reason=outage.withdrawal_reason, actor=_member(actor), now=now)
    outage_letters.tell_followers(outage, "called_off", now=now)
    outage.followers.all().delete()
    record(action="outage.withdrawn", subject=outage, actor=actor, now=now, label=outage.number)
    return outage


def _member(actor: Membership | None) -> Membership:
    if actor is None:
        raise NotAllowed(_("Your role does not do this."))
    return actor


# -- following ----------------------------------------------------------------------------------------------------------


@transaction.atomic
def follow(*, outage_id: UUID, actor: Membership | None, now: datetime) -> Outage:
    """Have oneself told when it is over. Writes the follower and an audit entry, once.

    Raises NotFound for an outage that does not concern one's homes or is not known (yet, any more).
    """
    person = person_of(actor)
    seen = outage_queries.outages_at_home(actor).filter(pk=outage_id)
    if actor is None or person is None:
        raise NotFound(_("There is no such outage."))
    return _follow(seen, person, actor, now)


@transaction.atomic
def follow_for(*, outage_id: UUID, person_id: UUID, actor: Membership | None, now: datetime) -> Outage:
    """At the counter: have somebody told when it is over. Raises NotFound, NotAllowed."""
    actor = must_take(actor)
    person: Person | None = people_visible_to(actor).filter(pk=person_id, erased_at=None).first()
    if person is None:
        raise NotFound(_("There is no such person."))
    return _follow(outage_queries.outages_visible_to(actor).filter(pk=outage_id), person, actor, now)


def _follow(seen: Any, person: Person, by: Membership, now: datetime) -> Outage:
    # Locked, so that nobody begins to follow while those who do are told that it is over.
    found: Outage | None = Outage.objects.select_for_update().filter(
        pk__in=seen.values("pk"), state__in=Outage.KNOWN
    ).first()  # fmt: skip
    if found is None:
        raise NotFound(_("There is no such outage."))
    _row, is_new = OutageFollower.objects.get_or_create(outage=found, person=person, defaults={"by": by, "at": now})
    if is_new:
        record(action="outage.followed", subject=found, actor=by, now=now, label=found.number)
    return found


@transaction.atomic
def unfollow(*, outage_id: UUID, actor: Membership | None, now: datetime) -> None:
    """Be told no more. Writes an audit entry when one followed it."""
    person = person_of(actor)
    outage = outage_queries.outages_at_home(actor).filter(pk=outage_id).first()
    if person is None or outage is None:
        raise NotFound(_("There is no such outage."))
    gone, _by_model = OutageFollower.objects.filter(outage=outage, person=person).delete()
    if gone:
        record(action="outage.unfollowed", subject=outage, actor=actor, now=now, label=outage.number)
