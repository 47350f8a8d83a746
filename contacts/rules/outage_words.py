"""The words of an outage's notices, in both languages: from what is known of it to a title and a body."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contacts.models import OutsideParty
from tenancy.templatetags.look import time_words

Branch = OutsideParty.Branch
OFF = {
    Branch.WATER: gettext_lazy("Water off"),
    Branch.POWER: gettext_lazy("Electricity off"),
    Branch.GAS: gettext_lazy("Gas off"),
    Branch.HEAT: gettext_lazy("Heating off"),
    Branch.TELECOM: gettext_lazy("Telephone and Internet off"),
    Branch.CABLE_TV: gettext_lazy("Cable television off"),
    Branch.SANITATION: gettext_lazy("Refuse and sewage service interrupted"),
    Branch.LIFT: gettext_lazy("Lift out of service"),
}
BACK = {
    Branch.WATER: gettext_lazy("Water is back"),
    Branch.POWER: gettext_lazy("Electricity is back"),
    Branch.GAS: gettext_lazy("Gas is back"),
    Branch.HEAT: gettext_lazy("Heating is back"),
    Branch.TELECOM: gettext_lazy("Telephone and Internet are back"),
    Branch.CABLE_TV: gettext_lazy("Cable television is back"),
    Branch.SANITATION: gettext_lazy("Refuse and sewage service is back"),
    Branch.LIFT: gettext_lazy("Lift is in service again"),
}
ADVICE = {
    Branch.WATER: gettext_lazy("Keep taps closed while the water is off, and let it run clear afterwards."),
    Branch.POWER: gettext_lazy("Lifts may stand still: do not use them shortly before it begins. Save what is on a computer."),
    Branch.GAS: gettext_lazy("Close the valves of your appliances. Smell gas when it comes back? Leave, then call."),
    Branch.HEAT: gettext_lazy("Leave the valves of your radiators as they are."),
    Branch.LIFT: gettext_lazy("Cannot use the stairs? Call us: we help you up and down."),
}  # fmt: skip
LONGEST_TITLE = 200


@dataclass(frozen=True)
class Said:
    """What the words are made of. ``places`` are names; ``zone`` is the organisation's."""

    branch: str
    starts_at: datetime
    ends_at: datetime | None
    cause: str
    party: str
    places: tuple[str, ...]
    zone: ZoneInfo
    phone: str = ""


def off_words(branch: str) -> str:
    """In the active language: Water off."""
    return str(OFF[Branch(branch)])


def span_words(starts_at: datetime, ends_at: datetime | None) -> str:
    """In the active language and zone: ``Mon 3 June, 9:00 to 12:00``."""
    begins = time_words(starts_at, "exact")
    if ends_at is None:
        return _("from %(begins)s, the end is not known yet") % {"begins": begins}
    here = timezone.get_current_timezone()
    is_one_day = starts_at.astimezone(here).date() == ends_at.astimezone(here).date()
    ends = ends_at.astimezone(here).strftime("%H:%M") if is_one_day else time_words(ends_at, "exact")
    return _("%(begins)s to %(ends)s") % {"begins": begins, "ends": ends}


def relay_words(said: Said) -> dict[str, str]:
    """title_en, body_en, title_zh, body_zh of the notice that tells of it."""
    return _both(said, _relay)


def restored_words(said: Said, restored_at: datetime) -> dict[str, str]:
    """The same of the notice that it is over."""
    return _both(said, lambda given: _restored(given, restored_at))


def _both(said: Said, write: Callable[[Said], tuple[str, Iterable[str]]]) -> dict[str, str]:
    words = {}
    for code, language in (("en", "en"), ("zh", "zh-hans")):
        with translation.override(language), timezone.override(said.zone):
            title, parts = write(said)
            words[f"title_{code}"] = title[:LONGEST_TITLE]
            words[f"body_{code}"] = "\n\n".join(part for part in parts if part)
    return words


def _relay(said: Said) -> tuple[str, list[str]]:
    when = span_words(said.starts_at, said.ends_at)
    title = _("%(off)s: %(when)s") % {"off": off_words(said.branch), "when": when}
    lead = _("%(off)s in %(places)s: %(when)s.") % {"off": off_words(said.branch), "places": _list(said), "when": when}
    by = _("We were told by %(party)s.") % {"party": _plain(said.party)} if said.party else ""
    why = _("Why: %(cause)s") % {"cause": _plain(said.cause)} if said.cause.strip() else ""
    after = _("We write again when it is over.")
    return title, [lead, why, by, str(ADVICE.get(Branch(said.branch), "")), after, _call(said)]


def _restored(said: Said, restored_at: datetime) -> tuple[str, list[str]]:
    back = str(BACK[Branch(said.branch)])
    title = _("%(back)s: %(when)s") % {"back": back, "when": time_words(restored_at, "exact")}
    lead = _("%(back)s in %(places)s since %(when)s.") % {
        "back": back, "places": _list(said), "when": time_words(restored_at, "exact")
    }  # fmt: skip
    return title, [lead, _("Is it not so at your home? Tell us, and we look into it."), _call(said)]


def _list(said: Said) -> str:
    return _(", ").join(_plain(place) for place in said.places)


def _call(said: Said) -> str:
    return _("Questions? Call us on %(phone)s.") % {"phone": _plain(said.phone)} if said.phone.strip() else ""


def _plain(words: str) -> str:
    """What somebody typed, without braces (they would be placeholders) and marks of Markdown."""
    told = words.replace("{", "(").replace("}", ")")
    for mark in "*_[]#<>`\\":
        told = told.replace(mark, " ")
    return " ".join(told.split())
