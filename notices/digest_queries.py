"""What waits for the daily digest: messages that their readers want once a day, by whom they are for."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import CharField, Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, Coalesce, Concat

from notices.models import Delivery
from tenancy.models import Organisation

PREFIX = "digest:"
# Suppressed for the digest, and in none yet: the index delivery_for_digest holds nothing else.
WAITING = Q(because=Delivery.Because.IN_DIGEST, handed_at=None, erased_at=None)


def organisations_with_digests() -> list[int]:
    """Ids of the active organisations where something waits. Crosses organisations: reads as the system's role."""
    waiting = Delivery.across.using("system").filter(WAITING, organisation=OuterRef("pk"))
    organisations = Organisation.objects.using("system").filter(Exists(waiting), is_active=True)
    return list(organisations.values_list("pk", flat=True))


def waiting_before(slot: datetime, key_end: str) -> QuerySet[Any]:
    """What was written before the slot, with ``digest_key``: one for each holder and slot. Not of who had this one."""
    holder = Cast(Coalesce(F("membership"), F("person")), CharField())
    rows = Delivery.objects.filter(
        WAITING, Q(membership__isnull=False) | Q(person__isnull=False), state=Delivery.State.SUPPRESSED,
        channel=Delivery.Channel.EMAIL, created_at__lt=slot,
    ).annotate(digest_key=Concat(Value(PREFIX), holder, Value(f":{key_end}")))  # fmt: skip
    had = Delivery.objects.filter(dedupe_key=OuterRef("digest_key"), channel=Delivery.Channel.EMAIL)
    return rows.filter(~Exists(had))


def read_in_portal(dedupe_keys: Iterable[str]) -> set[str]:
    """Which of these messages their readers opened in the portal."""
    opened = Delivery.objects.filter(
        dedupe_key__in=list(dedupe_keys), channel=Delivery.Channel.PORTAL, read_at__isnull=False
    )
    return set(opened.values_list("dedupe_key", flat=True))
