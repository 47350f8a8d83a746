"""Verbs of the registry that also tell somebody: invitations and answers to requests for units."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import translation

from notices.services.queueing import Item, Recipient, queue_delivery, queue_many, recipient_for_member
from owners import queries
from owners.models import Building, Estate, UnitClaim
from owners.rules import language_for
from owners.services import claims, invitations
from owners.services.claims import Decision
from owners.services.invitations import Invited
from tenancy.context import current_organisation_id
from tenancy.models import Membership, Organisation


@transaction.atomic
def send_invitation(*, person_id: Any, actor: Membership | None, now: datetime) -> Invited:
    """Invite one person and write the mail that carries the token. Raises what ``invite_person`` raises."""
    made = invitations.invite_person(person_id=person_id, actor=actor, now=now)
    _write([made], now)
    return made


@transaction.atomic
def send_invitations(
    *, estate: Estate, building: Building | None, actor: Membership | None, now: datetime, on: date
) -> int:
    """Invite everybody who has an address and no sign-in yet; how many were invited."""
    made = invitations.invite_all(estate=estate, building=building, actor=actor, now=now, on=on)
    _write(made, now)
    return len(made)


def _write(made: list[Invited], now: datetime) -> None:
    units: dict[Any, list[str]] = {}
    ids = [one.person.pk for one in made]
    for rows in (queries.current_ownerships(now.date()), queries.current_occupancies(now.date())):
        for person_id, code in (
            rows.filter(person__in=ids).order_by("unit__code").values_list("person_id", "unit__code")
        ):
            units.setdefault(person_id, []).append(code)
    fallback = Organisation.objects.get(pk=current_organisation_id()).language
    queue_many([_item(one, units.get(one.person.pk, []), fallback) for one in made], now=now)


def _item(one: Invited, units: list[str], fallback: str) -> Item:
    language = language_for(one.person.language, fallback=fallback)
    with translation.override(language):
        button = translation.gettext("Accept the invitation")
    return Item(
        recipient=Recipient(name=one.person.name, language=language, person=one.person, email=one.invitation.email),
        event="invitation",
        template="owners/invitation",
        context={"units": ", ".join(units[:10]), "expires_at": one.invitation.expires_at, "button": button},
        dedupe=f"invitation:{one.invitation.pk}",
        about=one.person,
        link=reverse("owners:join", args=[one.token]),
        channels=("email",),
    )


@transaction.atomic
def approve_and_tell(
    *, claim_id: Any, decision: Decision, actor: Membership | None, now: datetime, on: date
) -> UnitClaim:
    """Approve a request for a unit and tell the claimant. Raises what ``approve_claim`` raises."""
    claim = claims.approve_claim(claim_id=claim_id, decision=decision, actor=actor, now=now, on=on)
    _tell(claim, "owners/claim_approved", now)
    return claim


@transaction.atomic
def decline_and_tell(*, claim_id: Any, reason: str, actor: Membership | None, now: datetime) -> UnitClaim:
    """Decline a request for a unit and tell the claimant why. Raises what ``decline_claim`` raises."""
    claim = claims.decline_claim(claim_id=claim_id, reason=reason, actor=actor, now=now)
    _tell(claim, "owners/claim_declined", now)
    return claim


def _tell(claim: UnitClaim, template: str, now: datetime) -> None:
    member = Membership.objects.filter(user=claim.user, is_active=True).select_related("user").first()
    user = claim.user
    if member is not None:
        recipient = recipient_for_member(member)
    else:
        organisation = Organisation.objects.get(pk=current_organisation_id())
        language = user.language or organisation.language
        recipient = Recipient(name=claim.name, language=language, email=user.email)
    queue_delivery(
        recipient=recipient, event=template.replace("owners/", ""), template=template, context={"claim": claim},
        about=claim, link=reverse("owners:my_units"), dedupe=f"claim:{claim.pk}:{claim.state}", now=now,
    )  # fmt: skip
