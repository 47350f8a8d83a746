"""The way back for somebody who lost their second factor: an administrator asks, the member is told and can stop it.

Nobody is let in by it. After the wait (settings.FACTOR_RESET_WAITS) the old factors and all sessions are gone, and the
next sign-in, by password or a code in the mailbox, sets up a new factor before anything else opens.
"""

from datetime import datetime, timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core import signing
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from audit.services import record
from notices.models import Delivery
from notices.sealed import SealedMail, queue_sealed
from notices.services.queueing import queue_delivery, recipient_for_member
from tenancy.context import current_organisation_id
from tenancy.errors import DomainError, IllegalMove, NotAllowed, NotFound
from tenancy.models import FactorReset, Membership, Organisation
from tenancy.policy import can
from tenancy.second_factor import FACTORS, trusts_factors
from tenancy.services import drop_factors

ACTION = "member.reset_factor"


def wait_for(member: Membership) -> timedelta:
    """Staff reach other people's data: theirs takes longer."""
    return settings.FACTOR_RESET_WAITS["staff" if member.is_staff_role else "resident"]


def may_ask(actor: Membership | None, member: Membership) -> bool:
    """Never for oneself: who has taken over an administrator's session must not lose its owner their key."""
    return can(actor, ACTION, member) and actor is not None and actor.pk != member.pk


def has_something_to_reset(member: Membership) -> bool:
    is_set_up = Authenticator.objects.filter(user=member.user_id, type__in=FACTORS).exists()
    return is_set_up or not trusts_factors(member, member.user)


def waiting_reset(member: Membership) -> FactorReset | None:
    rows = FactorReset.objects.filter(membership=member, stopped_at=None, done_at=None)
    return rows.select_related("asked_by").first()


@transaction.atomic
def ask_for_reset(*, membership_id: Any, actor: Membership | None, now: datetime) -> FactorReset:
    """Ask for the reset of a member's second factor; the member is told at once by mail and can stop it.

    Writes the reset, a sealed mail, an audit entry. Raises NotFound, NotAllowed unless the actor is another
    administrator, DomainError when there is nothing to reset or one is waiting already.
    """
    member = _locked(membership_id)
    if not may_ask(actor, member):
        raise NotAllowed(_("Another administrator must ask for this."))
    if not member.is_active:
        raise DomainError(_("This member is shut out. Let them in again first."))
    if waiting_reset(member) is not None:
        raise DomainError(_("A reset is waiting already."))
    if not has_something_to_reset(member):
        raise DomainError(_("No second factor is set up: the next sign-in asks for one where the role needs it."))
    row = FactorReset.objects.create(
        membership=member, asked_by=actor, asked_at=now, due_at=now + wait_for(member)
    )  # fmt: skip
    record(action="factorreset.asked", subject=member, actor=actor, now=now)
    link = reverse("stop_factor_reset", args=[token_of(row)])
    _tell(member, "factor_reset_asked", now, link=link, due_at=row.due_at, asker=actor.name if actor else "")
    return row


def _locked(membership_id: Any) -> Membership:
    rows = Membership.objects.select_for_update(of=("self",)).select_related("user")
    member = rows.filter(pk=membership_id).first()
    if member is None:
        raise NotFound("no such member")
    return member


# -- stopping it -----------------------------------------------------------------------------------------------------


def _signer() -> signing.Signer:
    return signing.Signer(salt=f"notices.factor_resets:{current_organisation_id()}")


def token_of(row: FactorReset) -> str:
    """What the mail's link holds: it can stop this one reset, and nothing else."""
    return _signer().sign(str(row.pk))


def reset_of(token: str) -> FactorReset:
    """The reset a link speaks of. Raises NotFound when the link was not made here."""
    try:
        key = _signer().unsign(token)
    except signing.BadSignature:
        raise NotFound("no such reset") from None
    row = FactorReset.objects.select_related("membership", "asked_by").filter(pk=key).first()
    if row is None:
        raise NotFound("no such reset")
    return row


@transaction.atomic
def stop_by_link(*, token: str, now: datetime) -> FactorReset:
    """The member says no. Writes the reset, an audit entry, and tells the administrator who asked.

    Stopping what is stopped changes nothing. Raises NotFound, IllegalMove when it has taken effect.
    """
    row = _waiting(reset_of(token).pk)
    if row.is_waiting:
        _stop(row, by=row.membership, now=now)
        _tell_asker(row, now)
    return row


@transaction.atomic
def take_back(*, membership_id: Any, actor: Membership | None, now: datetime) -> None:
    """An administrator takes the request back. Raises NotAllowed, NotFound when none is waiting."""
    member = _locked(membership_id)
    if not may_ask(actor, member):
        raise NotAllowed(_("Another administrator must ask for this."))
    row = waiting_reset(member)
    if row is None:
        raise NotFound("no reset is waiting")
    row = _waiting(row.pk)
    if row.is_waiting:
        _stop(row, by=actor, now=now)


def _waiting(key: Any) -> FactorReset:
    """The row, locked: a stop and the sweep never both win. Raises IllegalMove when it has taken effect."""
    row: FactorReset = FactorReset.objects.select_for_update(of=("self",)).select_related("membership").get(pk=key)
    if row.done_at is not None:
        raise IllegalMove(_("It was reset already. Sign in with a code by e-mail, set up a new one, and call us."))
    return row


def _stop(row: FactorReset, *, by: Membership | None, now: datetime) -> None:
    row.stopped_at = now
    row.save(update_fields=["stopped_at"])
    record(action="factorreset.stopped", subject=row.membership, actor=by, now=now)


# -- taking effect ---------------------------------------------------------------------------------------------------


@transaction.atomic
def carry_out_due(*, now: datetime) -> int:
    """The sweep, inside a scope: reset what has waited long enough. Returns how many."""
    due = FactorReset.objects.filter(stopped_at=None, done_at=None, due_at__lte=now)
    rows = due.select_for_update(of=("self",), skip_locked=True).select_related("membership__user", "asked_by")
    return sum(_carry_out(row, now) for row in rows)


def _carry_out(row: FactorReset, now: datetime) -> bool:
    """False when it waits longer, as the member has another role by now, or the asker may not ask any more."""
    member = row.membership
    if not member.is_active or not may_ask(row.asked_by, member):
        _stop(row, by=None, now=now)
        return False
    due_at = row.asked_at + wait_for(member)
    if due_at > now:
        row.due_at = due_at
        row.save(update_fields=["due_at"])
        return False
    row.done_at = now
    row.save(update_fields=["done_at"])
    _reset(member, row.asked_by, now)
    return True


@transaction.atomic
def reset_at_once(*, email: str, now: datetime) -> Membership:
    """By the platform's operator, who knows the person otherwise: for the last administrator of an organisation.

    Writes a reset that is done, deletes factors and sessions, an audit entry of the system, a sealed mail.
    Raises NotFound unless the address is an active member's.
    """
    found = Membership.objects.filter(user__email=email.strip().lower(), is_active=True).first()
    if found is None:
        raise NotFound(_("Nobody with this address is a member."))
    member = _locked(found.pk)
    FactorReset.objects.filter(membership=member, stopped_at=None, done_at=None).update(stopped_at=now)
    FactorReset.objects.create(membership=member, asked_by=None, asked_at=now, due_at=now, done_at=now)
    _reset(member, None, now)
    return member


def _reset(member: Membership, by: Membership | None, now: datetime) -> None:
    drop_factors(member=member, now=now)
    record(action="factorreset.done", subject=member, actor=by, now=now)
    _tell(member, "factor_reset_done", now, link=reverse("account_login"))


# -- telling ---------------------------------------------------------------------------------------------------------


def _tell(member: Membership, kind: str, now: datetime, *, link: str, **context: Any) -> None:
    organisation = Organisation.objects.get(pk=current_organisation_id())
    to = recipient_for_member(member)
    language = to.language or organisation.language
    with translation.override(language):
        button = gettext("Stop it") if kind == "factor_reset_asked" else gettext("Sign in")
    queue_sealed(
        SealedMail(
            email=member.user.email, name=to.name, language=language, event=f"{Delivery.ACCOUNT_EVENTS}{kind}",
            template=f"account/{kind}", context={**context, "button": button}, link=link,
        ),
        organisation=organisation, now=now,
    )  # fmt: skip


def _tell_asker(row: FactorReset, now: datetime) -> None:
    asker = row.asked_by
    if asker is None or not asker.is_active:
        return
    queue_delivery(
        recipient=recipient_for_member(asker), event="factor_reset_stopped", template="account/factor_reset_stopped",
        context={"member": row.membership}, about=None, link=reverse("registry:second_factor", args=[row.membership_id]),
        dedupe=f"factor-reset-stopped:{row.pk}", now=now,
    )  # fmt: skip
