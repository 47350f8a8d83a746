"""That no answer is needed can be taken back, with a reason: the contact is unanswered again, and what was said stays."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from contacts import register_queries as queries
from contacts.models import Amendment, CommunicationRecord
from contacts.services import register
from contacts.services.directory import ChangedMeanwhile
from tenancy.context import scope
from tenancy.errors import DomainError, NotAllowed, NotFound
from tests.complaints.pages import BACKEND, signed_in, text
from tests.contacts.making import contact, settled
from tests.factories.api import program
from tests.factories.house import NOON, build_house

LATER = NOON + timedelta(hours=3)


def take_back(house, row, reason="They ask again", actor="clerk", **also):
    return register.take_back_settling(record_id=row.pk, reason=reason, actor=getattr(house, actor), now=LATER, **also)


@pytest.mark.django_db
def test_it_waits_again_and_what_was_said_stays_to_be_read(house):
    row = settled(house)
    due = row.answer_due_on
    take_back(house, row)
    row.refresh_from_db()
    assert (row.state, row.no_answer_reason, row.answered_at, row.answered_by, row.answer_due_on) == (
        "follow_up_open", "", None, None, due,
    )  # fmt: skip
    assert list(queries.to_answer(house.clerk)) == [row]
    change = row.amendments.get()
    assert (change.reason, change.by, change.before) == (
        "They ask again", house.clerk, {"no_answer_reason": "An advertisement"},
    )  # fmt: skip
    page = text(signed_in(house, "supervisor").get(reverse("register:entry", args=[row.pk])))
    assert "They ask again" in page
    assert "An advertisement</dd>" in page
    register.settle_without_answer(record_id=row.pk, reason="Settled by phone", actor=house.clerk, now=LATER)
    row.refresh_from_db()
    assert (row.state, row.no_answer_reason) == ("closed", "Settled by phone")


@pytest.mark.django_db
def test_it_needs_a_reason_and_somebody_who_may(house):
    row = settled(house)
    with pytest.raises(DomainError, match="Say why"):
        take_back(house, row, reason=" ")
    with pytest.raises(NotAllowed):
        take_back(house, row, actor="auditor")
    with pytest.raises(NotFound):
        take_back(house, row, actor="owner")
    row.refresh_from_db()
    assert row.state == "closed"
    assert not Amendment.objects.exists()


@pytest.mark.django_db
def test_a_second_time_and_what_was_never_settled_change_nothing(house):
    row, call, letter = settled(house), contact(house), contact(house, channel="letter")
    for one in (row, row, call, letter):
        take_back(house, one)
    assert Amendment.objects.count() == 1
    call.refresh_from_db()
    assert call.state == "recorded"


@pytest.mark.django_db
def test_what_was_answered_nevertheless_stays_answered(house):
    row = settled(house)
    answer = contact(house, channel="letter", direction="out", answer_to=row.pk)
    with pytest.raises(DomainError, match=answer.number):
        take_back(house, row)
    row.refresh_from_db()
    assert row.state == "closed"
    assert "An answer is needed after all" not in text(
        signed_in(house, "clerk").get(reverse("register:entry", args=[row.pk]))
    )


@pytest.mark.django_db
def test_a_click_on_what_was_read_does_not_take_back_what_was_said_since(house):
    row = settled(house)
    first = row.answered_at
    take_back(house, row, settled_at=first)
    register.settle_without_answer(record_id=row.pk, reason="Settled by phone", actor=house.manager, now=LATER)
    with pytest.raises(ChangedMeanwhile):
        take_back(house, row, settled_at=first)
    page = signed_in(house, "clerk").post(
        reverse("register:take_back", args=[row.pk]), {"reason": "Mine", "settled_at": first.isoformat()}
    )
    assert page.status_code == 422
    assert "Somebody has said it anew meanwhile" in text(page)
    assert page.context["take_back_form"]["reason"].value() == "Mine"
    assert page.context["take_back_form"]["settled_at"].value() == LATER.isoformat()


@pytest.mark.django_db
def test_the_page_takes_it_back_and_keeps_what_was_typed_on_an_error(house):
    row, client = settled(house), signed_in(house, "clerk")
    page = client.get(reverse("register:entry", args=[row.pk]))
    at = page.context["take_back_form"]["settled_at"].value()
    assert "An answer is needed after all" in text(page)
    address = reverse("register:take_back", args=[row.pk])
    wrong = client.post(address, {"reason": "", "settled_at": at})
    assert (wrong.status_code, "Say why an answer is needed after all." in text(wrong)) == (422, True)
    assert client.post(address, {"reason": "They ask again", "settled_at": at}).status_code == 302
    assert "To be answered by" in text(client.get(reverse("register:entry", args=[row.pk])))
    assert "An answer is needed after all" not in text(
        signed_in(house, "auditor").get(f"/register/{settled(house).pk}/")
    )


@pytest.mark.django_db
def test_a_program_takes_it_back_too_and_not_what_it_has_not_read(house):
    row, client = settled(house), program(house, "clerk")
    version = client.read(f"register/{row.pk}/")["ETag"]
    address = f"register/{row.pk}/settle/take-back/"
    assert set(client.send(address, {}).json()["errors"]) == {"reason"}
    told = client.send(address, {"reason": "They ask again"}, If_Match=version)
    assert (told.status_code, told.json()["state"], told.json()["no_answer_reason"]) == (200, "follow_up_open", "")
    assert client.send(address, {"reason": "Once more"}, If_Match=version).status_code == 412


@pytest.mark.django_db(transaction=True)
def test_clicks_at_the_same_moment_take_it_back_once():
    house = build_house("lakeside")
    with scope(house.organisation.pk):
        row = settled(house)
    sent, statuses = {"reason": "They ask again", "settled_at": row.answered_at.isoformat()}, []

    def send():
        client = Client(HTTP_HOST=house.host)
        client.force_login(house.clerk.user, backend=BACKEND)
        try:
            statuses.append(client.post(f"/register/{row.pk}/settle/take-back/", sent).status_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _hand in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [302] * 5
    with scope(house.organisation.pk):
        assert Amendment.objects.count() == 1
        assert CommunicationRecord.objects.get().state == "follow_up_open"
