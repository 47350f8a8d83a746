"""The doors of this room: a form for outages, and one outage. Other rooms have theirs; settings.ACCESS_DOORS names all."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contacts import outage_queries
from contacts.models import AccessGrant, Outage, OutsideParty
from contacts.models.outages import BRANCHES
from contacts.outside_forms import ReportOutageForm, TellOutageForm
from contacts.rules import access
from contacts.rules.doors import Answered, Door
from contacts.rules.outages import time_of
from contacts.services import outside
from contacts.services.outages import may_change
from tenancy.errors import DomainError
from tenancy.models import Membership

SENT_SHOWN = 10


def _places_of(outage: Outage) -> Any:
    return outage.outage_places.select_related("estate", "building").order_by("estate__name", "building__code")


# -- a form for new outages ------------------------------------------------------------------------------------------------


def _form_subjects(actor: Membership | None, party: OutsideParty) -> list[tuple[UUID | None, str]]:
    """For utilities and lift companies, by who works wherever they serve: they may name any of these places."""
    is_meant = party.is_active and (party.branch in BRANCHES)
    areas = list(party.areas.values_list("estate_id", "building_id"))
    return [(None, "")] if is_meant and access.may_change(actor, "grant.write", party, areas) else []


def _show_form(grant: AccessGrant, now: datetime, form: ReportOutageForm | None = None) -> dict[str, Any]:
    sent = Outage.objects.filter(party=grant.party, source=Outage.Source.FORM).order_by("-received_at", "-id")
    return {"form": form or ReportOutageForm(party=grant.party), "sent": list(sent[:SENT_SHOWN])}


def _take_form(grant: AccessGrant, data: Any, now: datetime) -> Answered:
    form = ReportOutageForm(data, party=grant.party)
    if form.is_valid():
        try:
            outside.report_outage(
                grant=grant, facts=form.facts(now), form_key=form.cleaned_data["form_key"], now=now
            )  # fmt: skip
        except DomainError as refusal:
            if refusal.code not in form.fields:
                raise
            form.add_error(refusal.code, str(refusal.message))
        else:
            return Answered(thanks=_("Thank you: we have it, check it and tell the people concerned."))
    return Answered(context=_show_form(grant, now, form))


OUTAGE_FORM = Door(
    title=gettext_lazy("Report outages"), template="contacts/outside/outage_form.html",
    words=lambda _key: "", subjects=_form_subjects,
    show=_show_form, answer=_take_form,
)  # fmt: skip


# -- one outage --------------------------------------------------------------------------------------------------------------


def _outage_words(key: UUID) -> str:
    found: str | None = Outage.objects.filter(pk=key).values_list("number", flat=True).first()
    return found or ""


def _outage_subjects(actor: Membership | None, party: OutsideParty) -> list[tuple[UUID | None, str]]:
    rows = outage_queries.outages_visible_to(actor).filter(party=party, state__in=Outage.OPEN)
    if not party.is_active:
        return []
    return [
        (row.pk, f"{row.number} · {row.get_branch_display()}")
        for row in rows.order_by("starts_at", "id")
        if may_change(actor, "grant.write", row)
    ]


def _show_outage(grant: AccessGrant, now: datetime, form: TellOutageForm | None = None) -> dict[str, Any]:
    outage: Any = Outage.objects.filter(pk=grant.subject_id, party=grant.party).select_related("party").first()
    if outage is None:
        return {"outage": None}
    outage.places_shown = list(_places_of(outage))
    outage.time = time_of(outage.starts_at, now, is_open=outage.is_open)
    return {"outage": outage, "form": form or TellOutageForm()}


def _take_outage(grant: AccessGrant, data: Any, now: datetime) -> Answered:
    form = TellOutageForm(data)
    if form.is_valid():
        try:
            outside.tell_outage(grant=grant, **form.cleaned_data, now=now)
        except DomainError as refusal:
            if refusal.code not in form.fields:
                raise
            form.add_error(refusal.code, str(refusal.message))
        else:
            return Answered(thanks=_("Thank you: we have it, check it and tell the people concerned."))
    return Answered(context=_show_outage(grant, now, form))


OUTAGE = Door(
    title=gettext_lazy("Say until when"), template="contacts/outside/outage.html", words=_outage_words,
    subjects=_outage_subjects,
    show=_show_outage, answer=_take_outage,
)  # fmt: skip
