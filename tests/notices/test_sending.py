"""From the outbox to a real mail server, whatever it answers."""

import pytest
from django.core.cache import cache
from django.utils import timezone

from notices import tasks
from notices.models import Attempt, Delivery
from notices.services.queueing import Recipient
from tests.notices.conftest import say
from tests.notices.sink import Sink

OWNER = "owner@lakeside.example"


@pytest.fixture
def sink(settings):
    server = Sink()
    server.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", server.port, 1
    settings.DEFAULT_FROM_EMAIL, settings.BASE_DOMAIN = "PropComm <no-reply@propcomm.test>", "propcomm.test"
    cache.clear()
    yield server
    server.stop()


def send(house):
    return tasks.send_waiting_deliveries(house.organisation.pk)


def mail_of(house) -> Delivery:
    return Delivery.objects.get(channel="email", address=OWNER)


def make_due():
    cache.clear()
    Delivery.objects.filter(state__in=("queued", "claimed")).update(next_attempt_at=timezone.now())


def words_of_tries():
    return list(Attempt.objects.order_by("at").values_list("outcome", flat=True))


def minutes_until_next(row):
    return (row.next_attempt_at - timezone.now()).total_seconds() / 60


def test_a_mail_leaves_and_its_fate_is_kept(house, sink):
    say(house.owner)
    send(house)
    (mail,) = sink.messages
    row = mail_of(house)
    assert (row.state, row.attempts, row.next_attempt_at, row.lease_token) == ("handed", 1, None, None)
    assert row.handed_at is not None
    assert words_of_tries() == ["handed"]
    assert mail["Message-ID"] == f"<{row.pk}@propcomm.test>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["X-PropComm-Organisation"] == "lakeside"
    assert mail["From"] == "Lakeside Property Management <no-reply@propcomm.test>"
    assert mail["To"] == f"Owner of Lakeside <{OWNER}>"
    assert mail.get_content_type() == "multipart/alternative"
    send(house)
    assert len(sink.messages) == 1


def test_chinese_arrives_as_written(house, sink):
    recipient = Recipient("王小明, 1号楼", "zh-hans", email=OWNER)
    house.organisation.name = "镜湖物业服务有限公司"
    house.organisation.save()
    say(recipient=recipient, title="电梯停在六层与七层之间,请尽快派人", words="老人被困十分钟。\n\n谢谢!")
    send(house)
    (mail,) = sink.messages
    assert mail["Subject"] == "C-LAK-2026-000001: 电梯停在六层与七层之间,请尽快派人"
    assert mail["To"].addresses[0].display_name == "王小明, 1号楼"
    assert mail["From"].addresses[0].display_name == "镜湖物业服务有限公司"
    assert "老人被困十分钟。\n\n谢谢!" in mail.get_body(("plain",)).get_content().replace("\r\n", "\n")
    html = mail.get_body(("html",)).get_content()
    assert 'lang="zh-Hans"' in html
    assert "老人被困十分钟。" in html


@pytest.mark.parametrize(
    "bad", ["\r\nBcc: all@example.org", "\nX-Evil: 1\n\nhello", '"; <all@example.org>,', "\x01\x1b["]
)
def test_a_name_or_title_writes_no_header_of_its_own(house, sink, bad):
    house.organisation.name = f"Lakeside{bad}"
    house.organisation.save()
    say(recipient=Recipient(f"Owner{bad}", "en", email=OWNER), title=f"Lift{bad}")
    send(house)
    (mail,) = sink.messages
    assert mail["Bcc"] is None
    assert mail["X-Evil"] is None
    assert [address.addr_spec for address in mail["To"].addresses] == [OWNER]
    assert [address.addr_spec for address in mail["From"].addresses] == ["no-reply@propcomm.test"]
    assert mail_of(house).state == "handed"


def test_not_now_is_tried_again_and_then_taken(house, sink):
    sink.rcpt[OWNER] = ["450 4.2.1 busy", "250 OK"]
    say(house.owner)
    send(house)
    row = mail_of(house)
    assert (row.state, row.attempts, row.last_error) == ("queued", 1, "450 4.2.1 busy")
    assert 0.7 < minutes_until_next(row) < 1.3
    send(house)
    assert sink.messages == []  # not before its time
    make_due()
    send(house)
    assert mail_of(house).state == "handed"
    assert words_of_tries() == ["later", "handed"]


def test_never_is_final_at_once(house, sink):
    sink.rcpt[OWNER] = ["550 5.1.1 no such person"]
    say(house.owner)
    say(house.clerk, dedupe="trial:2")
    send(house)
    row = mail_of(house)
    assert (row.state, row.attempts, row.next_attempt_at) == ("dead", 1, None)
    assert row.last_error == "550 5.1.1 no such person"
    assert len(sink.to("clerk@lakeside.example")) == 1  # the next one left on the same connection
    assert sink.sessions == 1


def test_refused_words_are_final_too(house, sink):
    sink.data[OWNER] = ["554 5.7.1 rejected"]
    say(house.owner)
    send(house)
    assert mail_of(house).state == "dead"


def test_after_seven_failed_tries_it_is_given_up(house, sink):
    sink.rcpt[OWNER] = ["451 4.3.0 trouble"]
    say(house.owner)
    waits = []
    for _ in range(7):
        make_due()
        send(house)
        row = mail_of(house)
        waits.append(minutes_until_next(row) if row.next_attempt_at else None)
    assert [
        wait and round(wait / expected) for wait, expected in zip(waits[:6], (1, 5, 15, 60, 240, 720), strict=True)
    ] == [1] * 6
    assert (waits[6], row.state, row.attempts) == (None, "dead", 7)


def test_a_server_that_is_away_is_nobodys_fault_and_mail_leaves_within_a_minute_of_its_return(house, sink):
    port = sink.port
    sink.stop()
    say(house.owner)
    say(house.clerk, dedupe="trial:2")
    for _ in range(10):
        make_due()
        send(house)
    rows = Delivery.objects.filter(channel="email")
    assert {(row.state, row.attempts) for row in rows} == {("queued", 0)}
    assert all(minutes_until_next(row) < 0.7 for row in rows)
    back = Sink(port)
    back.start()
    try:
        make_due()
        send(house)
        assert len(back.messages) == 2
    finally:
        back.stop()


def test_while_the_server_rests_it_is_left_alone(house, sink):
    sink.stop()
    say(house.owner)
    send(house)
    Delivery.objects.filter(channel="email").update(next_attempt_at=timezone.now())
    assert send(house) == "resting"


def test_421_gives_the_whole_batch_back(house, sink):
    sink.rcpt[OWNER] = ["421 4.3.2 closing"]
    say(house.owner)
    for number in range(3):
        say(house.clerk, dedupe=f"later:{number}", now=timezone.now())
    send(house)
    rows = Delivery.objects.filter(channel="email")
    assert {(row.state, row.attempts, row.lease_token) for row in rows} == {("queued", 0, None)}
    assert sink.messages == []


def test_a_server_that_hangs_before_the_words_costs_no_try(house, sink):
    sink.rcpt[OWNER] = ["hang", "250 OK"]
    say(house.owner)
    say(house.clerk, dedupe="trial:2")
    send(house)
    row = mail_of(house)
    assert (row.state, row.attempts) == ("queued", 0)
    assert words_of_tries() == ["unreachable", "handed"]
    assert len(sink.to("clerk@lakeside.example")) == 1  # over a new connection
    make_due()
    send(house)
    assert mail_of(house).state == "handed"


@pytest.mark.parametrize("how", ["hang", "drop", "drop-taken"])
def test_a_conversation_broken_after_the_words_may_have_arrived_and_is_tried_again_later(house, sink, how):
    sink.data[OWNER] = [how, "250 OK"]
    say(house.owner)
    send(house)
    row = mail_of(house)
    assert (row.state, row.attempts) == ("queued", 1)
    assert words_of_tries() == ["unsure"]
    make_due()
    send(house)
    assert mail_of(house).state == "maybe_twice"  # nobody knows, and the record says so
    copies = sink.to(OWNER)
    assert len(copies) == (2 if how == "drop-taken" else 1)
    assert len({copy["Message-ID"] for copy in copies}) == 1  # a reader can tell the double


def test_a_server_that_closes_after_some_messages_is_called_again_at_once(house, sink):
    sink.rcpt[OWNER] = ["250 OK", "421 4.7.0 enough by this connection", "250 OK"]
    for number in range(3):
        say(house.owner, dedupe=f"trial:{number}")
    assert send(house) == "3 tried"
    assert (len(sink.messages), sink.sessions) == (2, 2)
    assert Delivery.objects.filter(channel="email", state="queued", attempts=0).count() == 1


def test_three_broken_conversations_end_the_run(house, sink):
    for number in range(5):
        sink.data[f"p{number}@lakeside.example"] = ["drop"]
        say(recipient=Recipient("P", "en", email=f"p{number}@lakeside.example"), dedupe=f"trial:{number}")
    send(house)
    assert len(words_of_tries()) == 3
    assert Delivery.objects.filter(state="queued", attempts=0).count() == 2


def test_an_address_that_cannot_be_written_is_final_and_spares_the_others(house, sink):
    say(recipient=Recipient("Odd", "en", email="not an address\n@x"), dedupe="odd")
    say(house.owner)
    send(house)
    assert Delivery.objects.get(dedupe_key="odd").state == "dead"
    assert mail_of(house).state == "handed"


def test_a_long_queue_leaves_on_one_connection(house, sink):
    for number in range(120):
        say(house.owner, dedupe=f"trial:{number}")
    assert send(house) == "120 tried"
    assert (len(sink.messages), sink.sessions) == (120, 1)
    assert len({message["Message-ID"] for message in sink.messages}) == 120
