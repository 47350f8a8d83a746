"""Whose name stands on a confidential case: for whoever decides on it, for nobody else."""

from copy import copy

from complaints.models import Complaint
from tenancy.models import Membership
from tenancy.policy import can


def sees_who(reader: Membership | None) -> bool:
    """Whether the reader's role sees who filed a confidential case, and from which unit."""
    return can(reader, "complaint.who")


def veiled(complaint: Complaint, reader: Membership | None) -> Complaint:
    """The case as this reader may see it: itself, or a copy without name, phone and unit that cannot be saved."""
    if not complaint.is_confidential or sees_who(reader):
        return complaint
    shown = copy(complaint)
    shown.complainant = shown.unit = None
    shown.caller_name = shown.caller_phone = ""
    shown.is_veiled = True
    return shown
