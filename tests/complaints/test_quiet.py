"""What workers say of a case by themselves wakes nobody: its e-mail leaves in the morning, that of danger at once."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from complaints.models import Watch
from complaints.services import escalation, handling, pausing, waking
from notices.models import Delivery, NoticeSettings
from tests.complaints.seeds import accepted, assigned, furnish, resolved
from tests.contacts.making import waiting
from tests.factories.house import NOON, House

MIDNIGHT = datetime(2026, 3, 13, tzinfo=UTC)
MORNING = datetime(2026, 3, 13, 8, tzinfo=UTC)


@pytest.fixture
def house(house: House) -> House:
    return furnish(house)


def leaving(since: datetime, **wanted: object) -> set[datetime]:
    """When the e-mails leave that were written from this instant on."""
    rows = Delivery.objects.filter(channel="email", created_at__gte=since, **wanted)
    return set(rows.values_list("next_attempt_at", flat=True))


def on_the_portal(since: datetime) -> set[str]:
    return set(Delivery.objects.filter(channel="portal", created_at__gte=since).values_list("state", flat=True))


def test_a_limit_that_ends_at_midnight_is_mailed_in_the_morning_and_on_the_portal_at_once(house):
    accepted(house)
    escalation.sweep_clocks(now=MIDNIGHT - timedelta(minutes=1))
    escalation.sweep_clocks(now=MIDNIGHT)
    assert leaving(MIDNIGHT) == {MORNING}
    assert on_the_portal(MIDNIGHT) == {"handed"}


def test_danger_is_mailed_at_midnight_also_to_whoever_complained(house):
    accepted(house, category="safety", at=MIDNIGHT - timedelta(minutes=30))
    escalation.sweep_clocks(now=MIDNIGHT)
    assert leaving(MIDNIGHT) == {MIDNIGHT}
    assert leaving(MIDNIGHT, event="complaint.late") == {MIDNIGHT}


def test_a_wait_that_ends_at_midnight_is_told_in_the_morning(house):
    complaint, matter = assigned(house), waiting(house, promised_on=datetime(2026, 3, 12).date())
    Watch.objects.create(complaint=complaint, member=house.supervisor, at=NOON)
    pausing.wait_for_party(complaint_id=complaint.pk, actor=house.engineer, matter_id=matter.pk, now=NOON)
    escalation.sweep_clocks(now=MIDNIGHT - timedelta(minutes=1))
    Delivery.objects.all().delete()
    escalation.sweep_clocks(now=MIDNIGHT)
    events = set(Delivery.objects.filter(channel="email").values_list("event", flat=True))
    assert {"complaint.goes_on", "complaint.wait_over", "complaint.watched"} <= events
    assert leaving(MIDNIGHT) == {MORNING}


def test_silence_and_what_nobody_began_with_and_took_up_wake_nobody_either(house):
    late = datetime(2026, 3, 2, 23, tzinfo=UTC)
    resolved(house, at=late)
    waking.wake_batch(now=late + timedelta(days=3))
    waking.wake_batch(now=late + timedelta(days=7))
    assert leaving(late + timedelta(days=1)) == {
        datetime(2026, 3, 6, 8, tzinfo=UTC),
        datetime(2026, 3, 10, 8, tzinfo=UTC),
    }
    assigned(house)
    escalation.sweep_clocks(now=NOON + timedelta(hours=3))
    Delivery.objects.all().delete()
    waking.wake_batch(now=late)
    escalation.pass_on_batch(now=late)
    assert {"complaint.untouched", "complaint.escalation"} <= set(Delivery.objects.values_list("event", flat=True))
    assert leaving(late) == {datetime(2026, 3, 3, 8, tzinfo=UTC)}


def test_by_day_and_without_quiet_hours_it_leaves_at_once(house):
    accepted(house)
    escalation.sweep_clocks(now=NOON + timedelta(hours=2))
    assert leaving(NOON + timedelta(hours=2)) == {NOON + timedelta(hours=2)}
    NoticeSettings.objects.update_or_create(defaults={"quiet_from": None, "quiet_until": None})
    escalation.sweep_clocks(now=MIDNIGHT)
    assert leaving(MIDNIGHT) == {MIDNIGHT}


def test_what_a_person_does_at_night_is_told_at_once(house):
    complaint, night = assigned(house), NOON + timedelta(hours=11)
    handling.answer_complaint(complaint_id=complaint.pk, actor=house.engineer, decision="Done.", now=night)
    assert leaving(night) == {night}


def test_the_quiet_hours_are_asked_for_once_a_batch(house):
    for _number in range(4):
        accepted(house)
    with CaptureQueriesContext(connection) as captured:
        escalation.sweep_batch(now=NOON + timedelta(days=2), swept=escalation.Swept())
    asked = [row for row in captured.captured_queries if "notices_noticesettings" in row["sql"]]
    assert len(asked) == 1
