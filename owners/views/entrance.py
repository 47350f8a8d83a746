"""Who may open a page of the registry. What one may not see looks as if it were not there."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone

from owners.models import Estate
from owners.services.reading import note_reading
from tenancy.errors import NotFound
from tenancy.models import Membership

View = Callable[..., HttpResponseBase]


def member_of(request: HttpRequest) -> Membership | None:
    return request.membership  # type: ignore[attr-defined]


def actor_of(request: HttpRequest) -> Membership:
    """The member whom the door has let in. Raises NotFound when it let in somebody else."""
    member = member_of(request)
    if member is None:
        raise NotFound("no member of this organisation")
    return member


def staff_only(allowed: Callable[[Membership | None], bool]) -> Callable[[View], View]:
    """The page exists for members of whom ``allowed`` is true; for others it is not found."""

    def wrap(view: View) -> View:
        @wraps(view)
        @login_required
        def entered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not allowed(member_of(request)):
                raise NotFound("no page of this member")
            return view(request, *args, **kwargs)

        return entered

    return wrap


def chosen_estate(request: HttpRequest, estates: list[Estate]) -> Estate | None:
    """The one of ``?estate=``, else the first. Raises NotFound: unknown, another organisation's and one that is not
    offered look the same."""
    wanted = request.GET.get("estate", "")
    if not wanted:
        return estates[0] if estates else None
    found = next((estate for estate in estates if str(estate.pk) == wanted), None)
    if found is None:
        raise NotFound("no such estate")
    return found


def log_auditor(request: HttpRequest, what: str, subject: Any = None) -> None:
    """Every reading of people's data by an auditor is written down."""
    member = member_of(request)
    if member is not None and member.role == Membership.Role.AUDITOR:
        request.is_reading_noted = True  # type: ignore[attr-defined]
    note_reading(actor=member, what=what, subject=subject, now=timezone.now())
