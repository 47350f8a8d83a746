"""The inbox by the API."""

from uuid import uuid4

from notices.models import Delivery
from tests.complaints.seeds import accepted, furnish
from tests.factories.api import program


def test_a_member_reads_their_own_inbox_and_marks_what_they_read(house):
    furnish(house)
    accepted(house)
    client = program(house, "owner")
    rows = client.read("notices/").json()["results"]
    assert len(rows) == Delivery.objects.filter(membership=house.owner, channel="portal").count() == 2
    assert program(house, "neighbour").read("notices/").json() == {"next": None, "results": []}
    path = f"notices/{rows[0]['id']}/"
    shown = client.read(path).json()
    assert (shown["event"], shown["read_at"]) == ("complaint.accepted", None)
    assert "taken it on" in shown["text"]
    marked = client.send(f"{path}read/").json()["read_at"]
    assert marked is not None
    assert client.send(f"{path}read/").json()["read_at"] == marked


def test_anybody_elses_message_is_not_there(house):
    furnish(house)
    accepted(house)
    message = Delivery.objects.filter(membership=house.owner, channel="portal").first()
    client = program(house, "neighbour")
    answers = [client.read(f"notices/{key}/") for key in (message.pk, uuid4())]
    answers.append(client.send(f"notices/{message.pk}/read/"))
    assert {(answer.status_code, answer.content) for answer in answers} == {(404, answers[0].content)}
    message.refresh_from_db()
    assert message.read_at is None
