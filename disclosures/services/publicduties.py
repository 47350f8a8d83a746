"""Duties of publication: switched on for an estate, computed for each period, kept by what is published."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils import formats
from django.utils.translation import gettext as _

from audit.services import record
from contacts.rules.access import reach_for
from contacts.rules.calendars import calendar_of
from deadlines.rules import zones
from disclosures import publicduty_queries as queries
from disclosures.models import Publication, PublicationPlan, PublicationTask
from disclosures.rules import duties as rules
from disclosures.rules.packs import pack, pack_codes, publishing
from owners.models import Estate
from tenancy.errors import DomainError, NotAllowed, NotFound
from tenancy.models import Membership
from tenancy.policy import can


@dataclass(frozen=True)
class Wish:
    """Which rules an estate follows, which of their duties are switched on, and from which day on."""

    pack: str
    kinds: Sequence[str]
    from_on: date


def today_in(estate: Estate, now: datetime) -> date:
    return zones.local_day(estate.calendar.time_zone, now)


@transaction.atomic
def set_plan(
    *, estate: Estate, wish: Wish, actor: Membership | None, now: datetime, version: int | None = None
) -> PublicationPlan:
    """Switch duties on and off for an estate; what is due for periods that are over is computed too.

    ``version`` is what the form began with. Raises NotAllowed, DomainError, also when somebody else was quicker.
    """
    if actor is None or not reach_for(actor, "publicduty.plan").covers(estate.pk):
        raise NotAllowed(_("You cannot set what this estate must publish."))
    estate = Estate.objects.select_for_update(of=("self",)).select_related("calendar").get(pk=estate.pk)
    _must_be_possible(wish, today_in(estate, now))
    row = PublicationPlan.objects.filter(estate=estate).first()
    kinds = sorted(set(wish.kinds))
    if row is not None and (row.pack, row.kinds, row.from_on) == (wish.pack, kinds, wish.from_on):
        return row
    if row is not None and version is not None and row.version != version:
        raise DomainError(_("Somebody else has changed it meanwhile. Look at it again."), code="version")
    if row is None:
        row = PublicationPlan(estate=estate)
    else:
        row.version += 1
    row.pack, row.kinds, row.from_on, row.changed_by, row.changed_at = wish.pack, kinds, wish.from_on, actor, now
    row.save()
    record(
        action="publicduty.planned", subject=row, actor=actor, now=now, label=estate.code,
        changes={"pack": row.pack, "kinds": kinds, "from_on": row.from_on.isoformat()},
    )  # fmt: skip
    # What is over stays as it was; what still waits is computed anew.
    queries.open_tasks(estate.pk).filter(due_on__gte=today_in(estate, now)).delete()
    compute(plan=row, now=now)
    return row


def _must_be_possible(wish: Wish, today: date) -> None:
    if wish.pack not in pack_codes():
        raise DomainError(_("Choose the rules the estate follows."), code="pack")
    offered, titles = pack(wish.pack)["duties"], queries.kinds_offered()
    if strange := [titles.get(kind, kind) for kind in wish.kinds if kind not in offered]:
        raise DomainError(_("These rules do not hold: %(names)s.") % {"names": ", ".join(strange)}, code="kinds")
    if wish.from_on.year < today.year - publishing()["years_back"]:
        raise DomainError(
            _("Not more than %(years)s years back.") % {"years": publishing()["years_back"]}, code="from_on"
        )
    if wish.from_on > today:
        raise DomainError(_("That day is still to come."), code="from_on")


@transaction.atomic
def compute(*, plan: PublicationPlan, now: datetime) -> int:
    """A task for each period that has begun, each once, and what keeps them. Returns how many are new.

    What was withdrawn while another worker just read it as shown keeps nothing from here on.
    """
    estate, today = plan.estate, today_in(plan.estate, now)
    said = pack(plan.pack)
    rows = []
    for kind in plan.kinds:
        duty = said["duties"].get(kind)
        if duty is None:
            continue
        calendar = calendar_of(estate) if duty.get("roll_rest_day", said["roll_rest_day"]) else None
        rows += [
            PublicationTask(
                estate=estate, pack=plan.pack, kind=kind, period_from=span.from_on, period_to=span.to_on,
                due_on=rules.due_on(duty["due"], span, calendar), computed_at=now,
            )
            for span in rules.spans(duty["every"], plan.from_on, today)
        ]  # fmt: skip
    there = set(PublicationTask.objects.filter(estate=estate).values_list("kind", "period_from", "period_to"))
    fresh = [row for row in rows if (row.kind, row.period_from, row.period_to) not in there]
    PublicationTask.objects.bulk_create(fresh, ignore_conflicts=True)
    for publication in queries.withdrawn_early(estate):
        _reopen_without(publication, None, now)
    match(estate_id=estate.pk, now=now)
    return len(fresh)


def match(*, estate_id: UUID, now: datetime) -> int:
    """Open tasks of an estate that something published keeps, by its accounts or kind and its period. Twice changes nothing."""
    found = 0
    rows = queries.open_tasks(estate_id).select_related("estate__organisation").select_for_update(of=("self",))
    for row in rows.order_by("due_on", "id"):
        kept = queries.keeper_of(row)
        if kept is not None:
            _keep(row, kept.key, kept.on, None, now)
            found += 1
    return found


def _keep(row: PublicationTask, publication: Publication, on: date, actor: Membership | None, now: datetime) -> None:
    row.publication, row.kept_on, row.named_by = publication, on, actor
    row.save(update_fields=["publication", "kept_on", "named_by"])
    record(
        action="publicduty.kept", subject=row, actor=actor, now=now, label=publication.number,
        changes={"late": on > row.due_on},
    )  # fmt: skip


def _locked(task_id: UUID, actor: Membership | None) -> PublicationTask:
    seen = queries.tasks_visible_to(actor).filter(pk=task_id)
    row = PublicationTask.objects.select_for_update().filter(pk__in=seen.values("pk")).first()
    if row is None:
        raise NotFound("no such task")
    if not can(actor, "publicduty.write", row):
        raise NotAllowed(_("You may read what must be published, but not change it."))
    return row


@transaction.atomic
def name_keeper(*, task_id: UUID, publication_id: UUID, actor: Membership, now: datetime) -> PublicationTask:
    """Say which publication kept a task: one shown since its period began. A second click changes nothing.

    Raises NotFound, NotAllowed, DomainError.
    """
    # Before the task, as a withdrawal locks them: it is not withdrawn while it is named.
    Publication.objects.select_for_update().filter(pk=publication_id).first()
    row = _locked(task_id, actor)
    if row.publication_id == publication_id:
        return row
    if row.publication_id is not None:
        raise DomainError(_("Something else has kept it already."), code="publication")
    publication = queries.keepers_offered(row).filter(pk=publication_id).first()
    if publication is None or publication.start_on is None:
        raise DomainError(
            _("Choose something that was published in this estate since %(day)s and is not withdrawn.")
            % {"day": formats.date_format(row.period_from)},
            code="publication",
        )
    _keep(row, publication, publication.start_on, actor, now)
    return row


@transaction.atomic
def take_back(*, task_id: UUID, actor: Membership, now: datetime) -> PublicationTask:
    """What was named by hand was wrong. A second click changes nothing. Raises NotFound, NotAllowed, DomainError."""
    row = _locked(task_id, actor)
    if row.publication_id is None:
        return row
    if row.named_by_id is None:
        raise DomainError(_("It was found by its period, not named by hand."), code="state")
    _reopen(row, actor, now)
    return row


def _reopen(row: PublicationTask, actor: Membership | None, now: datetime) -> None:
    row.publication = row.kept_on = row.named_by = None
    row.save(update_fields=["publication", "kept_on", "named_by"])
    record(action="publicduty.reopened", subject=row, actor=actor, now=now)


def reopen_kept_by(publication: Publication, *, actor: Membership | None, now: datetime) -> None:
    """It was withdrawn before its minimum time was over: what it kept is open again, unless something else keeps it."""
    _reopen_without(publication, actor, now)
    match(estate_id=publication.estate_id, now=now)


def _reopen_without(publication: Publication, actor: Membership | None, now: datetime) -> None:
    """Tasks that it kept, also together with others: a half-year of which one quarter is gone."""
    for row in publication.tasks.select_for_update().order_by("id"):
        _reopen(row, actor, now)
    rows = (
        queries.kept_tasks(publication.estate_id).select_related("estate__organisation").select_for_update(of=("self",))
    )
    for row in rows.order_by("id"):
        if not queries.could_keep(publication, row):
            continue
        kept = queries.keeper_of(row)
        if kept is None or kept.key.pk != row.publication_id:
            _reopen(row, actor, now)
