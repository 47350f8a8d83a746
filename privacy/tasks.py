"""Archives are made and old things swept here: ids in, a word back. Rows are the record, messages only nudges."""

import logging
from uuid import UUID

from celery import shared_task
from django.utils import timezone

from privacy import queries
from tenancy.context import scope
from tenancy.models import Organisation

log = logging.getLogger(__name__)


def nudge(organisation_id: int, export_id: UUID) -> None:
    """Ask for a worker now. When the broker is down the beat's sweep finds the row."""
    try:
        make_export_task.apply_async(args=(organisation_id, str(export_id)), retry=False)
    except Exception as error:  # whatever the broker's client raises
        log.warning("no nudge, the sweep will find the archive: %s", type(error).__name__)


@shared_task(soft_time_limit=240, time_limit=270)
def make_export_task(organisation_id: int, export_id: str) -> str:
    """Make one archive, unless somebody else is at it."""
    from privacy.services import exports

    return exports.make_export(organisation_id=organisation_id, export_id=UUID(export_id), clock=timezone.now)


@shared_task(expires=60)
def make_waiting_exports() -> str:
    """The sweep: whatever a lost message meant or a killed worker left, in every organisation."""
    waiting = queries.exports_to_make(timezone.now())
    for organisation_id, export_id in waiting:
        nudge(organisation_id, export_id)
    return f"{len(waiting)} waiting"


@shared_task(expires=3600)
def sweep_retention() -> str:
    """Nightly: what is kept no longer, organisation by organisation, and old devices of all."""
    from privacy.services import retention

    swept = 0
    for organisation_id in Organisation.objects.filter(is_active=True).values_list("pk", flat=True):
        with scope(organisation_id):
            swept += sum(retention.sweep(now=timezone.now()).values())
    swept += retention.sweep_devices(now=timezone.now())
    return f"{swept} rows"
