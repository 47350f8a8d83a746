"""Entries of what people do with their sign-in. It happens inside django-allauth, so its signals are heard here.

Everybody stands in them by id, and an address that belongs to no member does not stand in them at all: what was typed
into the sign-in form may be anything, a password in the wrong field too.
"""

from typing import Any

from allauth.account import signals as account
from allauth.mfa import signals as factors
from django.contrib.auth import signals as auth
from django.db import connection
from django.http import HttpRequest
from django.utils import timezone

from audit.services import record
from tenancy.models import Membership, User

# No user has this key.
NOBODY = 0


def note(action: str, request: HttpRequest | None, user: Any = None, **changes: Any) -> None:
    """Write one entry about ``user`` in the organisation of the request; nothing where there is none.

    The subject is the membership; somebody who has none yet stands as their sign-in's id.
    """
    if request is None or getattr(request, "organisation", None) is None or not connection.in_atomic_block:
        return  # the last: told after the transaction, in which the net has named it (SILENT)
    # Asked also where there is nobody to ask about, so that a known and an unknown address cost the same.
    member = Membership.objects.filter(user_id=user.pk if isinstance(user, User) else NOBODY).first()
    if member is None and isinstance(user, User):
        changes["user"] = user.pk
    actor = request.membership  # type: ignore[attr-defined]
    is_theirs = action not in FAILURES and actor is None
    record(action=action, subject=member, actor=member if is_theirs else actor, now=timezone.now(), changes=changes)


FAILURES = frozenset({"account.sign_in_failed", "account.code_refused", "account.factor_refused"})


def _failed(request: HttpRequest | None = None, credentials: Any = None, **kwargs: Any) -> None:
    given = credentials or {}
    address = str(given.get("email") or given.get("username") or "").strip().lower()
    # One look-up whether the address is known or not: a failed sign-in takes the same path for both.
    note("account.sign_in_failed", request, User.objects.filter(email=address).first())


def _heard(action: str, *told: str) -> Any:
    """A receiver that writes ``action``, with those of the signal's own arguments that name no person."""

    def receiver(request: HttpRequest | None = None, user: Any = None, **kwargs: Any) -> None:
        address = kwargs.get("email_address") or kwargs.get("confirmation")
        owner = user or getattr(address, "user", None)
        changes = {name: kwargs[name] for name in told if isinstance(kwargs.get(name), str | bool)}
        if factor := kwargs.get("authenticator"):
            changes["factor"] = str(factor.type)
        note(action, request, owner, **changes)

    return receiver


HEARD = (
    (auth.user_login_failed, _failed),
    (auth.user_logged_in, _heard("account.signed_in")),
    (auth.user_logged_out, _heard("account.signed_out")),
    (account.authentication_step_completed, _heard("account.proven", "method", "reauthenticated")),
    (account.user_signed_up, _heard("account.signed_up")),
    (account.login_code_rejected, _heard("account.code_refused")),
    (account.password_reset_code_rejected, _heard("account.code_refused")),
    (account.email_verification_code_rejected, _heard("account.code_refused")),
    (account.password_set, _heard("account.password_changed")),
    (account.password_changed, _heard("account.password_changed")),
    (account.password_reset, _heard("account.password_reset")),
    (account.email_added, _heard("account.email_added")),
    (account.email_removed, _heard("account.email_removed")),
    (account.email_changed, _heard("account.email_changed")),
    (account.email_confirmed, _heard("account.email_confirmed")),
    (factors.authenticator_added, _heard("account.factor_added")),
    (factors.authenticator_removed, _heard("account.factor_removed")),
    (factors.authenticator_reset, _heard("account.factor_renewed")),
    (factors.authenticator_used, _heard("account.factor_used", "reauthenticated", "passwordless")),
    (factors.authentication_failed, _heard("account.factor_refused")),
)


# What the library does without a signal, or tells only after the transaction: the net under the routes names it (see middleware).
SILENT = {
    "usersessions_list": "account.sessions_ended",
    "mfa_activate_totp": "account.factor_added",
    "mfa_generate_recovery_codes": "account.factor_renewed",
    "mfa_edit_webauthn": "account.factor_renamed",
}


def listen() -> None:
    """Connect the receivers, once, from the app's ready()."""
    for signal, receiver in HEARD:
        signal.connect(receiver, weak=False, dispatch_uid=f"audit:{id(signal)}")
