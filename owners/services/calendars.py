"""Calendars for a new organisation, copied from the shipped ones and its own from then on."""

from django.utils.translation import gettext as _

from deadlines.models import ServiceCalendar
from deadlines.rules.extending import resolved
from deadlines.shipped import shipped_calendars, shipped_title

COPIED = ("time_zone", "weekly", "holidays", "makeup_workdays", "makeup_windows")


def give_calendar(code: str, *, language: str) -> ServiceCalendar:
    """The organisation's copy of a shipped calendar, made when it is missing, with its title in ``language``.

    Raises ValueError for an unknown code.
    """
    found = ServiceCalendar.objects.filter(code=code).first()
    if found is not None:
        return found
    library = shipped_calendars()
    if code not in library:
        known = ", ".join(sorted(library))
        raise ValueError(_("There is no calendar %(code)s; there are: %(known)s.") % {"code": code, "known": known})
    plain = resolved(code, library)
    return ServiceCalendar.objects.create(
        code=code,
        title=shipped_title(plain, language=language, code=code),
        **{name: plain[name] for name in COPIED if plain.get(name)},
    )
