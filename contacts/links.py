"""Cases of other rooms that a contact can be about: found by their number, shown by their page. See `REGISTER_LINKS`."""

from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from tenancy.errors import DomainError
from tenancy.models import Membership


@dataclass(frozen=True)
class Link:
    """A case of another room: its type, its key, its number."""

    kind: str
    key: UUID
    number: str
    is_confidential: bool = False
    """What is written with its number names neither a person nor a unit."""


def case_of(member: Membership | None, number: str) -> Link | None:
    """The case with this number that the member may see, of whichever room has it."""
    for kind, (path, _page, _named) in settings.REGISTER_LINKS.items():
        found = import_string(path)(member, number)
        if found is not None:
            return Link(kind, found.pk, found.number, getattr(found, "is_confidential", False))
    return None


def check_discreet(link: Link | None, *, names: bool) -> None:
    """Raises DomainError, told at the number, when a confidential case would stand beside a person or a unit."""
    if link is not None and link.is_confidential and names:
        raise DomainError(
            _("%(number)s is confidential: leave out the person and the unit, or the number.")
            % {"number": link.number},
            code="case_number",
        )


def of_withheld(member: Membership) -> Q:
    """Of rows that belong to a case: those whose case complains of the member. See `REGISTER_WITHHELD`."""
    found = Q(pk__in=())
    for kind, (kept, _from_whom) in settings.REGISTER_WITHHELD.items():
        found |= Q(linked_type=kind, linked_id__in=import_string(kept)(member).values("pk"))
    return found


def is_kept_from(member: Membership, kind: str, key: UUID | None) -> bool:
    """The same of one row, by the case it belongs to, for each of many members."""
    if key is None or kind not in settings.REGISTER_WITHHELD:
        return False
    _kept, from_whom = settings.REGISTER_WITHHELD[kind]
    return member.pk in import_string(from_whom)(key)


def page_of(kind: str, key: UUID | None, number: str) -> str:
    """The address of the case's page; "" when its room is not there."""
    if kind not in settings.REGISTER_LINKS:
        return ""
    _path, page, named = settings.REGISTER_LINKS[kind]
    return reverse(page, args=[number if named == "number" else key])
