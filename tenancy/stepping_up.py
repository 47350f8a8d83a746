"""Step-up: acts that reach far ask who one is again, when the last proof is more than a few minutes old.

``@recently_proven`` guards a view, `ProvenWrites` an admin page, `StepUpMiddleware` the account pages that are not ours.
Asking is allauth's: by password, second factor, or, for people with neither, by a code in their mailbox. What was being
sent when the question came is kept in the session and done after the proof, so that nothing typed is lost.
"""

import time
from collections.abc import Callable, Collection
from functools import wraps
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from allauth.account.internal.flows.reauthentication import STATE_SESSION_KEY
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, QueryDict
from django.urls import resolve, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

View = Callable[..., HttpResponseBase]
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
WRITES = frozenset({"POST"})
# What was interrupted is done after the proof, if that comes soon; more than this much is not kept.
KEPT_SECONDS = 15 * 60
KEPT_BYTES = 256 * 1024
# Account pages of allauth that change how one signs in. Changing a password asks for the old one itself.
GUARDED = frozenset(
    {
        "account_set_password", "mfa_activate_totp", "mfa_deactivate_totp", "mfa_add_webauthn", "mfa_edit_webauthn",
        "mfa_remove_webauthn", "mfa_generate_recovery_codes", "mfa_view_recovery_codes", "mfa_download_recovery_codes",
    }
)  # fmt: skip
GUARDED_WRITES = frozenset({"account_email"})
# Passwords are never kept, not even for minutes.
NOT_KEPT = frozenset({"account_set_password"})


def is_proven(request: HttpRequest) -> bool:
    """Whether this session's person proved who they are within the last ``STEP_UP_SECONDS``."""
    if not settings.STEP_UP:
        return True
    records = get_authentication_records(request, request.user) if request.user.is_authenticated else []
    return bool(records) and time.time() - records[-1]["at"] < settings.STEP_UP_SECONDS


def note_proof(request: HttpRequest, method: str) -> None:
    """Write into the session that its person proved who they are just now, by ``method``."""
    record_authentication(request, request.user, method=method, reauthenticated=True)


def recently_proven(*, methods: Collection[str] = (), back: str = "") -> Callable[[View], View]:
    """Let a view answer only after a recent proof.

    ``methods`` names those that need one, all when empty. ``back`` names the address, of the same arguments, to which
    a proof returns instead of to the view itself: for a download, which would leave the question standing.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if (methods and request.method not in methods) or is_proven(request):
                return view(request, *args, **kwargs)
            return ask_for_proof(request, back=reverse(back, args=args, kwargs=kwargs) if back else "")

        return guarded

    return decorate


class ProvenWrites:
    """For an admin page: what changes rights is saved only after a recent proof."""

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        if request.method in WRITES and not is_proven(request):
            return ask_for_proof(request)
        return super().changeform_view(request, object_id, form_url, extra_context)  # type: ignore[misc]


class StepUpMiddleware:
    """Ask for a proof before the account pages that change how one signs in."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        match = request.resolver_match
        name = match.view_name if match is not None else ""
        guarded = name in GUARDED or (name in GUARDED_WRITES and request.method in WRITES)
        if not guarded or not request.user.is_authenticated or is_proven(request):
            return None
        return ask_for_proof(request, keeps=name not in NOT_KEPT)


def ask_for_proof(request: HttpRequest, *, back: str = "", keeps: bool = True) -> HttpResponse:
    """Send the person to prove who they are, and keep what they were doing. Writes the session."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path() if request.method in SAFE else "/", reverse("account_login"))
    # A page's fragment is asked for by a script: the page as a whole goes.
    is_fragment = "HX-Request" in request.headers
    path = back or (request.path if request.method not in SAFE else request.get_full_path())
    state: dict[str, Any] = {"path": path, "at": time.time(), "is_back": bool(back)}
    if request.method not in SAFE and keeps and not is_fragment:
        posted = request.POST.urlencode()
        if len(posted) <= KEPT_BYTES:
            state |= {"query": request.GET.urlencode(), "post": posted}
    request.session[STATE_SESSION_KEY] = {"state": state, "callback": f"{__name__}.resume"}
    methods = get_adapter(request).get_reauthentication_methods(request.user)
    address = methods[0]["url"] if methods else reverse("account_login")
    target = f"{address}?{urlencode({'next': path})}"
    if is_fragment:
        answer = HttpResponse()
        answer["HX-Redirect"] = target
        return answer
    return HttpResponseRedirect(target)


def resume(request: HttpRequest, state: dict[str, Any]) -> HttpResponseBase:
    """After the proof: do what was interrupted, or go where the person was going. Called by allauth."""
    wanted = str(request.POST.get("next") or request.GET.get("next") or state["path"])
    if wanted != state["path"]:
        # Another page asked meanwhile: what this one kept is not what the person is looking at.
        return HttpResponseRedirect(wanted if get_adapter(request).is_safe_url(wanted) else "/")
    if "post" not in state or time.time() - state["at"] > KEPT_SECONDS:
        if state["is_back"]:
            messages.success(request, _("Thank you. You can download now."))
        return HttpResponseRedirect(state["path"])
    match = resolve(state["path"])
    request.GET, request.POST = QueryDict(state["query"]), QueryDict(state["post"])
    request.path = request.path_info = state["path"]
    request.resolver_match = match
    return match.func(request, *match.args, **match.kwargs)
