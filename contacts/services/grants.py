"""Letting an outside party in by a link, ending that, and noting every use."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from audit.services import record
from contacts import grant_queries, queries
from contacts.models import AccessGrant, ContactPerson, OutsideParty
from contacts.rules.defaults import defaults
from notices.sealed import SealedMail, queue_sealed
from tenancy.context import current_organisation_id
from tenancy.errors import DomainError, NotAllowed, NotFound
from tenancy.models import Membership, Organisation
from tenancy.policy import can


@dataclass(frozen=True)
class Wish:
    """Whom to let in to what. ``days`` from now; ``is_mailed`` sends the link instead of showing it."""

    subject_type: str
    subject_id: UUID | None
    contact_id: UUID | None = None
    days: int | None = None
    is_mailed: bool = False


@dataclass(frozen=True)
class Given:
    """The grant, and the path of its link: known now and never again."""

    grant: AccessGrant
    path: str


@transaction.atomic
def give(*, party_id: UUID, wish: Wish, form_key: UUID | None, actor: Membership | None, now: datetime) -> Given:
    """Make a link for a party. Writes the grant with a hash of its secret, the mail when asked for, an audit entry.

    Raises NotFound, NotAllowed, DomainError (its code names the field): for what the member may not let them in to,
    without an address to mail to, and for a form that was sent already: its link was shown once.
    """
    party = _party(party_id, actor)
    if actor is None or not can(actor, "grant.write", party):
        raise NotAllowed(_("Your role does not let outside parties in."))
    known = {(name, key) for name, key, _title, _words in grant_queries.offered(actor, party)}
    if (wish.subject_type, wish.subject_id) not in known:
        raise DomainError(_("You cannot let this party in to that."), code="subject")
    contact = _contact(party, wish.contact_id)
    address = (contact.email if contact else "") or party.email
    if wish.is_mailed and not address:
        raise DomainError(_("No e-mail address of theirs is known. Have the link shown instead."), code="how")
    secret = secrets.token_urlsafe(32)
    try:
        with transaction.atomic():
            grant = AccessGrant.objects.create(
                party=party, contact=contact, subject_type=wish.subject_type, subject_id=wish.subject_id,
                form_key=form_key, secret_hash=grant_queries.hash_of(secret), made_by=actor, made_at=now,
                expires_at=now + _days(wish.days),
            )  # fmt: skip
    except IntegrityError as error:
        again = _("The link was made already, and is shown only once. End it and make another.")
        raise DomainError(again) from error
    given = Given(grant, reverse("outside:door", args=[secret]))
    if wish.is_mailed:
        _mail(given, address, now)
    record(
        action="grant.given", subject=grant, actor=actor, now=now,
        changes={"party": str(party.pk), "for": grant.subject_type, "mailed": wish.is_mailed},
    )  # fmt: skip
    return given


def _party(party_id: UUID, actor: Membership | None) -> OutsideParty:
    found: OutsideParty | None = queries.parties_visible_to(actor).filter(pk=party_id).first()
    if found is None:
        raise NotFound(_("There is no such outside party."))
    return found


def _contact(party: OutsideParty, contact_id: UUID | None) -> ContactPerson | None:
    if contact_id is None:
        return None
    found: ContactPerson | None = party.people.filter(pk=contact_id).first()
    if found is None:
        raise DomainError(_("There is nobody like this at the party any more."), code="contact")
    return found


def _days(asked: int | None) -> timedelta:
    """Raises DomainError."""
    limits = defaults()["grants"]
    days = limits["days"] if asked is None else asked
    if not 1 <= days <= limits["most_days"]:
        raise DomainError(_("From 1 to %(most)s days.") % {"most": limits["most_days"]}, code="days")
    return timedelta(days=days)


def _mail(given: Given, address: str, now: datetime) -> None:
    """Sealed: who reads the outbox does not read the link."""
    grant = given.grant
    organisation = Organisation.objects.get(pk=current_organisation_id())
    with translation.override(organisation.language):
        button = translation.gettext("Open it")
    mail = SealedMail(
        email=address, name=grant.contact.name if grant.contact else grant.party.name, language=organisation.language,
        event="outside_access", template="contacts/outside_access", link=given.path, expires_at=grant.expires_at,
        context={"party": grant.party, "expires_at": grant.expires_at, "button": button},
    )  # fmt: skip
    queue_sealed(mail, organisation=organisation, now=now)


@transaction.atomic
def end(*, grant_id: UUID, actor: Membership | None, now: datetime) -> AccessGrant:
    """Let them in no more; again, nothing is written. Writes the grant and an audit entry. Raises NotFound."""
    seen = grant_queries.grants_visible_to(actor).filter(pk=grant_id)
    grant: AccessGrant | None = AccessGrant.objects.select_for_update().filter(pk__in=seen.values("pk")).first()
    if grant is None:
        raise NotFound(_("There is no such access."))
    if grant.ended_at is None:
        grant.ended_at, grant.ended_by = now, actor
        grant.save(update_fields=["ended_at", "ended_by"])
        record(action="grant.ended", subject=grant, actor=actor, now=now, changes={"party": str(grant.party_id)})
    return grant


# -- by the link ---------------------------------------------------------------------------------------------------------


@transaction.atomic
def note_opened(*, grant: AccessGrant, now: datetime) -> None:
    """Count a use. Writes the grant and an audit entry of nobody of the house."""
    AccessGrant.objects.filter(pk=grant.pk).update(uses=F("uses") + 1, last_used_at=now)
    record(action="grant.opened", subject=grant, actor=None, now=now, changes={"for": grant.subject_type})


def locked_grant(grant: AccessGrant, subject_type: str, now: datetime) -> AccessGrant:
    """The grant, locked, for an answer of this kind. Raises NotFound when it was ended meanwhile, or is of another."""
    rows = AccessGrant.objects.select_for_update(of=("self",)).select_related("party")
    found: AccessGrant | None = rows.filter(pk=grant.pk, subject_type=subject_type).first()
    if found is None or not found.is_valid_at(now):
        raise NotFound(_("This link is not valid any more."))
    return found
