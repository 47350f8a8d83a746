"""The houses every test may ask for. Each has a stranger: a member of another organisation."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from embedded.environment import ensure  # noqa: E402

ensure()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "propcomm.settings")

from tests.factories.house import House, build_house  # noqa: E402


@pytest.fixture
def house(db: None) -> Iterator[House]:
    """Lakeside, with its scope open: ORM calls of the test see this organisation only."""
    from tenancy.context import scope

    built = build_house("lakeside")
    with scope(built.organisation.pk):
        yield built


@pytest.fixture
def stranger(house: House) -> House:
    """Another organisation with people, units and the same codes. Its rows are built in its own scope."""
    from tests.factories.house import in_scope_of

    return in_scope_of(None, lambda: build_house("jinghu"))


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
