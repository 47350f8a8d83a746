"""Where it is seen whether a promise was kept. Rooms above this one offer theirs by ``settings.STANDARD_SOURCES``."""

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from uuid import UUID

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet, Sum
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from audit.models import AuditEntry
from contacts.duty_queries import duties_visible_to
from contacts.models import Duty, DutyDone
from disclosures.models import StandardRecord
from disclosures.rules.standards import Tally, first_of, next_month
from owners.models import Building, Estate
from tenancy.models import Membership

Kinds = Callable[[], Sequence[tuple[str, str | Promise]]]


@dataclass(frozen=True)
class Asked:
    """Of which estate, of which keys, and in which months, the first and the last."""

    estate: Estate
    keys: Collection[str]
    first: date
    last: date
    now: datetime
    today: date
    building: Building | None = None
    """Only of what stands behind: narrowed to one."""


@dataclass(frozen=True)
class Behind:
    """One thing that stands behind a month, as staff see it."""

    on: date
    words: str
    is_kept: bool
    link: str = ""
    done_on: date | None = None


@dataclass(frozen=True)
class Source:
    """``kinds`` are what can be promised of it; ``tally`` counts, with as many statements for one key as for all.

    ``behind`` names single things to a member of the staff, as far as they may see them. What is ``of_people`` is shown
    to neighbours only where it is of enough.
    """

    code: str
    label: str | Promise
    kinds: Kinds
    tally: Callable[[Asked], list[Tally]]
    behind: Callable[[Asked, Membership], list[Behind]] | None = None
    of_people: bool = False


# -- written down by hand ------------------------------------------------------------------------------------------------


def _records(asked: Asked) -> list[Tally]:
    """By the id of the standard. How many there should be, its terms say."""
    rows = StandardRecord.objects.filter(
        standard__in=list(asked.keys), withdrawn_at=None, on__gte=asked.first, on__lt=next_month(asked.last)
    ).order_by().values_list("standard", "building", "on").annotate(Sum("times"))  # fmt: skip
    return [Tally(str(standard), building, first_of(on), times, None, on) for standard, building, on, times in rows]


# -- the calendar of what recurs -----------------------------------------------------------------------------------------


def _duties(asked: Asked) -> list[Tally]:
    """By kind: what was due in a month, and how much of it was done by its day. What is overdue was not."""
    sums: dict[tuple[str, UUID | None, date], list[int]] = defaultdict(lambda: [0, 0])
    within = {"due_on__gte": asked.first, "due_on__lt": next_month(asked.last)}
    done = DutyDone.objects.filter(duty__estate=asked.estate, duty__kind__in=list(asked.keys), **within)
    for kind, building, due_on, done_on in done.order_by().values_list(
        "duty__kind", "duty__building", "due_on", "done_on"
    ):
        counted = sums[kind, building, first_of(due_on)]
        counted[0] += done_on <= due_on
        counted[1] += 1
    for row in _overdue(Duty.objects.filter(estate=asked.estate, kind__in=list(asked.keys)), asked):
        sums[row.kind, row.building_id, first_of(row.due_on)][1] += 1
    return [Tally(kind, building, month, kept, of) for (kind, building, month), (kept, of) in sums.items()]


def _overdue(duties: QuerySet[Duty], asked: Asked) -> list[Duty]:
    """What was due in the months and was not done. Stopping a duty takes nothing back: what was due before the day on
    which it was stopped, as the audit log tells it, stays; without that day, what was due before the present month."""
    rows = duties.filter(due_on__gte=asked.first, due_on__lt=min(next_month(asked.last), asked.today))
    was_done = DutyDone.objects.filter(duty=OuterRef("pk"), due_on=OuterRef("due_on"))
    late = list(rows.filter(Q(is_active=True) | ~Exists(was_done)).order_by("due_on", "id"))
    stopped = {row.pk: first_of(asked.today) for row in late if not row.is_active}
    if stopped:
        entries = AuditEntry.objects.filter(action="duty.stopped", subject_id__in=list(stopped)).order_by("at")
        stopped |= {key: timezone.localtime(at).date() for key, at in entries.values_list("subject_id", "at")}
    return [row for row in late if row.is_active or row.due_on < stopped[row.pk]]


def _behind_duties(asked: Asked, reader: Membership) -> list[Behind]:
    """What was due, and when it was done, of the duties this member may read."""
    within = {"due_on__gte": asked.first, "due_on__lt": next_month(asked.last)}
    duties = duties_visible_to(reader).filter(estate=asked.estate, kind__in=list(asked.keys))
    if asked.building is not None:
        duties = duties.filter(building=asked.building)
    done = DutyDone.objects.filter(duty__in=duties, **within).select_related("duty").order_by("due_on", "id")
    return [
        *(Behind(row.due_on, row.duty.title, row.done_on <= row.due_on, _duty_page(row.duty_id), row.done_on) for row in done),
        *(Behind(row.due_on, row.title, False, _duty_page(row.pk)) for row in _overdue(duties, asked)),
    ]  # fmt: skip


def _duty_page(key: UUID) -> str:
    return reverse("contacts:duty", args=[key])


RECORDS = Source("records", _("Records written by hand"), lambda: [("", _("Records written by hand"))], _records)
DUTIES = Source("duties", _("The calendar of what recurs"), lambda: Duty.Kind.choices, _duties, _behind_duties)


@cache
def sources() -> dict[str, Source]:
    offered = [import_string(path) for path in settings.STANDARD_SOURCES]
    return {source.code: source for source in (RECORDS, DUTIES, *offered)}
