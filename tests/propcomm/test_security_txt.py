"""/.well-known/security.txt: whom to tell of a flaw."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

PATH = "/.well-known/security.txt"


def fields(answer):
    return [tuple(line.split(": ", 1)) for line in answer.content.decode().splitlines()]


@pytest.mark.parametrize(("host", "home"), [
    ("lakeside.localhost", "https://lakeside.example.com"), ("localhost", "https://example.com"),
])  # fmt: skip
def test_organisations_and_the_platform_say_whom_to_tell(house, settings, host, home):
    answer = Client(HTTP_HOST=host)
    settings.PUBLIC_SCHEME = "https"
    settings.SECURITY_CONTACT = "mailto:flaws@example.com, https://example.com/flaws"
    base = settings.BASE_DOMAIN
    answer = answer.get(PATH)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    said = fields(answer)
    assert [value for name, value in said if name == "Contact"] == [
        "mailto:flaws@example.com",
        "https://example.com/flaws",
    ]
    assert dict(said)["Canonical"] == home.replace("example.com", base) + PATH


def test_it_ends_in_the_future_and_within_a_year(house):
    ends = datetime.fromisoformat(dict(fields(Client(HTTP_HOST=house.host).get(PATH)))["Expires"])
    assert timedelta(days=30) < ends - datetime.now(UTC) < timedelta(days=365)


def test_without_a_setting_it_names_an_address_of_the_domain(house, settings):
    settings.SECURITY_CONTACT = ""
    assert ("Contact", "mailto:security@localhost") in fields(Client(HTTP_HOST=house.host).get(PATH))
