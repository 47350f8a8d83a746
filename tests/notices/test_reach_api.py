"""Reach by programs: the same figures, rules and verbs as the pages."""

from datetime import timedelta

import pytest
from django.utils import timezone

from audit.models import AuditEntry
from notices.models import HandDelivery
from tests.factories.api import program
from tests.factories.notices import received_by, sent_notice


@pytest.fixture
def notice(house):
    return sent_notice(house, at=timezone.now() - timedelta(hours=1), must_acknowledge=True)


def test_figures_and_recipients(house, notice):
    row = received_by(notice, house.unit)
    client = program(house, "clerk")
    figures = client.read(f"sent/{notice.pk}/reach/").json()
    assert (figures["total"], figures["reached"], figures["stuck"]) == (1, 0, 0)
    assert figures["channels"][0]["stages"]["sent"] == 1
    (told,) = client.read(f"sent/{notice.pk}/recipients/").json()["results"]
    assert (told["id"], told["name"], told["phone"]) == (str(row.pk), "Ada Moor", "+442079460000")
    assert [each["channel"] for each in told["deliveries"]] == ["email"]


def test_the_auditor_reads_masked_names_and_contacts_and_it_is_written_down(house, notice):
    received_by(notice, house.unit)
    (told,) = program(house, "auditor").read(f"sent/{notice.pk}/recipients/").json()["results"]
    assert (told["name"], told["email"]) == ("A••", "a•••@example.net")
    assert told["phone"].endswith("000")
    assert "20794" not in told["phone"]
    assert AuditEntry.objects.filter(action="notice.read", actor=house.auditor).exists()


def test_a_delivery_by_hand_is_noted_once_for_one_key(house, notice):
    row = received_by(notice, house.unit)
    client, path = program(house, "clerk"), f"recipients/{row.pk}/hand/"
    answer = client.send(path, {"method": "handed", "to_whom": "Her son", "acknowledged": True})
    assert answer.status_code == 201
    row.refresh_from_db()
    assert (row.acknowledged_how, HandDelivery.objects.get().to_whom) == ("hand", "Her son")
    assert client.send(path, {"method": "shouted"}).status_code == 400


@pytest.mark.parametrize("role", ["owner", "engineer", "auditor"])
def test_others_note_nothing(house, notice, role):
    row = received_by(notice, house.unit)
    answer = program(house, role).send(f"recipients/{row.pk}/hand/", {"method": "handed"})
    assert answer.status_code == 403
    assert not HandDelivery.objects.exists()


def test_a_reader_confirms(house, notice):
    row = received_by(notice, house.unit, membership=house.owner, person=house.people["owner"])
    path = f"notices/{row.deliveries.get(channel='portal').pk}/confirm/"
    assert program(house, "neighbour").send(path).status_code == 404
    for _time in range(2):
        assert program(house, "owner").send(path).status_code == 200
    row.refresh_from_db()
    assert row.acknowledged_how == "portal"
