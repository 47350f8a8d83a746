from datetime import datetime
from typing import Any

from audit.models import AuditEntry
from tenancy.models import Membership, OrganisationModel


def record(
    *,
    action: str,
    subject: OrganisationModel,
    actor: Membership | None,
    now: datetime,
    label: str = "",
    changes: dict[str, Any] | None = None,
) -> AuditEntry:
    """Write one audit entry in the caller's transaction. Without an ``actor`` it was the system."""
    return AuditEntry.objects.create(
        at=now,
        actor=actor,
        action=action,
        subject_type=subject._meta.label_lower,
        subject_id=subject.pk,
        subject_label=label[:120],
        changes=changes or {},
    )
