"""Who reads the reports, and who has one made. Estate scope is the queries' business."""

from tenancy.models import Membership
from tenancy.policy import can


def may_read_reports(actor: Membership | None) -> bool:
    return can(actor, "report.read")


def may_make_reports(actor: Membership | None) -> bool:
    return can(actor, "report.make")


def may_read_past_due(actor: Membership | None) -> bool:
    """Any member of staff: the register shows each only what they work with anyway."""
    return can(actor, "report.past_due")
