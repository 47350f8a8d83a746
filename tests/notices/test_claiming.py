"""Claims, leases and tokens: whose a message is, and what is known of one whose worker was lost."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction

from notices.channels.fates import Fate, Outcome
from notices.models import Attempt, Delivery, Notice, NoticeRecipient, NoticeVersion, Suppression
from notices.rules.pace import pace
from notices.services import claiming
from notices.services.handing import Ended, pass_on
from tests.factories.house import NOON
from tests.notices.conftest import say

LATER = NOON + timedelta(seconds=1)
WAITED = NOON + timedelta(seconds=31)  # a lease of what was not begun is over
LOST = NOON + timedelta(seconds=121)  # and of what was


class Worker:
    """One worker's hand, step by step."""

    def __init__(self, house, channel="email", repeats_safely=False):
        self.house, self.channel, self.token = house, channel, uuid4()
        self.repeats_safely = repeats_safely

    def claim(self, now=NOON, size=50):
        batch = claiming.claim_batch(
            channel=self.channel, organisation=self.house.organisation, token=self.token, now=now, size=size,
            repeats_safely=self.repeats_safely,
        )  # fmt: skip
        return batch.claims

    def begin(self, claim, now=NOON, ended=None):
        return self._pass_on(ended, claim.delivery, now)[1]

    def end(self, claim, fate="handed", detail="", now=LATER):
        return self._pass_on(Ended(claim, Outcome(Fate(fate), detail)), None, now)[0]

    def _pass_on(self, ended, begun, now):
        return pass_on(
            organisation_id=self.house.organisation.pk, token=self.token, ended=ended, begun=begun, now=now, chance=0.5
        )


def tell(house, count=1, member=None):
    for number in range(count):
        say(member or house.owner, dedupe=f"trial:{number}")


def the_mail():
    return Delivery.objects.get(channel="email")


def fates():
    return list(Attempt.objects.order_by("at", "id").values_list("outcome", flat=True))


def test_what_is_claimed_is_nobody_elses_until_the_lease_is_over(house):
    tell(house)
    assert len(Worker(house).claim()) == 1
    assert Worker(house).claim(now=LATER) == []
    assert len(Worker(house).claim(now=WAITED)) == 1


def test_a_lost_worker_that_had_not_begun_costs_no_try_and_leaves_no_doubt(house):
    tell(house)
    Worker(house).claim()
    second = Worker(house)
    (claim,) = second.claim(now=WAITED)
    assert (claim.may_have_arrived, claim.delivery.attempts) == (False, 0)
    assert second.begin(claim, WAITED)
    assert second.end(claim) == "handed"
    assert fates() == ["handed"]


def test_what_was_begun_is_held_longer(house):
    tell(house)
    first = Worker(house)
    first.begin(first.claim()[0])
    assert Worker(house).claim(now=WAITED) == []
    assert the_mail().handing_at == NOON


def test_a_lost_worker_that_had_begun_leaves_a_doubt_that_stays(house):
    tell(house)
    first = Worker(house)
    first.begin(first.claim()[0])
    second = Worker(house)
    (claim,) = second.claim(now=LOST)
    assert fates() == ["unsure"]
    assert (claim.may_have_arrived, the_mail().attempts) == (True, 1)
    second.begin(claim, LOST)
    assert second.end(claim, "later") == "queued"
    (claim,) = second.claim(now=LOST + timedelta(hours=1))
    second.begin(claim, LOST)
    assert second.end(claim) == "maybe_twice"
    assert sorted(fates()) == ["handed", "later", "unsure"]


def test_where_a_second_try_is_no_second_message_there_is_no_doubt(house):
    tell(house)
    first = Worker(house, repeats_safely=True)
    first.begin(first.claim()[0])
    second = Worker(house, repeats_safely=True)
    (claim,) = second.claim(now=LOST)
    second.begin(claim, LOST)
    assert second.end(claim) == "handed"


def test_the_outcome_of_one_is_written_with_the_beginning_of_the_next(house):
    tell(house, 2)
    worker = Worker(house)
    one, two = worker.claim()
    assert worker.begin(one)
    assert worker.begin(two, LATER, ended=Ended(one, Outcome(Fate.HANDED, "250 ok", "ref-1")))
    first, second = Delivery.objects.get(pk=one.delivery.pk), Delivery.objects.get(pk=two.delivery.pk)
    assert (first.state, first.handed_at, first.provider_reference, first.lease_token) == (
        "handed", LATER, "ref-1", None,
    )  # fmt: skip
    assert (second.state, second.handing_at, second.lease_token) == ("claimed", LATER, worker.token)
    assert second.lease_until == LATER + pace().handing_lease


def test_whoever_lost_the_lease_begins_and_records_nothing(house):
    tell(house)
    first, second = Worker(house), Worker(house)
    (claim,) = first.claim()
    first.begin(claim)
    second.claim(now=LOST)
    assert not first.begin(claim, LOST)
    assert first.end(claim, "refused", "550", now=LOST) == ""
    assert (
        claiming.release(delivery_ids=[claim.delivery.pk], token=first.token, unreachable=False, now=LOST, chance=0.5)
        == 0
    )
    row = the_mail()
    assert (row.state, row.lease_token, fates()) == ("claimed", second.token, ["unsure"])


def test_only_what_was_not_begun_is_given_back(house):
    tell(house, 2)
    worker = Worker(house)
    one, two = worker.claim()
    worker.begin(one)
    ids = [one.delivery.pk, two.delivery.pk]
    given = claiming.release(delivery_ids=ids, token=worker.token, unreachable=False, now=LATER, chance=0.5)
    assert given == 1
    assert set(Delivery.objects.filter(channel="email").values_list("state", flat=True)) == {"claimed", "queued"}


def test_a_message_that_ends_every_worker_is_given_up(house):
    tell(house)
    now = NOON
    for _ in range(8):
        worker = Worker(house)
        for claim in worker.claim(now=now):
            worker.begin(claim, now)
        now += pace().handing_lease + timedelta(seconds=1)
    assert (the_mail().state, the_mail().attempts, fates()) == ("dead", 7, ["unsure"] * 7)


def test_the_urgent_goes_first_and_then_who_waits_longest(house):
    tell(house, 3)
    rows = list(Delivery.objects.filter(channel="email").order_by("id"))
    Delivery.objects.filter(pk=rows[0].pk).update(urgency=Delivery.Urgency.BULK)
    Delivery.objects.filter(pk=rows[1].pk).update(urgency=Delivery.Urgency.NOW)
    order = [claim.delivery.pk for claim in Worker(house).claim(now=LATER)]
    assert order == [rows[1].pk, rows[2].pk, rows[0].pk]


# -- what is not sent after all --------------------------------------------------------------------------------------


@pytest.fixture
def notice(house):
    notice = Notice.objects.create(author=house.clerk, created_at=NOON, state="sent", number="N-2026-000001")
    NoticeVersion.objects.create(
        notice=notice, title_en="Water off", body_en="From nine to noon.", author=house.clerk, created_at=NOON
    )
    return notice


def told(house, notice, **fields):
    recipient = NoticeRecipient.objects.create(
        notice=notice, person=house.people["owner"], name="Leah", language="en", **fields
    )
    return Delivery.objects.create(
        notice=notice, recipient=recipient, channel="email", address="owner@lakeside.example", language="en",
        recipient_name="Leah", event="notice", dedupe_key="notice:1", subject="", text="", created_at=NOON,
        next_attempt_at=NOON,
    )  # fmt: skip


def test_a_notices_words_are_put_together_when_it_leaves(house, notice):
    told(house, notice)
    (claim,) = Worker(house).claim()
    assert claim.words.subject == "Water off"
    assert "From nine to noon." in claim.words.text


@pytest.mark.parametrize(
    ("change", "because"),
    [
        ({"state": "withdrawn"}, "withdrawn"),
        ({"expires_at": NOON}, "expired"),
    ],
)
def test_of_a_withdrawn_or_expired_notice_nothing_leaves(house, notice, change, because):
    told(house, notice)
    Notice.objects.filter(pk=notice.pk).update(**change)
    assert Worker(house).claim() == []
    row = the_mail()
    assert (row.state, row.because, row.next_attempt_at, fates()) == ("suppressed", because, None, [])


def test_who_had_it_another_way_is_left_alone(house, notice):
    told(house, notice, reached_at=NOON)
    assert Worker(house).claim() == []
    assert (the_mail().state, the_mail().because) == ("suppressed", "reached")


def test_what_may_have_arrived_is_never_called_not_sent(house, notice):
    told(house, notice)
    worker = Worker(house)
    worker.begin(worker.claim()[0])
    Notice.objects.filter(pk=notice.pk).update(state="withdrawn")
    assert Worker(house).claim(now=LOST) == []
    assert (the_mail().state, the_mail().because, fates()) == ("dead", "withdrawn", ["unsure"])


def test_a_stopped_address_hurries_the_chain(house, notice):
    row = told(house, notice, next_step_at=NOON + timedelta(hours=4))
    Suppression.objects.create(channel="email", address="owner@lakeside.example", reason="bounced", created_at=NOON)
    assert Worker(house).claim(now=LATER) == []
    row.recipient.refresh_from_db()
    assert (the_mail().because, row.recipient.next_step_at) == ("stopped_address", LATER)


def test_without_a_provider_the_chain_goes_on(house, notice):
    row = told(house, notice, next_step_at=NOON + timedelta(hours=4))
    Delivery.objects.filter(pk=row.pk).update(channel="sms", address="+442079460000")
    assert claiming.suppress_unprovided(channel="sms", now=LATER, size=50) == 1
    row.refresh_from_db()
    row.recipient.refresh_from_db()
    assert (row.state, row.because, row.recipient.next_step_at) == ("suppressed", "no_provider", LATER)


# -- whom it did not reach -----------------------------------------------------------------------------------------------


def refused(house, detail="550 5.7.1 no"):
    worker = Worker(house)
    (claim,) = worker.claim()
    worker.begin(claim)
    return worker.end(claim, "refused", detail)


def test_a_notices_reader_is_told_by_the_next_channel_at_once(house, notice):
    row = told(house, notice, next_step_at=NOON + timedelta(hours=4))
    assert refused(house) == "dead"
    row.recipient.refresh_from_db()
    assert row.recipient.next_step_at == LATER


def test_anybody_else_finds_it_in_the_inbox_and_that_the_address_is_dead(house):
    say(house.owner, channels=("email",))
    assert refused(house) == "dead"
    inbox = Delivery.objects.filter(membership=house.owner, channel="portal").order_by("event")
    assert [(row.event, row.state) for row in inbox] == [("trial", "handed"), ("undeliverable", "handed")]
    assert "owner@lakeside.example" in inbox[1].text


def test_many_dead_messages_to_an_address_are_told_of_once_a_day(house):
    tell(house, 3)
    worker = Worker(house)
    for claim in worker.claim():
        worker.begin(claim)
        worker.end(claim, "refused", "550 5.7.1 no")
    assert Delivery.objects.filter(event="undeliverable").count() == 1
    assert Delivery.objects.filter(event="trial", channel="portal").count() == 3  # as they were written


def test_an_address_that_does_not_exist_is_stopped(house):
    tell(house)
    refused(house, "550 5.1.1 no such person")
    assert Suppression.objects.get().address == "owner@lakeside.example"


# -- attempts stand ------------------------------------------------------------------------------------------------------


def test_an_attempt_is_never_changed_or_deleted_and_erasure_empties_its_words(house):
    tell(house)
    refused(house)
    for change in (
        lambda: Attempt.objects.update(outcome="handed"),
        lambda: Attempt.objects.update(detail="another"),
        lambda: Attempt.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            change()
    assert Attempt.objects.get().detail == "550 5.7.1 no"
    Attempt.objects.update(detail="")
    assert (Attempt.objects.get().outcome, Attempt.objects.get().detail) == ("refused", "")
