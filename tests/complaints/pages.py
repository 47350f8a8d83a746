"""What the tests of pages share: somebody signed in, a filled form, a photograph."""

import uuid

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.attachments.making import jpeg
from tests.factories.house import House

BACKEND = "django.contrib.auth.backends.ModelBackend"


def signed_in(house: House, role: str) -> Client:
    client = Client(HTTP_HOST=house.host)
    client.force_login(getattr(house, role).user, backend=BACKEND)
    return client


def typed(house: House, **changes: object) -> dict[str, object]:
    given = {
        "filing_key": str(uuid.uuid4()),
        "where": f"unit:{house.unit.pk}",
        "spot": f"building:{house.building.pk}",
        "category": "lift",
        "description": "The lift stops between floors.",
        **changes,
    }
    return {name: value for name, value in given.items() if value is not None}


def photo(name: str = "leak.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, jpeg(), content_type="image/jpeg")


def text(response) -> str:
    return response.content.decode()
