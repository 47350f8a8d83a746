"""What an event leaves in the outbox."""

import time

import pytest

from notices.models import Delivery
from notices.services import queueing
from notices.services.queueing import Item, Recipient, queue_many, recipient_for_member, recipient_for_person
from notices.wording import words_of
from tenancy.errors import NoOrganisation
from tests.factories.house import NOON
from tests.notices.conftest import DUE, say


def test_a_member_is_told_in_the_portal_at_once_and_by_e_mail_later(house):
    portal, email = say(house.owner)
    assert (portal.channel, portal.state, portal.handed_at, portal.next_attempt_at) == ("portal", "handed", NOON, None)
    assert (email.channel, email.state, email.next_attempt_at) == ("email", "queued", NOON)
    assert email.address == "owner@lakeside.example"
    assert Delivery.objects.count() == 2


def test_the_first_line_is_the_subject_and_the_rest_the_body(house):
    portal, email = say(house.owner)
    assert portal.subject == email.subject == "C-LAK-2026-000001: The lift stops"
    assert portal.text == "Dear Owner of Lakeside,\n\nIt stops.\n\nBy 17:30."
    assert email.text == portal.text
    assert words_of(email, house.organisation).text.startswith(portal.text)


def test_the_e_mail_carries_the_organisations_address_and_never_a_requests(house, settings):
    settings.PUBLIC_SCHEME, settings.BASE_DOMAIN, settings.PUBLIC_PORT = "https", "propcomm.test", ""
    _portal, email = say(house.owner)
    address = "https://lakeside.propcomm.test/complaints/C-LAK-2026-000001/"
    sent = words_of(email, house.organisation)
    assert f"\n{address}\n" in sent.text
    assert f'href="{address}"' in sent.html
    assert house.organisation.name in sent.text
    assert house.organisation.name in sent.html


def test_times_are_the_organisations_own(stranger):
    from tests.factories.house import in_scope_of

    rows = in_scope_of(stranger.organisation.pk, lambda: say(stranger.owner))
    assert "01:30" in rows[0].text  # 17:30 UTC is 01:30 in Shanghai


def test_text_is_as_written_and_html_is_escaped(house):
    _portal, email = say(house.owner, words="Tom & <script>alert(1)</script>", title="<b>Lift</b>")
    sent = words_of(email, house.organisation)
    assert "Tom & <script>alert(1)</script>" in sent.text
    assert "<script>" not in sent.html
    assert "&lt;script&gt;" in sent.html
    assert "Tom &amp;" in sent.html
    assert email.subject.endswith("<b>Lift</b>")
    assert "<b>" not in sent.html


def test_a_second_call_with_the_same_key_writes_nothing(house):
    say(house.owner)
    assert say(house.owner) == []
    assert Delivery.objects.count() == 2


def test_the_same_key_at_another_organisation_is_another_event(house, stranger):
    from tests.factories.house import in_scope_of

    assert len(say(house.owner)) == 2
    assert len(in_scope_of(stranger.organisation.pk, lambda: say(stranger.owner))) == 2


def test_a_person_without_a_sign_in_gets_only_an_e_mail(house):
    person = house.people["builder"]
    person.membership = None
    (only,) = say(recipient=recipient_for_person(person))
    assert (only.channel, only.person, only.membership) == ("email", person, None)


def test_nobody_to_reach_writes_nothing(house):
    assert say(recipient=Recipient("Nobody", "en")) == []


def test_a_removed_members_sign_in_is_told_nothing(house):
    house.owner.is_active = False
    house.owner.save()
    recipient = recipient_for_person(house.people["owner"])
    assert recipient.membership is None


def test_the_language_they_chose_wins_over_the_registrys_and_that_over_the_organisations(house):
    person = house.people["owner"]
    assert recipient_for_person(person).language == "en"
    person.membership.user.language = "zh-hans"
    assert recipient_for_person(person).language == "zh-hans"
    assert recipient_for_member(house.clerk).language == ""
    portal, _email = say(house.clerk)
    assert portal.language == "en"


@pytest.mark.parametrize("break_", ["\r\nBcc: everyone@example.org", "\x0b\x0c\x00x", "\u2028x", "\u202ex"])
def test_a_subject_is_one_line_whatever_is_in_the_title(house, break_):
    portal, email = say(house.owner, title=f"Lift{break_}")
    for row in (portal, email):
        assert not any(char in row.subject for char in "\r\n\x0b\x0c\x00\u2028\u202e")


def test_a_subject_is_at_most_200_characters(house):
    portal, _email = say(house.owner, title="漏水" * 300)
    assert len(portal.subject) == 200


def test_outside_a_scope_nothing_can_be_said(db):
    with pytest.raises(NoOrganisation):
        say(recipient=Recipient("Nobody", "en", email="nobody@lakeside.example"))


def test_a_hundred_people_cost_as_many_statements_as_one(house, django_assert_num_queries):
    recipient = recipient_for_member(house.owner)
    context = {"number": "C-1", "title": "Lift", "words": "Stops.", "due": DUE}
    items = [Item(recipient, "trial", "trial", context, f"bulk:{number}") for number in range(100)]
    with django_assert_num_queries(2):
        rows = queue_many(items, now=NOON)
    assert len(rows) == 200
    with django_assert_num_queries(2):
        assert queue_many(items, now=NOON) == []


def test_one_transaction_nudges_the_workers_once(house, monkeypatch, django_capture_on_commit_callbacks):
    nudged = []
    monkeypatch.setattr(queueing.tasks.send_waiting_deliveries, "apply_async", lambda **call: nudged.append(call))
    with django_capture_on_commit_callbacks(execute=True):
        for number in range(3):
            say(house.owner, dedupe=f"trial:{number}")
    assert nudged == [{"args": (house.organisation.pk,), "retry": False}]


def test_a_dead_broker_costs_less_than_a_second_and_no_error(house, monkeypatch, django_capture_on_commit_callbacks):
    from celery import Celery

    from propcomm.celery import app

    dead = Celery("dead", broker="redis://127.0.0.1:1/0", set_as_current=False)
    dead.conf.update(broker_transport_options=app.conf.broker_transport_options, broker_connection_timeout=1)

    @dead.task(name="trial")
    def task(*args):
        """Never runs."""

    monkeypatch.setattr(queueing.tasks, "send_waiting_deliveries", task)
    monkeypatch.setattr(queueing, "_broker_rests_until", 0.0)
    began = time.monotonic()
    with django_capture_on_commit_callbacks(execute=True):
        say(house.owner)
    assert time.monotonic() - began < 1
    assert Delivery.objects.filter(state="queued").count() == 1
