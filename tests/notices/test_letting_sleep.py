"""SMS and push messages in quiet hours wait; emergencies and e-mails do not."""

from datetime import time
from uuid import uuid4

import pytest

from notices.models import Delivery, Notice, QuietTime
from notices.services.claiming import claim_batch
from tests.factories.house import NOON
from tests.notices.carrying import message

NIGHT = NOON.replace(hour=23)
MORNING = NOON.replace(day=3, hour=8)


def claimed(house, channel, now):
    batch = claim_batch(channel=channel, organisation=house.organisation, token=uuid4(), now=now, size=50)
    return [claim.delivery.pk for claim in batch.claims]


def test_an_sms_waits_for_the_morning_and_leaves_then(house):
    row = message(house)
    assert claimed(house, "sms", NIGHT) == []
    row.refresh_from_db()
    assert (row.state, row.next_attempt_at, row.lease_token, row.attempts) == ("queued", MORNING, None, 0)
    assert claimed(house, "sms", MORNING) == [row.pk]


@pytest.mark.parametrize(
    ("channel", "fields"),
    [("email", {}), ("sms", {"urgency": Delivery.Urgency.NOW}), ("sms", {"kind": "emergency"})],
)
def test_what_does_not_wait(house, channel, fields):
    kind = fields.get("kind")
    more = {"notice": Notice.objects.create(kind=kind, author=house.clerk, created_at=NOON)} if kind else fields
    row = message(house, channel, **more)
    if kind:
        row.notice.versions.create(title_en="Leave the building", author=house.clerk, created_at=NOON)
    assert claimed(house, channel, NIGHT) == [row.pk]


def test_ones_own_hours_count_before_the_organisations(house):
    QuietTime.objects.create(membership=house.owner, quiet_from=time(11), quiet_until=time(13))
    QuietTime.objects.create(person=house.people["coowner"], quiet_from=time(3), quiet_until=time(4))
    row, other = message(house), message(house, membership=None, person=house.people["coowner"])
    assert claimed(house, "sms", NOON) == [other.pk]
    # Nobody handed the other over, so it is due again; neither has quiet hours now.
    assert set(claimed(house, "sms", NIGHT)) == {row.pk, other.pk}
