"""Mail through a real line and committed transactions: replies find their case, killed polls lose and double nothing."""

import imaplib
from contextlib import contextmanager
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command

from complaints import tasks
from complaints.models import Complaint, InboundMail, Message
from complaints.rules.inbound import limits
from complaints.services import inbound, mailbox
from notices.mail import message_of
from notices.models import Delivery
from notices.replying import answered, reply_address
from notices.services import queueing
from tenancy.context import scope
from tests.complaints.mails import ADDRESS, HOST, Mailserver, asked, mail
from tests.complaints.seeds import filed, furnish
from tests.factories.house import NOON, build_house
from tests.owners.test_import_at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "system"])


@pytest.fixture
def committed(transactional_db, monkeypatch, settings):
    """A house that other connections see; nothing is sent to a broker."""
    monkeypatch.setattr(queueing, "nudge", lambda organisation_id: None)
    settings.INBOUND_ADDRESS = ADDRESS
    house = build_house("lakeside")
    with scope(house.organisation.pk):
        furnish(house)
    return house


@pytest.fixture
def server():
    server = Mailserver()
    yield server
    server.shutdown()
    server.server_close()


@contextmanager
def inside(house):
    with scope(house.organisation.pk):
        yield


def case_of(house, **changes):
    with inside(house):
        return filed(house, **changes)


def reply_to(house, case, member=None):
    """The address in the mail about the case that went to its complainant, or to this member."""
    with inside(house):
        rows = Delivery.objects.filter(about_id=case.pk, channel="email")
        return reply_address(rows.get(membership=member, person=None) if member else rows.exclude(person=None).get())


def states(house):
    with inside(house):
        return sorted(InboundMail.objects.values_list("state", "why"))


def counts(house):
    with inside(house):
        return InboundMail.objects.count(), Complaint.objects.count(), Message.objects.count()


# -- replies -----------------------------------------------------------------------------------------------------------


def test_mails_about_a_case_carry_an_address_that_means_one_person_and_one_case(committed):
    case = case_of(committed)
    address = reply_to(committed, case)
    with inside(committed):
        row = Delivery.objects.get(about_id=case.pk, channel="email")
        assert message_of(row, committed.organisation).message()["Reply-To"] == address
    local = address.partition("@")[0]
    assert len(local) <= 64
    told = answered(local.partition("+")[2].upper())
    assert (told.organisation_id, told.about_id, told.person_id) == (
        committed.organisation.pk, case.pk, committed.people["owner"].pk,
    )  # fmt: skip


def test_a_reply_stands_on_its_case_without_the_quotation(committed):
    case = case_of(committed)
    body = "Come at ten.\n\nOn Monday, 2 March, Lakeside wrote:\n> We come at nine."
    assert mailbox.take(mail(to=reply_to(committed, case), body=body), now=NOON)
    assert states(committed) == [("attached", "")]
    with inside(committed):
        words = Message.objects.get()
        assert (words.complaint, words.kind, words.body, words.author) == (
            case,
            "words",
            "Come at ten.",
            committed.owner,
        )


def test_who_has_no_sign_in_replies_too(committed):
    with inside(committed):
        person = committed.people["owner"]
        person.membership = None
        person.save()
        case = filed(committed, complainant=person)
    mailbox.take(mail(to=reply_to(committed, case), body="Come at ten."), now=NOON)
    with inside(committed):
        assert (Message.objects.get().body, Message.objects.get().author) == ("Come at ten.", None)


def test_a_reply_of_staff_stays_inside(committed):
    case = case_of(committed, category="safety")
    mailbox.take(
        mail("clerk@lakeside.example", to=reply_to(committed, case, committed.clerk), body="Called."), now=NOON
    )
    with inside(committed):
        assert (Message.objects.get().kind, Message.objects.get().author) == ("note", committed.clerk)


@pytest.mark.parametrize("way", ["forged", "another person", "another case", "another complainant"])
def test_a_forged_or_foreign_reply_address_leads_to_the_queue(committed, way):
    case, sender = case_of(committed), "owner@lakeside.example"
    address = reply_to(committed, case)
    to = f"{address}, service+lakeside@{HOST}"
    with inside(committed):
        if way == "forged":
            to = f"{address.replace(address[-30:-26], 'aaaa')}, service+lakeside@{HOST}"
        elif way == "another person":
            sender = "neighbour@lakeside.example"
        elif way == "another case":
            Delivery.objects.update(about_id=filed(committed, description="Another.").pk)
        else:
            Complaint.objects.filter(pk=case.pk).update(complainant=committed.people["neighbour"])
    assert mailbox.take(mail(sender, to=to), now=NOON)
    assert states(committed) == [("waiting", "forged")]
    assert counts(committed)[2] == 0


def test_another_organisations_address_at_our_door_waits(committed):
    stranger = build_house("jinghu")
    with inside(stranger):
        furnish(stranger)
    address = reply_to(stranger, case_of(stranger))
    with inside(committed):
        row = inbound.store(raw=mail(to=address), now=NOON)
        assert inbound.process(mail_id=row.pk, now=NOON).why == "forged"
    with inside(stranger):
        assert not Message.objects.exists()


# -- the mailbox -------------------------------------------------------------------------------------------------------


def polled(server):
    return mailbox.poll(asked(server), now=NOON)


def test_the_mailbox_is_read_once_and_each_mail_marked(committed, server):
    server.box.put(mail(), mail("somebody@elsewhere.example"), mail(to="nobody@elsewhere.example"))
    assert polled(server) == (3, 2)
    assert [sorted(flags) for flags in server.box.flags.values()] == [["\\SEEN"], ["\\SEEN"], ["\\FLAGGED", "\\SEEN"]]
    assert polled(server) == (0, 0)
    assert states(committed) == [("filed", ""), ("waiting", "unknown")]


def test_a_line_that_breaks_before_the_mark_loses_and_doubles_nothing(committed, server):
    server.box.put(mail(), mail(), mail())
    server.box.breaks_before_store = 1
    with pytest.raises(imaplib.IMAP4.abort):
        polled(server)
    assert counts(committed)[:2] == (2, 2)
    assert polled(server) == (2, 2)
    assert all("\\SEEN" in flags for flags in server.box.flags.values())
    assert counts(committed)[:2] == (3, 3)


def test_a_worker_killed_between_storing_and_filing_leaves_it_to_the_sweep(committed, server, monkeypatch):
    server.box.put(mail())
    with monkeypatch.context() as patch:
        patch.setattr(mailbox, "understand", lambda *args, **given: None)
        polled(server)
    assert states(committed) == [("received", "")]
    assert mailbox.finish(now=NOON) == 1
    assert (states(committed), counts(committed)[1]) == ([("filed", "")], 1)
    assert mailbox.finish(now=NOON) == 0


def test_a_worker_killed_while_it_files_undoes_it_whole(committed, server, monkeypatch):
    server.box.put(mail())
    with monkeypatch.context() as patch:
        patch.setattr(inbound, "record", lambda **given: 1 / 0)
        polled(server)
    assert (states(committed), counts(committed)[1]) == ([("received", "")], 0)
    mailbox.finish(now=NOON)
    assert (states(committed), counts(committed)[1]) == ([("filed", "")], 1)


def test_what_cannot_be_dealt_with_for_an_hour_is_left_to_a_clerk(committed, server, monkeypatch):
    server.box.put(mail())
    monkeypatch.setattr(inbound, "record", lambda **given: 1 / 0)
    polled(server)
    mailbox.finish(now=NOON + timedelta(minutes=59))
    assert states(committed) == [("received", "")]
    mailbox.finish(now=NOON + timedelta(minutes=61))
    assert (states(committed), counts(committed)[1]) == ([("waiting", "unreadable")], 0)


def test_two_polls_at_once_take_each_mail_once(committed, server):
    server.box.put(*(mail() for _each in range(4)))
    found = at_once(*[lambda: polled(server)] * 2)
    assert all(isinstance(each, tuple) for each in found), found
    assert counts(committed)[:2] == (4, 4)
    assert states(committed) == [("filed", "")] * 4


def test_a_mail_that_cannot_be_stored_stays_unseen_and_holds_up_no_other(committed, server, monkeypatch):
    server.box.put(mail(subject="poison"), mail())
    real = inbound.store

    def store(*, raw, now, is_head=False):
        assert b"poison" not in raw
        return real(raw=raw, now=now, is_head=is_head)

    with monkeypatch.context() as patch:
        patch.setattr(inbound, "store", store)
        assert polled(server) == (2, 1)
    assert [sorted(flags) for flags in server.box.flags.values()] == [[], ["\\SEEN"]]
    assert polled(server) == (1, 1)
    assert counts(committed)[1] == 2


def test_of_a_huge_mail_the_head_is_listed(committed, server):
    server.box.put(mail(body="secret words"))
    server.box.says_size = limits()["most_bytes"] + 1
    assert polled(server) == (1, 1)
    assert states(committed) == [("waiting", "too_big")]
    with inside(committed):
        assert (InboundMail.objects.get().text, InboundMail.objects.get().sender) == ("", "owner@lakeside.example")


def test_beat_and_the_sweep_read_it_and_say_so(committed, server, settings):
    settings.INBOUND_URL = server.url
    server.box.put(mail())
    assert tasks.read_mail() == "1 read, 1 taken, 0 finished"
    server.box.put(mail())
    said = StringIO()
    call_command("sweep", now=NOON.isoformat(), stdout=said)
    assert "mail: 1 read, 1 taken, 0 finished" in said.getvalue()
    assert counts(committed)[1] == 2
    server.shutdown()
    server.server_close()
    assert tasks.read_mail() == "not read"
