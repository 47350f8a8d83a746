"""Invitations: who is asked to sign in, and what accepting one does. Sending the mail is the room above's."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from audit.services import record
from owners import queries, rules
from owners.models import Building, Estate, Invitation, Person
from owners.services.members import link_person, user_of_address
from tenancy.errors import DomainError, NotAllowed, NotFound
from tenancy.models import Membership, User

VALID_DAYS = 14
INVITED_AT_ONCE = 2000


@dataclass(frozen=True)
class Invited:
    """An invitation and its token, which is nowhere kept: it goes into the mail and is forgotten."""

    invitation: Invitation
    person: Person
    token: str


@dataclass(frozen=True)
class Accepted:
    user: User
    membership: Membership
    is_new_user: bool
    was_accepted_before: bool


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def invite_person(*, person_id: Any, actor: Membership | None, now: datetime) -> Invited:
    """Make an invitation for one person; an older one is no longer valid.

    Writes the invitation and an audit entry. Raises NotFound, NotAllowed, DomainError without address or when they
    sign in already.
    """
    if not rules.may_invite(actor):
        raise NotAllowed(_("You may not invite people."))
    person = queries.people_visible_to(actor).select_for_update(of=("self",)).filter(pk=person_id).first()
    if person is None:
        raise NotFound(_("There is no such person."))
    if person.membership_id:
        raise DomainError(_("%(name)s signs in already.") % {"name": person.name})
    if not person.email:
        raise DomainError(
            _("There is no e-mail address of %(name)s. Add it first, or send a letter.") % {"name": person.name}
        )
    return _invite([person], actor, now)[0]


@transaction.atomic
def invite_all(
    *, estate: Estate, building: Building | None, actor: Membership | None, now: datetime, on: date
) -> list[Invited]:
    """Invite everybody of an estate, or of one building, who has an address, no sign-in and no valid invitation.

    At most 2,000 at a time. A second call finds nobody left. Raises NotFound, NotAllowed.
    """
    if not rules.may_invite(actor):
        raise NotAllowed(_("You may not invite people."))
    if not queries.reaches(actor, estate, building):
        raise NotFound(_("There is no such estate."))
    Estate.objects.select_for_update().get(pk=estate.pk)
    people = list(queries.people_to_invite([estate], on, building, now=now)[:INVITED_AT_ONCE])
    return _invite(people, actor, now)


def _invite(people: list[Person], actor: Membership | None, now: datetime) -> list[Invited]:
    older = Invitation.objects.filter(person__in=people, accepted_at__isnull=True, expires_at__gt=now)
    older.update(expires_at=now)
    made = []
    for person in people:
        token = secrets.token_urlsafe(32)
        invitation = Invitation(
            person=person,
            email=person.email.lower(),
            token_hash=hash_of(token),
            invited_by=actor,
            created_at=now,
            expires_at=now + timedelta(days=VALID_DAYS),
        )
        made.append(Invited(invitation, person, token))
    Invitation.objects.bulk_create([one.invitation for one in made], batch_size=500)
    for one in made:
        record(action="person.invited", subject=one.person, actor=actor, now=now)
    return made


def find_invitation(token: str) -> Invitation | None:
    """The invitation behind a token, whatever became of it; None for one that never was."""
    found = (
        Invitation.objects.filter(token_hash=hash_of(token)) if 20 <= len(token) <= 100 else Invitation.objects.none()
    )
    return found.select_related("person__membership__user").first()


@transaction.atomic
def accept_invitation(*, token: str, now: datetime, on: date) -> Accepted:
    """Take up an invitation: whoever holds the token holds the mailbox, so the address counts as confirmed.

    Writes the user when new, the membership, the person's link, audit entries. A second time changes nothing.
    Raises NotFound for an unknown token, DomainError for an expired one or when the person is somebody else by now.
    """
    found = Invitation.objects.filter(token_hash=hash_of(token)).select_for_update().first()
    if found is None:
        raise NotFound(_("There is no such invitation."))
    if found.accepted_at is not None:
        person = Person.objects.select_related("membership__user").get(pk=found.person_id)
        if person.membership is None:
            raise DomainError(_("This invitation was used and is no longer valid. Ask the office for a new one."))
        return Accepted(person.membership.user, person.membership, False, True)
    if found.expires_at <= now:
        raise DomainError(_("This invitation is no longer valid. Ask the office for a new one."))
    person = Person.objects.select_for_update().get(pk=found.person_id)
    user, is_new = user_of_address(found.email)
    member = link_person(person=person, user=user, actor=None, now=now, on=on)
    found.accepted_at = now
    found.save(update_fields=["accepted_at"])
    record(action="person.accepted_invitation", subject=person, actor=member, now=now)
    return Accepted(user, member, is_new, False)
