"""The system's role is asked here whether a sign-in is used elsewhere: its connection is closed in the end."""

from collections.abc import Iterator

import pytest


@pytest.fixture(scope="session", autouse=True)
def _no_connection_stays(django_db_setup: None) -> Iterator[None]:
    yield
    from django.db import connections

    connections["system"].close()
