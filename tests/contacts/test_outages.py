"""An outage from the call to its end, by the verbs: relayed and measured, reminded of once, told to who follows it."""

from datetime import timedelta

import pytest

from audit.models import AuditEntry
from contacts import outage_queries
from contacts.models import Outage, OutageFollower
from contacts.services import outages, relaying
from contacts.services.outages import Change
from notices.models import Delivery, Notice, NoticeSettings
from notices.services import approving
from tenancy.errors import DomainError, IllegalMove, NotAllowed, NotFound
from tests.contacts.making import hill
from tests.contacts.outages import DAY, HOUR, leave, relayed, taken, verified
from tests.factories.house import NOON

LATER = NOON + timedelta(minutes=45)


def test_the_relay_is_measured_from_receiving_to_leaving(house):
    row = verified(house, received_at=NOON - HOUR)
    assert row.relay_due_at == NOON + HOUR
    relaying.relay(outage_id=row.pk, actor=house.clerk, now=NOON)
    row.refresh_from_db()
    assert (row.state, row.relayed_at) == ("verified", None)  # asked for, and can still be undone
    with pytest.raises(IllegalMove):
        relaying.relay(outage_id=row.pk, actor=house.clerk, now=NOON)
    leave(LATER)
    row.refresh_from_db()
    assert (row.state, row.relayed_at) == ("relayed", LATER)
    assert Notice.objects.count() == 1
    told = Delivery.objects.filter(notice=row.notice, channel="portal").values_list("membership__role", flat=True)
    assert set(told) == {"owner", "occupant"}
    relaying.sweep(now=LATER)
    assert AuditEntry.objects.filter(action="outage.relayed").count() == 1


def test_what_needs_approval_waits_for_it_and_says_so(house):
    NoticeSettings.objects.update_or_create(defaults={"approval_over": 1})
    row = verified(house)
    row = relaying.relay(outage_id=row.pk, actor=house.clerk, now=NOON)
    assert row.notice.state == "submitted"
    leave(NOON + 3 * HOUR)
    row.refresh_from_db()
    assert (row.state, row.relayed_at) == ("verified", None)
    reminder = Delivery.objects.filter(event="outage.relay_late", membership=house.manager, channel="portal").get()
    assert "waits for somebody" in reminder.text
    approving.approve_notice(notice_id=row.notice_id, actor=house.manager, now=NOON + 3 * HOUR)
    leave(NOON + 4 * HOUR)
    row.refresh_from_db()
    assert row.relayed_at == NOON + 4 * HOUR


def test_who_is_late_is_reminded_of_once(house):
    taken(house)
    relaying.sweep(now=NOON + 2 * HOUR)
    late = Delivery.objects.filter(event="outage.relay_late", channel="portal")
    assert not late.exists()
    relaying.sweep(now=NOON + 2 * HOUR + timedelta(minutes=1))
    relaying.sweep(now=NOON + 4 * HOUR)
    assert set(late.values_list("membership__role", flat=True)) == {"supervisor", "manager"}
    assert late.count() == 2


def test_a_sweep_that_is_cut_off_leaves_nothing_half_done(house, monkeypatch):
    row = taken(house)
    late = NOON + 3 * HOUR

    def killed(items, *, now):
        raise SystemExit

    with monkeypatch.context() as broken:
        broken.setattr(relaying, "queue_many", killed)
        with pytest.raises(SystemExit):
            relaying.sweep(now=late)
    row.refresh_from_db()
    assert row.relay_reminded_at is None
    relaying.sweep(now=late)
    assert Delivery.objects.filter(event="outage.relay_late", channel="portal").count() == 2


def test_an_end_that_has_passed_is_reminded_of_once_for_each_end(house):
    row = relayed(house)
    relaying.sweep(now=row.ends_at + timedelta(minutes=1))
    relaying.sweep(now=row.ends_at + timedelta(minutes=9))
    passed = Delivery.objects.filter(event="outage.end_passed", channel="portal")
    assert passed.count() == 2
    said = Change(row.starts_at, row.ends_at + HOUR, row.cause, "It takes longer.")
    outages.change(outage_id=row.pk, said=said, actor=house.clerk, now=row.ends_at + timedelta(minutes=20))
    relaying.sweep(now=row.ends_at + timedelta(minutes=30))
    assert passed.count() == 2
    relaying.sweep(now=row.ends_at + 2 * HOUR)
    assert passed.count() == 4


def test_a_later_end_corrects_the_notice_and_tells_again(house):
    row = relayed(house)
    said = Change(row.starts_at, row.ends_at + 2 * HOUR, row.cause, "It takes longer.")
    outages.change(outage_id=row.pk, said=said, actor=house.supervisor, now=LATER)
    outages.change(outage_id=row.pk, said=said, actor=house.supervisor, now=LATER)
    newest = row.notice.versions.order_by("-number")[0]
    assert (newest.number, newest.reason) == (2, "It takes longer.")
    row.notice.refresh_from_db()
    assert row.notice.event_ends_at == said.ends_at
    again = Delivery.objects.filter(notice=row.notice, channel="portal", dedupe_key__endswith=":v2")
    assert again.count() == 4


def test_who_follows_is_told_once_that_it_is_over(house):
    row = relayed(house, starts_at=NOON - HOUR, ends_at=NOON + HOUR)
    outages.follow(outage_id=row.pk, actor=house.owner, now=NOON)
    outages.follow(outage_id=row.pk, actor=house.owner, now=NOON)
    outages.follow_for(outage_id=row.pk, person_id=house.people["neighbour"].pk, actor=house.clerk, now=NOON)
    assert OutageFollower.objects.count() == 2
    relaying.restore(outage_id=row.pk, restored_at=LATER, actor=house.clerk, now=LATER)
    with pytest.raises(IllegalMove):
        relaying.restore(outage_id=row.pk, restored_at=LATER, actor=house.clerk, now=LATER)
    leave(LATER + timedelta(minutes=1))
    row.refresh_from_db()
    assert (row.state, row.restored_at, row.restored_notice.state) == ("restored", LATER, "sent")
    told = Delivery.objects.filter(membership=house.owner, channel="portal", created_at__gte=LATER)
    assert [message.notice_id for message in told] == [row.restored_notice_id]
    with pytest.raises(NotFound):  # there is nothing to follow any more
        outages.follow(outage_id=row.pk, actor=house.coowner, now=LATER)
    outages.close(outage_id=row.pk, actor=house.clerk, now=LATER)
    assert not OutageFollower.objects.exists()


def test_followers_are_told_at_once_when_the_second_notice_has_to_wait(house):
    row = relayed(house, starts_at=NOON - HOUR, ends_at=NOON + HOUR)
    outages.follow(outage_id=row.pk, actor=house.owner, now=NOON)
    NoticeSettings.objects.update_or_create(defaults={"approval_over": 1})
    relaying.restore(outage_id=row.pk, restored_at=LATER, actor=house.clerk, now=LATER)
    assert Delivery.objects.filter(event="outage.over", membership=house.owner, channel="portal").count() == 1


def test_over_before_anybody_was_told_takes_the_notice_back(house):
    row = verified(house, starts_at=NOON - HOUR, ends_at=NOON + HOUR)
    relaying.relay(outage_id=row.pk, actor=house.clerk, now=NOON)
    relaying.restore(outage_id=row.pk, restored_at=NOON, actor=house.clerk, now=NOON)
    leave(NOON + HOUR)
    row.refresh_from_db()
    assert (row.state, row.restored_notice, row.notice.state) == ("restored", None, "discarded")
    assert not Delivery.objects.exists()


def test_what_is_called_off_is_withdrawn_with_its_notice(house):
    row = relayed(house)
    outages.follow(outage_id=row.pk, actor=house.owner, now=NOON)
    with pytest.raises(DomainError):
        outages.withdraw(outage_id=row.pk, reason=" ", actor=house.clerk, now=LATER)
    outages.withdraw(outage_id=row.pk, reason="They found the fault.", actor=house.clerk, now=LATER)
    row.notice.refresh_from_db()
    assert row.notice.state == "withdrawn"
    message = Delivery.objects.get(event="outage.called_off", membership=house.owner, channel="portal")
    assert "They found the fault." in message.text


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"received_at": NOON + timedelta(seconds=1)}, "received_at"),
        ({"received_at": NOON - 400 * DAY}, "received_at"),
        ({"ends_at": NOON}, "ends_at"),
        ({"starts_at": NOON + 800 * DAY, "ends_at": None}, "starts_at"),
        ({"areas": []}, "areas"),
        ({"branch": "cleaning"}, "branch"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(house, facts, field):
    with pytest.raises(DomainError) as refused:
        taken(house, **facts)
    assert refused.value.code == field
    assert not Outage.objects.exists()


def test_who_works_elsewhere_sees_nothing_and_who_works_in_part_changes_nothing(house, stranger):
    estate, building = hill(house)
    there = taken(house, "quality", areas=[(estate.pk, building.pk)])
    both = taken(house, "quality", areas=[(estate.pk, None), (house.estate.pk, None)])
    assert set(outage_queries.outages_visible_to(house.clerk)) == {both}
    with pytest.raises(NotFound):
        outages.verify(outage_id=there.pk, words="", actor=house.clerk, now=NOON)
    with pytest.raises(NotAllowed):
        outages.verify(outage_id=both.pk, words="", actor=house.clerk, now=NOON)
    with pytest.raises(DomainError):
        taken(house, areas=[(estate.pk, None)])
    outages.verify(outage_id=there.pk, words="", actor=house.quality, now=NOON)
    with pytest.raises(NotFound):
        outages.follow(outage_id=there.pk, actor=house.owner, now=NOON)
    assert not list(outage_queries.outages_at_home(house.owner))
