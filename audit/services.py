from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from audit import heads, queries
from audit.models import AuditEntry, AuditHead
from audit.rules import Head
from tenancy.context import current_organisation_id
from tenancy.models import Membership, OrganisationModel


def record(
    *,
    action: str,
    subject: OrganisationModel | None,
    actor: Membership | None,
    now: datetime,
    label: str = "",
    changes: dict[str, Any] | None = None,
) -> AuditEntry:
    """Write one audit entry in the caller's transaction; the database links it into the chain at its end.

    Without an ``actor`` it was the system, or somebody who is no member; without a ``subject`` it concerns the
    organisation itself. ``label`` and ``changes`` name no person: codes, numbers, names of fields, ids.
    """
    return AuditEntry.objects.create(
        at=now,
        actor=actor,
        action=action,
        subject_type=subject._meta.label_lower if subject is not None else "tenancy.organisation",
        subject_id=subject.pk if subject is not None else UUID(int=current_organisation_id()),
        subject_label=label[:120],
        changes=changes or {},
    )


def take_head(*, now: datetime) -> heads.SignedHead:
    """Sign the newest link of the organisation in force, once a day (UTC). Writes the row of the day when it is new.

    The caller writes the file after the transaction: see heads.write.
    """
    now = now.astimezone(UTC)
    row = AuditHead.objects.filter(on=now.date()).first()
    if row is not None:
        return heads.of_row(row)
    seq, newest = queries.newest_link()
    head = Head(current_organisation_id(), str(now.date()), now.isoformat(), seq, newest.hex())
    key = heads.signing_key()
    signed = heads.SignedHead(head, key.name, key.sign(head.as_lines()))
    AuditHead.objects.create(on=now.date(), at=now, seq=seq, hash=head.hash, key=signed.key, signature=signed.signature)
    return signed
