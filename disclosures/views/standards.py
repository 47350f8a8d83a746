"""What is promised to an estate, and how it was kept: the overview, one promise, what stands behind a month, the sheet for
the board."""

from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from attachments.queries import of_subjects
from disclosures import standard_queries as queries
from disclosures.models import ServiceStandard
from disclosures.rules.defaults import defaults
from disclosures.rules.standards import first_of, last_of, months_until, next_month
from disclosures.standard_showing import cell_shown, evidence_of, month_words, places_shown, rhythm_of, row_shown
from disclosures.standard_sources import RECORDS, Asked, sources
from disclosures.views.doors import standard_readers
from disclosures.views.statements import ways_of
from notices.paper import pdf as paper
from owners.models import Building, Estate
from owners.queries import estates_visible_to
from owners.views.entrance import actor_of, chosen_estate, log_auditor
from tenancy.errors import NotFound
from tenancy.models import Membership
from tenancy.policy import can


@require_safe
@standard_readers
@never_cache
def index(request: HttpRequest) -> HttpResponse:
    """Every promise to an estate with the last twelve months; ``?ended=1`` those that have ended, ``?until=`` earlier ones."""
    actor, today = actor_of(request), timezone.localdate()
    estates = list(estates_visible_to(actor).order_by("name"))
    estate = _estate(request, actor, estates)
    ended, words = request.GET.get("ended") == "1", request.GET.get("q", "").strip()[:100].casefold()
    months = _months(request, today)
    found = queries.standards_of(actor, estate, ended=ended, today=today) if estate else []
    found = [row for row in found if not words or words in _words_of(row, today)]
    page = Paginator(found, defaults()["standards"]["page"]).get_page(request.GET.get("page"))
    kept = queries.kept_of(list(page), estate, actor, months=months, now=timezone.now(), today=today) if estate else []
    context = {
        "rows": [row_shown(one, today) for one in kept], "months": months, "estate": estate, "estates": estates,
        "ended": ended, "q": request.GET.get("q", ""), "may_write": can(actor, "standard.write"),
        "may_show": bool(kept) and not ended and can(actor, "publication.write"),
        "back": _months_link(request, next_month(months[0], -1)),
        "on": _months_link(request, min(next_month(months[-1], len(months)), first_of(today)))
        if months[-1] < first_of(today) else "", **ways_of(request, page),
    }  # fmt: skip
    log_auditor(request, "standard.list")
    return render(request, "disclosures/standards/index.html", context)


def _estate(request: HttpRequest, actor: Membership, estates: list[Estate]) -> Estate | None:
    """The one that was asked for, else the first to which anything is promised, else the first. Raises NotFound."""
    if len(estates) < 2 or request.GET.get("estate"):
        return chosen_estate(request, estates)
    promised = set(queries.standards_visible_to(actor).order_by().values_list("estate", flat=True).distinct())
    return next((estate for estate in estates if estate.pk in promised), estates[0])


def _words_of(row: ServiceStandard, today: date) -> str:
    version = queries.version_on(row, today)
    said = [getattr(version, name) for name in ("item_en", "item_zh", "level_en", "level_zh")] if version else []
    return " ".join(said).casefold()


def _months(request: HttpRequest, today: date) -> list[date]:
    """As many months as are shown at once, up to ``?until=2026-11`` or the present one; what is no month is left out."""
    try:
        wanted = date.fromisoformat(request.GET.get("until", "") + "-01")
    except ValueError:
        wanted = first_of(today)
    earliest = date(defaults()["standards"]["first_year"], 12, 1)
    return months_until(min(max(wanted, earliest), first_of(today)), defaults()["standards"]["months"])


def _months_link(request: HttpRequest, until: date) -> str:
    kept = {name: str(value) for name, value in request.GET.items() if name not in ("until", "page") and value}
    return "?" + urlencode({**kept, "until": until.strftime("%Y-%m")})


def found_standard(request: HttpRequest, standard_id: UUID) -> ServiceStandard:
    """Raises NotFound for unknown and foreign alike."""
    row = queries.standard_seen_by(actor_of(request), standard_id)
    if row is None:
        raise NotFound("no such standard")
    return row


def may_of(actor: Membership, row: ServiceStandard, today: date) -> dict[str, bool]:
    """The acts offered; the verbs decide."""
    version = queries.version_on(row, today)
    by_hand = version is not None and version.source == RECORDS.code and version.from_on <= today
    writes = can(actor, "standard.write", row)
    return {
        "may_change": writes and row.ends_on is None, "may_withdraw": writes,
        "may_record": can(actor, "standard.record", row) and by_hand and (row.ends_on is None or row.ends_on > today),
    }  # fmt: skip


@require_safe
@standard_readers
@never_cache
def standard(request: HttpRequest, standard_id: UUID) -> HttpResponse:
    """One promise: what it says, how it was kept by month and building, and every version it had."""
    actor, today, row = actor_of(request), timezone.localdate(), found_standard(request, standard_id)
    log_auditor(request, "servicestandard", row)
    months = _months(request, today)
    (kept,) = queries.kept_of([row], row.estate, actor, months=months, now=timezone.now(), today=today)
    versions: list[Any] = sorted(row.versions.all(), key=lambda version: version.from_on, reverse=True)
    for version in versions:
        version.rhythm, version.evidence = rhythm_of(version), evidence_of(version)
    context = {
        "row": row, "shown": row_shown(kept, today), "places": places_shown(kept), "months": months,
        "versions": versions, "back": _months_link(request, next_month(months[0], -1)),
        "sees_contract": can(actor, "contract.read"), "today": today, **may_of(actor, row, today),
        "on": _months_link(request, first_of(today)) if months[-1] < first_of(today) else "",
    }  # fmt: skip
    return render(request, "disclosures/standards/standard.html", context)


@require_safe
@standard_readers
@never_cache
def month(request: HttpRequest, standard_id: UUID, year: int, month: int) -> HttpResponse:
    """What stands behind a month: records with their photos; of what is of people, counts, and cases to staff alone."""
    actor, today, row = actor_of(request), timezone.localdate(), found_standard(request, standard_id)
    first = _month(year, month, today)
    version = queries.in_force_in(row, first)
    if version is None:
        raise NotFound("not promised in this month")
    log_auditor(request, "servicestandard", row)
    building = _building(request, row.estate)
    now = timezone.now()
    (kept,) = queries.kept_of([row], row.estate, actor, months=[first], now=now, today=today)
    cell = kept.whole[0] if building is None else next(
        (cells[0] for place, cells in kept.buildings if place == building), None
    )  # fmt: skip
    if cell is None:
        raise NotFound("not promised for this building")
    context = {
        "row": row, "version": version, "month": first, "month_words": month_words(first), "building": building,
        "cell": cell_shown(row, first, cell, building), "is_by_hand": version.source == RECORDS.code,
        "evidence": evidence_of(version), "rhythm": rhythm_of(version), **may_of(actor, row, today),
        "behind": _behind(actor, row, version, first, building, today) if actor.is_staff_role else [],
    }  # fmt: skip
    if version.source == RECORDS.code:
        context |= _records(request, row, version, first, building, actor)
    return render(request, "disclosures/standards/month.html", context)


def _month(year: int, month: int, today: date) -> date:
    """Raises NotFound for what is no month, or has not come."""
    try:
        first = date(year, month, 1)
    except (ValueError, OverflowError):  # a year of many digits is no number that days are made of
        raise NotFound("no such month") from None
    if first > today or year < defaults()["standards"]["first_year"]:
        raise NotFound("no such month")
    return first


def _building(request: HttpRequest, estate: Estate) -> Building | None:
    wanted = request.GET.get("building", "")
    if not wanted:
        return None
    found = next((row for row in queries.buildings_of(estate) if str(row.pk) == wanted), None)
    if found is None:
        raise NotFound("no such building")
    return found


def _records(
    request: HttpRequest, row: ServiceStandard, version: Any, first: date, building: Building | None, actor: Membership
) -> dict[str, Any]:
    """One page of what was written down in the month; of a stretch longer than a month, in all of it."""
    begins, ends = queries.counted_in(version, first, ends_on=row.ends_on)
    rows = queries.records_of(row, min(begins, first), last_of(first), actor)
    page = Paginator(rows.filter(building=building) if building else rows, defaults()["page"]).get_page(
        request.GET.get("page")
    )
    records: list[Any] = list(page)
    files = of_subjects(queries.RECORD_FILES, [one.pk for one in records])
    for one in records:
        one.files = files.get(one.pk, [])
    return {
        "records": records,
        "begins": begins if begins < min(first, ends) else None,
        "ends": ends,
        **ways_of(request, page),
    }


def _behind(
    actor: Membership, row: ServiceStandard, version: Any, first: date, building: Building | None, today: date
) -> list[Any]:
    source = sources()[version.source]
    if source.behind is None:
        return []
    asked = Asked(row.estate, {version.source_key}, first, first, timezone.now(), today, building)
    return source.behind(asked, actor)


@require_safe
@standard_readers
@never_cache
def board(request: HttpRequest) -> HttpResponseBase:
    """The sheet for the notice board: every promise to the estate with the last twelve months, as owners see it."""
    actor, today = actor_of(request), timezone.localdate()
    estate = chosen_estate(request, list(estates_visible_to(actor).order_by("name")))
    if estate is None:  # nothing to set on paper: the page says so
        empty: HttpResponseBase = index(request)
        return empty
    log_auditor(request, "standard.list")
    months, organisation = _months(request, today), request.organisation  # type: ignore[attr-defined]
    rows = queries.standards_of(actor, estate, today=today)
    kept = queries.kept_of(rows, estate, None, months=months, now=timezone.now(), today=today)
    context = {
        "organisation": organisation, "estate": estate, "months": months, "accent": organisation.accent,
        "rows": [row_shown(one, today) for one in kept], "made": timezone.now(),
    }  # fmt: skip
    html = render_to_string("pdf/disclosures/standards.html", context)
    response = StreamingHttpResponse(_made(html), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="standards-{estate.code}-{months[-1]:%Y-%m}.pdf"'
    return response


def _made(html: str) -> Iterator[bytes]:
    """After the request's transaction has ended."""
    yield paper.write(html)
