"""What the reports read: the facts of a month, the runs somebody may see, the past-due register."""

from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Case as When_
from django.db.models import Count, IntegerField, Max, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import TruncMonth

from complaints.models import Clock, Complaint, Escalation, LadderStep, Move, Pause, ReturnVisit
from complaints.queries import worked_complaints
from complaints.rules.veiling import veiled
from deadlines.models import ServiceCalendar
from owners.models import Estate
from owners.queries import estates_visible_to
from reports.models import ReportRun
from reports.rules.counting import ENDED, Case, Facts, Promise, Step, Stood, Visit
from reports.rules.months import Span, next_month
from tenancy.models import Membership
from tenancy.reach import reach_of

State = ReportRun.State
IN_PROGRESS = (State.WAITING, State.RUNNING)
TABLES = ("category", "content_class", "building", "handler", "priority", "channel")
CASE = (
    "is_anonymous",
    "pk", "number", "received_at", "accepted_at", "answered_at", "estate__calendar_id", "subject_staff_id", "estate_id",
    "estate__name", "building_id", "building__name", "handler_id", "handler__name", "priority", "channel",
    "category__code", "category__name_en", "category__name_zh", "category__content_class",
)  # fmt: skip


# -- the facts of a month ------------------------------------------------------------------------------------------


# Figures on complaints count complaints; requests are no dissatisfaction.
COMPLAINT = Complaint.Kind.COMPLAINT


def estates_of(actor: Membership) -> QuerySet[Estate]:
    """The estates the actor has as a whole: a report is about whole estates."""
    estates, reach = Estate.objects.filter(is_active=True).order_by("name"), reach_of(actor)
    return estates if reach.everywhere else estates.filter(pk__in=reach.estates)


def facts(estate_ids: Iterable[str], span: Span) -> Facts:
    """Everything that was open at some time of the span, in five statements."""
    concerned = Complaint.objects.filter(
        Q(is_open=True) | Q(moved_at__gte=span.start), estate__in=estate_ids, received_at__lt=span.until, kind=COMPLAINT
    )
    inside = concerned.values("pk")
    cases = _cases(concerned)
    known = {case.id for case in cases}
    turning = Q(to_state__in=[*ENDED, "resolved", "reopened"]) | Q(from_state__in=list(ENDED))
    steps = Move.objects.filter(turning, complaint__in=inside, at__lt=span.until).order_by("at", "id")
    promises = Clock.objects.filter(
        Q(due_at__gte=span.start) | Q(stopped_at__gte=span.start), complaint__in=inside, started_at__lt=span.until
    )
    visits = ReturnVisit.objects.filter(
        complaint__in=inside, outcome=ReturnVisit.Outcome.REACHED, at__gte=span.start, at__lt=span.until
    )
    pauses = Pause.objects.filter(complaint__in=inside, ended_at__gte=span.start, ended_at__lt=span.until)
    # A complaint filed between two of these statements belongs to the next report.
    return Facts(
        cases,
        [Step(*row[:5], by_staff=row[5] is not None) for row in steps.values_list(
            "complaint_id", "from_state", "to_state", "at", "by_complainant", "actor_id") if row[0] in known],
        [_promise(row) for row in promises.values_list(
            "complaint_id", "kind", "state", "due_at", "stopped_at", "paused_at") if row[0] in known],
        [Visit(*row) for row in visits.order_by("at", "id").values_list("complaint_id", "at", "is_solved", "rating") if row[0] in known],
        [Stood(case_id, reason, ended_at, minutes or 0) for case_id, reason, ended_at, minutes in
         pauses.order_by("ended_at", "id").values_list("complaint_id", "reason", "ended_at", "minutes") if case_id in known],
    )  # fmt: skip


def _cases(concerned: QuerySet[Complaint]) -> list[Case]:
    rows = [dict(zip(CASE, row, strict=True)) for row in concerned.values_list(*CASE)]
    several = len({row["estate_id"] for row in rows}) > 1
    return [_case(row, several) for row in rows]


def _case(row: dict[str, Any], several: bool) -> Case:
    building = row["building__name"] or ""
    groups: dict[str, tuple[str, dict[str, str]]] = {
        "category": (row["category__code"], {"en": row["category__name_en"], "zh": row["category__name_zh"]}),
        "building": _named(row["building_id"], f"{row['estate__name']} · {building}" if several else building),
        "handler": _named(row["handler_id"], row["handler__name"]),
        "estate": _named(row["estate_id"], row["estate__name"]),
        "content_class": (row["category__content_class"], {}),
        "priority": (row["priority"], {}),
        "channel": (row["channel"], {}),
    }
    return Case(
        id=row["pk"], number=row["number"], received_at=row["received_at"], accepted_at=row["accepted_at"],
        answered_at=row["answered_at"], calendar_id=row["estate__calendar_id"],
        is_withheld=row["subject_staff_id"] is not None, groups=groups, is_anonymous=row["is_anonymous"],
    )  # fmt: skip


def _named(key: UUID | None, name: str | None) -> tuple[str, dict[str, str]]:
    return (str(key), {"": name or ""}) if key else ("", {})


def _promise(row: tuple[Any, ...]) -> Promise:
    case_id, kind, state, due_at, stopped_at, paused_at = row
    return Promise(case_id, kind, state == Clock.State.CANCELLED, due_at, stopped_at, paused_at)


def estates_with_statistics(actor: Membership) -> QuerySet[Estate]:
    """The estates whose statistics the actor reads: owners those of their units, committees and staff their own."""
    return estates_visible_to(actor).select_related("calendar").order_by("name")


def received_by_month(estate: Estate, months: Iterable[date]) -> list[tuple[date, int]]:
    """How many complaints came in in each of these months of the estate's zone, in their order."""
    zone, months = ZoneInfo(estate.calendar.time_zone), list(months)
    first, last = (datetime.combine(day, time.min, tzinfo=zone) for day in (min(months), next_month(max(months))))
    rows = Complaint.objects.filter(
        estate=estate, kind=COMPLAINT, received_at__gte=first, received_at__lt=last
    ).order_by()
    by_month = rows.annotate(month=TruncMonth("received_at", tzinfo=zone)).values_list("month").annotate(Count("pk"))
    found = {month.date(): number for month, number in by_month}
    return [(month, found.get(month, 0)) for month in months]


def calendars_of(estate_ids: Iterable[str]) -> list[ServiceCalendar]:
    return list(ServiceCalendar.objects.filter(estates__in=estate_ids).distinct())


# -- runs ------------------------------------------------------------------------------------------------------------


def runs_visible_to(actor: Membership) -> QuerySet[ReportRun]:
    """The reports about estates of the actor's, also given-up ones, newest first, without their long figures."""
    runs, reach = ReportRun.objects.exclude(estate_ids=[]), reach_of(actor)
    if not reach.everywhere:
        runs = runs.filter(estate_ids__contained_by=[str(pk) for pk in reach.estates])
    return runs.defer("figures", "listing").select_related("estate", "requested_by").order_by("-requested_at", "-id")


def run_in_progress(
    *, kind: str, estate: Estate | None, month: date, language: str, actor: Membership
) -> ReportRun | None:
    same = ReportRun.objects.filter(
        kind=kind, month=month, language=language, requested_by=actor, state__in=IN_PROGRESS
    )
    found: ReportRun | None = same.filter(Q(estate=estate) if estate else Q(estate__isnull=True)).first()
    return found


def takeable(now: datetime) -> Q:
    """Waiting, or being made by a worker that has not been heard of."""
    return Q(state=State.WAITING) | Q(state=State.RUNNING, lease_until__lt=now)


def runs_to_make(now: datetime) -> list[tuple[int, UUID]]:
    """(organisation, run) everywhere: the one question that crosses organisations, asked as the system role."""
    waiting = ReportRun.across.using("system").filter(takeable(now)).order_by("requested_at")
    return list(waiting.values_list("organisation_id", "id")[:100])


# -- past due --------------------------------------------------------------------------------------------------------

LEVELS = list(LadderStep.Level)


def past_due(actor: Membership, now: datetime) -> QuerySet[Clock]:
    """Running targets that have passed, of complaints the actor works with; ``rank`` is how far up the ladder each is.

    0 stands for nobody told yet, then the levels in their order.
    """
    late = Clock.objects.filter(
        complaint__in=worked_complaints(actor).filter(is_open=True, next_due_at__lt=now),
        stopped_at__isnull=True,
        paused_at__isnull=True,
        due_at__lt=now,
    )
    ranks = When_(
        *[When(level=level, then=Value(rank)) for rank, level in enumerate(LEVELS, 1)], output_field=IntegerField()
    )
    told = Escalation.objects.filter(clock=OuterRef("pk")).order_by().values("clock").annotate(top=Max(ranks))
    return late.annotate(rank=Subquery(told.values("top")))


def past_due_counts(late: QuerySet[Clock]) -> dict[int, int]:
    """How many stand at each rank; 0 for nobody told yet."""
    rows = late.order_by().values_list("rank").annotate(found=Count("pk"))
    return {rank or 0: found for rank, found in rows}


def past_due_rows(
    late: QuerySet[Clock], *, reader: Membership, after: tuple[datetime, UUID] | None, size: int
) -> list[Clock]:
    """One page and a row more, longest late first, with everything a row shows."""
    if after:
        late = late.filter(Q(due_at__gt=after[0]) | Q(due_at=after[0], pk__gt=after[1]))
    parts = (
        "calendar",
        "complaint__category",
        "complaint__estate",
        "complaint__building",
        "complaint__unit",
        "complaint__handler",
    )
    rows = list(late.select_related(*parts).order_by("due_at", "pk")[: size + 1])
    for clock in rows:
        clock.complaint = veiled(clock.complaint, reader)
    return rows


def acknowledged(clock_ids: Iterable[UUID]) -> set[tuple[UUID, str]]:
    """(clock, level) that somebody took up."""
    rows = Escalation.objects.filter(clock__in=list(clock_ids), acknowledged_at__isnull=False)
    return set(rows.values_list("clock_id", "level"))


def handlers_past_due(actor: Membership, now: datetime) -> list[tuple[UUID, str]]:
    late = worked_complaints(actor).filter(is_open=True, next_due_at__lt=now, handler__isnull=False)
    return list(late.order_by("handler__name", "handler_id").values_list("handler_id", "handler__name").distinct())
