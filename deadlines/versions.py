"""The calendars as they were: what was promised by one stays so when it is edited."""

import json
from datetime import datetime
from functools import lru_cache
from uuid import UUID

from deadlines.models import CalendarVersion, ServiceCalendar
from deadlines.rules.calendars import Calendar


def keep_version(calendar_id: UUID, *, now: datetime) -> None:
    """Keep the stored calendar as it is now, before it is changed; once for each version."""
    stored = ServiceCalendar.objects.select_for_update().get(pk=calendar_id)
    CalendarVersion.objects.get_or_create(
        calendar=stored, version=stored.version, defaults={"mapping": stored.as_mapping(), "replaced_at": now}
    )


def calendar_of_version(calendar: ServiceCalendar, version: int) -> Calendar:
    """The calendar as it was in that version; as it is now when that version was never kept."""
    kept = _kept(calendar.pk, version)
    return _parsed(calendar.code, kept or json.dumps(calendar.as_mapping(), sort_keys=True, default=str))


def _kept(calendar_id: UUID, version: int) -> str:
    row = CalendarVersion.objects.filter(calendar_id=calendar_id, version=version).values_list("mapping", flat=True)
    found = row.first()
    return json.dumps(found, sort_keys=True, default=str) if found else ""


@lru_cache(maxsize=256)
def _parsed(code: str, frozen: str) -> Calendar:
    return Calendar.parse(json.loads(frozen), code=code)
