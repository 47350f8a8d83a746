"""A person of the registry becomes somebody who signs in."""

from datetime import date, datetime
from typing import Any

from allauth.account.models import EmailAddress
from django.utils.translation import gettext_lazy as _

from audit.services import record
from owners import queries
from owners.models import Person
from tenancy.errors import DomainError
from tenancy.models import Membership, User

RESIDENTS = (Membership.Role.OWNER, Membership.Role.OCCUPANT)


def user_of_address(email: str) -> tuple[User, bool]:
    """The sign-in behind a mailbox somebody has just proved to hold, and whether it was made here.

    An account that never confirmed this address loses its password: whoever set it may be somebody else.
    """
    address = EmailAddress.objects.filter(email__iexact=email, verified=True).select_related("user").first()
    if address is not None:
        user: User = address.user
    else:
        known = User.objects.filter(email=email.strip().lower()).first()
        is_new = known is None
        user = known or User.objects.create_user(email)
        if not is_new:
            user.set_unusable_password()
            user.save(update_fields=["password"])
        EmailAddress.objects.filter(email__iexact=email).exclude(user=user).delete()
        EmailAddress.objects.update_or_create(user=user, email=user.email, defaults={"verified": True, "primary": True})
        if is_new:
            return user, True
    if not user.is_active:
        raise DomainError(_("This account is closed. Ask the office."))
    return user, False


def link_person(*, person: Person, user: User, actor: Membership | None, now: datetime, on: date) -> Membership:
    """Let ``user`` act as ``person``: creates or activates the membership and links it; audit entries for both.

    The role is owner when the person owns a unit on the day ``on``, else occupant; staff, committee and partners keep
    theirs. Raises DomainError when the person already signs in as somebody else, or the member was shut out.
    """
    if person.membership_id and person.membership is not None and person.membership.user_id != user.pk:
        raise DomainError(_("This person already signs in with another account. Ask the office."))
    role = Membership.Role.OCCUPANT
    if queries.current_ownerships(on).filter(person=person).exists():
        role = Membership.Role.OWNER
    member = Membership.objects.select_for_update().filter(user=user).first()
    if member is None:
        name = person.name or user.name or user.email
        member = Membership.objects.create(user=user, role=role, name=name, created_at=now)
        record(action="membership.added", subject=member, actor=actor, now=now, changes={"role": role})
    else:
        _revive(member, role, actor, now)
    if not user.name or not user.language:
        user.name = user.name or person.name
        user.language = user.language or (person.language if person.language in ("en", "zh-hans") else "")
        user.save(update_fields=["name", "language"])
    if person.membership_id != member.pk:
        person.membership = member
        person.email = person.email or user.email
        person.save(update_fields=["membership", "email"])
        record(action="person.linked", subject=person, actor=actor, now=now, changes={"membership": str(member.pk)})
    return member


def _revive(member: Membership, role: str, actor: Membership | None, now: datetime) -> None:
    changes: dict[str, Any] = {}
    if not member.is_active:
        if member.role not in RESIDENTS:
            raise DomainError(_("This account was closed by the office. Ask there."))
        member.is_active = changes["is_active"] = True
    if member.role == Membership.Role.OCCUPANT and role == Membership.Role.OWNER:
        member.role = changes["role"] = role
    if changes:
        member.save(update_fields=list(changes))
        record(action="membership.changed", subject=member, actor=actor, now=now, changes=changes)
