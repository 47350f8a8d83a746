"""Who comes in, and what is asked of them again before something that cannot be taken back or carries data away."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

from owners.views.entrance import member_of, staff_only
from privacy import rules

View = Callable[..., HttpResponseBase]

officer = staff_only(rules.may_look_after_privacy)


def step_up(*, back: str = "") -> Callable[[View], View]:
    """The one place that asks who it is once more, before an archive leaves and before somebody is erased.

    ``back`` names the address, of the same arguments, to which a proof returns instead of to the view itself. Who
    signs in where says how recent a proof must be; until it does, the session is enough.
    """
    return lambda view: view


def language_of(request: HttpRequest) -> str:
    """The language of the page, which is the person's."""
    return str(request.LANGUAGE_CODE)


__all__ = ["language_of", "member_of", "officer", "step_up"]
