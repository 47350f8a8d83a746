"""How requests are read, and what happens when the same one comes twice."""

import json
import threading

import pytest
from django.db import connection

from complaints.models import Complaint
from tenancy.context import scope
from tenancy.models import ApiAnswer
from tenancy.services import forget_answers
from tests.complaints.seeds import furnish
from tests.factories.api import API, Program, program, secret_of
from tests.factories.house import House, build_house


@pytest.fixture
def house(house: House) -> House:
    return furnish(house)


def said(house: House, **changes):
    given = {"unit": str(house.unit.pk), "category": "lift", "description": "The lift stops between floors."}
    return {**given, **changes}


# -- the same request twice --------------------------------------------------------------------------------------------


def test_the_same_key_twice_brings_the_same_answer_and_one_complaint(house):
    client = program(house, "owner")
    first = client.send("complaints/", said(house), Idempotency_Key="one")
    second = client.send("complaints/", said(house), Idempotency_Key="one")
    assert (first.status_code, first.content, first["Location"]) == (201, second.content, second["Location"])
    assert second.status_code == 201
    assert second["Idempotent-Replayed"] == "true"
    assert Complaint.objects.count() == 1


def test_a_key_used_for_something_else_is_refused(house):
    client = program(house, "owner")
    client.send("complaints/", said(house), Idempotency_Key="one")
    other = client.send("complaints/", said(house, description="Another."), Idempotency_Key="one")
    assert other.status_code == 422
    assert other.json()["type"].endswith("#key-used")
    assert Complaint.objects.count() == 1


def test_a_key_is_its_members_own(house):
    sent = said(house)
    assert program(house, "owner").send("complaints/", sent, Idempotency_Key="one").status_code == 201
    assert program(house, "coowner").send("complaints/", sent, Idempotency_Key="one").status_code == 201
    assert Complaint.objects.count() == 2


def test_what_was_refused_may_be_mended_and_sent_with_the_same_key(house):
    client = program(house, "owner")
    assert client.send("complaints/", said(house, description=""), Idempotency_Key="one").status_code == 400
    assert ApiAnswer.objects.count() == 0
    assert client.send("complaints/", said(house), Idempotency_Key="one").status_code == 201


@pytest.mark.parametrize("key", ["", "x" * 201, "a\tb", "ü"])
def test_a_key_that_is_none_is_named(house, key):
    answer = program(house, "owner").send("complaints/", said(house), Idempotency_Key=key)
    assert answer.status_code == 400
    assert "Idempotency-Key" in answer.json()["detail"]
    assert Complaint.objects.count() == 0


def test_answers_are_forgotten_after_a_day(house):
    from datetime import timedelta

    from django.utils import timezone

    program(house, "owner").send("complaints/", said(house), Idempotency_Key="one")
    assert forget_answers(timezone.now() + timedelta(hours=23)) == 0
    assert forget_answers(timezone.now() + timedelta(hours=25)) == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_anonymous", [False, True])
def test_ten_at_once_with_one_key_file_one_complaint(is_anonymous):
    house = build_house("lakeside")
    with scope(house.organisation.pk):
        furnish(house)
        secret = secret_of(house.owner)
        sent = said(house, is_anonymous=is_anonymous)
    answers = []

    def file() -> None:
        try:
            answers.append(Program(house.host, secret).send("complaints/", sent, Idempotency_Key="one"))
        finally:
            connection.close()

    threads = [threading.Thread(target=file) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [answer.status_code for answer in answers] == [201] * 10
    assert len({answer.json()["number"] for answer in answers}) == 1
    with scope(house.organisation.pk):
        assert Complaint.objects.count() == 1


# -- hostile requests --------------------------------------------------------------------------------------------------


def sent_raw(client: Program, body: bytes, content_type: str = "application/json"):
    return client.post(f"{API}complaints/", body, content_type=content_type)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400),
        (b"\xff\xfe{}", 400),
        (b"\xc3\x28", 400),
        (b'{"description": NaN}', 400),
        (b"[" * 100_000, 400),
        (b'{"a":' * 50_000 + b"1" + b"}" * 50_000, 400),
        (b"9" * 10_000, 400),
        (b"null", 400),
        (b"[]", 400),
        (b'"words"', 400),
        (b'{"description": "a\\u0000b"}', 400),
        (b'{"description": "\\ud800"}', 400),
        (b'{"unit": 1e400}', 400),
        (b'{"files": {"a": 1}}', 400),
        (b'{"files": ["' + b"x" * 1000 + b'"]}', 400),
        (b'{"x": "' + b"x" * (2 * 1024 * 1024) + b'"}', 413),
    ],
    ids=lambda value: str(value)[:24],
)
def test_what_cannot_be_read_is_a_problem_and_nothing_else(house, body, status):
    answer = sent_raw(program(house, "owner"), body)
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    assert Complaint.objects.count() == 0


@pytest.mark.parametrize("content_type", ["text/plain", "application/xml", "multipart/form-data", "x", ""])
def test_other_types_of_content_are_refused(house, content_type):
    answer = sent_raw(program(house, "owner"), json.dumps(said(house)).encode(), content_type)
    assert (answer.status_code, answer["Content-Type"]) == (415, "application/problem+json")


@pytest.mark.parametrize(
    "path", ["complaints/%00/", "complaints/?q=%00", "complaints/?cursor=%ff", "registry/people/?q=%00"]
)
def test_a_nul_in_the_address_is_nothing_special(house, path):
    answer = program(house, "manager").read(path)
    assert answer.status_code in (400, 404)
    assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("method", ["put", "patch", "delete", "options", "trace"])
def test_methods_that_are_not_there(house, method):
    answer = getattr(program(house, "owner"), method)(f"{API}complaints/")
    assert (answer.status_code, answer["Content-Type"]) == (405, "application/problem+json")
    assert answer["Allow"] == "GET, HEAD, POST"


def test_a_mistake_of_ours_undoes_everything_and_says_so(house, monkeypatch):
    def broken(**_kwargs):
        Complaint.objects.all().delete()
        raise RuntimeError("secret words")

    client = program(house, "owner")
    number = client.send("complaints/", said(house)).json()["number"]
    client.raise_request_exception = False
    monkeypatch.setattr("complaints.api.filing.file_complaint", broken)
    answer = client.send("complaints/", said(house))
    assert (answer.status_code, answer["Content-Type"]) == (500, "application/problem+json")
    assert "secret" not in answer.content.decode()
    assert Complaint.objects.get().number == number


def test_answers_are_not_kept_by_anybody_between(house):
    answer = program(house, "owner").read("me/")
    assert answer["Cache-Control"] == "private, no-cache"
    assert {"Authorization", "Cookie"} <= {name.strip() for name in answer["Vary"].split(",")}
    assert program(house, "owner").read("complaints/x/")["Cache-Control"] == "no-store"
