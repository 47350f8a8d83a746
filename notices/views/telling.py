"""Where providers tell us what became of messages: signed, without a session."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from notices.forms.receipts import Unreadable, read_receipts
from notices.models import Provider
from notices.rules.signatures import is_signed
from notices.secrets import secrets_of
from notices.services import bounces, receipts


# A signature over body and time stands in place of cookie and CSRF token.
@csrf_exempt
@require_POST
def receipt(request: HttpRequest, code: str) -> HttpResponse:
    """Take what a provider of this code says. 404 when nobody with its key signed it: the door does not say which."""
    now = timezone.now()
    provider = _signer(request, code, now)
    if provider is None:
        return JsonResponse({"error": "unsigned"}, status=404)
    if request.content_type == "message/rfc822":
        report = bounces.take_report(raw=request.body, provider=provider, now=now)
        return JsonResponse({"taken": int(report)})
    try:
        told = read_receipts(request.body)
    except Unreadable as error:
        return JsonResponse({"error": str(error)}, status=400)
    for said in told:
        receipts.take(provider=provider, said=said, now=now)
    return JsonResponse({"taken": len(told)})


def _signer(request: HttpRequest, code: str, now: Any) -> Provider | None:
    """The provider whose key signed the request; a former one too: it may tell of what it was handed before."""
    timestamp = request.headers.get("X-PropComm-Timestamp", "")
    signature = request.headers.get("X-PropComm-Signature", "")
    for provider in Provider.objects.filter(code=code).order_by("-is_active", "-id"):
        key = secrets_of(provider).get("receipts_key", "")
        if is_signed(key=key, timestamp=timestamp, signature=signature, body=request.body, now=now):
            return provider
    return None
