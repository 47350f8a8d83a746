"""Names of private people, as a reader may see them: whole, or their first letter (the matrix's field person.name)."""

from tenancy.models import Membership
from tenancy.policy import sight


def sees_names(reader: Membership | None) -> bool:
    return sight(reader, "person.name") == "whole"


def masked_name(name: str) -> str:
    """The first letter or character of a name: enough to tell rows apart, too little to know somebody."""
    return f"{name[:1]}••" if name else ""


def name_for(reader: Membership | None, name: str) -> str:
    """The name of somebody private."""
    return name if sees_names(reader) else masked_name(name)


def member_name_for(reader: Membership | None, member: Membership) -> str:
    """A member of staff stands with their name for what they do here; owners, occupants and the rest are private."""
    return member.name if member.is_staff_role else name_for(reader, member.name)
