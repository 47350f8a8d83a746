"""What is read of duties of publication."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.utils.translation import get_language

from contacts.rules.access import reach_for
from deadlines.rules import zones
from disclosures.models import AccountStatement, Publication, PublicationPlan, PublicationTask
from disclosures.rules.duties import Shown, Span, following, kept_by, overlap
from disclosures.rules.packs import pack, pack_codes, publishing, title_of
from owners.models import Estate
from owners.queries import homes_of
from tenancy.models import Membership
from tenancy.policy import can, scopes_of


def tasks_visible_to(member: Membership | None) -> QuerySet[PublicationTask]:
    """Staff: those of estates they have as a whole. Owners and committee: all of where they are at home."""
    scopes = scopes_of(member, "publicduty.read")
    if member is None or not scopes:
        return PublicationTask.objects.none()
    if "home" in scopes:
        return PublicationTask.objects.filter(estate__in=list(homes_of(member)))
    reach = reach_for(member, "publicduty.read")
    return PublicationTask.objects.filter(Q() if reach.everywhere else Q(estate__in=reach.estates))


def listed(
    member: Membership | None, today: date, *, estate: Estate | None = None, which: str = ""
) -> QuerySet[PublicationTask]:
    """What is due latest first. ``which``: waiting, missed, kept or late."""
    rows = tasks_visible_to(member)
    if estate is not None:
        rows = rows.filter(estate=estate)
    conditions = {
        "waiting": Q(publication__isnull=True, due_on__gte=today),
        "missed": Q(publication__isnull=True, due_on__lt=today),
        "kept": Q(kept_on__lte=F("due_on")), "late": Q(kept_on__gt=F("due_on")),
    }  # fmt: skip
    rows = rows.filter(conditions.get(which, Q()))
    return rows.select_related("estate", "publication").order_by("-due_on", "kind", "id")


def pressing(member: Membership, today: date) -> dict[str, int]:
    """How many duties are ``missed``, and ``due`` within the days of the reminder: for who keeps them and for the committee.
    Asks nothing for anybody else."""
    if not (can(member, "publicduty.write") or can(member, "statement.review")):
        return {"missed": 0, "due": 0}
    soon = today + timedelta(days=publishing()["remind_days"])
    rows = tasks_visible_to(member).filter(publication__isnull=True, estate__is_active=True, due_on__lte=soon)
    missed, due = Q(due_on__lt=today), Q(due_on__gte=today)
    found: dict[str, int] = rows.aggregate(missed=Count("pk", filter=missed), due=Count("pk", filter=due))
    return found


def standings_of(rows: QuerySet[PublicationTask], today: date) -> list[str]:
    """Where each of them stands; reads three columns of all of them."""
    plain = rows.order_by().only("due_on", "kept_on")
    return [row.standing(today) for row in plain.select_related(None)]


def said_of(code: str, kind: str) -> dict[str, Any]:
    """What the rules say of a duty; nothing when they hold it no more."""
    return dict(pack(code)["duties"].get(kind) or {})


def title_of_task(row: PublicationTask) -> str:
    return title_of(said_of(row.pack, row.kind), get_language() or "en") or row.kind


def kinds_offered() -> dict[str, str]:
    """Every duty of any pack by its code, with the packs that hold it where not all do."""
    language, codes, found = get_language() or "en", pack_codes(), {}
    for code in codes:
        for kind, said in pack(code)["duties"].items():
            holders = [one for one in codes if kind in pack(one)["duties"]]
            where = "" if len(holders) == len(codes) else ", ".join(title_of(pack(one), language) for one in holders)
            words = title_of(said, language)
            found[kind] = f"{words} ({where})" if where else words
    return found


def plans() -> QuerySet[PublicationPlan]:
    """Those of estates that are still looked after."""
    rows = PublicationPlan.objects.filter(estate__is_active=True)
    return rows.select_related("estate__calendar", "estate__organisation").order_by("id")


def open_tasks(estate_id: Any) -> QuerySet[PublicationTask]:
    return PublicationTask.objects.filter(estate=estate_id, publication__isnull=True)


def kept_tasks(estate_id: Any) -> QuerySet[PublicationTask]:
    """Those whose keeper was found by its period."""
    return PublicationTask.objects.filter(estate=estate_id, publication__isnull=False, named_by__isnull=True)


def withdrawn_early(estate: Estate) -> list[Publication]:
    """Those taken down before their minimum time was over: its last day still belongs to it."""
    rows = Publication.objects.filter(estate=estate.pk, state=Publication.State.WITHDRAWN)
    return [row for row in rows.order_by("id") if not _hung_whole(row, estate.organisation.time_zone)]


def _hung_whole(row: Publication, time_zone: str) -> bool:
    if row.state != Publication.State.WITHDRAWN:
        return True
    return row.withdrawn_at is not None and row.has_hung(zones.local_day(time_zone, row.withdrawn_at))


def keeper_of(row: PublicationTask) -> Shown | None:
    """What was published that keeps a task, by its kind and its period."""
    keeps = said_of(row.pack, row.kind).get("keeps")
    if not keeps:
        return None
    return kept_by(span_of(row), shown_for(row.estate, keeps), is_ahead=_looks_ahead(row))


def span_of(row: PublicationTask) -> Span:
    """What must be published is about these days: the period, or the one after it."""
    span = Span(row.period_from, row.period_to)
    return following(span) if _looks_ahead(row) else span


def _looks_ahead(row: PublicationTask) -> bool:
    return bool(said_of(row.pack, row.kind).get("covers") == "next")


def could_keep(publication: Publication, row: PublicationTask) -> bool:
    """Whether it is of the kind and about days that a task asks for, whatever became of it since."""
    keeps = said_of(row.pack, row.kind).get("keeps")
    if not keeps or not publication.period_from or not publication.period_to:
        return False
    if not overlap(Span(publication.period_from, publication.period_to), span_of(row)):
        return False
    return _that_keep(row.estate_id, keeps).filter(pk=publication.pk).exists()


def shown_for(estate: Estate, keeps: dict[str, Any]) -> list[Shown]:
    """What was published of an estate that can keep such a duty: of these accounts, or of these kinds with a period.
    What was withdrawn before its minimum time was over keeps nothing."""
    rows = _that_keep(estate.pk, keeps).exclude(state=Publication.State.DRAFT).order_by("start_on", "id")
    return _as_shown(row for row in rows if _hung_whole(row, estate.organisation.time_zone))


def _that_keep(estate_id: Any, keeps: dict[str, Any]) -> QuerySet[Publication]:
    rows = Publication.objects.filter(estate=estate_id, period_from__isnull=False)
    accounts = AccountStatement.objects.filter(estate=estate_id, kind__in=keeps.get("accounts", ()))
    return rows.filter(
        Q(subject_type=AccountStatement._meta.label_lower, subject_id__in=accounts.values("pk"))
        | Q(kind__in=keeps.get("publications", ()))
    )


def _as_shown(rows: Iterable[Publication]) -> list[Shown]:
    return [
        Shown(Span(row.period_from, row.period_to), row.start_on, row)
        for row in rows
        if row.period_from and row.period_to and row.start_on
    ]


def keepers_offered(row: PublicationTask) -> QuerySet[Publication]:
    """What can be named by hand as having kept a task: shown in its estate since its period began, and not withdrawn."""
    states = (Publication.State.LIVE, Publication.State.ENDED)
    rows = Publication.objects.filter(estate=row.estate_id, state__in=states, start_on__gte=row.period_from)
    return rows.order_by("-start_on", "-id")
