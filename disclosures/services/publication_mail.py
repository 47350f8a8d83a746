"""A publication told to the owners of its estate, one message each, and noted as having gone out by mail."""

from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy, ngettext

from audit.services import record
from disclosures import publication_queries as queries
from disclosures.models import Publication, PublicationPlace
from notices.models import Delivery
from notices.services.queueing import Item, queue_many, recipient_for_person
from tenancy.models import Membership


def tell_owners(*, publication: Publication, actor: Membership, now: datetime) -> int:
    """One message to each, in the caller's transaction; told again, nobody gets it twice. Returns how many e-mails left.

    Writes the deliveries, and where an e-mail left the place, with an audit entry.
    """
    context = {"row": publication, "button": gettext_lazy("See it")}
    items = [
        Item(
            recipient=recipient_for_person(person), event="publication.shown", template="disclosures/publication",
            context=context, about=publication, dedupe=f"publication:{publication.pk}:shown:{person.pk}",
            link=reverse("disclosures:publication", args=[publication.pk]) if person.membership_id else "",
        )
        for person in queries.owners_to_tell(publication, timezone.localdate(now))
    ]  # fmt: skip
    mails = sum(row.channel == Delivery.Channel.EMAIL for row in queue_many(items, now=now))
    if mails:
        where = ngettext("E-mail to %(count)s owner", "E-mail to %(count)s owners", mails) % {"count": mails}
        PublicationPlace.objects.create(
            publication=publication, kind=PublicationPlace.Kind.MAIL, where=where, from_on=timezone.localdate(now),
            noted_by=actor, noted_at=now,
        )  # fmt: skip
        told = {"place": PublicationPlace.Kind.MAIL, "mails": mails}
        record(
            action="publication.place_noted", subject=publication, actor=actor, now=now, label=publication.number,
            changes=told,
        )  # fmt: skip
    return mails
