"""What people chose, one by one and for a hundred thousand at once."""

from collections.abc import Iterable
from datetime import time
from typing import Any
from uuid import UUID

from django.db.models import CharField, F, OuterRef, Q, QuerySet, Subquery, TimeField, Value
from django.db.models.functions import Coalesce

from notices.models import NoticeSettings, Preference, QuietTime
from notices.rules.wanted import Mode, Quiet
from owners.models import Person
from tenancy.models import Membership, Organisation

Holder = Membership | Person


def holder_of(person: Person) -> Holder:
    """Who holds a person's choices: their sign-in where they have one."""
    return person.membership if person.membership_id else person


def _held(holder: Holder) -> Q:
    """A member's own choices, and those that staff made for their person before there was a sign-in."""
    if isinstance(holder, Membership):
        return Q(membership=holder) | Q(membership=None, person__membership=holder)
    return Q(person=holder)


def _own_first(rows: QuerySet) -> QuerySet:
    return rows.order_by(F("membership").asc(nulls_last=True))


def choices_of(holder: Holder) -> dict[tuple[str, str], str]:
    """(topic, channel): mode. What stands nowhere comes at once."""
    rows = _own_first(Preference.objects.filter(_held(holder))).values_list("topic", "channel", "mode")
    found: dict[tuple[str, str], str] = {}
    for topic, channel, mode in rows:
        found.setdefault((topic, channel), mode)
    return found


Chosen = dict[tuple[UUID, str, str], str]


def chosen_among(rows: Iterable[Any]) -> Chosen:
    """(member or person, topic, channel): mode, of whoever these messages or recipients are for. One statement."""
    members, people = {row.membership_id for row in rows}, {row.person_id for row in rows}
    theirs = Q(membership__in=members - {None}) | Q(membership=None, person__in=people - {None})
    found = Preference.objects.filter(theirs).values_list("membership_id", "person_id", "topic", "channel", "mode")
    return {(member or person, topic, channel): mode for member, person, topic, channel, mode in found}


def mode_of(row: Any, chosen: Chosen, topic: str | None, channel: str) -> str:
    """What the reader of one of those rows chose, "" for nothing. What the law requires has no topic."""
    holders = [key for key in (row.membership_id, row.person_id) if key is not None]
    return next((chosen[key, topic, channel] for key in holders if topic and (key, topic, channel) in chosen), "")


def own_quiet(holder: Holder) -> QuietTime | None:
    return _own_first(QuietTime.objects.filter(_held(holder))).first()


def house_quiet() -> tuple[time | None, time | None]:
    """The organisation's quiet hours, those of the model while it has set none."""
    found = NoticeSettings.objects.first() or NoticeSettings()
    return found.quiet_from, found.quiet_until


def quiet_of(holder: Holder | None, organisation: Organisation) -> Quiet:
    """The holder's own quiet hours, else the organisation's."""
    own = own_quiet(holder) if holder is not None else None
    begins, ends = (own.quiet_from, own.quiet_until) if own is not None else house_quiet()
    return Quiet(organisation.time_zone, begins, ends)


# -- set-based: for rows with ``membership`` and ``person``, such as a notice's recipients ----------------------------


def _of_row(rows: QuerySet) -> QuerySet:
    """Of the row's member where it has one, else of its person."""
    return _own_first(rows.filter(Q(membership=OuterRef("membership")) | Q(membership=None, person=OuterRef("person"))))


def with_wish(rows: QuerySet, topic: str | None, channel: str) -> QuerySet:
    """The rows with ``wish``, the mode chosen for the topic and channel, "" for none; always "" without a topic."""
    if topic is None:
        return rows.annotate(wish=Value("", output_field=CharField()))
    chosen = _of_row(Preference.objects.filter(topic=topic, channel=channel)).values("mode")[:1]
    return rows.annotate(wish=Coalesce(Subquery(chosen), Value(""), output_field=CharField()))


def exclude_unwanted(rows: QuerySet, topic: str | None, channel: str) -> QuerySet:
    """The rows that are to be sent at once by this channel: neither switched off nor kept for the digest."""
    return with_wish(rows, topic, channel).exclude(wish__in=[Mode.OFF, Mode.DIGEST])


def only_for_digest(rows: QuerySet, topic: str | None, channel: str) -> QuerySet:
    """The rows that go into the daily digest instead: to be written as suppressed, ``in_digest``."""
    return with_wish(rows, topic, channel).filter(wish=Mode.DIGEST)


def only_refused(rows: QuerySet, topic: str | None, channel: str) -> QuerySet:
    """The rows that were switched off: to be written as suppressed, ``preference``."""
    return with_wish(rows, topic, channel).filter(wish=Mode.OFF)


def with_quiet(rows: QuerySet) -> QuerySet:
    """The rows with ``quiet_begins`` and ``quiet_ends``: their own hours, empty where the organisation's count."""
    own = _of_row(QuietTime.objects.all())
    return rows.annotate(
        quiet_begins=Subquery(own.values("quiet_from")[:1], output_field=TimeField()),
        quiet_ends=Subquery(own.values("quiet_until")[:1], output_field=TimeField()),
    )
