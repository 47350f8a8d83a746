"""What is done with what is published: places noted, withdrawal asked for, decided or dropped."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from disclosures import publication_queries as queries
from disclosures.models import Publication, PublicationPlace
from disclosures.models.publications import CLOSING
from disclosures.publication_forms import AmendPlaceForm, PlaceForm, WithdrawForm
from disclosures.services import placing, withdrawing
from disclosures.views.filling import filled, form_page
from disclosures.views.publications import found, page_of, publishers, writers
from owners.views.entrance import actor_of
from tenancy.errors import NotFound


def _filled(
    request: HttpRequest, row: Publication, form: Any, do: Any, *, title: str, button: str, told: str, lead: str = ""
) -> HttpResponse:
    return filled(
        request, form, do, title=title, told=told, back=page_of(row), back_words=str(row), button=button,
        lead=lead or queries.title_of(row),
    )  # fmt: skip


@form_page
@writers
@never_cache
def place_new(request: HttpRequest, publication_id: UUID) -> HttpResponse:
    actor, now, row = actor_of(request), timezone.now(), found(request, publication_id)
    form = PlaceForm(
        request.POST or None, request.FILES or None, actor=actor, now=now, initial={"from_on": timezone.localdate()}
    )

    def do() -> str:
        said = form.cleaned_data
        placing.add_place(
            publication_id=row.pk, spot=form.spot(), actor=actor, now=now, files=said["documents"],
            entry_key=said["entry_key"],
        )  # fmt: skip
        return page_of(row)

    return _filled(request, row, form, do, title=_("Note where it is shown"), button=_("Note"), told=_("Noted."))


@form_page
@writers
@never_cache
def place(request: HttpRequest, place_id: UUID) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    one = PublicationPlace.objects.filter(pk=place_id).exclude(kind="portal").first()
    if one is None:
        raise NotFound("no such place")
    row = found(request, one.publication_id)
    form = AmendPlaceForm(
        request.POST or None, request.FILES or None, actor=actor, now=now, initial={"to_on": one.to_on},
        subject=(queries.PHOTOS_OF, one.pk),
    )  # fmt: skip

    def do() -> str:
        said = form.cleaned_data
        placing.amend_place(place_id=one.pk, to_on=said["to_on"], actor=actor, now=now, files=said["documents"])
        return page_of(row)

    return _filled(
        request, row, form, do, title=_("Taken down, or with photos"), button=_("Save"), told=_("Saved."), lead=str(one)
    )


@form_page
@writers
@never_cache
def withdraw(request: HttpRequest, publication_id: UUID) -> HttpResponse:
    """Ask for it; a second person decides."""
    actor, now, row = actor_of(request), timezone.now(), found(request, publication_id)
    form = WithdrawForm(request.POST or None, request.FILES or None, actor=actor, now=now)
    closes = _("Once withdrawn, owners and occupants read only that it was, when and why; staff and committee read on.")
    closes = closes if row.subject_type in CLOSING else ""

    def do() -> str:
        said = form.cleaned_data
        withdrawing.ask(
            publication_id=row.pk, reason=said["reason"], legal_order=said["legal_order"], files=said["documents"],
            actor=actor, now=now,
        )  # fmt: skip
        return page_of(row)

    return _filled(
        request, row, form, do, title=_("Ask to withdraw it"), button=_("Ask"),
        told=_("Asked. A second person decides."), lead=f"{queries.title_of(row)}. {closes}" if closes else "",
    )  # fmt: skip


@require_POST
@publishers
@never_cache
def confirm(request: HttpRequest, publication_id: UUID) -> HttpResponse:
    row = found(request, publication_id)
    request.way_back = page_of(row)  # type: ignore[attr-defined]
    withdrawing.confirm(publication_id=row.pk, actor=actor_of(request), now=timezone.now())
    closes = row.subject_type in CLOSING
    messages.success(
        request,
        _("Withdrawn. Owners and occupants read only that it was, when and why.")
        if closes
        else _("Withdrawn. Its text stays, and says so."),
    )
    return redirect(page_of(row))


@require_POST
@writers
@never_cache
def keep(request: HttpRequest, publication_id: UUID) -> HttpResponse:
    row = found(request, publication_id)
    request.way_back = page_of(row)  # type: ignore[attr-defined]
    withdrawing.keep(publication_id=row.pk, actor=actor_of(request), now=timezone.now())
    messages.success(request, _("It stays."))
    return redirect(page_of(row))
