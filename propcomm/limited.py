"""Which requests are tries that the table of limits counts. By route, so that no view can forget."""

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.urls import reverse

from tenancy.addresses import client_network
from tenancy.errors import TooMany
from tenancy.limits.requests import subjects_of
from tenancy.limits.taking import Taken, account_key, take
from tenancy.middleware import GetResponse, refusal_page

log = logging.getLogger(__name__)
Account = Callable[[HttpRequest], str]
Failed = Callable[[HttpRequest, HttpResponse], bool]
SEARCH_FIELDS = ("q", "term")  # our lists and the administration's; its autocompletion
WRITING = frozenset({"POST", "PUT", "PATCH", "DELETE"})


# -- whose try -----------------------------------------------------------------------------------------------------------


def _typed(name: str) -> Account:
    return lambda request: account_key(request.POST.get(name, ""))


def _signed_in(request: HttpRequest) -> str:
    return account_key(getattr(request.user, "email", ""))


def _signing_in(request: HttpRequest) -> str:
    """The account of a sign-in, sign-up or reset that waits for its code, as allauth keeps it in the session."""
    for key in ("account_login", "account_password_reset_verification", "account_email_verification_code"):
        state = request.session.get(key)
        if isinstance(state, dict):
            stages = (state.get("state") or {}).get("stages") or {}
            # Beside the stages allauth keeps the name of the current one.
            typed = ((stage.get("data") or {}).get("email") for stage in stages.values() if isinstance(stage, dict))
            if found := state.get("email") or next(filter(None, typed), "") or state.get("user_pk"):
                return account_key(str(found))
    return _signed_in(request)


# -- whether it failed -----------------------------------------------------------------------------------------------------


def _stays(request: HttpRequest, response: HttpResponse) -> bool:
    """The form is shown again: what was typed was wrong."""
    return response.status_code not in (301, 302, 303)


def _unproven(request: HttpRequest, response: HttpResponse) -> bool:
    """Nobody proved who they are. A proof goes on to what it was asked for, which may be a page and no redirect."""
    proofs = request.session.get(AUTHENTICATION_METHODS_SESSION_KEY) or []
    began: float = request.limited_since  # type: ignore[attr-defined]
    return _stays(request, response) and not any(proof.get("at", 0) >= began for proof in proofs)


def _turned_away(request: HttpRequest, response: HttpResponse) -> bool:
    """The form again, or, after the last try that a code allows, back to the beginning."""
    begins = ("account_login", "account_request_login_code", "account_reset_password")
    starts = {request.path, *map(reverse, begins)}
    return _stays(request, response) or response.headers.get("Location", "").partition("?")[0] in starts


def _unknown(request: HttpRequest, response: HttpResponse) -> bool:
    return response.status_code == 404


def _unauthorised(request: HttpRequest, response: HttpResponse) -> bool:
    return response.status_code == 401


# -- the routes --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Watch:
    """An action of the table; with ``failed`` only tries that fail stay counted."""

    action: str
    account: Account | None = None
    failed: Failed | None = None
    methods: frozenset[str] = WRITING


READING = frozenset({"GET", "HEAD"})
ANY = READING | WRITING
GUESSED_LINK = Watch("token", failed=_unknown, methods=ANY)
WRITING_BY_LINK = Watch("link_writing")
EXPORT = Watch("export", methods=READING)
ROUTES: Mapping[str, tuple[Watch, ...]] = {
    "account_login": (Watch("login", _typed("login"), _stays),),
    "account_reauthenticate": (Watch("login", _signed_in, _unproven),),
    "account_reauthenticate_by_code": (Watch("code", _signed_in, _unproven),),
    "account_change_password": (Watch("login", _signed_in, _stays),),
    "account_confirm_login_code": (Watch("code", _signing_in, _turned_away),),
    "account_email_verification_sent": (Watch("code", _signing_in, _turned_away),),
    "account_confirm_password_reset_code": (Watch("code", _signing_in, _turned_away),),
    "mfa_authenticate": (Watch("second_factor", _signing_in, _turned_away),),
    "mfa_reauthenticate": (Watch("second_factor", _signed_in, _unproven),),
    "mfa_login_webauthn": (Watch("passkey", failed=_turned_away),),
    "mfa_reauthenticate_webauthn": (Watch("passkey", failed=_unproven),),
    "account_request_login_code": (Watch("code_request", _typed("email")),),
    "account_reset_password": (Watch("reset", _typed("email")),),
    "account_reset_password_from_key": (Watch("code", failed=_stays),),
    "account_signup": (Watch("sign_up", _typed("email")),),
    "complaints:follow": (GUESSED_LINK,),
    "complaints:follow_filed": (GUESSED_LINK,),
    "complaints:follow_file": (GUESSED_LINK,),
    "complaints:follow_thumb": (GUESSED_LINK,),
    "complaints:follow_act": (GUESSED_LINK, WRITING_BY_LINK),
    "outside:door": (GUESSED_LINK, Watch("link_writing", methods=ANY)),
    "owners:join": (GUESSED_LINK,),
    "stop_factor_reset": (GUESSED_LINK,),
    "notices:feed_ics": (GUESSED_LINK,),
    "notices:feed_rss": (GUESSED_LINK,),
    "notices:confirm": (GUESSED_LINK,),
    "notices:stop": (GUESSED_LINK,),
    "notices:paper_file": (EXPORT,),
    "owners:ask": (Watch("claim"),),
    "registry:invite": (Watch("invitation"),),
    "registry:invite_many": (Watch("invitation"),),
    "reports:index": (Watch("export"),),
    "reports:again": (Watch("export"),),
    "reports:pdf": (EXPORT,),
    "reports:xlsx": (EXPORT,),
    "reports:relays_pdf": (EXPORT,),
    "reports:relays_xlsx": (EXPORT,),
    "owners:import_errors": (EXPORT,),
    "contacts:export_csv": (EXPORT,),
    "contacts:export_xlsx": (EXPORT,),
    "contacts:export_vcf": (EXPORT,),
    "contacts:card_pdf": (EXPORT,),
    "contacts:duty_feed_ics": (GUESSED_LINK,),
    "notices:chase_export": (EXPORT,),
    "notices:proof_ask": (Watch("export"),),
    "notices:proof_pdf": (EXPORT,),
    "disclosures:campaign_pdf": (EXPORT,),
    "disclosures:campaign_xlsx": (EXPORT,),
    "disclosures:article_suggested": (Watch("suggestion"),),
}
SEARCH = Watch("search", methods=READING)
UPLOAD = Watch("upload")
API = (Watch("api", methods=ANY), Watch("token", failed=_unauthorised, methods=ANY))


def _has_files(request: HttpRequest) -> bool:
    try:
        return bool(request.FILES)
    except MultiPartParserError:
        if not request.path.startswith("/api/"):
            raise
        return False  # the endpoint says what it reads


def watches_of(request: HttpRequest) -> list[Watch]:
    """What this request is a try of."""
    match = request.resolver_match
    found = list(ROUTES.get(match.view_name if match else "", ()))
    if request.path.startswith("/api/"):
        found += API
    if any(request.GET.get(name) for name in SEARCH_FIELDS):
        found.append(SEARCH)
    if request.method == "POST" and _has_files(request):
        found.append(UPLOAD)
    return [watch for watch in found if request.method in watch.methods]


class LimitMiddleware:
    """Count tries before their view runs, and take those that turned out well off the count.

    A try over the limit is answered with 429 and Retry-After, and no view runs. Where all else fails (an error in the
    view) the try stays counted.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for watch, taken in getattr(request, "limited_tries", ()):
            undecided = response.status_code == 429 or response.status_code >= 500
            failed = undecided or (watch.failed or _stays)(request, response)
            if not failed:
                taken.give_back()
            if watch.account:
                who, how = getattr(request.user, "pk", None) or "-", "failed" if failed else "passed"
                log.info("%s %s: user %s at %s", watch.action, how, who, client_network(request))
        return response

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        request.limited_since = time.time()  # type: ignore[attr-defined]
        tries: list[tuple[Watch, Taken]] = []
        try:
            for watch in watches_of(request):
                account = watch.account(request) if watch.account else ""
                taken = take(watch.action, subjects_of(request, account))
                if watch.failed:
                    tries.append((watch, taken))
        except TooMany as refusal:
            for _watch, taken in tries:
                taken.give_back()
            log.warning("%s refused for %s s: %s", refusal.action, refusal.retry_after, client_network(request))
            return refusal_page(request, refusal)
        request.limited_tries = tries  # type: ignore[attr-defined]
        return None
