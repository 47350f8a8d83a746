"""Proofs of reach: whose they are, which wait, and the evidence that stands in one."""

from datetime import datetime
from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet

from attachments.models import Attachment
from notices.models import Attempt, Delivery, HandDelivery, NoticeRecipient, ProofPack, Receipt
from tenancy.models import Membership
from tenancy.policy import can

WAITING = (ProofPack.State.WAITING, ProofPack.State.RUNNING)


def proofs_of(actor: Membership | None) -> QuerySet[ProofPack]:
    """The proofs the member asked for, newest first."""
    if not can(actor, "notice.fetch_proof"):
        return ProofPack.objects.none()
    return ProofPack.objects.filter(membership=actor).select_related("notice").order_by("-requested_at", "-id")


def takeable(now: datetime) -> Q:
    """Waits for a worker, or its worker is gone."""
    return Q(state=ProofPack.State.WAITING) | Q(state=ProofPack.State.RUNNING, lease_until__lt=now)


def proofs_to_make(now: datetime) -> list[tuple[int, UUID]]:
    """(organisation, proof) of every organisation, for the sweep. Reads across organisations as the system's role."""
    rows = ProofPack.across.using("system").filter(takeable(now))
    return list(rows.order_by("requested_at").values_list("organisation_id", "id")[:100])


def with_evidence(rows: QuerySet[NoticeRecipient]) -> QuerySet[NoticeRecipient]:
    """With each message, every try and receipt of it, and what was done by hand; five statements in all."""
    sent = (
        Delivery.objects.order_by("created_at", "id")
        .defer("text", "html", "sealed")
        .prefetch_related(
            Prefetch("tries", Attempt.objects.order_by("at", "id")),
            Prefetch("receipts", Receipt.objects.filter(ignored_because="").order_by("received_at", "id")),
        )
    )
    by_hand = HandDelivery.objects.select_related("by__user").order_by("at", "id")
    return rows.select_related("estate", "building").prefetch_related(
        Prefetch("deliveries", sent), Prefetch("hand_deliveries", by_hand)
    )


def photos_of(hand_delivery_ids: list[UUID]) -> dict[UUID, list[Attachment]]:
    """The clean photographs of deliveries by hand, by delivery."""
    found: dict[UUID, list[Attachment]] = {}
    files = Attachment.objects.filter(
        subject_type=HandDelivery._meta.label_lower, subject_id__in=hand_delivery_ids, state=Attachment.State.CLEAN
    ).exclude(thumb_name="")
    for file in files.order_by("created_at", "id"):
        found.setdefault(file.subject_id, []).append(file)
    return found
