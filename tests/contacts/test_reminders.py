"""The daily sweep reminds once each: who sees to it, else the managers there; and feeds show what their member sees now."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client
from icalendar import Calendar

from audit.models import AuditEntry
from contacts.models import Certificate, Contract, DutyDone, DutyFeed
from contacts.services import duties, reminding
from contacts.services.duties import DoneFacts
from notices.models import Delivery
from tests.complaints.pages import signed_in, text
from tests.contacts.duties import MONDAY, duty
from tests.contacts.making import hill, party
from tests.factories.house import NOON, in_scope_of

DAY = timedelta(days=1)


def told(now=NOON):
    """Who was told what by one sweep: (member, subject) of each message in the portal."""
    before = set(Delivery.objects.values_list("pk", flat=True))
    while reminding.remind_batch(now=now):
        pass
    rows = Delivery.objects.exclude(pk__in=before).filter(channel="portal").select_related("membership")
    return sorted((row.membership.role, row.subject) for row in rows)


def test_before_it_is_due_and_when_it_is_late_who_sees_to_it_is_reminded_once(house):
    row = duty(house, due_on=MONDAY + 3 * DAY, responsible_id=house.engineer.pk)
    assert told(NOON - DAY) == []
    expected = [("engineer", "Due on 5 March 2026: Visit of the lifts")]
    assert told() == expected
    assert told(NOON + DAY) == []
    assert Delivery.objects.filter(channel="email").count() == 1
    assert told(NOON + 4 * DAY) == [("engineer", "Late: Visit of the lifts, was due on 5 March 2026")]
    assert told(NOON + 5 * DAY) == []
    facts = DoneFacts(MONDAY + 5 * DAY, "All six")
    duties.note_done(
        duty_id=row.pk, due_on=MONDAY + 3 * DAY, facts=facts, actor=house.engineer, now=NOON + 5 * DAY
    )  # fmt: skip
    assert told(NOON + 16 * DAY) == []
    assert [subject for _role, subject in told(NOON + 17 * DAY)] == ["Due on 22 March 2026: Visit of the lifts"]


def test_without_somebody_who_may_see_it_the_managers_there_are_told_and_where_there_is_none_the_administrator(house):
    estate, _building = hill(house)
    duty(house, title="Nobody's")
    left = duty(house, title="Of who left", responsible_id=house.engineer.pk)
    duty(house, title="On the hill", place=(estate.pk, None))
    duty(house, title="Stopped")
    duties.set_active(duty_id=duty(house, title="Not any more").pk, is_active=False, actor=house.quality, now=NOON)
    house.engineer.is_active = False
    house.engineer.save()
    heard = told()
    assert ("manager", "Due on 2 March 2026: Nobody's") in heard
    assert ("manager", f"Due on 2 March 2026: {left.title}") in heard
    assert ("admin", "Due on 2 March 2026: On the hill") in heard
    assert not any("Not any more" in subject for _role, subject in heard)


def test_ends_of_certificates_and_contracts_and_days_for_notice_are_told_of(house):
    lifts, gone = party(house), party(house, name="Gone", is_active=False)
    for of, days in ((lifts, 60), (lifts, 61), (lifts, -1), (lifts, -40), (gone, 5)):
        Certificate.objects.create(party=of, kind="licence", title=f"L{days}", expires_on=MONDAY + days * DAY)
    given = {"party": lifts, "scope": "All", "starts_on": date(2025, 1, 1)}
    Contract.objects.create(title="Care", ends_on=MONDAY + 120 * DAY, notice_days=100, **given)
    Contract.objects.create(title="Too late", ends_on=MONDAY + 20 * DAY, notice_days=90, **given)
    assert told() == [
        ("manager", "L-1 of Lift & Co has ended"),
        ("manager", "L60 of Lift & Co ends on 1 May 2026"),
        ("manager", "Notice by 22 March 2026: Care with Lift & Co"),
        ("manager", "The contract Too late with Lift & Co ends on 22 March 2026"),
    ]


def test_nobody_is_woken_before_the_morning_and_a_killed_sweep_goes_on_where_it_was(house, monkeypatch):
    from contacts.rules.defaults import duty_defaults

    for number in range(5):
        duty(house, title=f"Duty {number}", responsible_id=house.engineer.pk)
    assert told(datetime(2026, 3, 2, 4, 0, tzinfo=UTC)) == []
    monkeypatch.setitem(duty_defaults(), "reminders_at_once", 2)
    assert [reminding.remind_batch(now=NOON) for _batch in range(4)] == [2, 2, 1, 0]
    assert Delivery.objects.filter(channel="portal").count() == 5


def test_the_sweep_of_another_organisation_tells_nobody_here(house, stranger):
    in_scope_of(stranger.organisation.pk, lambda: duty(stranger, title="Theirs"))
    assert told() == []


# -- feeds -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def fed(house):
    """A clerk's feed: its path, asked for without a sign-in."""
    page = text(signed_in(house, "clerk").post("/contacts/calendar/feeds/"))
    path = "/contacts/calendar/feed/" + page.split("/contacts/calendar/feed/")[1].split("<")[0]
    return path, Client(HTTP_HOST=house.host)


def summaries(answer):
    return [str(event["summary"]) for event in Calendar.from_ical(answer.content).walk("VEVENT")]


def test_a_feed_shows_what_its_member_may_see_now(house, fed):
    from django.utils import timezone

    (path, client), today = fed, timezone.localdate()
    lifts, (estate, _building) = party(house), hill(house)
    Certificate.objects.create(party=lifts, kind="licence", title="Works", expires_on=today + DAY)
    Contract.objects.create(party=lifts, title="Care", scope="x", starts_on=today, ends_on=today + DAY)
    row = duty(house, due_on=today, at=timezone.now())
    duty(house, title="On the hill", place=(estate.pk, None), due_on=today, at=timezone.now())
    answer = client.get(path)
    assert answer.headers["Content-Type"].startswith("text/calendar")
    assert summaries(answer) == ["Visit of the lifts", "Works ends (Lift & Co)"]
    first = Calendar.from_ical(answer.content).walk("VEVENT")[0]
    facts = DoneFacts(today, "All six")
    duties.note_done(duty_id=row.pk, due_on=today, facts=facts, actor=house.clerk, now=timezone.now())
    moved = next(
        each for each in Calendar.from_ical(client.get(path).content).walk("VEVENT") if each["uid"] == first["uid"]
    )
    assert (moved["dtstart"].dt, moved["sequence"]) == (today + 15 * DAY, first["sequence"] + 1)
    assert DutyDone.objects.count() == 1
    assert DutyFeed.objects.get().last_used_at is not None


def test_a_feed_ends_by_its_button_and_with_its_member(house, fed):
    path, client = fed
    assert client.get(path).status_code == 200
    house.clerk.is_active = False
    house.clerk.save()
    assert client.get(path).status_code == 404
    house.clerk.is_active = True
    house.clerk.save()
    feed = DutyFeed.objects.get()
    assert path.split("/")[4] not in str(list(DutyFeed.objects.values()))
    assert signed_in(house, "manager").post(f"/contacts/calendar/feeds/{feed.pk}/end/").status_code == 404
    for _click in range(2):
        assert signed_in(house, "clerk").post(f"/contacts/calendar/feeds/{feed.pk}/end/").status_code == 302
    assert client.get(path).status_code == 404
    assert AuditEntry.objects.filter(action="dutyfeed.ended").count() == 1
