"""Who comes in to the staff pages of notices, and the notice that an address names."""

from uuid import UUID

from django.http import HttpRequest

from notices import notice_queries
from notices.models import Notice
from notices.rules import approval
from owners.views.entrance import actor_of, staff_only
from tenancy.errors import NotFound
from tenancy.models import Organisation

overseers = staff_only(approval.may_oversee)
writers = staff_only(approval.may_write)


def organisation_of(request: HttpRequest) -> Organisation:
    return request.organisation  # type: ignore[attr-defined]


def seen(request: HttpRequest, notice_id: UUID) -> Notice:
    """Raises NotFound: unknown, another organisation's and another estate's look the same."""
    notice: Notice | None = (
        notice_queries.notices_seen_by(actor_of(request)).select_related("withdrawn_by").filter(pk=notice_id).first()
    )
    if notice is None:
        raise NotFound("no such notice")
    return notice
