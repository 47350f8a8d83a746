"""What follows from a contact: its form and methods, whether it was written down late, whether it wants an answer."""

from datetime import date, datetime, timedelta

from contacts.models import CommunicationRecord as Record
from contacts.rules.defaults import defaults
from deadlines.rules.calendars import Calendar
from deadlines.rules.periods import working_days


def usual_form(channel: str) -> str:
    """The form that a way of contact has unless somebody says otherwise."""
    form: str = defaults()["channels"][channel]["form"]
    return form


def usual_methods(channel: str, direction: str) -> list[str]:
    """What we did: listening and speaking on the phone, reading a letter that came, writing one that goes."""
    way = "out" if direction == Record.Direction.OUT else "in"
    return list(defaults()["channels"][channel][way])


def is_late(occurred_at: datetime, recorded_at: datetime) -> bool:
    """Written down later than the default hours after the contact."""
    return recorded_at - occurred_at > timedelta(hours=defaults()["register"]["late_after_hours"])


def wants_answer(direction: str, form: str) -> bool:
    """Every written contact that comes in ends in an answer, or in a reason why none is needed."""
    return direction == Record.Direction.IN and form == Record.Form.WRITTEN


def answer_due(calendar: Calendar, occurred_on: date) -> date:
    """The day by which a written contact is answered, when nobody set another."""
    return working_days(calendar, occurred_on, defaults()["register"]["answer_working_days"]).last_day


def passes_on(calendar: Calendar, due_on: date, today: date) -> bool:
    """Whether an answer is so long overdue that the supervisors hear of it: a working day, by default."""
    return today > working_days(calendar, due_on, defaults()["register"]["escalate_working_days"]).last_day


def state_of(*, needs_answer: bool, is_answered: bool, open_tasks: int, was_open: bool) -> str:
    """Open while an answer or a task is; closed when the last of them is done; recorded when there never was one."""
    if (needs_answer and not is_answered) or open_tasks:
        return Record.State.OPEN
    return Record.State.CLOSED if was_open or needs_answer else Record.State.RECORDED
