"""The communication plan: with whom one talks regularly about what, how often, who sees to it, when it is due next."""

from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from contacts import duty_queries as queries
from contacts import register_queries
from contacts.models import Duty
from contacts.plan_forms import PlanFilter
from contacts.rules import duties as rules
from contacts.views.doors import duty_readers
from owners.queries import estates_visible_to, searchable
from owners.views.entrance import actor_of, log_auditor
from tenancy.policy import can

PAGE = 50


@require_safe
@duty_readers
@never_cache
def index(request: HttpRequest) -> HttpResponse:
    """Duties of the kind communication, the next due first, each with the last contact written down with its party."""
    actor, today = actor_of(request), timezone.localdate()
    estates = {str(estate.pk): estate for estate in estates_visible_to(actor)}
    form = PlanFilter(request.GET, estates=estates.values())
    form.is_valid()
    said = form.cleaned_data
    rows = queries.duties_visible_to(actor).filter(kind=Duty.Kind.COMMUNICATION, is_active=True)
    if estate := estates.get(said.get("estate") or ""):
        rows = rows.filter(estate=estate)
    if words := searchable(said.get("q") or ""):
        rows = rows.filter(Q(title__icontains=words) | Q(party__name__icontains=words))
    found, ways = _paged(request, rows.select_related("estate", "party", "responsible"))
    last = register_queries.last_contacts(actor, {row.party_id for row in found if row.party_id})
    for row in found:
        row.last_contact = last.get(row.party_id)
        row.is_late = row.due_on < today
    log_auditor(request, "duty.list")
    context = {
        "rows": found, "form": form, "is_narrowed": any(said.values()), "may_write": rules.may_write(actor),
        "may_do": rules.may_do(actor), "may_register": can(actor, "register.write"), **ways,
    }  # fmt: skip
    return render(request, "contacts/plan/index.html", context)


def _paged(request: HttpRequest, rows: Any) -> tuple[list[Any], dict[str, str]]:
    """One page, the next due first, and the addresses of the next and of the first page."""
    kept = {name: value for name, value in request.GET.items() if name not in ("on", "id") and value}
    on: date | None
    try:
        on, key = parse_date(request.GET.get("on", "")), UUID(request.GET.get("id", ""))
    except ValueError:
        on = key = None
    if on is not None:
        rows = rows.filter(Q(due_on__gt=on) | Q(due_on=on, id__gt=key))
    found = list(rows.order_by("due_on", "id")[: PAGE + 1])
    last = found[PAGE - 1] if len(found) > PAGE else None
    older = "?" + urlencode({**kept, "on": last.due_on, "id": last.pk}) if last else ""
    return found[:PAGE], {"older": older, "newer": "?" + urlencode(kept) if on is not None else ""}
