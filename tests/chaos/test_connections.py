"""10,000 requests and 10,000 scopes of two organisations on connections that are used again."""

import logging

import pytest

from tests.tenancy import bouncer, mixing
from tests.tenancy.test_reused_connections import as_application, houses, troubled

__all__ = ["as_application", "houses", "troubled"]
pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "system"])
COUNT = 10_000


def test_ten_thousand_mixed_requests_leave_nothing_set(as_application, troubled):
    logging.disable(logging.CRITICAL)
    try:
        seen = mixing.requests(as_application, count=COUNT, seed=2)
    finally:
        logging.disable(logging.NOTSET)
    assert seen.wrong == []
    assert seen.errors > COUNT // 20


def test_ten_thousand_scopes_through_a_pool_leave_nothing_set(houses, tmp_path):
    assert bouncer.program(), "PgBouncer is needed here: apt-get install pgbouncer"
    with bouncer.pooled(tmp_path) as alias:
        seen = mixing.scopes([house.organisation.pk for house in houses], alias, count=COUNT, clients=16)
    assert seen.wrong == []
    assert len(seen.backends) <= bouncer.SERVER_CONNECTIONS
