"""Complaints as a source of evidence for what is promised to an estate: answered, or resolved, in the promised time.

Counted are the clocks of the month in which they were due, as they stand; those that no longer apply are not. Estates and
organisations are those in force where it is asked.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, time
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from complaints.models import Category, Clock, Complaint
from complaints.models.settings import TargetKind
from complaints.queries import worked_complaints
from disclosures.rules.standards import Tally, first_of, next_month
from disclosures.standard_sources import Asked, Behind, Source
from tenancy.models import Membership

ANY = "any"
BEHIND_AT_MOST = 200


def _keys() -> Sequence[tuple[str, str | Promise]]:
    return [(ANY, _("Complaints of every class")), *Category.ContentClass.choices]


def _clocks(asked: Asked, kind: str) -> QuerySet[Clock]:
    """What was due in the months and has been judged, or is overdue by now."""
    zone = timezone.get_current_timezone()
    begins, ends = (datetime.combine(day, time.min, tzinfo=zone) for day in (asked.first, next_month(asked.last)))
    rows = Clock.objects.filter(
        complaint__estate=asked.estate, complaint__kind=Complaint.Kind.COMPLAINT, kind=kind, due_at__gte=begins,
        due_at__lt=ends,
    )  # fmt: skip
    late = rows.filter(state=Clock.State.RUNNING, due_at__lt=asked.now)
    return rows.filter(state__in=(Clock.State.MET, Clock.State.BROKEN)) | late


def _tally(kind: str, asked: Asked) -> list[Tally]:
    sums: dict[tuple[str, UUID | None, object], list[int]] = defaultdict(lambda: [0, 0])
    rows = _clocks(asked, kind).order_by().values_list(
        "complaint__category__content_class", "complaint__building", "due_at", "state"
    )  # fmt: skip
    for content, building, due_at, state in rows:
        month = first_of(timezone.localtime(due_at).date())
        for key in {content, ANY} & set(asked.keys):
            counted = sums[key, building, month]
            counted[0] += state == Clock.State.MET
            counted[1] += 1
    return [
        Tally(key, building, month, kept, of)  # type: ignore[arg-type]
        for (key, building, month), (kept, of) in sums.items()
    ]


def _behind(kind: str, asked: Asked, reader: Membership) -> list[Behind]:
    """The cases that this member of the staff may see."""
    rows = _clocks(asked, kind).filter(complaint__in=worked_complaints(reader))
    if asked.building is not None:
        rows = rows.filter(complaint__building=asked.building)
    if ANY not in asked.keys:
        rows = rows.filter(complaint__category__content_class__in=list(asked.keys))
    return [
        Behind(
            timezone.localtime(row.due_at).date(), row.complaint.number, row.state == Clock.State.MET,
            reverse("triage:case", args=[row.complaint.number]),
        )
        for row in rows.select_related("complaint").order_by("due_at", "id")[:BEHIND_AT_MOST]
    ]  # fmt: skip


def _source(code: str, kind: str, label: str | Promise) -> Source:
    return Source(
        code, label, _keys, lambda asked: _tally(kind, asked), lambda asked, reader: _behind(kind, asked, reader),
        of_people=True,
    )  # fmt: skip


ANSWERED = _source("answered", TargetKind.ANSWER, _("Complaints answered in the promised time"))
RESOLVED = _source("resolved", TargetKind.RESOLVE, _("Complaints resolved in the promised time"))
