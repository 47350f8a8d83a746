"""The code of a label: renewed when a label was copied or torn off, switched off and on again."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from audit.services import record
from complaints import place_queries
from complaints.models import Place
from complaints.models.places import new_code
from tenancy.errors import NotAllowed, NotFound
from tenancy.models import Membership
from tenancy.policy import can


@transaction.atomic
def renew_code(*, place_id: UUID, actor: Membership, now: datetime) -> Place:
    """Give the place another code; the label that hangs there leads nowhere from now on. Raises NotFound, NotAllowed."""
    place = _kept(place_id, actor)
    place.code = new_code()
    place.save(update_fields=["code"])
    record(action="place.renewed", subject=place, actor=actor, now=now)
    return place


@transaction.atomic
def switch(*, place_id: UUID, actor: Membership, now: datetime, to: bool) -> Place:
    """Switch a label off, or on again with the code it has. Raises NotFound, NotAllowed."""
    place = _kept(place_id, actor)
    if place.is_active != to:
        place.is_active = to
        place.save(update_fields=["is_active"])
        record(action="place.switched_on" if to else "place.switched_off", subject=place, actor=actor, now=now)
    return place


def _kept(place_id: UUID, actor: Membership) -> Place:
    place = place_queries.places_visible_to(actor).select_for_update(of=("self",)).filter(pk=place_id).first()
    if place is None:
        raise NotFound("no such place")
    if not can(actor, "place.change", place):
        raise NotAllowed(_("Your role does not keep these places."))
    return place
