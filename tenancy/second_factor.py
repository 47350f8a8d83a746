"""A second factor before the first page: for the roles that see other people's data (settings.SECOND_FACTOR_ROLES).

Asked of the session, not of the account alone: a session opened by a password before the factor was set up proves it
first. Recovery codes are part of setting up, and count once their owner says they are saved. Who lost theirs is helped by
an administrator: see notices/factor_resets.py.
"""

from collections.abc import Callable
from enum import StrEnum

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from tenancy.models import Membership, User
from tenancy.stepping_up import note_proof

Type = Authenticator.Type
FACTORS = (Type.TOTP, Type.WEBAUTHN)


class Lack(StrEnum):
    """What a session lacks, by the name of the page where it is made good."""

    FACTOR = "second_factor"  # none is set up
    PROOF = "mfa_reauthenticate"  # this session has not used it
    CODES = "mfa_view_recovery_codes"  # the recovery codes are not confirmed as saved
    TRUST = "second_factor_elsewhere"  # it was reset at another organisation, and nobody here agreed yet


# The pages that are open to each; the others wait.
ALWAYS_OPEN = frozenset(
    {
        "account_logout", "set_language", "account_reauthenticate", "account_reauthenticate_by_code", "livez", "readyz",
        "stop_factor_reset",
    }
)  # fmt: skip
OPEN = {
    Lack.FACTOR: frozenset({"second_factor", "mfa_activate_totp", "mfa_add_webauthn"}),
    Lack.PROOF: frozenset({"mfa_reauthenticate", "mfa_reauthenticate_webauthn"}),
    Lack.CODES: frozenset(
        {
            "mfa_view_recovery_codes", "mfa_download_recovery_codes", "mfa_generate_recovery_codes",
            "mfa_reauthenticate", "mfa_reauthenticate_webauthn",
        }
    ),
    Lack.TRUST: frozenset({"second_factor_elsewhere"}),
}  # fmt: skip


def is_demanded_of(membership: Membership | None) -> bool:
    return membership is not None and membership.role in settings.SECOND_FACTOR_ROLES


def trusts_factors(membership: Membership, user: User) -> bool:
    """Whether the second factors of this sign-in count here.

    A sign-in is the platform's: what another organisation's administrator had reset was set up anew by whoever holds the
    mailbox. Here it counts only once an administrator of ours agreed as well, or when the member came after that.
    """
    reset_at = user.factors_reset_at
    return reset_at is None or (membership.factors_reset_at or membership.created_at) >= reset_at


def lack_of(request: HttpRequest, user: User) -> Lack | None:
    """What this session lacks before it may see a page that demands a second factor. One query."""
    found = {row.type: row for row in Authenticator.objects.filter(user=user)}
    if not any(factor in found for factor in FACTORS):
        return Lack.FACTOR
    if not any(record.get("method") == "mfa" for record in get_authentication_records(request, user)):
        return Lack.PROOF
    codes = found.get(Type.RECOVERY_CODES)
    return Lack.CODES if codes is not None and not codes.wrap().did_view else None


def note_set_up(request: HttpRequest) -> None:
    """The factor just set up was proved in doing so: this session has used it."""
    note_proof(request, "mfa")


class SecondFactorMiddleware:
    """Send a session that lacks its second factor to where it is made good; let nothing else through."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: object, args: object, kwargs: object) -> HttpResponse | None:
        member: Membership | None = request.membership  # type: ignore[attr-defined]
        if member is None or isinstance(request.user, AnonymousUser):
            return None
        name = request.resolver_match.view_name if request.resolver_match is not None else ""
        if name in ALWAYS_OPEN:
            return None
        if not trusts_factors(member, request.user):
            lack: Lack | None = Lack.TRUST
        else:
            lack = lack_of(request, request.user) if is_demanded_of(member) else None
        if lack is None or name in OPEN[lack]:
            return None
        return _refusal(request, reverse(lack.value))


def _refusal(request: HttpRequest, address: str) -> HttpResponse:
    if request.path.startswith("/api/"):
        problem = {
            "type": "about:blank",
            "title": _("A second factor is needed"),
            "status": 403,
            "detail": _("Sign in with your second factor first, or set one up, at %(address)s.") % {"address": address},
        }
        return JsonResponse(problem, status=403, content_type="application/problem+json")
    if "HX-Request" in request.headers:
        answer = HttpResponse()
        answer["HX-Redirect"] = address
        return answer
    return HttpResponseRedirect(address)
