"""Where a mail service hands mail over by itself: signed, without a session."""

from datetime import datetime

from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from complaints import mail_queries
from complaints.mail_secrets import key_of
from complaints.rules.inbound import limits
from complaints.services import inbound
from notices.rules.signatures import is_signed


# A signature over body and time stands in place of cookie and CSRF token.
@csrf_exempt
@require_POST
def take(request: HttpRequest) -> JsonResponse:
    """One mail as ``message/rfc822``. 404 when nobody with the organisation's key signed it.

    Sent again, it finds its own row; an old request is refused by its time.
    """
    now = timezone.now()
    most: int = limits()["webhook_bytes"]
    door = mail_queries.mail_door()
    if door is None or not key_of(door):
        return JsonResponse({"error": "unsigned"}, status=404)
    body = request.read(most + 1)
    if len(body) > most:
        return JsonResponse({"error": f"at most {most} bytes"}, status=413)
    if not _is_signed(request, key_of(door), body, now):
        return JsonResponse({"error": "unsigned"}, status=404)
    mail = inbound.store(raw=body, now=now)
    mail = inbound.process(mail_id=mail.pk, now=now)
    return JsonResponse({"taken": str(mail.pk), "state": mail.state})


def _is_signed(request: HttpRequest, key: str, body: bytes, now: datetime) -> bool:
    return is_signed(
        key=key,
        timestamp=request.headers.get("X-PropComm-Timestamp", ""),
        signature=request.headers.get("X-PropComm-Signature", ""),
        body=body,
        now=now,
    )
