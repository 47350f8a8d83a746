"""Accounts and fees published: for how long they are shown at least, until when, and whether their owners are told."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from disclosures import fee_queries
from disclosures.models import Publication
from disclosures.publication_forms import PublishForm
from disclosures.rules.packs import min_days_of
from disclosures.services import fees, statements
from disclosures.views.doors import found
from disclosures.views.fees import found as found_fees
from disclosures.views.filling import filled, form_page
from owners.views.entrance import actor_of, staff_only
from tenancy.policy import can

publishers = staff_only(lambda member: can(member, "statement.publish"))
fee_publishers = staff_only(lambda member: can(member, "fee.publish"))
Kind = Publication.Kind


@form_page
@publishers
@never_cache
def statement(request: HttpRequest, statement_id: UUID) -> HttpResponse:
    row, actor = found(request, statement_id), actor_of(request)
    way = reverse("disclosures:statement", args=[row.pk])
    form = _form(request, row, Kind.ACCOUNTS)

    def do() -> str:
        statements.act(statement_id=row.pk, name="publish", terms=form.terms(), actor=actor, now=timezone.now())
        return way

    lead = f"{row.get_kind_display()} · {row.estate.name}"
    return _filled(request, row, form, do, way, lead, _("Published. Owners of the estate can read it now."))


@form_page
@fee_publishers
@never_cache
def schedule(request: HttpRequest, schedule_id: UUID) -> HttpResponse:
    row, actor = found_fees(request, schedule_id), actor_of(request)
    way = reverse("disclosures:fee_schedule", args=[row.pk])
    rises = row.is_rise if row.is_published else fee_queries.rises(row)
    form = _form(request, row, Kind.FEE_RISE if rises else Kind.FEES)

    def do() -> str:
        fees.publish(schedule_id=row.pk, terms=form.terms(), actor=actor, now=timezone.now())
        return way

    lead = f"{row.estate.name} · {row.get_unit_kind_display()}"
    return _filled(request, row, form, do, way, lead, _("Published. Everybody of the estate can read it now."))


def _form(request: HttpRequest, row: Any, kind: str) -> PublishForm:
    """What is left out of it is as the rules of the estate say."""
    said = request.POST if request.method == "POST" else None
    return PublishForm(said, needed=min_days_of(fee_queries.pack_of(row.estate_id), kind))


def _filled(request: HttpRequest, row: Any, form: Any, do: Any, way: str, lead: str, told: str) -> HttpResponse:
    if row.is_published and request.method != "POST":
        return redirect(way)
    title = _("Publish")
    return filled(request, form, do, title=title, told=told, back=way, back_words=str(row), lead=lead)
