"""The working days of an estate."""

from deadlines.rules.calendars import Calendar
from owners.models import Estate


def calendar_of(estate: Estate) -> Calendar:
    """The estate's service calendar, as the rules of deadlines read it."""
    row = estate.calendar
    return Calendar.parse(row.as_mapping(), code=row.code)
