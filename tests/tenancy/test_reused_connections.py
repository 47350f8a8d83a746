"""Nothing of one organisation is left on a connection for the next: 300 requests here, 10,000 in tests/chaos."""

import pytest
from django.db import connection

from owners import queries
from tests.factories.house import build_house
from tests.tenancy import bouncer, mixing

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "system"])


@pytest.fixture
def houses():
    return [build_house("lakeside"), build_house("jinghu")]


@pytest.fixture
def as_application(houses):
    """One connection, kept by every request, as the application's own role."""
    with connection.cursor() as cursor:
        cursor.execute("SET ROLE propcomm_app")
    yield houses
    connection.close()


@pytest.fixture
def troubled(monkeypatch):
    """A search for NUL, and every search of an owner's units, fails in the middle."""

    def fail(*_given, **_named):
        raise mixing.Trouble

    monkeypatch.setattr(queries, "units_of", fail)


def test_three_hundred_mixed_requests_leave_nothing_set(as_application, troubled):
    seen = mixing.requests(as_application, count=300, seed=1)
    assert seen.wrong == []
    assert seen.errors > 20


@pytest.mark.skipif(bouncer.program() is None, reason="PgBouncer is not installed")
def test_a_pool_in_transaction_mode_carries_nothing_from_one_organisation_to_the_next(houses, tmp_path):
    with bouncer.pooled(tmp_path) as alias:
        seen = mixing.scopes([house.organisation.pk for house in houses], alias, count=400)
    assert seen.wrong == []
    assert seen.errors > 40
    assert len(seen.backends) <= bouncer.SERVER_CONNECTIONS, "more clients than server connections"
    assert all(len(organisations) == 2 for organisations in seen.backends.values()), "each served both"
