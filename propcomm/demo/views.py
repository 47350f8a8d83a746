"""The demo's door and its mail. Wired up, and answered, only where settings.DEMO is on."""

from collections.abc import Callable
from functools import wraps
from itertools import islice
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.contrib.auth import login
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from propcomm.demo import mailbox
from tenancy.models import Membership, Organisation
from tenancy.origins import origin_of
from tenancy.stepping_up import note_proof

PAGE = 50
BACKEND = "django.contrib.auth.backends.ModelBackend"
View = Callable[..., HttpResponse]
# As one would meet them: those who live there, then the desk, then the office.
NAMED = (
    "owner", "coowner", "occupant", "neighbour", "committee", "builder",
    "clerk", "engineer", "supervisor", "manager", "quality", "admin", "auditor",
)  # fmt: skip


def demo_only(view: View) -> View:
    """Twice over: the addresses are not there outside the demo, and if they were, nothing would answer."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not settings.DEMO:
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


def _slug(request: HttpRequest) -> str:
    organisation: Organisation | None = request.organisation  # type: ignore[attr-defined]
    return organisation.slug if organisation else ""


@demo_only
@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """The demo's people, each with a button to be them; on the platform's host the organisations."""
    organisation: Organisation | None = request.organisation  # type: ignore[attr-defined]
    if organisation is None:
        rows = [(found, origin_of(found)) for found in Organisation.objects.filter(is_active=True).order_by("name")]
        return render(request, "propcomm/demo/organisations.html", {"organisations": rows})
    # The named people of the demo; its hundreds of neighbours sign in by e-mailed code, as anybody would.
    places = {f"{word}@{organisation.slug}.example": place for place, word in enumerate(NAMED)}
    found = _demo_members(organisation).filter(user__email__in=places)
    people = sorted(found, key=lambda member: places[member.user.email]) or _demo_members(organisation)[:PAGE]
    return render(request, "propcomm/demo/people.html", {"people": people})


def _demo_members(organisation: Organisation) -> QuerySet[Membership]:
    theirs = Membership.objects.filter(user__email__endswith=f"@{organisation.slug}.example")
    return theirs.filter(is_active=True, user__is_active=True).select_related("user").order_by("name")


@demo_only
@require_POST
def sign_in(request: HttpRequest, membership_id: UUID) -> HttpResponse:
    """Be one of this organisation's demo people. No password, no second factor: the demo's data is made up."""
    organisation: Organisation | None = request.organisation  # type: ignore[attr-defined]
    member = _demo_members(organisation).filter(pk=membership_id).first() if organisation else None
    if member is None:
        raise Http404
    login(request, member.user, backend=BACKEND)
    note_proof(request, "demo")
    return redirect("/")


@demo_only
@require_safe
def outbox(request: HttpRequest) -> HttpResponse:
    """The mails the demo sent, newest first, a page at a time; on an organisation's host only its own."""
    words, before = request.GET.get("q", "")[:200], request.GET.get("before", "")
    found = list(islice(mailbox.letters(slug=_slug(request), words=words, before=before), PAGE + 1))
    page = found[:PAGE]
    keep = {"q": words} if words else {}
    return render(
        request,
        "propcomm/demo/outbox.html",
        {
            "page": page,
            "words": words,
            "newest": f"?{urlencode(keep)}" if before else "",
            "older": f"?{urlencode({**keep, 'before': page[-1].name})}" if len(found) > PAGE else "",
        },
    )


@demo_only
@require_safe
def letter(request: HttpRequest, name: str) -> HttpResponse:
    """One mail as plain text with its links to follow. Its HTML part is never put into a page of ours."""
    found = mailbox.letter(name, slug=_slug(request))
    if found is None:
        raise Http404
    return render(request, "propcomm/demo/letter.html", {"letter": found})
