"""Addresses that nothing is sent to, and messages that wait for one."""

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Lower

from notices.models import Delivery, Suppression
from owners.queries import people_visible_to
from tenancy.models import Membership
from tenancy.policy import can, scopes_of


def in_force() -> QuerySet[Suppression]:
    return Suppression.objects.filter(lifted_at=None)


def seen_by(actor: Membership | None) -> QuerySet[Suppression]:
    """The stopped addresses, past ones too, of the people the member looks after."""
    scopes = scopes_of(actor, "suppression.read")
    rows = Suppression.objects.all()
    if actor is None or not scopes:
        return rows.none()
    if "organisation" in scopes or actor.all_estates:
        return rows
    people = people_visible_to(actor)
    mail = Lower(OuterRef("address"))
    theirs = people.annotate(own=Lower("email"), sign_in=Lower("membership__user__email"))
    return rows.filter(
        Exists(theirs.filter(Q(own=mail) | Q(sign_in=mail))) | Exists(people.filter(phone=OuterRef("address")))
    )


def stopped_among(addresses: list[tuple[str, str]]) -> set[tuple[str, str]]:
    """Which of the (channel, address) are stopped. One statement."""
    wanted = {address.lower() for _channel, address in addresses if address}
    found = in_force().filter(address__in=wanted).values_list("channel", "address") if wanted else ()
    return set(found)


def exclude_stopped(rows: QuerySet, channel: str, address: str) -> QuerySet:
    """The rows whose column ``address`` is not stopped for the channel: set-based, for INSERT ... SELECT."""
    return rows.exclude(Exists(_stopped(channel, address)))


def only_stopped(rows: QuerySet, channel: str, address: str) -> QuerySet:
    return rows.filter(Exists(_stopped(channel, address)))


def _stopped(channel: str, address: str) -> QuerySet[Suppression]:
    return in_force().filter(channel=channel, address=Lower(OuterRef(address)))


def waiting_for_stopped() -> QuerySet[Delivery]:
    """Messages that wait for an address that has been stopped since they were written."""
    stopped = in_force().filter(channel=OuterRef("channel"), address=Lower(OuterRef("address")))
    return Delivery.objects.filter(Exists(stopped), state=Delivery.State.QUEUED)


def stopped_addresses(actor: Membership | None) -> QuerySet[Suppression]:
    """What the member may see of stopped addresses, the newest first."""
    if not can(actor, "suppression.read"):
        return Suppression.objects.none()
    return Suppression.objects.order_by(F("lifted_at").desc(nulls_first=True), "-created_at", "-id")


def by_words(rows: QuerySet[Suppression], words: str) -> QuerySet[Suppression]:
    return rows.filter(Q(address__icontains=words.lower())) if words else rows
