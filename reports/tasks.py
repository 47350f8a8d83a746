"""Reports are made here: ids in, a word back. The row is the record; a message is only a nudge."""

import logging
from uuid import UUID

from celery import shared_task
from django.utils import timezone

from reports import queries

log = logging.getLogger(__name__)


def nudge(organisation_id: int, run_id: UUID) -> None:
    """Ask for a worker now. When the broker is down the beat's sweep finds the row."""
    try:
        make_report_task.apply_async(args=(organisation_id, str(run_id)), retry=False)
    except Exception as error:  # whatever the broker's client raises
        log.warning("no nudge, the sweep will find the report: %s", type(error).__name__)


@shared_task(soft_time_limit=240, time_limit=270)
def make_report_task(organisation_id: int, run_id: str) -> str:
    """Make one report, unless somebody else is at it."""
    from reports import services

    return services.make_report(organisation_id=organisation_id, run_id=UUID(run_id), clock=timezone.now)


@shared_task(expires=60)
def make_waiting_reports() -> str:
    """The sweep: whatever a lost message meant or a killed worker left, in every organisation."""
    waiting = queries.runs_to_make(timezone.now())
    for organisation_id, run_id in waiting:
        nudge(organisation_id, run_id)
    return f"{len(waiting)} waiting"
