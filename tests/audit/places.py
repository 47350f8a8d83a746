"""A valid POST to every route of places with a label."""

from typing import Any

from django.test import Client

from tests.audit.routes import act, post
from tests.complaints.places import lift
from tests.complaints.seeds import furnish
from tests.factories.house import House


@act("places:scan")
def file_at_a_label(house: House) -> Any:
    furnish(house)
    said = {"description": "It stops.", "category": "lift", "name": "", "phone": ""}
    return post(Client(HTTP_HOST=house.host), "places:scan", lift().code, **said)
