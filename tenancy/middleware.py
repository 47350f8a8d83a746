"""From the host to the organisation, from the session to the membership, from a broken rule to a page."""

from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.translation import gettext, gettext_noop

from tenancy import queries
from tenancy.api.problems import MEDIA_TYPE, Problem, of_domain
from tenancy.context import scope
from tenancy.errors import DomainError, TooMany

DAMAGED = gettext_noop("The address or the form arrived damaged. Go back, load the page again and try once more.")
GetResponse = Callable[[HttpRequest], HttpResponse]
MACHINE_PATHS = ("/livez", "/readyz", settings.STATIC_URL)


class OrganisationMiddleware:
    """Open the organisation's scope around the whole request, rendering included.

    The scope is one transaction. What a request wrote before an error is undone, the error page is still rendered
    inside the scope. Hosts that belong to no organisation see only the platform's landing page.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.organisation = request.membership = None  # type: ignore[attr-defined]
        if request.path.startswith(MACHINE_PATHS):
            return self.get_response(request)
        host = request.get_host().rsplit(":", 1)[0].lower()
        organisation = queries.organisation_for_host(host)
        request.organisation = organisation  # type: ignore[attr-defined]
        if organisation is None:
            request.urlconf = "propcomm.platform_urls"
            return self.get_response(request)
        zone = ZoneInfo(organisation.time_zone)
        with scope(organisation.pk), queries.at_hand(organisation), timezone.override(zone):
            request.undo_point = transaction.savepoint()  # type: ignore[attr-defined]
            return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        undo_point = getattr(request, "undo_point", None)
        if undo_point is not None:
            transaction.savepoint_rollback(undo_point)


class LanguageMiddleware:
    """The person's choice, else their stored language, else the organisation's, else the browser's."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = self._language(request)
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response

    @staticmethod
    def _language(request: HttpRequest) -> str:
        known = dict(settings.LANGUAGES)
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        if chosen in known:
            return chosen
        organisation = request.organisation  # type: ignore[attr-defined]
        return organisation.language if organisation else translation.get_language_from_request(request)


class MembershipMiddleware:
    """Say who the signed-in user is at this organisation; a removed role ends access at the next request."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        organisation = request.organisation  # type: ignore[attr-defined]
        if organisation is not None and request.user.is_authenticated:
            request.membership = queries.membership_of(request.user)  # type: ignore[attr-defined]
            stored = request.user.language
            if stored and settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
                translation.activate(stored)
                request.LANGUAGE_CODE = stored
        return self.get_response(request)


class DomainErrorMiddleware:
    """Turn a broken rule into its page; views never catch these.

    A request that no page of ours sends, such as a word where a key belongs or a NUL in an address, is a 400.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if any("\0" in value for values in request.GET.lists() for value in (values[0], *values[1])):
            return damaged_page(request)
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, DomainError | ValidationError):
            return None
        undo_point = getattr(request, "undo_point", None)
        if undo_point is not None:
            transaction.savepoint_rollback(undo_point)
        if isinstance(exception, ValidationError):
            return damaged_page(request)
        return refusal_page(request, exception)


def damaged_page(request: HttpRequest) -> HttpResponse:
    """What could not be read at all."""
    if wants_json(request):
        return problem_answer(Problem(400, gettext(DAMAGED)))
    return render(request, "400.html", status=400)


def refusal_page(request: HttpRequest, refusal: DomainError) -> HttpResponse:
    """The page of a broken rule; for programs the same as JSON (RFC 9457)."""
    response: HttpResponse
    retry_after = refusal.retry_after if isinstance(refusal, TooMany) else 0
    if wants_json(request):
        response = problem_answer(of_domain(refusal))
    elif refusal.status == 404:
        response = render(request, "404.html", status=404)
    else:
        context = {
            "message": refusal.message,
            "back": getattr(request, "way_back", ""),
            "action": getattr(refusal, "action", ""),
        }
        response = render(request, f"{refusal.status}.html", context, status=refusal.status)
    if retry_after:
        response["Retry-After"] = str(retry_after)
    return response


def problem_answer(problem: Problem) -> HttpResponse:
    """What the API's own views would say, from where none of them was reached."""
    response = JsonResponse(problem.body(), status=problem.status, content_type=MEDIA_TYPE, headers=problem.headers)
    response.headers["Cache-Control"] = "no-store"
    return response


def wants_json(request: HttpRequest) -> bool:
    return request.path.startswith("/api/") or request.get_preferred_type(["text/html", "application/json"]) == (
        "application/json"
    )
