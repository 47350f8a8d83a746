"""The start page by role, the platform's landing page, and what machines ask."""

from datetime import UTC, timedelta

from django.conf import settings
from django.db import DatabaseError, connections
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from audit.services import record
from complaints.views.home import owner_home
from propcomm.steady_cache import is_answering
from tenancy.models import Organisation
from tenancy.origins import origin_of, platform_origin

SECURITY_TXT_LASTS = timedelta(days=180)


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    if not request.user.is_authenticated:
        return render(request, "propcomm/welcome.html")
    membership = request.membership  # type: ignore[attr-defined]
    if membership is not None and membership.is_staff_role:
        from complaints.views.desk import staff_desk

        return staff_desk(request)
    return owner_home(request)


@require_safe
def landing(request: HttpRequest) -> HttpResponse:
    """The platform's page. Only the demo lists its organisations; elsewhere nobody learns who else is a customer."""
    organisations = Organisation.objects.filter(is_active=True).order_by("name") if settings.DEMO else []
    rows = [(organisation, origin_of(organisation)) for organisation in organisations]
    return render(request, "propcomm/landing.html", {"organisations": rows})


@require_safe
@never_cache
def livez(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """Ready when the database answers. The cache is told of, but its loss stops nobody from filing."""
    parts = {"database": "ok", "cache": "ok"}
    try:
        with connections["default"].cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        parts["database"] = "down"
    if not is_answering():
        parts["cache"] = "down"
    return JsonResponse(parts, status=200 if parts["database"] == "ok" else 503)


@require_safe
def security_txt(request: HttpRequest) -> HttpResponse:
    """Whom to tell of a flaw (RFC 9116). Good for half a year from today, so that it never runs out."""
    organisation: Organisation | None = request.organisation  # type: ignore[attr-defined]
    contacts = settings.SECURITY_CONTACT or f"mailto:security@{settings.BASE_DOMAIN}"
    today = timezone.now().astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    lines = [f"Contact: {contact.strip()}" for contact in contacts.split(",") if contact.strip()]
    lines += [f"Expires: {today + SECURITY_TXT_LASTS:%Y-%m-%dT%H:%M:%SZ}", "Preferred-Languages: en, zh"]
    home = origin_of(organisation) if organisation else platform_origin()
    lines.append(f"Canonical: {home}{request.path}")
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@require_POST
def set_language(request: HttpRequest) -> HttpResponseRedirect:
    """Keep the language somebody chose, for their browser and, when signed in, for what we write to them."""
    chosen = request.POST.get("language", "")
    following = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(following, {request.get_host()}, require_https=request.is_secure()):
        following = "/"
    response = HttpResponseRedirect(following)  # not redirect(): a word without a slash would be a view's name there
    if chosen in dict(settings.LANGUAGES):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            chosen,
            max_age=365 * 24 * 3600,
            secure=settings.LANGUAGE_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
        user = getattr(request, "user", None)
        if user is not None and user.is_authenticated and user.language != chosen:
            user.language = chosen
            user.save(update_fields=["language"])
            member = request.membership  # type: ignore[attr-defined]
            record(action="account.language", subject=member, actor=member, now=timezone.now(), changes={"to": chosen})
    return response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return render(request, "403_csrf.html", status=403)
