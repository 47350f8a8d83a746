"""A house with a month behind it, and somebody's browser."""

from collections.abc import Callable
from typing import Any

import pytest

from notices.paper import pdf
from tests.factories.house import House
from tests.reports.months import march, run_made


@pytest.fixture
def browse(house: House, client: Any) -> Callable[..., Any]:
    """browse("manager") is the test client, signed in at Lakeside."""

    def sign_in(who: Any = "manager", language: str = "en") -> Any:
        client.defaults["HTTP_HOST"] = house.host
        client.force_login((house.members[who] if isinstance(who, str) else who).user)
        client.cookies["language"] = language
        return client

    return sign_in


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Paper takes seconds: whoever does not read it does without."""
    monkeypatch.setattr(pdf, "write", lambda html, **pictures: b"%PDF-1.7 quick")


@pytest.fixture
def made(house: House, quick: None) -> Any:
    """The report of March, made, but for the paper."""
    march(house)
    return run_made(house)


@pytest.fixture
def printed(house: House) -> Any:
    """The report of March, made."""
    march(house)
    return run_made(house)
