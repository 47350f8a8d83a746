"""Publications: the list, one of them with its places and its fate, its text before it is published, its sheet."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from contacts.rules.access import reach_for
from disclosures import publication_queries as queries
from disclosures.fee_queries import pack_of
from disclosures.models import Publication
from disclosures.prefilling import begun_with
from disclosures.publication_forms import PublicationFilter, WordsForm
from disclosures.rules.packs import min_days_of, publishing
from disclosures.services import publications
from disclosures.services.publications import Words
from disclosures.sheets import sheet_pdf
from disclosures.showing import may_of_publication
from disclosures.views.filling import filled, form_page
from disclosures.views.statements import paged
from owners.queries import estates_visible_to
from owners.views.entrance import actor_of, log_auditor, staff_only
from tenancy.errors import NotFound
from tenancy.origins import origin_of
from tenancy.policy import can

readers = staff_only(lambda member: can(member, "publication.read"))
writers = staff_only(lambda member: can(member, "publication.write"))
publishers = staff_only(lambda member: can(member, "publication.publish"))
State = Publication.State
PEOPLE = ("estate", "entered_by", "published_by", "withdrawal_asked_by", "withdrawn_by")


def found(request: HttpRequest, publication_id: UUID) -> Publication:
    """Raises NotFound for unknown, foreign and not yet open alike."""
    rows = queries.publications_visible_to(actor_of(request)).select_related(*PEOPLE)
    row = rows.filter(pk=publication_id).first()
    if row is None:
        raise NotFound("no such publication")
    return row


def page_of(row: Publication) -> str:
    return reverse("disclosures:publication", args=[row.pk])


def named(row: Publication) -> Any:
    """With the title in the language in force, and as it stands today."""
    shown: Any = row
    shown.title = queries.title_of(row)
    over = row.state == State.LIVE and row.end_on is not None and row.end_on < timezone.localdate()
    shown.standing = State.ENDED if over else row.state
    shown.standing_words = State(shown.standing).label
    return shown


@require_safe
@readers
@never_cache
def index(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    estates = {str(estate.pk): estate for estate in estates_visible_to(actor)}
    form = PublicationFilter(request.GET, estates=estates.values(), is_staff=actor.is_staff_role)
    form.is_valid()
    said = form.cleaned_data
    rows = queries.listed(
        actor, estate=estates.get(said.get("estate") or ""), kind=said.get("kind") or "",
        which=said.get("which") or "", text=said.get("q") or "",
    )  # fmt: skip
    page, ways = paged(request, rows, publishing()["page"])
    log_auditor(request, "publication.list")
    context = {
        "rows": [named(row) for row in page], "form": form, "is_narrowed": any(said.values()),
        "may_write": can(actor, "publication.write"), "here": "publications", **ways,
    }  # fmt: skip
    return render(request, "disclosures/publications/index.html", context)


@require_safe
@readers
@never_cache
def publication(request: HttpRequest, publication_id: UUID) -> HttpResponse:
    """Its text as it was published, where it hangs, and what became of it. Opening it is noted for who it is for."""
    actor, row = actor_of(request), found(request, publication_id)
    log_auditor(request, "publication", row)
    if request.method == "GET":
        publications.note_read(publication=row, actor=actor, now=timezone.now())
    proofs = can(actor, "publication.proofs", row)
    context = {
        "row": named(row), "shows_text": row.shows_text_to(actor), "text": queries.text_of(row),
        "subject_page": queries.page_of_subject(row),
        "newer": queries.newer_of(row, actor), "files": queries.documents_of(row, staff=False) if row.shows_text_to(actor) else [],
        "order_files": queries.documents_of(row, staff=True) if proofs else [],
        "places": queries.places_of(row, with_photos=proofs), "proofs": proofs,
        "reads": queries.reads_of(row) if actor.is_staff_role and row.is_shown else None,
        "needed_days": max(row.min_days, min_days_of(pack_of(row.estate_id), row.kind)),
        "has_hung": row.has_hung(timezone.localdate()), "here": "publications", **may_of_publication(actor, row),
    }  # fmt: skip
    return render(request, "disclosures/publications/publication.html", context)


@form_page
@writers
@never_cache
def new(request: HttpRequest) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    reach = reach_for(actor, "publication.write")
    estates = [estate for estate in estates_visible_to(actor) if reach.covers(estate.pk)]
    about = (request.POST or request.GET).get("about", "")
    begun = begun_with(actor, about, estates, today=timezone.localdate(now))
    form = WordsForm(
        request.POST or None, request.FILES or None, actor=actor, now=now, estates=begun.estates if begun else estates,
        initial={"about": about, **_typed(begun.words)} if begun else None,
    )  # fmt: skip

    def do() -> str:
        said = form.cleaned_data
        row = publications.draft(
            estate=form.chosen(), words=form.words(), actor=actor, now=now, files=said["documents"],
            entry_key=said["entry_key"], subject=begun.subject if begun else None,
        )  # fmt: skip
        return page_of(row)

    return filled(
        request, form, do, title=_("Write a publication"), told=_("Saved as a draft. Look at it, then publish it."),
        back=reverse("disclosures:publications"), back_words=_("Publications"), button=_("Save as a draft"),
        lead=_("Accounts and fees make theirs by themselves when they are published."),
    )  # fmt: skip


def _typed(words: Words) -> dict[str, Any]:
    """What the form begins with: what is not said is left to its own beginning."""
    return {name: value for name, value in vars(words).items() if value}


@form_page
@writers
@never_cache
def edit(request: HttpRequest, publication_id: UUID) -> HttpResponse:
    actor, now, row = actor_of(request), timezone.now(), found(request, publication_id)
    names = ("kind", "title_en", "title_zh", "text_en", "text_zh", "end_on", "period_from", "period_to")
    start: dict[str, Any] = {name: getattr(row, name) for name in names} | {"min_days": row.min_days or None}
    form = WordsForm(
        request.POST or None, request.FILES or None, actor=actor, now=now, estates=[], initial=start,
        subject=(queries.FILES_OF, row.pk),
    )  # fmt: skip

    def do() -> str:
        publications.change(
            publication_id=row.pk, words=form.words(), actor=actor, now=now, files=form.cleaned_data["documents"]
        )
        return page_of(row)

    return filled(
        request, form, do, title=_("Change the text"), told=_("Saved."), back=page_of(row), button=_("Save"),
        back_words=queries.title_of(row) or _("Draft"), lead=row.estate.name,
    )  # fmt: skip


@require_POST
@publishers
@never_cache
def publish(request: HttpRequest, publication_id: UUID) -> HttpResponse:
    row = found(request, publication_id)
    request.way_back = page_of(row)  # type: ignore[attr-defined]
    publications.publish(publication_id=row.pk, actor=actor_of(request), now=timezone.now())
    messages.success(request, _("Published. Everybody it is for can read it now."))
    return redirect(page_of(row))


@require_POST
@writers
@never_cache
def discard(request: HttpRequest, publication_id: UUID) -> HttpResponse:
    row = found(request, publication_id)
    request.way_back = page_of(row)  # type: ignore[attr-defined]
    publications.discard(publication_id=row.pk, actor=actor_of(request), now=timezone.now())
    messages.success(request, _("Discarded."))
    return redirect("disclosures:publications")


@require_safe
@readers
@never_cache
def pdf(request: HttpRequest, publication_id: UUID) -> HttpResponseBase:
    """The sheet for a board: the same text and number, with the way to its page. Made after the request."""
    row = found(request, publication_id)
    log_auditor(request, "publication", row)
    organisation: Any = request.organisation  # type: ignore[attr-defined]
    link = f"{origin_of(organisation)}{page_of(row)}"
    words = queries.languages_of(row, organisation.language, shows_text=row.shows_text_to(actor_of(request)))
    response = StreamingHttpResponse(
        sheet_pdf(row, words=words, organisation=organisation, link=link, language=get_language() or "en"),
        content_type="application/pdf",
    )
    response["Content-Disposition"] = f'inline; filename="{row.number or "draft"}.pdf"'
    return response
