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


def walk(house: House, random, steps: int, kind: str = Complaint.Kind.COMPLAINT) -> None:
    complaint, now = filed(house, kind=kind), NOON
    for _step in range(steps):
        _what, now = step(house, complaint.pk, random, now)
        check(complaint.pk)


@settings(max_examples=4, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), database=None)
@given(random=st.randoms(use_true_random=False), kind=st.sampled_from(Complaint.Kind.values))
def test_no_walk_breaks_what_must_hold(house, random, kind):
    with transaction.atomic():  # each walk finds the house as the first one did
        furnish(house)
        waiting(house, promised_on=None)
        walk(house, random, steps=40, kind=kind)
        transaction.set_rollback(True)
