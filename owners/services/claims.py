"""Requests for a unit: asked by somebody who signs in, approved or declined by staff."""

from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from audit.services import record
from owners import queries, rules
from owners.models import Estate, Occupancy, Ownership, Person, Unit, UnitClaim
from owners.services.members import link_person
from tenancy.errors import DomainError, NotAllowed, NotFound
from tenancy.models import Membership, User

State, Relation = UnitClaim.State, UnitClaim.Relation
WAITING_AT_MOST = 10


@dataclass(frozen=True)
class Decision:
    """What staff found: the unit, the person of the registry (None: a new one), and the share of a new owner."""

    unit_id: Any
    person_id: Any = None
    new_share: Fraction | None = None


@transaction.atomic
def ask_for_unit(
    *, user: User, estate_id: Any, unit_words: str, relation: str, name: str, phone: str, words: str, now: datetime
) -> UnitClaim:
    """File a request for a unit. The same request again, while one waits, is the one that waits.

    Writes the request and an audit entry. Raises NotFound for an unknown estate, DomainError beyond ten waiting.
    """
    estate = Estate.objects.filter(pk=estate_id, is_active=True).first()
    if estate is None:
        raise NotFound(_("There is no such estate."))
    User.objects.select_for_update().get(pk=user.pk)  # one click after the other
    waiting = UnitClaim.objects.filter(user=user, state=State.WAITING)
    same = waiting.filter(estate=estate, unit_words__iexact=unit_words.strip(), relation=relation).first()
    if same is not None:
        return same
    if waiting.count() >= WAITING_AT_MOST:
        raise DomainError(_("Ten of your requests are waiting already. Please wait for an answer to them."))
    claim = UnitClaim.objects.create(
        user=user, estate=estate, unit_words=unit_words.strip(), relation=relation, name=name, phone=phone, words=words,
        created_at=now,
    )  # fmt: skip
    record(action="unitclaim.asked", subject=claim, actor=None, now=now)
    return claim


@transaction.atomic
def withdraw_claim(*, claim_id: Any, user: User, now: datetime) -> UnitClaim:
    """Take back one's own waiting request. Raises NotFound, IllegalMove."""
    claim = UnitClaim.objects.select_for_update().filter(pk=claim_id, user=user).first()
    if claim is None:
        raise NotFound(_("There is no such request."))
    claim.move(State.WITHDRAWN, at=now)
    claim.save()
    record(action="unitclaim.withdrawn", subject=claim, actor=None, now=now)
    return claim


def _locked(claim_id: Any, actor: Membership | None) -> UnitClaim:
    if not rules.may_decide_claims(actor):
        raise NotAllowed(_("You may not decide on requests for units."))
    visible = queries.claims_visible_to(actor).filter(pk=claim_id).values("pk")
    claim = UnitClaim.objects.select_for_update().filter(pk__in=visible).first()
    if claim is None:
        raise NotFound(_("There is no such request."))
    return claim


@transaction.atomic
def approve_claim(*, claim_id: Any, decision: Decision, actor: Membership | None, now: datetime, on: date) -> UnitClaim:
    """Approve a waiting request: the claimant becomes that owner or occupant of the unit.

    Writes the request, the person and the occupancy or ownership where they are new, the membership, audit entries.
    Raises NotFound, NotAllowed, IllegalMove, DomainError when an owner is not registered for the unit and no share
    is given, or the shares would make more than the whole.
    """
    claim = _locked(claim_id, actor)
    claim.move(State.APPROVED, at=now)
    unit = Unit.objects.select_for_update().filter(pk=decision.unit_id, estate=claim.estate_id).first()
    if unit is None:
        raise NotFound(_("There is no such unit in this estate."))
    person = _person_for(claim, decision.person_id, actor, now)
    if claim.relation == Relation.OWNER:
        _as_owner(unit, person, decision.new_share, actor, now, on)
    else:
        _as_occupant(unit, person, claim.relation, actor, now, on)
    link_person(person=person, user=claim.user, actor=actor, now=now, on=on)
    claim.unit, claim.decided_by = unit, actor
    claim.save()
    record(action="unitclaim.approved", subject=claim, actor=actor, now=now, changes={"unit": str(unit.pk)})
    return claim


@transaction.atomic
def decline_claim(*, claim_id: Any, reason: str, actor: Membership | None, now: datetime) -> UnitClaim:
    """Decline a waiting request; the claimant reads the reason. Raises NotFound, NotAllowed, IllegalMove."""
    claim = _locked(claim_id, actor)
    if not reason.strip():
        raise DomainError(_("Give a reason. The person who asked reads it."))
    claim.move(State.DECLINED, at=now)
    claim.decided_by, claim.reason = actor, reason.strip()[:500]
    claim.save()
    record(action="unitclaim.declined", subject=claim, actor=actor, now=now)
    return claim


def _person_for(claim: UnitClaim, person_id: Any, actor: Membership | None, now: datetime) -> Person:
    if person_id:
        person = queries.people_visible_to(actor).filter(pk=person_id).select_for_update(of=("self",)).first()
        if person is None:
            raise NotFound(_("There is no such person."))
        return person
    own = Person.objects.filter(membership__user=claim.user).order_by("id").first()
    if own is not None:
        return own
    person = Person.objects.create(
        name=claim.name, phone=claim.phone, email=claim.user.email, language=claim.user.language
    )
    record(action="person.added", subject=person, actor=actor, now=now)
    return person


def _as_owner(
    unit: Unit, person: Person, new_share: Fraction | None, actor: Membership | None, now: datetime, on: date
) -> None:
    held = list(queries.current_ownerships(on).filter(unit=unit))
    if any(ownership.person_id == person.pk for ownership in held):
        return
    if new_share is None:
        raise DomainError(
            _("%(name)s is not registered as an owner of %(unit)s. Choose the owner, or give the share of a new one.")
            % {"name": person.name, "unit": unit.code}
        )
    total = sum((ownership.share for ownership in held), Fraction(0)) + new_share
    if total > 1:
        raise DomainError(
            _("With this share the owners of %(unit)s would hold %(sum)s of it. Correct the registry first.")
            % {"unit": unit.code, "sum": total}
        )
    row = Ownership.objects.create(
        unit=unit, person=person, share_numerator=new_share.numerator, share_denominator=new_share.denominator,
        is_voter=not any(ownership.is_voter for ownership in held), from_on=on,
    )  # fmt: skip
    record(action="ownership.added", subject=row, actor=actor, now=now, label=unit.code)


def _as_occupant(unit: Unit, person: Person, relation: str, actor: Membership | None, now: datetime, on: date) -> None:
    if queries.current_occupancies(on).filter(unit=unit, person=person).exists():
        return
    kind = Occupancy.Kind.LESSEE if relation == Relation.LESSEE else Occupancy.Kind.FAMILY
    row = Occupancy.objects.create(unit=unit, person=person, kind=kind, from_on=on)
    record(action="occupancy.added", subject=row, actor=actor, now=now, label=unit.code)
