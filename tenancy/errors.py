"""The one error tree. Messages are safe to show to whoever asked; pages and API answers are made in one place."""

from django.utils.functional import Promise


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


class NoOrganisation(RuntimeError):
    """A query of an organisation's table outside `scope(organisation_id)`: a programming error, so loud."""
