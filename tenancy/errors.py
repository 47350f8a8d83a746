"""The one error tree. Messages are safe to show to whoever asked; pages and API answers are made in one place."""

from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext


class DomainError(Exception):
    """A rule of the domain was broken; nothing was stored."""

    status = 409

    def __init__(self, message: str | Promise, *, code: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.code = code or type(self).__name__


class IllegalMove(DomainError):
    """The object is not in a state from which this is possible."""


class NotAllowed(DomainError):
    """The actor may see the object, but not do this to it."""

    status = 403


class NotFound(DomainError):
    """Unknown, deleted, or somebody else's: the three look the same from outside."""

    status = 404


class Gone(DomainError):
    """It was there for whoever asked and was taken away; the words say when and why."""

    status = 410


class TooMany(DomainError):
    """Too often in too short a time. ``retry_after`` seconds later it is possible again."""

    status = 429

    def __init__(self, *, action: str, retry_after: int) -> None:
        self.action, self.retry_after = action, max(retry_after, 1)
        super().__init__(
            gettext("That was a lot in a short time. Please try again in %s.") % wait_words(self.retry_after)
        )


def wait_words(seconds: int) -> str:
    """A wait as one says it, never shorter than it is: "40 seconds", "15 minutes", "2 hours"."""
    if seconds <= 60:
        return ngettext("%d second", "%d seconds", seconds) % seconds
    if seconds <= 90 * 60:
        minutes = -(-seconds // 60)
        return ngettext("%d minute", "%d minutes", minutes) % minutes
    hours = -(-seconds // 3600)
    return ngettext("%d hour", "%d hours", hours) % hours


class NoOrganisation(RuntimeError):
    """A query of an organisation's table outside `scope(organisation_id)`: a programming error, so loud."""
