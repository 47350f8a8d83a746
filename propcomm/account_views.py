"""Account pages that allauth has otherwise, or not at all; wired up in account_urls before allauth's own."""

import time
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import BaseConfirmCodeForm
from allauth.account.views import BaseReauthenticateView
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.views import ActivateTOTPView
from allauth.mfa.webauthn.views import AddWebAuthnView, EditWebAuthnView
from allauth.usersessions.internal.flows.sessions import end_sessions
from allauth.usersessions.models import UserSession
from allauth.usersessions.views import ListUserSessionsView
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from tenancy.second_factor import is_demanded_of, lack_of, note_set_up, trusts_factors
from tenancy.stepping_up import note_proof

CODE_STATE = "account_reauthentication_code"
CODE_SECONDS = 10 * 60
CODE_TRIES = 3


@never_cache
@login_required
@require_safe
def second_factor(request: HttpRequest) -> HttpResponse:
    """Where somebody lands whose role needs a second factor: which one shall it be?"""
    if not is_demanded_of(request.membership) or lack_of(request, request.user) is None:  # type: ignore[attr-defined, arg-type]
        return redirect("mfa_index")
    return render(request, "mfa/second_factor.html")


@never_cache
@login_required
@require_safe
def second_factor_elsewhere(request: HttpRequest) -> HttpResponse:
    """Where somebody lands whose second factor was reset at another organisation, until one of ours agrees."""
    member = request.membership  # type: ignore[attr-defined]
    if member is None or trusts_factors(member, request.user):  # type: ignore[arg-type]
        return redirect("home")
    return render(request, "mfa/second_factor_elsewhere.html")


@method_decorator(never_cache, name="dispatch")
class SetUpApp(ActivateTOTPView):  # type: ignore[misc]
    """An authenticator app; the session that set it up has used it."""

    def form_valid(self, form: Any) -> HttpResponse:
        answer = super().form_valid(form)
        note_set_up(self.request)
        return answer


@method_decorator(never_cache, name="dispatch")
class SetUpPasskey(AddWebAuthnView):  # type: ignore[misc]
    """A passkey; the session that set it up has used it."""

    def get_form(self, form_class: Any = None) -> Any:
        form = super().get_form(form_class)
        form.fields["name"].label = _("What do you call it?")
        alone = form.fields["passwordless"]
        alone.label, alone.initial = _("Sign in with it alone, without a password"), True
        alone.help_text = _("Untick it for a security key that is only your second step.")
        return form

    def form_valid(self, form: Any) -> HttpResponse:
        answer = super().form_valid(form)
        note_set_up(self.request)
        return answer


@method_decorator(never_cache, name="dispatch")
class RenamePasskey(EditWebAuthnView):  # type: ignore[misc]
    def get_form(self, form_class: Any = None) -> Any:
        form = super().get_form(form_class)
        form.fields["name"].label = _("What do you call it?")
        return form


def _unused_codes(request: HttpRequest) -> tuple[Any, list[str]]:
    row = Authenticator.objects.filter(user=request.user, type=Authenticator.Type.RECOVERY_CODES).first()
    if row is None:
        raise Http404
    codes = row.wrap()
    return codes, codes.get_unused_codes()


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def recovery_codes(request: HttpRequest) -> HttpResponse:
    """The recovery codes, until their owner says that they are saved; never again after that."""
    codes, unused = _unused_codes(request)
    if request.method == "POST":
        if request.POST.get("saved") != "yes":
            return render(
                request, "mfa/recovery_codes/index.html", {"codes": unused, "count": len(unused), "is_asked": True}, status=422
            ) if not codes.did_view else redirect("mfa_view_recovery_codes")  # fmt: skip
        codes.mark_as_viewed()
        messages.success(request, _("Your recovery codes are in your keeping now."))
        return redirect("home" if is_demanded_of(request.membership) else "mfa_index")  # type: ignore[attr-defined]
    shown = [] if codes.did_view else unused
    return render(request, "mfa/recovery_codes/index.html", {"codes": shown, "count": len(unused)})


@never_cache
@login_required
@require_safe
def recovery_codes_file(request: HttpRequest) -> HttpResponse:
    """The same codes as a text file, for as long as the page shows them."""
    codes, unused = _unused_codes(request)
    if codes.did_view:
        raise Http404
    answer = HttpResponse("\n".join(unused) + "\n", content_type="text/plain; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="recovery-codes.txt"'
    return answer


@method_decorator(never_cache, name="dispatch")
class Devices(ListUserSessionsView):  # type: ignore[misc]
    """Where one is signed in. One of them is ended by its button, or all others at once."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        chosen = request.POST.get("end", "")
        if not chosen:
            return super().post(request, *args, **kwargs)
        session = UserSession.objects.filter(user=request.user, pk=chosen).first() if chosen.isdecimal() else None
        if session is None:
            raise Http404
        end_sessions(request, [session])
        messages.success(request, _("Signed out there."))
        return redirect("usersessions_list")


class CodeForm(BaseConfirmCodeForm):  # type: ignore[misc]
    pass


@method_decorator([never_cache, login_required], name="dispatch")
class ReauthenticateByCode(BaseReauthenticateView):  # type: ignore[misc]
    """Prove who one is by a code in one's mailbox: for people without a password and without a second factor."""

    form_class = CodeForm
    template_name = "account/reauthenticate_by_code.html"

    def _state(self) -> dict[str, Any]:
        state = self.request.session.get(CODE_STATE) or {}
        return state if state and time.time() - state["at"] < CODE_SECONDS and state["tries"] < CODE_TRIES else {}

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "code": self._state().get("code", "")}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "is_sent": bool(self._state())}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.POST.get("action") != "send" and self._state():
            return super().post(request, *args, **kwargs)
        adapter = get_adapter(request)
        code = adapter.generate_login_code()
        request.session[CODE_STATE] = {"code": code, "at": time.time(), "tries": 0}
        adapter.send_mail("account/email/login_code", request.user.email, {"code": code})  # type: ignore[union-attr]
        return redirect(self.passthrough_next_url(request.path))

    def form_invalid(self, form: Any) -> HttpResponse:
        state = self._state()
        if state:
            self.request.session[CODE_STATE] = {**state, "tries": state["tries"] + 1}
        return super().form_invalid(form)

    def form_valid(self, form: Any) -> HttpResponse:
        self.request.session.pop(CODE_STATE, None)
        note_proof(self.request, "code")
        return super().form_valid(form)
