"""What is written when people's data are read."""

from datetime import datetime
from typing import Any

from audit.services import record
from tenancy.models import Membership


def note_reading(*, actor: Membership | None, what: str, subject: Any = None, now: datetime) -> None:
    """Write one audit entry when an auditor reads people's data; the reading of others is their work."""
    if actor is not None and actor.role == Membership.Role.AUDITOR:
        record(action=f"{what}.read", subject=subject or actor, actor=actor, now=now)
