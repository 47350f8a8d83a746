"""A thousand random tamperings by whoever owns the database: each is found."""

import pytest

from tests.audit.test_verifying import log, tamper_and_verify

__all__ = ["log"]


@pytest.mark.parametrize("hundred", range(10))
def test_a_hundred_random_tamperings_are_all_found(log, settings, hundred):
    for number in range(100):
        tamper_and_verify(log, settings.AUDIT_HEADS_ROOT, 1000 + hundred * 100 + number)
