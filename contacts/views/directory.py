"""The list of outside parties, the page of one, and the form in which it is entered and changed."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from attachments.queries import of_subject
from contacts import matter_queries, queries
from contacts.forms import ListForm, PartyForm, area_value
from contacts.grant_queries import grants_in_force
from contacts.models import Contract, OutsideParty
from contacts.rules import access
from contacts.rules.doors import door_of
from contacts.rules.ending import ending, notice_by
from contacts.rules.phones import shown
from contacts.services import directory
from contacts.services.agreements import DOCUMENTS_OF
from contacts.views.doors import readers, region_of, seen, writers
from owners.queries import estates_visible_to
from owners.views.entrance import actor_of
from tenancy.errors import DomainError
from tenancy.models import Membership
from tenancy.names import masked_name
from tenancy.policy import can

PAGE = 50
# Refusals that stand at the field of their name.
FIELDS = frozenset({"branch", "areas"})


@require_safe
@readers
@never_cache
def index(request: HttpRequest) -> HttpResponse:
    """The parties that serve where one works, by name."""
    actor, today = actor_of(request), timezone.localdate()
    estates = {str(estate.pk): estate for estate in estates_visible_to(actor)}
    form = ListForm(request.GET, estates=estates.values())
    form.is_valid()
    said = form.cleaned_data
    rows = queries.listed(
        actor, text=said.get("q", ""), kind=said.get("kind", ""), branch=said.get("branch", ""),
        estate=estates.get(said.get("estate", "")), is_ending=said.get("state") == "ending",
        is_active=said.get("state") != "past", today=today,
    )  # fmt: skip
    page, ways = _paged(request, rows)
    for party in page:
        _show_phones(party)
    context = {
        "rows": page, "form": form, "is_narrowed": any(said.values()), "may_write": can(actor, "contact.write"),
        "may_import": access.may_import(actor), "may_export": access.may_export(actor),
        "query": request.GET.urlencode(), **ways,
    }  # fmt: skip
    return render(request, "contacts/index.html", context)


def _paged(request: HttpRequest, rows: Any) -> tuple[list[Any], dict[str, str]]:
    """One page of rows ordered by name and id, and the addresses of the next and of the first page."""
    after, key = request.GET.get("after"), _uuid(request.GET.get("id", ""))
    kept: dict[str, str] = {
        name: str(value) for name, value in request.GET.items() if name not in ("after", "id") and value
    }
    if after is not None and key is not None:
        rows = rows.filter(Q(name__gt=after) | Q(name=after, id__gt=key))
    found = list(rows[: PAGE + 1])
    last = found[PAGE - 1] if len(found) > PAGE else None
    older = "?" + urlencode({**kept, "after": last.name, "id": last.pk}) if last else ""
    return found[:PAGE], {"older": older, "newer": "?" + urlencode(kept) if after is not None else ""}


def _uuid(words: str) -> UUID | None:
    try:
        return UUID(words)
    except ValueError:
        return None


def _show_phones(party: OutsideParty) -> None:
    party.shown_phone = shown(party.phone)  # type: ignore[attr-defined]
    party.shown_emergency = shown(party.emergency_phone)  # type: ignore[attr-defined]


@require_safe
@readers
@never_cache
def party(request: HttpRequest, party_id: UUID) -> HttpResponse:
    """All that is known of one party, as far as the member may see it."""
    actor, today, found = actor_of(request), timezone.localdate(), seen(request, party_id)
    _show_phones(found)
    certificates = list(found.certificates.all())
    for row in certificates:
        row.ending = ending(row.expires_on, "certificate", today)  # type: ignore[attr-defined]
    areas = queries.areas_of(found)
    context = {
        "party": found, "people": _people(found, actor), "certificates": certificates,
        "contracts": _contracts(found, today) if access.may_read_contracts(actor, found) else None,
        "evaluations": list(found.evaluations.select_related("by")),
        "matters": list(matter_queries.listed(actor, today=today, party=found.pk)[:20]), "today": today,
        "may_deal": can(actor, "matter.write", found), "sees_people": access.sees_people(actor), "sees_register": can(actor, "register.write", found),
        "may_write": access.may_change(actor, "contact.write", found, areas),
        "may_contract": access.may_change(actor, "contract.write", found, areas),
        "may_evaluate": access.may_change(actor, "contact.evaluate", found, areas),
        "grants": _grants(found, timezone.now()) if can(actor, "grant.write", found) else None,
        "may_grant": found.is_active,
    }  # fmt: skip
    return render(request, "contacts/party.html", context)


def _people(found: OutsideParty, actor: Membership) -> list[Any]:
    rows: list[Any] = list(found.people.all())
    whole = access.sees_people(actor)
    for row in rows:
        row.shown_name = row.name if whole else masked_name(row.name)
        row.shown_phone, row.shown_mobile = (shown(row.phone), shown(row.mobile)) if whole else ("", "")
        row.shown_email = row.email if whole else ""
        row.shown_note = row.note if whole else ""
    return rows


def _grants(found: OutsideParty, now: Any) -> list[Any]:
    rows: list[Any] = grants_in_force(found, now)
    for row in rows:
        opens = door_of(row.subject_type)
        words = opens.words(row.subject_id) if opens and row.subject_id else ""
        row.what = f"{opens.title if opens else row.subject_type}{' · ' if words else ''}{words}"
    return rows


def _contracts(found: OutsideParty, today: Any) -> list[Contract]:
    rows: list[Any] = list(found.contracts.all())
    for row in rows:
        row.ending = ending(row.ends_on, "contract", today)
        row.notice_by = notice_by(row.ends_on, row.notice_days)
        row.files = list(of_subject(DOCUMENTS_OF, row.pk))
    return rows


@require_http_methods(["GET", "HEAD", "POST"])
@writers
@never_cache
def new(request: HttpRequest) -> HttpResponse:
    """Enter a party."""
    return _form(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
@writers
@never_cache
def edit(request: HttpRequest, party_id: UUID) -> HttpResponse:
    """Change what is said of a party."""
    found = seen(request, party_id)
    directory.must_change(found, "contact.write", actor_of(request))
    return _form(request, found)


def _form(request: HttpRequest, found: OutsideParty | None) -> HttpResponse:
    actor = actor_of(request)
    initial: dict[str, Any] = {"is_active": True}
    if found is not None:
        initial = {"areas": [area_value(*place) for place in queries.areas_of(found)], "version": found.version}
    form = PartyForm(request.POST or None, instance=found, initial=initial, actor=actor, region=region_of(request))
    if request.method == "POST" and form.is_valid():
        try:
            saved = _save(form, found, actor)
        except directory.ChangedMeanwhile as refusal:
            form.add_error(None, str(refusal.message))
            form.build_upon(refusal.version)
        except DomainError as refusal:
            if refusal.code not in FIELDS:
                raise
            form.add_error(refusal.code, str(refusal.message))
        else:
            messages.success(request, _("Saved."))
            return redirect("contacts:party", saved.pk)
    status = 422 if request.method == "POST" else 200
    return render(request, "contacts/edit.html", {"form": form, "party": found}, status=status)


def _save(form: PartyForm, found: OutsideParty | None, actor: Membership) -> OutsideParty:
    facts, now = form.facts(), timezone.now()
    if found is None:
        return directory.add_party(facts=facts, actor=actor, now=now)
    version = form.cleaned_data["version"]
    return directory.change_party(party_id=found.pk, facts=facts, version=version, actor=actor, now=now)
