"""Two hands at once, on real connections: one outage, one notice, one link."""

import threading
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from contacts.models import AccessGrant, Outage
from notices.models import Notice
from tenancy.context import scope
from tests.complaints.pages import BACKEND
from tests.contacts.making import party
from tests.contacts.outages import typed_outage, verified
from tests.factories.house import build_house

HANDS = 6


def together(house, path, sent):
    """The answers, sorted, to the same POST from several windows of the clerk at the same moment."""
    statuses = []

    def send():
        client = Client(HTTP_HOST=house.host)
        client.force_login(house.clerk.user, backend=BACKEND)
        try:
            statuses.append(client.post(path, sent).status_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _hand in range(HANDS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(statuses)


@pytest.mark.django_db(transaction=True)
def test_clicks_at_the_same_moment_act_once():
    house, now = build_house("lakeside"), timezone.now()
    with scope(house.organisation.pk):
        water = party(house, name="City Water", kind="utility", branch="water")
        row = verified(house, at=now - timedelta(hours=1))
    assert together(house, "/contacts/outages/new/", typed_outage(house, now)) == [302] * HANDS
    words = {"title_en": "No water", "body_en": "Soon."}
    assert together(house, f"/contacts/outages/{row.pk}/relay/", words) == [302] + [409] * (HANDS - 1)
    wish = {"subject": "contacts.outageform:", "days": "30", "how": "shown", "form_key": str(uuid4())}
    assert together(house, f"/contacts/{water.pk}/grants/new/", wish) == [200] + [409] * (HANDS - 1)
    with scope(house.organisation.pk):
        assert (Outage.objects.count(), Notice.objects.count(), AccessGrant.objects.count()) == (2, 1, 1)
        assert set(Outage.objects.values_list("number", flat=True)) == {f"O-{now.year}-{n:06d}" for n in (1, 2)}
