"""Who reads the audit log."""

from tenancy.models import Membership

LOG_READERS = frozenset({Membership.Role.ADMIN, Membership.Role.AUDITOR})


def may_read_log(actor: Membership | None) -> bool:
    return actor is not None and actor.is_active and actor.role in LOG_READERS
