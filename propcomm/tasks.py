"""House-keeping that belongs to no one room."""

from celery import shared_task
from django.core.cache import cache
from django.core.management import call_command
from django.utils import timezone

from tenancy.context import scope
from tenancy.models import Organisation

HEARTBEAT_KEY = "heartbeat"
HEARTBEAT_KEPT_SECONDS = 3600


@shared_task
def beat_heart() -> str:
    """Write down that beat asks and a worker answers; ``manage.py doctor`` reads it."""
    cache.set(HEARTBEAT_KEY, timezone.now().isoformat(), HEARTBEAT_KEPT_SECONDS)
    return "alive"


@shared_task
def tidy_up() -> str:
    """Drop uploads nobody attached, answers of the API nobody asks for again, and sessions that ended."""
    from attachments.services import discard_strays, discard_unattached
    from tenancy.services import forget_answers

    now, dropped = timezone.now(), 0
    for organisation_id in Organisation.objects.filter(is_active=True).values_list("pk", flat=True):
        with scope(organisation_id):
            dropped += discard_unattached(now) + discard_strays(now)
            forget_answers(now)
    call_command("clearsessions")
    return f"{dropped} uploads dropped"
