"""Mail that came in: what waits for a clerk, whose address it is, and which key opens the door."""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import Q, QuerySet

from complaints.models import InboundMail, MailDoor
from complaints.rules.veiling import sees_who
from owners.models import Person
from owners.queries import searchable
from tenancy.errors import NotFound
from tenancy.models import Membership, Organisation
from tenancy.policy import can

PAGE = 30
TABS = {
    "waiting": (InboundMail.State.WAITING,),
    "stopped": (InboundMail.State.STOPPED,),
    "done": (InboundMail.State.FILED, InboundMail.State.ATTACHED, InboundMail.State.DISCARDED),
}


def mails_visible_to(actor: Membership | None) -> QuerySet[InboundMail]:
    """All of the organisation's: a mail has no estate until somebody says which. Never of a case about the actor."""
    if not can(actor, "mail.handle"):
        return InboundMail.objects.none()
    rows = InboundMail.objects.exclude(complaint__isnull=False, complaint__subject_staff=actor)
    return rows if sees_who(actor) else rows.exclude(complaint__isnull=False, complaint__is_confidential=True)


def listed(actor: Membership | None, *, tab: str, words: str) -> QuerySet[InboundMail]:
    rows = mails_visible_to(actor).filter(state__in=TABS[tab])
    for word in searchable(words).split()[:8]:
        rows = rows.filter(
            Q(sender__icontains=word)
            | Q(sender_name__icontains=word)
            | Q(subject__icontains=word)
            | Q(text__icontains=word)
        )
    return rows.select_related("complaint", "decided_by").defer("text").order_by("-received_at", "-id")


def mail_for(actor: Membership | None, mail_id: UUID, *, lock: bool = False) -> InboundMail:
    """Raises NotFound."""
    rows = mails_visible_to(actor).filter(pk=mail_id)
    rows = rows.select_for_update(of=("self",)) if lock else rows.select_related("complaint", "person", "decided_by")
    found = rows.first()
    if found is None:
        raise NotFound("no such mail")
    return found


def people_with_address(address: str) -> list[Person]:
    """Whose address it is, by the registry or by their sign-in; at most two, as more say no more."""
    if not address:
        return []
    known = Q(email__iexact=address) | Q(membership__user__email__iexact=address, membership__is_active=True)
    return list(Person.objects.filter(known).select_related("membership__user").order_by("id")[:2])


def staff_with_address(address: str) -> Membership | None:
    rows = Membership.objects.filter(user__email__iexact=address, is_active=True).select_related("user")
    return next((member for member in rows if member.is_staff_role), None)


def unfinished() -> list[UUID]:
    """Mails that were stored and not dealt with: whatever a killed worker left."""
    rows = InboundMail.objects.filter(state=InboundMail.State.RECEIVED).order_by("received_at", "id")
    return list(rows.values_list("pk", flat=True)[:1000])


def sent_within_an_hour(address: str, now: datetime) -> int:
    """How many mails came from this address lately."""
    return InboundMail.objects.filter(sender=address, received_at__gt=now - timedelta(hours=1)).count()


def organisation_of(recipients: tuple[str, ...]) -> int | None:
    """Whose mail it is, by the address it went to: ``service+SLUG@`` or ``SLUG@`` the host of the mailbox."""
    name, _at, host = settings.INBOUND_ADDRESS.lower().partition("@")
    single = settings.SINGLE_ORGANISATION
    slugs = [
        plus or local
        for local, _p, plus in (box.partition("+") for box, _at, where in map(_parted, recipients) if where == host)
        if local != name or plus
    ]
    found = Organisation.objects.filter(slug__in=[*slugs, single] if single else slugs, is_active=True)
    return found.values_list("pk", flat=True).first()


def token_in(recipients: tuple[str, ...]) -> str:
    """The token of the reply address among these, if there is one."""
    name, _at, host = settings.INBOUND_ADDRESS.lower().partition("@")
    for box, _at, where in map(_parted, recipients):
        local, _plus, token = box.partition("+")
        if where == host and local == name and len(token) == TOKEN_LENGTH:
            return token
    return ""


TOKEN_LENGTH = 42


def _parted(address: str) -> tuple[str, str, str]:
    return address.rpartition("@")


def mail_door() -> MailDoor | None:
    return MailDoor.objects.filter(is_active=True).first()


def old_mails(cutoff: datetime) -> QuerySet[InboundMail]:
    """What was received before, and waits for nobody."""
    undecided = (InboundMail.State.RECEIVED, InboundMail.State.WAITING)
    return InboundMail.objects.filter(received_at__lt=cutoff).exclude(state__in=undecided)


def mails_from(addresses: set[str]) -> QuerySet[InboundMail]:
    return InboundMail.objects.filter(sender__in=[address.lower() for address in addresses if address])
