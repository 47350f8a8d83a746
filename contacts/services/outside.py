"""What an outside party does by its link: say that something is or will be off, or until when."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.services import record
from contacts import outage_queries
from contacts.models import AccessGrant, Outage, OutsideParty
from contacts.services import outage_letters, outages
from contacts.services.grants import locked_grant
from contacts.services.outages import OutageFacts
from notices.services.queueing import Item, queue_many, recipient_for_member
from tenancy.errors import DomainError, IllegalMove, NotFound
from tenancy.reach import EVERYWHERE, Reach

OUTAGE_FORM, OUTAGE = "contacts.outageform", "contacts.outage"


def served_by(party: OutsideParty) -> Reach:
    """Where the party may say that something is off: where it serves."""
    if party.serves_everywhere:
        return EVERYWHERE
    rows = list(party.areas.values_list("estate_id", "building_id"))
    whole = frozenset(estate for estate, building in rows if building is None)
    single = [(estate, building) for estate, building in rows if building is not None and estate not in whole]
    return Reach(
        estates=whole, buildings=frozenset(building for _estate, building in single),
        parts=frozenset(estate for estate, _building in single),
    )  # fmt: skip


@transaction.atomic
def report_outage(*, grant: AccessGrant, facts: OutageFacts, form_key: UUID | None, now: datetime) -> Outage:
    """Write down an outage as received by form, and tell who relays it. The same ``form_key`` again makes nothing.

    Writes the outage, messages and audit entries without an actor. Raises NotFound when the link is valid no more,
    DomainError (its code names the field).
    """
    grant = locked_grant(grant, OUTAGE_FORM, now)
    known = Outage.objects.filter(form_key=form_key, party=grant.party).first() if form_key else None
    if known is not None:
        return known
    reach = served_by(grant.party)
    if not facts.areas or not all(reach.covers(estate, building) for estate, building in facts.areas):
        raise DomainError(_("Say where it is off: at least one estate or building."), code="areas")
    outage = outages.enter(facts=facts, party=grant.party, by=None, form_key=form_key, now=now)
    record(action="grant.answered", subject=grant, actor=None, now=now, changes={"outage": str(outage.pk)})
    _tell_house(outage, "by_form", now)
    return outage


@transaction.atomic
def tell_outage(
    *, grant: AccessGrant, over_at: datetime | None, ends_at: datetime | None, words: str, now: datetime
) -> Outage:
    """Note what the party says of one outage: that it is over, or until when it lasts. Who relays it is told, and acts.

    The people concerned are told nothing yet. Writes the outage, messages and audit entries without an actor. Raises
    NotFound, IllegalMove when it is over, DomainError (its code names the field).
    """
    grant = locked_grant(grant, OUTAGE, now)
    outage: Outage | None = Outage.objects.select_for_update().filter(pk=grant.subject_id).first()
    if outage is None:
        raise NotFound(_("There is no such outage."))
    if not outage.is_open:
        raise IllegalMove(_("It is over already. Thank you."))
    if over_at is None and ends_at is None:
        raise DomainError(_("Say since when it is over, or when it will be."), code="over_at")
    if over_at is not None and over_at > now:
        raise DomainError(_("It cannot be over in the future."), code="over_at")
    if over_at is not None and over_at < outage.starts_at:
        raise DomainError(_("It had not begun then."), code="over_at")
    if over_at is None:
        outages.check_times(outage.starts_at, ends_at, outage.received_at, now)
    said = {"told_over_at": over_at, "told_ends_at": None if over_at else ends_at, "told_words": words.strip()[:500]}
    if all(getattr(outage, name) == value for name, value in said.items()):
        return outage
    for name, value in said.items():
        setattr(outage, name, value)
    outage.told_at = now
    outage.save(update_fields=["told_at", *said])
    record(action="grant.answered", subject=grant, actor=None, now=now, changes={"outage": str(outage.pk)})
    _tell_house(outage, "told", now, key=now.isoformat())
    return outage


def _tell_house(outage: Outage, event: str, now: datetime, key: str = "") -> None:
    context = {
        "outage": outage, "places": outage_letters.said_of(outage).places, "button": gettext_lazy("Open it"),
    }  # fmt: skip
    items = [
        Item(
            recipient=recipient_for_member(member), event=f"outage.{event}", template=f"contacts/outage_{event}",
            context=context, dedupe=f"outage:{outage.pk}:{event}:{key}:{member.pk}", about=outage,
            link=reverse("contacts:outage", args=[outage.pk]),
        )
        for member in outage_queries.reminded_of(outage, with_clerks=True)
    ]  # fmt: skip
    queue_many(items, now=now)
