"""What the analysis of complaints reads: nine statements, however many complaints there are."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from audit.models import AuditEntry
from complaints.models import Clock, Complaint, Joining, Message, Move, Pause, Place, ReturnVisit
from complaints.models.settings import TargetKind
from complaints.queries import worked_complaints
from complaints.rules import places
from complaints.rules.veiling import veiled
from owners.models import Unit
from reports.exchange_queries import span_of
from reports.rules.analysis import Analysed, Case, Paused, Reopening, Returned
from reports.rules.analysis_defaults import defaults
from tenancy.models import Membership

State = Complaint.State
Names = dict[tuple[UUID, UUID | None], list[tuple[UUID, str]]]
NOT_VALID = (State.RECEIVED, State.REJECTED_INVALID, State.REFERRED_OUT)
PROMISED = (TargetKind.ACCEPT, TargetKind.ANSWER, TargetKind.RESOLVE, TargetKind.STATUTORY)


def analysed_in(actor: Membership, estates: Collection[UUID], first: date, last: date) -> Analysed:
    """Complaints received, resolved, paused and reopened in a span, as far as the reader may read them.

    What is dealt with under another counts with that one alone.
    """
    begins, ends = span_of(first, last)
    rows = _counted(actor, estates)
    before = begins - timedelta(days=defaults()["repeat_days"])
    names = _names(estates)
    received = _cases(rows.filter(received_at__gte=before, received_at__lt=ends), actor, names)
    resolving = Move.objects.filter(complaint=OuterRef("pk"), to_state=State.RESOLVED, at__gte=begins, at__lt=ends)
    resolved = _cases(rows.filter(Exists(resolving)), actor, names)
    return Analysed(
        begins=begins,
        received=received,
        resolved=resolved,
        units=_units(estates),
        reopenings=_reopenings(rows, actor, begins, ends),
        returned=_returned(rows, begins, ends),
        paused=_paused(rows, begins, ends),
        in_hand=_in_hand(rows, begins, ends),
    )


def _counted(actor: Membership, estates: Collection[UUID]) -> QuerySet[Complaint]:
    under = Joining.objects.filter(ended_at__isnull=True, complaint=OuterRef("pk"))
    return (
        worked_complaints(actor)
        .filter(~Exists(under), kind=Complaint.Kind.COMPLAINT, estate__in=list(estates))
        .order_by()
    )


def _cases(rows: QuerySet[Complaint], actor: Membership, names: Names) -> list[Case]:
    said = Message.objects.filter(complaint=OuterRef("pk"), kind=Message.Kind.WORDS, at__gt=OuterRef("received_at"))
    waited = Pause.objects.filter(complaint=OuterRef("pk"))
    handed_over = AuditEntry.objects.filter(subject_id=OuterRef("pk"), action="complaint.handed_over")
    given_back = Move.objects.filter(complaint=OuterRef("pk"), from_state=State.ASSIGNED, to_state=State.ACCEPTED)
    # A visit of the last round: one that found it unsolved is no visit of what was done since.
    reached = ReturnVisit.objects.filter(
        complaint=OuterRef("pk"), outcome=ReturnVisit.Outcome.REACHED, at__gte=OuterRef("resolved_at")
    )
    late = Clock.objects.filter(complaint=OuterRef("pk"), state=Clock.State.BROKEN, kind__in=PROMISED)
    found = rows.annotate(
        has_said=Exists(said),
        has_waited=Exists(waited),
        was_given_back=Exists(given_back),
        was_handed_over=Exists(handed_over),
        is_visited=Exists(reached),
        was_late=Exists(late),
    ).select_related("estate", "building", "unit", "category")
    return [
        Case(
            number=row.number, link=link_of(row.number), estate=row.estate.name, place=row.place_words,
            place_key=_place_key(row, names), category=row.category.name, received_at=row.received_at, state=row.state,
            is_judged=row.state != State.RECEIVED, is_valid=row.state not in NOT_VALID, was_late=row.was_late,
            was_reopened=row.times_reopened > 0, is_withheld=row.subject_staff_id is not None,
            needed_more=(
                row.has_said or row.has_waited or row.was_given_back or row.was_handed_over or row.times_reopened > 0
                or row.stage > 1
            ),
            is_visited=row.is_visited, is_anonymous=row.is_anonymous, rating=row.rating,
        )
        for row in (veiled(row, actor) for row in found.order_by("received_at", "pk"))
    ]  # fmt: skip


def _names(estates: Collection[UUID]) -> Names:
    """The names of labelled places in both languages, by the estate and building they stand in."""
    found: Names = defaultdict(list)
    rows = Place.objects.filter(estate__in=list(estates)).order_by("pk")
    for key, estate, building, *names in rows.values_list("pk", "estate_id", "building_id", "name_en", "name_zh"):
        found[estate, building] += [(key, name) for name in names]
    return found


def _place_key(row: Complaint, names: Names) -> tuple[Any, ...]:
    """The unit; of a common part the labelled place that its words name, else the words however they were written."""
    label = None if row.unit_id else places.place_of(row.place, names.get((row.estate_id, row.building_id), ()))
    return (row.estate_id, row.building_id, row.unit_id or label or places.plain(row.place))


def link_of(number: str) -> str:
    return reverse("triage:case", args=[number])


def _units(estates: Collection[UUID]) -> dict[str, int]:
    rows = Unit.objects.filter(estate__in=list(estates)).order_by()
    return dict(rows.values_list("estate__name").annotate(Count("pk")))


def _reopenings(rows: QuerySet[Complaint], actor: Membership, begins: datetime, ends: datetime) -> list[Reopening]:
    """The cases that came back in the span, each with all the days on which it did."""
    came: dict[UUID, list[datetime]] = defaultdict(list)
    moves = Move.objects.filter(to_state=State.REOPENED, complaint__in=rows).order_by("at")
    for key, at in moves.values_list("complaint_id", "at"):
        came[key].append(at)
    back = {key: days for key, days in came.items() if any(begins <= at < ends for at in days)}
    cases = rows.filter(pk__in=back).select_related("category", "estate", "building", "unit")
    found = [
        Reopening(
            row.number, link_of(row.number), veiled(row, actor).place_words, row.category.name, tuple(back[row.pk]),
            is_withheld=row.subject_staff_id is not None,
        )
        for row in cases
    ]  # fmt: skip
    return sorted(found, key=lambda one: (-len(one.days), one.number))


def _returned(rows: QuerySet[Complaint], begins: datetime, ends: datetime) -> list[Returned]:
    """Every time somebody called a case resolved in the span, and how soon it came back, when it did."""
    moves = Move.objects.filter(
        complaint__in=rows, to_state__in=[State.RESOLVED, State.REOPENED], at__gte=begins,
        at__lt=ends + timedelta(hours=defaults()["soon_hours"]),
    ).order_by("complaint_id", "at")  # fmt: skip
    found: list[Returned] = []
    waiting: dict[UUID, tuple[int, datetime]] = {}  # where in the list what was called resolved stands
    for key, state, at, person, who, number, about in moves.values_list(
        "complaint_id", "to_state", "at", "actor_id", "actor__name", "complaint__number", "complaint__subject_staff"
    ):
        if state == State.RESOLVED and at < ends:
            waiting[key] = (len(found), at)
            shown = "" if about else number
            found.append(Returned(person, who or "", shown, None, link_of(shown) if shown else ""))
        elif state == State.REOPENED and key in waiting:
            place, resolved_at = waiting.pop(key)
            found[place] = replace(found[place], after=at - resolved_at)
    return found


def _paused(rows: QuerySet[Complaint], begins: datetime, ends: datetime) -> list[Paused]:
    pauses = Pause.objects.filter(complaint__in=rows, began_at__gte=begins, began_at__lt=ends, actor__isnull=False)
    columns = (
        "actor_id", "actor__name", "complaint_id", "began_at", "complaint__handler_id", "complaint__number",
        "complaint__subject_staff",
    )  # fmt: skip
    return [
        Paused(
            person, name, key, at, is_own=handler == person, number="" if about else number,
            link="" if about else link_of(number),
        )
        for person, name, key, at, handler, number, about in pauses.order_by("began_at").values_list(*columns)
    ]  # fmt: skip


def _in_hand(rows: QuerySet[Complaint], begins: datetime, ends: datetime) -> dict[UUID, int]:
    """How many cases each handler had in the span: received before its end and not closed before it began."""
    there = rows.filter(handler__isnull=False, received_at__lt=ends).filter(
        Q(closed_at__isnull=True) | Q(closed_at__gte=begins)
    )
    return dict(there.values_list("handler_id").annotate(Count("pk")))
