"""Once a day: one e-mail with what is new, at the organisation's hour, whoever asks how often."""

import threading
from datetime import UTC, datetime, time, timedelta

import pytest
from django.db import connections

from notices.models import Delivery, Notice, NoticeSettings, Preference
from notices.rules.digest import Slot, slot_at
from notices.services import digesting
from notices.services.digesting import write_digests
from notices.tasks import write_due_digests
from notices.wayout import headers_of
from tenancy.context import scope
from tests.factories.house import NOON, build_house, in_scope_of
from tests.factories.notices import delivery_to, received_by, sent_notice
from tests.notices.test_composing_and_sending import SOON, drafted

EVENING, ONE_DAY = NOON.replace(hour=18), timedelta(days=1)
SHANGHAI, LONDON = "Asia/Shanghai", "Europe/London"
DIGEST = {"topic": "ordinary", "channel": "email", "mode": "digest", "changed_at": NOON}


def kept(house, at=NOON, **fields):
    """A notice that the owner of the house wants in the digest."""
    notice = sent_notice(house, at=at, kind="ordinary")
    row = received_by(notice, house.unit, steps=0, membership=house.owner, person=house.people["owner"], **fields)
    delivery_to(row, "portal")
    return delivery_to(row, "email", "suppressed", because="in_digest", link=f"/notices/read/{notice.pk}/")


def unsent(row):
    Delivery.objects.filter(pk=row.pk).update(handed_at=None)
    return row


@pytest.fixture
def waiting(house):
    return unsent(kept(house))


def digests():
    return Delivery.objects.filter(event="notice.digest").order_by("created_at")


@pytest.mark.parametrize(
    ("now", "zone", "at", "slot"),
    [
        (datetime(2026, 3, 2, 18, 0, tzinfo=UTC), LONDON, time(18), Slot(NOON.date(), EVENING)),
        (datetime(2026, 3, 2, 17, 59, tzinfo=UTC), LONDON, time(18), Slot((NOON - ONE_DAY).date(), EVENING - ONE_DAY)),
        (datetime(2026, 3, 2, 10, 0, tzinfo=UTC), SHANGHAI, time(18), Slot(NOON.date(), EVENING - timedelta(hours=8))),
        # Summer time: six in the evening is five in UTC.
        (datetime(2026, 7, 1, 17, 0, tzinfo=UTC), LONDON, time(18),
         Slot(datetime(2026, 7, 1).date(), datetime(2026, 7, 1, 17, tzinfo=UTC))),
        # Half past one is skipped on 29 March: it comes when the clocks have gone on.
        (datetime(2026, 3, 29, 1, 30, tzinfo=UTC), LONDON, time(1, 30),
         Slot(datetime(2026, 3, 29).date(), datetime(2026, 3, 29, 1, 30, tzinfo=UTC))),
        # On 25 October it comes twice, and the first counts at both.
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), LONDON, time(1, 30),
         Slot(datetime(2026, 10, 25).date(), datetime(2026, 10, 25, 0, 30, tzinfo=UTC))),
        (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), LONDON, time(1, 30),
         Slot(datetime(2026, 10, 25).date(), datetime(2026, 10, 25, 0, 30, tzinfo=UTC))),
    ],
)  # fmt: skip
def test_the_slot_that_began_last(now, zone, at, slot):
    assert slot_at(now, zone=zone, at=at) == slot


def test_one_mail_at_the_hour_with_titles_and_links_and_a_way_out(house, waiting):
    unsent(kept(house, at=NOON + timedelta(hours=1)))
    assert write_digests(now=EVENING - timedelta(seconds=1)) == 0
    assert write_digests(now=EVENING) == 1
    mail = digests().get()
    assert (mail.channel, mail.state, mail.address, mail.next_attempt_at) == (
        "email",
        "queued",
        "ada@example.net",
        EVENING,
    )
    assert mail.dedupe_key == f"digest:{house.owner.pk}:2026-03-02"
    assert mail.subject == "2 new messages"
    assert mail.text.count("Water off on Friday") == 2
    assert mail.text.count(f"http://{house.host}/notices/read/") == 2
    assert "From nine to noon." not in mail.text  # it is read in the portal
    assert "List-Unsubscribe" in headers_of(mail, house.organisation)
    waiting.refresh_from_db()
    assert (waiting.state, waiting.because, waiting.handed_at) == ("suppressed", "in_digest", EVENING)


def test_a_day_has_one_and_what_comes_later_is_in_the_next(house, waiting):
    write_digests(now=EVENING)
    assert write_digests(now=EVENING) == 0
    later = unsent(kept(house, at=EVENING + timedelta(minutes=5)))
    assert write_digests(now=EVENING + timedelta(hours=1)) == 0
    # Written before the hour by a transaction that ended after it.
    unsent(kept(house, at=NOON))
    assert write_digests(now=EVENING + timedelta(hours=1)) == 0
    assert write_digests(now=EVENING + ONE_DAY) == 1
    assert [mail.subject for mail in digests()] == ["1 new message", "2 new messages"]
    later.refresh_from_db()
    assert later.handed_at == EVENING + ONE_DAY


def test_nothing_new_no_mail(house):
    assert write_digests(now=EVENING) == 0
    assert not digests().exists()


def test_what_was_read_withdrawn_or_over_or_is_not_wanted_is_left_out(house, stranger):
    read, opened, withdrawn, over = (unsent(kept(house)) for _time in range(4))
    read.recipient.__class__.objects.filter(pk=read.recipient_id).update(read_at=NOON)
    Delivery.objects.filter(recipient=opened.recipient, channel="portal").update(read_at=NOON)
    Notice.objects.filter(pk=withdrawn.notice_id).update(state="withdrawn")
    Notice.objects.filter(pk=over.notice_id).update(expires_at=EVENING)
    assert write_digests(now=EVENING) == 1
    assert not digests().exists()
    said = [Delivery.objects.get(pk=row.pk).because for row in (read, opened, withdrawn, over)]
    assert said == ["reached", "reached", "withdrawn", "expired"]
    assert write_digests(now=EVENING) == 0


def test_who_switched_it_off_meanwhile_gets_none_and_who_wants_it_at_once_gets_what_waited(house, waiting):
    Preference.objects.create(membership=house.owner, **DIGEST | {"mode": "off"})
    write_digests(now=EVENING)
    assert not digests().exists()
    waiting.refresh_from_db()
    assert waiting.because == "preference"
    Preference.objects.update(mode="at_once")
    unsent(kept(house))
    write_digests(now=EVENING)
    assert digests().count() == 1


def test_who_has_no_sign_in_is_sent_the_words(house):
    person = house.people["coowner"]
    row = received_by(sent_notice(house, kind="ordinary"), house.unit, steps=0, person=person, language="zh-hans")
    unsent(delivery_to(row, "email", "suppressed", because="in_digest"))
    write_digests(now=EVENING)
    mail = digests().get()
    assert mail.dedupe_key == f"digest:{person.pk}:2026-03-02"
    assert mail.subject == "1 条新消息"
    assert "周五停水\n九点至十二点。" in mail.text
    assert "http" not in mail.text


def test_a_hostile_title_stays_the_letters_it_is_made_of(house, waiting):
    waiting.notice.versions.update(title_en="<b>x</b>\r\nBcc: a@b.example {name}")
    write_digests(now=EVENING)
    mail = digests().get()
    assert "<b>x</b> Bcc: a@b.example Ada Moor" in mail.text
    assert ("<b>" in mail.html, "&lt;b&gt;x&lt;/b&gt;" in mail.html) == (False, True)


def test_a_choice_made_before_sending_leads_to_the_digest(house):
    from notices.services import approving, sending

    Preference.objects.create(membership=house.owner, **DIGEST)
    notice = drafted(house)
    approving.send_or_submit(notice_id=notice.pk, actor=house.clerk, now=NOON)
    sending.send_one_due(now=SOON)
    own = Delivery.objects.get(notice=notice, membership=house.owner, channel="email")
    assert (own.state, own.because, own.handed_at) == ("suppressed", "in_digest", None)
    assert write_digests(now=EVENING) == 1
    assert digests().get().membership == house.owner


def test_a_killed_worker_leaves_nothing_half_done(house, waiting, monkeypatch):
    def killed(*args, **kwargs):
        raise SystemExit

    monkeypatch.setattr(digesting, "nudge_after_commit", killed)
    with pytest.raises(SystemExit):
        write_digests(now=EVENING)
    waiting.refresh_from_db()
    assert (waiting.handed_at, digests().count()) == (None, 0)
    monkeypatch.undo()
    assert write_digests(now=EVENING) == 1
    assert digests().count() == 1


def test_many_people_cost_as_many_statements_as_one(house, django_assert_max_num_queries):
    unsent(kept(house))
    with django_assert_max_num_queries(13) as few:
        write_digests(now=EVENING)
    for name in ("coowner", "neighbour", "occupant"):
        row = received_by(sent_notice(house, kind="ordinary"), house.unit, steps=0, membership=house.members[name])
        unsent(delivery_to(row, "email", "suppressed", because="in_digest"))
    with django_assert_max_num_queries(len(few.captured_queries)):
        assert write_digests(now=EVENING) == 3


def test_another_organisations_hour_is_its_own(house, stranger, waiting):
    def theirs():
        NoticeSettings.objects.create(digest_at=time(7))
        row = unsent(kept(stranger, at=NOON - timedelta(hours=20)))
        return write_digests(now=NOON), Delivery.objects.filter(event="notice.digest").count(), row

    assert in_scope_of(stranger.organisation.pk, theirs)[:2] == (1, 1)
    assert not digests().exists()
    waiting.refresh_from_db()
    assert waiting.handed_at is None


@pytest.mark.django_db(transaction=True, databases=["default", "system"])
def test_two_beats_write_one_digest():
    house = in_scope_of(None, lambda: build_house("lakeside"))
    with scope(house.organisation.pk):
        for _number in range(3):
            unsent(kept(house))
    wrote, start = [], threading.Barrier(2)

    def work():
        start.wait()
        try:
            wrote.append(write_due_digests())
        finally:
            connections.close_all()

    workers = [threading.Thread(target=work) for _number in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(wrote) == 2
    with scope(house.organisation.pk):
        mail = digests().get()
        assert mail.subject == "3 new messages"
