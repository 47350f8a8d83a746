"""Push messages to browsers: the worker a browser keeps for them, and the doors by which it comes and goes."""

import json
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse, RawPostDataException
from django.utils import timezone
from django.views.decorators.http import require_POST

from notices.channels.encrypting import public_key_of
from notices.channels.push import Browser
from notices.models import Delivery, Provider, PushSubscription
from notices.services import pushing
from tenancy.browser_workers import worker_of
from tenancy.errors import NotFound
from tenancy.models import Membership
from tenancy.policy import can

LONGEST = 4000


def push_offer(member: Membership) -> dict[str, Any] | None:
    """What the page of preferences needs to offer push messages; None where the house sends none."""
    if not settings.PUSH_KEY or not Provider.objects.filter(channel=Delivery.Channel.PUSH, is_active=True).exists():
        return None
    browsers = PushSubscription.objects.filter(membership=member, gone_at=None).order_by("-created_at")
    return {"key": public_key_of(settings.PUSH_KEY), "browsers": browsers}


worker = worker_of("js/push-worker.js")


def _member(request: HttpRequest) -> Membership:
    member: Membership | None = request.membership  # type: ignore[attr-defined]
    if member is None or not can(member, "preference.choose"):
        raise NotFound("no member of this organisation")
    return member


@require_POST
@login_required
def subscribe(request: HttpRequest) -> HttpResponse:
    """A browser that was asked for push messages says where it takes them."""
    member, said = _member(request), _said(request)
    keys = said.get("keys")
    keys = keys if isinstance(keys, dict) else {}
    texts = [said.get("endpoint"), keys.get("p256dh"), keys.get("auth")]
    if not all(isinstance(text, str) and 0 < len(text) <= LONGEST for text in texts):
        return JsonResponse({"error": "endpoint, keys.p256dh and keys.auth are needed"}, status=400)
    label = request.headers.get("User-Agent", "").replace("\x00", "")
    pushing.subscribe(browser=Browser(*texts), label=label, actor=member, now=timezone.now())  # type: ignore[arg-type]
    return JsonResponse({"taken": True}, status=201)


@require_POST
@login_required
def unsubscribe(request: HttpRequest) -> HttpResponse:
    """This browser (by its address), or all of them, want no more."""
    endpoint = _said(request).get("endpoint", "")
    ended = pushing.unsubscribe(
        endpoint=endpoint if isinstance(endpoint, str) else "", actor=_member(request), now=timezone.now()
    )
    return JsonResponse({"ended": ended})


def _said(request: HttpRequest) -> dict[str, Any]:
    try:
        said = json.loads(request.body[: 4 * LONGEST] or b"{}")
    except (ValueError, RecursionError, RawPostDataException):  # a form was sent, and read as one already
        return {}
    return said if isinstance(said, dict) else {}
