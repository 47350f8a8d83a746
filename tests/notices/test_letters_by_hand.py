"""Letters that no print shop takes wait for people, who print and post them; what readers chose counts at every step."""

from datetime import timedelta

import pytest

from notices.models import Delivery, NoticeRecipient, Preference, Provider
from notices.printing_queries import recipients_to_print
from notices.queries import due
from notices.services import approving, claiming, outbox, sending
from notices.services.chain import take_due_steps
from tenancy.errors import IllegalMove
from tests.factories.house import NOON
from tests.factories.notices import delivery_to, received_by, sent_notice
from tests.notices.carrying import provider
from tests.notices.test_composing_and_sending import SOON, drafted

A_DAY = timedelta(days=1)
BY_LETTER = [{"channel": "letter", "after_minutes": 0}]


def sent_by_letter(house, **people):
    """Sent to the owners and occupants by letter alone; ``people`` have postal addresses."""
    for name, address in people.items():
        house.people[name].postal_address = address
        house.people[name].save()
    notice = drafted(house)
    approving.send_or_submit(notice_id=notice.pk, actor=house.clerk, now=NOON)
    type(notice).objects.filter(pk=notice.pk).update(chain=BY_LETTER)
    sending.send_one_due(now=SOON)
    return notice


def told(notice):
    rows = Delivery.objects.filter(notice=notice).values_list("recipient__name", "state", "because", "next_attempt_at")
    return {name.split()[0]: (state, because, at) for name, state, because, at in rows}


def test_without_a_print_shop_they_wait_for_hands_also_of_who_gave_no_postal_address(house):
    notice = sent_by_letter(house, owner="1 Lake Road, London")
    assert told(notice) == dict.fromkeys(("Owner", "Coowner", "Neighbour", "Occupant"), ("queued", "", None))
    assert not due("letter", NOON + A_DAY).exists()
    letter = Delivery.objects.get(notice=notice, membership=house.owner)
    assert letter.address == "1 Lake Road, London"
    assert Delivery.objects.get(notice=notice, membership=house.coowner).address == ""
    assert recipients_to_print(house.clerk, notice, "waiting", None).count() == 4


def test_a_print_shop_gets_those_with_a_postal_address(house):
    provider("letter", "letter-files")
    notice = sent_by_letter(house, owner="1 Lake Road, London")
    assert told(notice)["Owner"] == ("queued", "", SOON)
    assert told(notice)["Coowner"] == ("suppressed", "no_address", None)
    assert not recipients_to_print(house.clerk, notice, "waiting", None).exists()


@pytest.mark.parametrize(("has_shop", "state", "at"), [(False, "queued", None), (True, "suppressed", None)])
def test_a_step_of_the_chain_does_the_same(house, has_shop, state, at):
    if has_shop:
        provider("letter", "letter-files")
    row = received_by(sent_notice(house), house.unit, steps=3)
    take_due_steps(now=NOON + A_DAY)
    letter = row.deliveries.get(channel="letter")
    assert (letter.state, letter.next_attempt_at) == (state, at)


def test_when_the_print_shop_is_dismissed_what_waited_for_it_waits_for_hands(house):
    row = received_by(sent_notice(house), house.unit)
    letter, other = delivery_to(row, "letter", "queued"), delivery_to(row, "sms", "queued")
    assert claiming.suppress_unprovided(channel="letter", now=NOON, size=9) == 1
    assert claiming.suppress_unprovided(channel="sms", now=NOON, size=9) == 1
    letter.refresh_from_db()
    other.refresh_from_db()
    assert (letter.state, letter.because, letter.next_attempt_at) == ("queued", "", None)
    assert (other.state, other.because) == ("suppressed", "no_provider")
    row.refresh_from_db()
    assert claiming.suppress_unprovided(channel="letter", now=NOON, size=9) == 0


def test_one_that_a_lost_worker_may_have_handed_over_is_not_printed_again(house):
    row = received_by(sent_notice(house), house.unit)
    letter = delivery_to(row, "letter", "queued")
    Delivery.objects.filter(pk=letter.pk).update(state="claimed", handing_at=NOON)
    claiming.suppress_unprovided(channel="letter", now=NOON, size=9)
    letter.refresh_from_db()
    assert (letter.state, letter.because) == ("suppressed", "no_provider")


def test_a_print_shop_that_comes_later_takes_only_what_is_sent_again(house):
    notice = sent_by_letter(house, owner="1 Lake Road, London")
    provider("letter", "letter-files")
    assert not due("letter", NOON + A_DAY).exists()
    letter = Delivery.objects.get(notice=notice, membership=house.owner)
    outbox.requeue(delivery_id=letter.pk, actor=house.admin, now=NOON + A_DAY)
    assert list(due("letter", NOON + A_DAY)) == [letter]
    with pytest.raises(IllegalMove):
        outbox.requeue(delivery_id=letter.pk, actor=house.admin, now=NOON + A_DAY)


def test_who_had_it_another_way_meanwhile_gets_no_letter(house):
    notice = sent_by_letter(house)
    NoticeRecipient.objects.filter(notice=notice, membership=house.owner).update(reached_at=NOON)
    waiting = recipients_to_print(house.clerk, notice, "waiting", None)
    assert house.owner not in [row.membership for row in waiting]
    assert waiting.count() == 3


def test_another_organisations_print_shop_is_not_ours(house, stranger):
    from tests.factories.house import in_scope_of

    in_scope_of(stranger.organisation.pk, lambda: provider("letter", "letter-files"))
    assert not Provider.objects.exists()
    assert told(sent_by_letter(house))["Owner"] == ("queued", "", None)


@pytest.mark.parametrize(
    ("kind", "mode", "fate"),
    [
        ("ordinary", "off", ("suppressed", "preference")),
        ("ordinary", "at_once", ("queued", "")),
        ("statutory", "off", ("queued", "")),
    ],
)
def test_a_later_step_heeds_what_the_reader_chose(house, kind, mode, fate):
    chain = [{"channel": "portal", "after_minutes": 0}, {"channel": "sms", "after_minutes": 60}]
    row = received_by(
        sent_notice(house, kind=kind, chain=chain), house.unit, steps=1, membership=house.owner,
        person=house.people["owner"],
    )  # fmt: skip
    # Staff chose for the person before there was a sign-in.
    Preference.objects.create(person=house.people["owner"], topic="ordinary", channel="sms", mode=mode, changed_at=NOON)
    take_due_steps(now=NOON + A_DAY)
    sms = row.deliveries.get(channel="sms")
    assert (sms.state, sms.because) == fate
