"""The houses every test may ask for. Each has a stranger: a member of another organisation."""

from collections.abc import Iterator
from typing import Any

import pytest


@pytest.fixture
def house(db: None) -> Iterator[Any]:
    """Lakeside, with its scope open: ORM calls of the test see this organisation only."""
    from tenancy.context import scope
    from tests.factories.house import build_house

    built = build_house("lakeside")
    with scope(built.organisation.pk):
        yield built


@pytest.fixture
def stranger(house: Any) -> Any:
    """Another organisation with people, units and the same codes. Its rows are built in its own scope."""
    from tests.factories.house import build_house, in_scope_of

    return in_scope_of(None, lambda: build_house("jinghu"))


@pytest.fixture(scope="session", autouse=True)
def _quick_hashes() -> None:
    """Argon2 as always, but at a price that hundreds of tests can pay."""
    from django.contrib.auth.hashers import Argon2PasswordHasher

    Argon2PasswordHasher.time_cost = Argon2PasswordHasher.parallelism = 1
    Argon2PasswordHasher.memory_cost = 64


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    from django.utils import translation

    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def _private_storage(settings, tmp_path) -> None:
    settings.STORAGE_ROOT = settings.PRIVATE_STORAGE_ROOT = tmp_path
    settings.STORAGES = {
        **settings.STORAGES,
        "private": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}},
    }
