"""Any walk through the states keeps what must hold: a short one here, 10,000 steps in tests/chaos."""

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from complaints.models import Complaint
from tests.complaints.machine import check, step
from tests.complaints.seeds import filed, furnish
from tests.contacts.making import waiting
from tests.factories.house import NOON, House

pytestmark = pytest.mark.django_db


def walk(house: House, random, steps: int, kind: str) -> None:
    """In a house as the first walk found it: what is drawn depends on nothing that an earlier one left."""
    with transaction.atomic():
        furnish(house)
        waiting(house, promised_on=None)
        complaint, now = filed(house, kind=kind), NOON
        for _step in range(steps):
            _what, now = step(house, complaint.pk, random, now)
            check(complaint.pk)
        transaction.set_rollback(True)


@settings(max_examples=4, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), database=None)
@given(random=st.randoms(use_true_random=False), kind=st.sampled_from(Complaint.Kind.values))
def test_no_walk_breaks_what_must_hold(house, random, kind):
    walk(house, random, steps=40, kind=kind)
