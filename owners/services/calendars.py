"""Calendars for a new organisation, copied from the shipped ones and its own from then on."""

from django.utils.translation import gettext as _

from deadlines.models import ServiceCalendar
from deadlines.shipped import shipped_calendars


def give_calendar(code: str) -> ServiceCalendar:
    """The organisation's copy of a shipped calendar, made when it is missing. Raises ValueError for an unknown code."""
    found = ServiceCalendar.objects.filter(code=code).first()
    if found is not None:
        return found
    shipped = shipped_calendars().get(code)
    if shipped is None:
        known = ", ".join(sorted(shipped_calendars()))
        raise ValueError(_("There is no calendar %(code)s; there are: %(known)s.") % {"code": code, "known": known})
    return ServiceCalendar.objects.create(
        code=code,
        title=shipped["title"],
        time_zone=shipped["time_zone"],
        weekly=shipped["weekly"],
        holidays=shipped.get("holidays") or [],
        makeup_workdays=shipped.get("makeup_workdays") or [],
        makeup_windows=shipped.get("makeup_windows") or [],
    )
