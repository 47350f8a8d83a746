"""The registry for staff: estates, people, units, requests that wait."""

from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from owners import queries, rules
from owners.models import Estate, Occupancy, Ownership, Person, Unit, UnitClaim
from owners.views.entrance import log_auditor, member_of, staff_only
from tenancy.errors import NotFound
from tenancy.models import Membership
from tenancy.names import name_for, sees_names

PAGE = 50


@require_safe
@staff_only(rules.may_read_registry)
def overview(request: HttpRequest) -> HttpResponse:
    """The estates with their figures, what was imported lately, what waits."""
    member = member_of(request)
    return render(
        request,
        "owners/registry.html",
        {
            "estates": list(queries.estates_with_counts(member)),
            "imports": list(queries.imports_visible_to(member)[:10]),
            "claims_waiting": queries.claims_visible_to(member).filter(state=UnitClaim.State.WAITING).count(),
            **_rights(member),
        },
    )


def _rights(member: Membership | None) -> dict[str, bool]:
    return {
        "may_import": rules.may_import_somewhere(member),
        "may_decide": rules.may_decide_claims(member),
        "may_invite": rules.may_invite(member),
        "sees_contacts": rules.sees_contacts(member),
    }


def _estate(request: HttpRequest) -> Estate | None:
    wanted = request.GET.get("estate", "")
    try:
        key = UUID(wanted)
    except ValueError:
        return None
    return queries.estates_visible_to(member_of(request)).filter(pk=key).first()


def _keyset(request: HttpRequest, rows: Any, name: str) -> tuple[list[Any], dict[str, str]]:
    """One page of rows ordered by ``name`` and id, and the addresses of the next and of the first page."""
    after, after_id = request.GET.get("after"), request.GET.get("id")
    kept = {key: value for key in ("q", "estate", "state") if (value := request.GET.get(key, ""))}
    try:
        key = UUID(after_id) if after_id else None
    except ValueError:
        key = None
    if after is not None and key is not None:
        rows = rows.filter(Q(**{f"{name}__gt": after}) | Q(**{name: after, "id__gt": key}))
    found = list(rows[: PAGE + 1])
    page = found[:PAGE]
    ways = {"older": "", "newer": ""}
    if len(found) > PAGE:
        ways["older"] = "?" + urlencode({**kept, "after": getattr(page[-1], name), "id": page[-1].pk})
    if after is not None:
        ways["newer"] = "?" + urlencode(kept)
    return page, ways


def show_contacts(people: list[Any], member: Membership | None) -> None:
    """Give each person what may be shown of name, phone and address."""
    whole = rules.sees_contacts(member)
    for person in people:
        phone = (
            person.phone.as_international
            if person.phone and hasattr(person.phone, "as_international")
            else str(person.phone or "")
        )
        person.shown_phone = phone if whole else rules.masked_phone(phone)
        person.shown_email = person.email if whole else rules.masked_email(person.email)
        person.shown_postal_address = person.postal_address if whole else ""
        person.shown_name = name_for(member, person.name)


@require_safe
@staff_only(rules.may_read_registry)
def people(request: HttpRequest) -> HttpResponse:
    """People by name, phone or unit."""
    member, estate, text = member_of(request), _estate(request), request.GET.get("q", "")[:100]
    log_auditor(request, "people")
    rows = queries.people_page(member, text=text, estate=estate, on=timezone.localdate())
    # By name, which the page's address then tells: not for who sees no names.
    page, ways = _keyset(request, rows, "name" if sees_names(member) else "id")
    show_contacts(page, member)
    context = {
        "people": page,
        "text": text,
        "estate": estate,
        "estates": list(queries.estates_visible_to(member)),
        **ways,
    }
    return render(request, "owners/people.html", {**context, **_rights(member)})


@require_safe
@staff_only(rules.may_read_registry)
def person(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """One person: how to reach them, what they own and use, now and before."""
    member = member_of(request)
    found = queries.people_visible_to(member).select_related("membership__user").filter(pk=person_id).first()
    if found is None or member is None:
        raise NotFound("no such person")
    log_auditor(request, "person", found)
    show_contacts([found], member)
    day = timezone.localdate()
    owned, used = queries.shares_shown_of(found, member)
    context = {
        "person": found,
        "ownerships": _with_ends(owned.order_by("unit__code"), day),
        "occupancies": _with_ends(used.order_by("unit__code"), day),
        "invitation": found.invitations.order_by("-created_at").first(),
        "now": timezone.now(),
        **_rights(member),
    }
    return render(request, "owners/person.html", context)


def _with_ends(rows: Any, day: Any) -> list[Any]:
    found = list(rows)
    for row in found:
        owned = isinstance(row, Ownership)
        row.is_over = row.to_on is not None and (row.to_on <= day if owned else row.to_on < day)
    return sorted(found, key=lambda row: row.is_over)


@require_safe
@staff_only(rules.may_read_registry)
def units(request: HttpRequest) -> HttpResponse:
    """Units with who owns and who uses them."""
    member, estate, text = member_of(request), _estate(request), request.GET.get("q", "")[:60]
    log_auditor(request, "units")
    page, ways = _keyset(request, queries.units_page(member, text=text, estate=estate), "code")
    show_contacts([row.person for unit in page for row in (*unit.owned_now, *unit.occupied_now)], member)
    context = {
        "units": page,
        "text": text,
        "estate": estate,
        "estates": list(queries.estates_visible_to(member)),
        **ways,
    }
    return render(request, "owners/units.html", {**context, **_rights(member)})


@require_safe
@staff_only(rules.may_read_registry)
def unit(request: HttpRequest, unit_id: UUID) -> HttpResponse:
    """One unit: its facts, its people, and those before them."""
    member = member_of(request)
    found: Unit | None = queries.unit_visible_to(member, unit_id)
    if found is None:
        raise NotFound("no such unit")
    log_auditor(request, "unit", found)
    day = timezone.localdate()
    ownerships = _with_ends(Ownership.objects.filter(unit=found).select_related("person").order_by("person__name"), day)
    occupancies = _with_ends(
        Occupancy.objects.filter(unit=found).select_related("person").order_by("person__name"), day
    )
    people_here: list[Person] = [row.person for row in (*ownerships, *occupancies)]
    show_contacts(people_here, member)
    context = {"unit": found, "ownerships": ownerships, "occupancies": occupancies, **_rights(member)}
    return render(request, "owners/unit.html", context)


@require_safe
@staff_only(rules.may_decide_claims)
def claims(request: HttpRequest) -> HttpResponse:
    """Requests for units, those that wait first and oldest first."""
    member = member_of(request)
    rows = queries.claims_visible_to(member)
    waiting = list(rows.filter(state=UnitClaim.State.WAITING).order_by("created_at", "id")[:PAGE])
    decided = list(rows.exclude(state=UnitClaim.State.WAITING).order_by("-decided_at", "-id")[:PAGE])
    return render(request, "owners/claims.html", {"waiting": waiting, "decided": decided})
