"""New estates, and the service calendar they get."""

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from deadlines.models import ServiceCalendar
from deadlines.rules.extending import resolved
from deadlines.shipped import shipped_calendars, shipped_title
from owners import rules
from owners.models import Estate
from owners.services.calendars import give_calendar
from tenancy.errors import DomainError
from tenancy.models import Organisation


def calendar_choices(organisation: Organisation) -> list[tuple[str, str]]:
    """The organisation's own calendars, then the shipped ones that it could copy; those of its time zone first."""
    own = [(f"own:{row.pk}", row.title) for row in ServiceCalendar.objects.order_by("title")]
    codes = set(ServiceCalendar.objects.values_list("code", flat=True))
    library = shipped_calendars()
    shipped = [(code, resolved(code, library)) for code in library if code not in codes]
    shipped.sort(key=lambda row: (row[1].get("time_zone") != organisation.time_zone, row[0]))
    language = get_language() or organisation.language
    return own + [(f"shipped:{code}", shipped_title(plain, language=language, code=code)) for code, plain in shipped]


def new_calendar(choice: str, organisation: Organisation) -> tuple[ServiceCalendar, str]:
    """The chosen calendar, copied from the shipped ones when the organisation has it not yet.

    Returns it with its id when it was made here, else "". Without a choice: the first that ``calendar_choices`` offers.
    """
    origin, _colon, key = (choice or calendar_choices(organisation)[0][0]).partition(":")
    if origin == "own":
        found = ServiceCalendar.objects.filter(pk=key).first()
        if found is None:
            raise DomainError(_("The chosen service calendar no longer exists. Choose another."))
        return found, ""
    if key not in shipped_calendars():
        raise DomainError(_("The chosen service calendar no longer exists. Choose another."))
    known = ServiceCalendar.objects.filter(code=key).exists()
    calendar = give_calendar(key, language=organisation.language)
    return calendar, "" if known else str(calendar.pk)


def new_estate(*, name: str, code: str, organisation: Organisation) -> Estate:
    """An estate, not yet saved and without a calendar. Missing names are taken from the organisation."""
    taken = set(Estate.objects.values_list("code", flat=True))
    if not name and taken:
        raise DomainError(
            _("The file does not say which estate it is for. Choose the estate, or give a name and a code.")
        )
    name = name or organisation.name
    return Estate(
        name=name[:200], code=(code or rules.estate_code(name, fallback=organisation.slug, taken=taken)).upper()[:8]
    )
