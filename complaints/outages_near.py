"""What is off where somebody is about to complain: shown before it is filed."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from complaints.rules.outages import branches_of
from complaints.services.intake import Filing
from contacts.models import Outage
from contacts.outage_queries import followed_by, is_off_at, lasting_at
from contacts.rules.outages import time_of
from owners.models import Unit


def lasting_for(filing: Filing, now: datetime) -> list[Outage]:
    """What is off, or will be, at the place of a complaint, and may be what it is about."""
    place = (filing.estate.pk, filing.building.pk if filing.building else None)
    if not is_off_at(place):
        return []
    rows = _shown(lasting_at([place], branches=branches_of(filing.category.code)), now)
    followed = followed_by(filing.complainant, rows)
    for row in rows:
        row.is_followed = row.pk in followed
    return rows


def lasting_near(units: Iterable[Unit], category_code: str, now: datetime) -> list[Outage]:
    """The same for somebody's units, before they say where and what it is: everything, while no category is known."""
    places = {(unit.estate_id, unit.building_id) for unit in units}
    return _shown(lasting_at(places, branches=branches_of(category_code)), now) if places else []


def lasting_where(estate_id: UUID, building_id: UUID | None, category_code: str, now: datetime) -> list[Outage]:
    """The same for one place, as it is scanned."""
    return _shown(lasting_at([(estate_id, building_id)], branches=branches_of(category_code)), now)


def _shown(rows: Iterable[Any], now: datetime) -> list[Any]:
    shown = list(rows)
    for row in shown:
        row.time = time_of(row.starts_at, now, is_open=row.is_open)
        row.is_overdue = row.ends_at is not None and row.ends_at < now
    return shown
