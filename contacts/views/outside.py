"""What an outside party opens by its link, without an account."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from contacts import grant_queries
from contacts.rules.doors import door_of
from contacts.services import grants
from tenancy.errors import NotFound


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def door(request: HttpRequest, token: str) -> HttpResponse:
    """See what the link is for, and answer it. Unknown, ended and expired links look the same.

    A signed-in reader stays nameless here: what comes by the link is from the holder of the link.
    """
    now = timezone.now()
    grant = grant_queries.valid(token, now)
    opens = door_of(grant.subject_type) if grant is not None else None
    if grant is None or opens is None:
        raise NotFound("no such link")
    if request.method == "POST":
        answered = opens.answer(grant, request.POST, now)
        if answered.thanks:
            messages.success(request, answered.thanks)
            return _sealed(redirect("outside:door", token))
        context, status = answered.context, 422
    else:
        context, status = opens.show(grant, now), 200
        if request.method == "GET":
            grants.note_opened(grant=grant, now=now)
    whole = {**context, "grant": grant, "title": opens.title}
    return _sealed(render(request, opens.template, whole, status=status))


def _sealed(response: HttpResponse) -> HttpResponse:
    """Keep the link out of search engines and of other sites' logs.

    Not ``no-referrer``: browsers then send ``Origin: null`` with our own forms, and every one of them is refused. To
    other sites, ``same-origin`` sends as little.
    """
    response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    response["Referrer-Policy"] = "same-origin"
    return response
