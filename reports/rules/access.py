"""Who reads the reports, and who has one made. Estate scope is the queries' business."""

from tenancy.models import Membership

Role = Membership.Role
MAKERS = frozenset({Role.SUPERVISOR, Role.MANAGER, Role.QUALITY, Role.ADMIN})
READERS = MAKERS | {Role.AUDITOR}


def may_read_reports(actor: Membership | None) -> bool:
    return actor is not None and actor.is_active and actor.role in READERS


def may_make_reports(actor: Membership | None) -> bool:
    return actor is not None and actor.is_active and actor.role in MAKERS


def may_read_past_due(actor: Membership | None) -> bool:
    """Any member of staff: the register shows each only what they work with anyway."""
    return actor is not None and actor.is_active and actor.is_staff_role
