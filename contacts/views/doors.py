"""Who comes in to the pages of outside parties, and the party that an address names."""

from uuid import UUID

from django.http import HttpRequest

from contacts import queries
from contacts.models import OutsideParty
from contacts.rules import access
from contacts.rules import duties as recurring
from owners.services.imports import phone_region
from owners.views.entrance import actor_of, staff_only
from tenancy.errors import NotFound
from tenancy.policy import can

readers = staff_only(access.may_read)
writers = staff_only(lambda member: can(member, "contact.write"))
contract_writers = staff_only(lambda member: can(member, "contract.write"))
evaluators = staff_only(lambda member: can(member, "contact.evaluate"))
importers = staff_only(access.may_import)
exporters = staff_only(access.may_export)
duty_readers = staff_only(recurring.may_read)
duty_writers = staff_only(recurring.may_write)
duty_doers = staff_only(recurring.may_do)


def region_of(request: HttpRequest) -> str:
    """The country in whose way numbers without + are read."""
    return phone_region(request.organisation)  # type: ignore[attr-defined]


def seen(request: HttpRequest, party_id: UUID) -> OutsideParty:
    """Raises NotFound: unknown, another organisation's and another estate's look the same."""
    found: OutsideParty | None = (
        queries.parties_visible_to(actor_of(request)).prefetch_related(queries.with_areas()).filter(pk=party_id).first()
    )
    if found is None:
        raise NotFound("no such party")
    return found
