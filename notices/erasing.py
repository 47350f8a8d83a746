"""The outbox forgets words and addresses; that, when and by what channel something was sent stands."""

from datetime import datetime

from django.db.models import Q, QuerySet

from notices.models import Attempt, Delivery, Receipt
from owners.subjects import Subject
from tenancy.erasing import Ink, erase_rows

State = Delivery.State


def deliveries_to(subject: Subject) -> QuerySet[Delivery]:
    """Everything written to a person: by their entry of the registry, their membership, or nothing but an address."""
    theirs = Q(person__in=subject.person_ids)
    if subject.membership is not None:
        theirs |= Q(membership=subject.membership)
    for email in subject.emails():
        theirs |= Q(address__iexact=email, person__isnull=True, membership__isnull=True)
    return Delivery.objects.filter(theirs)


def deliveries_of(subject: Subject) -> QuerySet[Delivery]:
    """Everything written to a person, or to anybody about their entries of the registry."""
    return deliveries_to(subject) | Delivery.objects.filter(about_id__in=subject.person_ids)


def erase_deliveries(deliveries: QuerySet[Delivery], ink: Ink, *, now: datetime) -> int:
    """Empty these messages; what still waits is not sent any more. Returns how many."""
    ids = list(deliveries.filter(erased_at__isnull=True).values_list("pk", flat=True))
    rows = Delivery.objects.filter(pk__in=ids)
    rows.filter(state__in=(State.QUEUED, State.CLAIMED)).update(
        state=State.DEAD, next_attempt_at=None, lease_token=None, lease_until=None
    )
    erase_rows(Attempt.objects.filter(delivery__in=ids), ink)
    erase_rows(Receipt.objects.filter(delivery__in=ids), ink)
    erase_rows(rows, ink)
    return rows.update(erased_at=now)
