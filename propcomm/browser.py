"""What every answer tells the browser, and which requests of a browser are not listened to."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.utils.translation import gettext as _

from propcomm.views import csrf_failure
from tenancy.errors import NotAllowed
from tenancy.middleware import GetResponse, refusal_page, wants_json

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
METHODS = SAFE_METHODS | {"POST", "PUT", "PATCH", "DELETE"}
OWN_SITES = frozenset({"same-origin", "none"})  # none: typed, or chosen among the bookmarks


class AnswerHeadersMiddleware:
    """The headers of ``settings.ANSWER_HEADERS`` on every answer, files and errors too, unless the view set its own.

    Outermost, so that nothing answers without them. The nonce is made for every answer, used or not: one policy.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for name, value in settings.ANSWER_HEADERS.items():
            response.headers.setdefault(name, value)
        return response


class NonceMiddleware:
    """Have the policy's nonce made before the policy is written. Inside CSPMiddleware."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        str(request.csp_nonce)  # type: ignore[attr-defined]
        return self.get_response(request)


class OwnPagesOnlyMiddleware:
    """Refuse what another origin's page makes a browser send, before anything reads it.

    Beside CSRF tokens and SameSite cookies: browsers say themselves whose page began a request (Sec-Fetch-Site, Origin),
    and no page can change that. Another organisation of the same domain is another origin. Programs send neither.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # The API's endpoints refuse unknown methods themselves, naming in Allow those that the address knows.
        if request.method not in METHODS and not request.path.startswith("/api/"):
            return HttpResponseNotAllowed(sorted(METHODS))
        if settings.SECURE_SSL_REDIRECT and request.path.startswith("/api/") and not request.is_secure():
            return refusal_page(request, NotAllowed(_("Use https: what you sent could be read on its way.")))
        if request.method not in SAFE_METHODS and is_foreign(request):
            if wants_json(request):
                return refusal_page(request, NotAllowed(_("Another site's page may not do this.")))
            return csrf_failure(request, reason="another origin")
        return self.get_response(request)


def is_foreign(request: HttpRequest) -> bool:
    """Whether the browser says that another origin's page began this request."""
    site = request.headers.get("Sec-Fetch-Site", "")
    if site and site not in OWN_SITES:
        return True
    origin = request.headers.get("Origin")
    return origin is not None and origin != f"{request.scheme}://{request.get_host()}"
