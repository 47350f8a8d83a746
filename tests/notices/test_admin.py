"""The outbox on the staff desk."""

import pytest

from audit.models import AuditEntry
from notices.models import Attempt, Delivery
from tests.factories.house import NOON, in_scope_of
from tests.notices.conftest import say
from tests.notices.test_inbox import enter

OUTBOX = "/admin/notices/delivery/"


def dead_mail(house) -> Delivery:
    _portal, email = say(house.owner)
    Delivery.objects.filter(pk=email.pk).update(state="dead", attempts=1, last_error="550 no such person")
    email.refresh_from_db()
    return email


def send_again(client, *rows):
    return client.post(OUTBOX, {"action": "send_again", "_selected_action": [str(row.pk) for row in rows]})


def test_staff_see_the_outbox_and_owners_do_not(client, house):
    dead_mail(house)
    assert "550 no such person" in enter(client, house.clerk).get(OUTBOX).content.decode()
    assert enter(client, house.owner).get(OUTBOX).status_code in (302, 403)


def test_a_message_and_its_tries_are_read_and_never_written(client, house):
    row = dead_mail(house)
    enter(client, house.admin)
    page = client.get(f"{OUTBOX}{row.pk}/change/")
    assert page.status_code == 200
    assert "It stops." in page.content.decode()
    assert client.post(f"{OUTBOX}{row.pk}/change/", {"subject": "x"}).status_code == 403
    assert client.get(f"{OUTBOX}add/").status_code == 403
    assert client.post(f"{OUTBOX}{row.pk}/delete/", {"post": "yes"}).status_code == 403
    assert Delivery.objects.get(pk=row.pk).subject == row.subject


def test_what_could_not_be_sent_is_sent_again_with_all_its_tries(client, house):
    row = dead_mail(house)
    enter(client, house.clerk)
    assert send_again(client, row).status_code == 302
    row.refresh_from_db()
    assert (row.state, row.attempts) == ("queued", 0)
    assert row.next_attempt_at is not None
    assert AuditEntry.objects.get(subject_id=row.pk).action == "delivery.requeued"


def test_what_was_sent_is_not_sent_again(client, house):
    portal, email = say(house.owner)
    enter(client, house.clerk)
    send_again(client, portal, email)
    assert Delivery.objects.get(pk=portal.pk).state == "handed"
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize("role", ["auditor", "engineer"])
def test_addresses_and_letters_are_not_for_auditors_and_engineers(client, house, role):
    row = dead_mail(house)
    enter(client, house.members[role])
    assert client.get(OUTBOX).status_code == 403
    assert client.get(f"{OUTBOX}{row.pk}/change/").status_code == 403
    send_again(client, row)
    assert Delivery.objects.get(pk=row.pk).state == "dead"


def test_a_clerk_sees_the_messages_to_the_people_of_their_estates(client, house):
    row = dead_mail(house)
    house.clerk.estate_assignments.all().delete()
    enter(client, house.clerk)
    assert row.subject not in client.get(OUTBOX).content.decode()
    send_again(client, row)
    assert Delivery.objects.get(pk=row.pk).state == "dead"


def test_another_organisations_messages_are_not_there(client, house, stranger):
    theirs = in_scope_of(stranger.organisation.pk, lambda: dead_mail(stranger))
    enter(client, house.admin)
    assert "550 no such person" not in client.get(OUTBOX).content.decode()
    send_again(client, theirs)
    state = in_scope_of(stranger.organisation.pk, lambda: Delivery.objects.get(pk=theirs.pk).state)
    assert state == "dead"


def test_the_outbox_costs_as_many_statements_at_30_rows_as_at_1(client, house, django_assert_max_num_queries):
    counts = []
    enter(client, house.admin)
    for rows in (1, 30):
        for number in range(rows):
            say(house.owner, dedupe=f"trial:{rows}:{number}")
        client.get(OUTBOX)
        with django_assert_max_num_queries(12) as counted:
            client.get(OUTBOX)
        counts.append(len(counted))
    assert counts[0] == counts[1]


def test_each_try_is_told_in_words(client, house):
    row = dead_mail(house)
    Attempt.objects.create(delivery=row, at=NOON, outcome="refused", detail="550 no such person")
    page = enter(client, house.clerk).get(f"{OUTBOX}{row.pk}/change/").content.decode()
    assert "Refused for good" in page
