"""Cases of other rooms that a contact can be about: found by their number, shown by their page. See `REGISTER_LINKS`."""

from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils.module_loading import import_string

from tenancy.models import Membership


@dataclass(frozen=True)
class Link:
    """A case of another room: its type, its key, its number."""

    kind: str
    key: UUID
    number: str


def case_of(member: Membership | None, number: str) -> Link | None:
    """The case with this number that the member may see, of whichever room has it."""
    for kind, (path, _page, _named) in settings.REGISTER_LINKS.items():
        found = import_string(path)(member, number)
        if found is not None:
            return Link(kind, found.pk, found.number)
    return None


def page_of(kind: str, key: UUID | None, number: str) -> str:
    """The address of the case's page; "" when its room is not there."""
    if kind not in settings.REGISTER_LINKS:
        return ""
    _path, page, named = settings.REGISTER_LINKS[kind]
    return reverse(page, args=[number if named == "number" else key])
