"""The registry's background work: ids in, enter the scope, claim the row, do one thing, return a word."""

import logging
from typing import Any

from celery import shared_task
from django.utils import timezone

from owners import queries
from tenancy.context import scope

log = logging.getLogger(__name__)


def enqueue(task: Any, *arguments: Any) -> None:
    """Nudge a worker. The row is the record: when the broker is down, the sweep finds it."""
    try:
        task.delay(*arguments)
    except Exception:  # kombu, redis and socket errors alike
        log.warning("broker not reached, the sweep will take it up: %s", task.name)


@shared_task
def work_on_import(organisation_id: int, import_id: str) -> str:
    """Check or carry out one registry import."""
    from owners.services import imports

    with scope(organisation_id):
        if not imports.claim_import(import_id=import_id, now=timezone.now()):
            return "skipped"
    with scope(organisation_id):
        return imports.work_on_import(import_id=import_id, now=timezone.now())


@shared_task
def run_waiting_imports() -> int:
    """The sweep: whatever a lost message meant, in every organisation."""
    waiting = queries.imports_waiting_anywhere(timezone.now())
    return sum(work_on_import(organisation_id, str(import_id)) != "skipped" for organisation_id, import_id in waiting)
