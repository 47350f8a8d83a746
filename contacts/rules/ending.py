"""How close the end of a contract or certificate is."""

from datetime import date, timedelta

from contacts.rules.defaults import defaults


def ending(ends_on: date | None, kind: str, today: date) -> str:
    """``over`` the day after its last, ``soon`` within the days that `data/defaults.yaml` says, else "" ."""
    if ends_on is None:
        return ""
    if ends_on < today:
        return "over"
    return "soon" if ends_on <= horizon(kind, today) else ""


def horizon(kind: str, today: date) -> date:
    """The last day that counts as soon for a ``contract`` or a ``certificate``."""
    return today + timedelta(days=defaults()["warn_days"][kind])


def notice_by(ends_on: date | None, notice_days: int | None) -> date | None:
    """The last day on which notice ends the contract at its end."""
    if ends_on is None or notice_days is None:
        return None
    # A day before the first of all is no day.
    return ends_on - timedelta(days=min(notice_days, (ends_on - date.min).days))
