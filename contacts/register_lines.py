"""The register's own entries, as lines of a timeline; and the merging of what all rooms offer."""

from collections.abc import Iterable
from heapq import merge
from itertools import islice
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from contacts import register_queries as queries
from contacts.models import CommunicationRecord
from contacts.rules.access import sees_people
from owners.timelines import Asked, Line
from tenancy.links import link_to
from tenancy.models import Membership
from tenancy.names import masked_name, name_for

Channel = CommunicationRecord.Channel
ICONS = {
    Channel.PHONE: "phone-call", Channel.LETTER: "mail", Channel.EMAIL: "mail", Channel.HOME_VISIT: "house",
    Channel.MEETING: "users", Channel.COUNTER: "user",
}  # fmt: skip
PARTY_TYPES = dict(CommunicationRecord.PartyType.choices)
EXCERPT = 240
# What a line shows of an entry, and of whom it was with.
SHOWN = (
    "pk", "occurred_at", "channel", "form", "methods", "content", "direction", "subject", "summary", "is_late", "state",
    "letter_number", "party_type", "name_given", "person__name", "party__name", "contact__name",
)  # fmt: skip


def timeline(asked: Asked) -> tuple[list[Line], bool]:
    """The lines of all rooms, the newest first, and whether there are more."""
    offered = [import_string(path)(asked) for path in settings.TIMELINE_SOURCES]
    merged: Iterable[Line] = merge(*offered, key=lambda line: (line.at, line.key), reverse=True)
    found = list(islice(merged, asked.count + 1))
    return found[: asked.count], len(found) > asked.count


def lines(asked: Asked) -> list[Line]:
    """Entries of the register about whom one asks, that the member may read."""
    rows = queries.about(queries.records_visible_to(asked.member), asked.kind, asked.key)
    wanted = queries.Wanted(
        form=asked.form, method=asked.method, content=asked.content, direction=asked.direction, since=asked.since,
        until=asked.until,
    )  # fmt: skip
    rows = queries.narrowed(rows, wanted)
    if asked.before is not None:
        at, key = asked.before
        rows = queries.before(rows, at, _as_uuid(key))
    found = rows.order_by("-occurred_at", "-id").values_list(*SHOWN, named=True)[: asked.count + 1]
    return [_line(row, asked.member) for row in found]


def _as_uuid(key: str) -> UUID:
    """The key of the last line; of another room's line, what sorts like it."""
    return UUID(key)


def _line(row: Any, member: Membership) -> Line:
    marks = []
    if row.is_late:
        marks.append(_("written down late"))
    if row.state == CommunicationRecord.State.OPEN:
        marks.append(_("open"))
    if row.letter_number:
        marks.append(row.letter_number)
    whom = _whom(member, row.party__name, row.contact__name, row.person__name, row.name_given)
    return Line(
        at=row.occurred_at, key=str(row.pk), icon=ICONS.get(row.channel, "message-square"), form=row.form,
        methods=tuple(row.methods), content=row.content, direction=row.direction, title=row.subject,
        words=row.summary[:EXCERPT], who=whom or str(PARTY_TYPES[row.party_type]),
        link=link_to("register:entry", row.pk), marks=tuple(marks),
    )  # fmt: skip


def who(row: CommunicationRecord, member: Membership | None) -> str:
    """Whom the contact was with, as the member may read it."""
    party, contact, person = (one.name if one is not None else None for one in (row.party, row.contact, row.person))
    return _whom(member, party, contact, person, row.name_given) or str(row.get_party_type_display())


def _whom(member: Membership | None, party: str | None, contact: str | None, person: str | None, given: str) -> str:
    if party is not None:
        name = given if contact is None else contact
        shown = name if sees_people(member) else masked_name(name)
        return f"{party} · {shown}" if shown else party
    name = given if person is None else person
    return name_for(member, name) if name else ""
