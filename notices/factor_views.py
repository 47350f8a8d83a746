"""A member's lost second factor: the administrator's page, and the page where the member stops its reset."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from notices import factor_resets
from owners.views.entrance import member_of, staff_only
from tenancy.errors import NotFound
from tenancy.models import Membership
from tenancy.policy import can
from tenancy.stepping_up import WRITES, recently_proven


def _may(actor: Membership | None) -> bool:
    return can(actor, factor_resets.ACTION)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only(_may)
@recently_proven(methods=WRITES)
def second_factor(request: HttpRequest, membership_id: UUID) -> HttpResponse:
    """Whether the member has one, whether a reset waits; asking for one."""
    member = Membership.objects.select_related("user").filter(pk=membership_id).first()
    if member is None:
        raise NotFound("no such member")
    if request.method == "POST":
        factor_resets.ask_for_reset(membership_id=member.pk, actor=member_of(request), now=timezone.now())
        messages.success(request, _("Asked for. %(name)s is told by e-mail.") % {"name": member.name})
        return redirect("registry:second_factor", member.pk)
    context: dict[str, Any] = {
        "member": member,
        "may_ask": factor_resets.may_ask(member_of(request), member),
        "has_factor": factor_resets.has_something_to_reset(member),
        "waiting": factor_resets.waiting_reset(member),
        "hours": round(factor_resets.wait_for(member).total_seconds() / 3600),
        "last": member.factor_resets.exclude(done_at=None).order_by("-done_at").first(),
    }
    return render(request, "notices/second_factor.html", context)


@require_POST
@staff_only(_may)
@recently_proven(methods=WRITES)
def take_back(request: HttpRequest, membership_id: UUID) -> HttpResponse:
    factor_resets.take_back(membership_id=membership_id, actor=member_of(request), now=timezone.now())
    messages.success(request, _("Taken back. Nothing changes for this member."))
    return redirect("registry:second_factor", membership_id)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """Opened from the mail, signed in or not: who lost nothing says so with one button."""
    row = factor_resets.reset_of(token)
    if request.method == "POST":
        row = factor_resets.stop_by_link(token=token, now=timezone.now())
        return redirect(request.path)
    return render(request, "notices/stop_factor_reset.html", {"row": row})
