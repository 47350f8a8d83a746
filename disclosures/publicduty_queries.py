"""What is read of duties of publication."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils.translation import get_language

from contacts.rules.access import reach_for
from disclosures.models import AccountStatement, Publication, PublicationPlan, PublicationTask
from disclosures.rules.duties import Shown, Span
from disclosures.rules.packs import pack, pack_codes, title_of
from owners.models import Estate
from owners.queries import homes_of
from tenancy.models import Membership
from tenancy.policy import scopes_of


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
    return PublicationPlan.objects.select_related("estate__calendar").order_by("id")


def open_tasks(estate_id: Any) -> QuerySet[PublicationTask]:
    return PublicationTask.objects.filter(estate=estate_id, publication__isnull=True)


def shown_for(estate_id: Any, keeps: dict[str, Any]) -> list[Shown]:
    """What was published of an estate that can keep such a duty: of these accounts, or of these kinds with a period.
    What was withdrawn keeps nothing."""
    rows = Publication.objects.filter(
        estate=estate_id, state__in=(Publication.State.LIVE, Publication.State.ENDED), period_from__isnull=False
    )
    accounts = AccountStatement.objects.filter(estate=estate_id, kind__in=keeps.get("accounts", ()))
    rows = rows.filter(
        Q(subject_type=AccountStatement._meta.label_lower, subject_id__in=accounts.values("pk"))
        | Q(kind__in=keeps.get("publications", ()))
    )
    return _as_shown(rows.order_by("start_on", "id"))


def _as_shown(rows: Iterable[Publication]) -> list[Shown]:
    return [
        Shown(Span(row.period_from, row.period_to), row.start_on, row)
        for row in rows
        if row.period_from and row.period_to and row.start_on
    ]


def keepers_offered(row: PublicationTask) -> QuerySet[Publication]:
    """What can be named by hand as having kept a task: shown in its estate, and not withdrawn."""
    states = (Publication.State.LIVE, Publication.State.ENDED)
    return Publication.objects.filter(estate=row.estate_id, state__in=states).order_by("-start_on", "-id")
