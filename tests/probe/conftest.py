"""One world for all questions of a worker: built once, every request taken back, all of it undone at the end."""

import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction


@pytest.fixture(autouse=True)
def _private_storage() -> None:
    """The world keeps its files as long as itself."""


@pytest.fixture(scope="package")
def world(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    from django.test import override_settings

    from tests.probe.world import build_world

    place = tmp_path_factory.mktemp("files")
    private = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(place)}}
    from django.conf import settings

    kept = override_settings(STORAGE_ROOT=place, STORAGES={**settings.STORAGES, "private": private})
    with django_db_blocker.unblock(), kept, transaction.atomic():
        yield build_world()
        transaction.set_rollback(True)


@pytest.fixture
def _free_of_limits(unlimited: None) -> Iterator[None]:
    """No limit on tries stands in the way, and a thousand refusals are not logged one by one."""
    cache.clear()
    logging.disable(logging.ERROR)
    yield
    logging.disable(logging.NOTSET)
