"""One complaint by its link, without an account."""

import secrets
from typing import TypeVar
from uuid import UUID

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from attachments.serving import file_response
from attachments.views import VISITOR_KEY
from complaints import portal_queries
from complaints.views import letter as letter_pages
from complaints.views import owner_case
from complaints.views.alike import alike_by_link
from complaints.views.owner_case import Door
from complaints.views.portal import filed_context
from tenancy.errors import NotFound


def _door(request: HttpRequest, token: str) -> Door:
    """A signed-in reader stays nameless here: what comes by the link is from the holder of the link."""
    complaint = portal_queries.followed(token)
    visitor = ""
    if request.method == "POST":
        visitor = request.session.setdefault(VISITOR_KEY, secrets.token_urlsafe(24))
    return Door(complaint, None, reverse("complaints:follow", args=[token]), token, visitor)


Response = TypeVar("Response", bound=HttpResponseBase)


def _sealed(response: Response) -> Response:
    """Keep the link out of search engines and of other sites' logs.

    Not ``no-referrer``: browsers then send ``Origin: null`` with our own forms, and every one of them is refused.
    """
    response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    response["Referrer-Policy"] = "same-origin"
    return response


@never_cache
@require_safe
def case(request: HttpRequest, token: str) -> HttpResponse:
    return _sealed(owner_case.show(request, _door(request, token)))


@never_cache
@require_safe
def filed(request: HttpRequest, token: str) -> HttpResponse:
    complaint = portal_queries.followed(token)
    context = {**filed_context(request, complaint), "alike": alike_by_link(complaint), "is_plain": True}
    context["case_url"] = reverse("complaints:follow", args=[token])
    return _sealed(render(request, "complaints/follow_filed.html", context))


@never_cache
@require_safe
def letter(request: HttpRequest, token: str) -> HttpResponse:
    return _sealed(letter_pages.page(request, _door(request, token)))


@never_cache
@require_safe
def letter_pdf(request: HttpRequest, token: str) -> HttpResponseBase:
    return _sealed(letter_pages.document(request, _door(request, token).complaint))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def act(request: HttpRequest, token: str, name: str) -> HttpResponse:
    return _sealed(owner_case.act(request, _door(request, token), name))


@require_safe
def file(request: HttpRequest, token: str, attachment_id: UUID, thumb: bool = False) -> FileResponse:
    complaint = portal_queries.followed(token)
    attachment = portal_queries.file_for_complainant(complaint, attachment_id)
    if attachment is None:
        raise NotFound("no such file")
    response = file_response(attachment, thumb=thumb)
    response["X-Robots-Tag"] = "noindex"
    return response
