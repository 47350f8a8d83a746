"""Many filings at the same moment, on real connections."""

import threading

import pytest
from django.db import connection
from django.test import Client

from complaints.models import Complaint
from tenancy.context import scope
from tests.complaints.pages import BACKEND, typed
from tests.complaints.seeds import furnish
from tests.factories.house import build_house


def file_together(host: str, user, sents: list[dict[str, object]]) -> list[int]:
    results: list[int] = []

    def file(sent: dict[str, object]) -> None:
        client = Client(HTTP_HOST=host)
        client.force_login(user, backend=BACKEND)
        try:
            results.append(client.post("/complaints/new/", sent).status_code)
        finally:
            connection.close()

    for start in range(0, len(sents), 10):
        threads = [threading.Thread(target=file, args=(sent,)) for sent in sents[start : start + 10]]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    return results


@pytest.mark.django_db(transaction=True)
def test_fifty_parallel_filings_get_fifty_gapless_numbers_and_parallel_clicks_one():
    house = build_house("lakeside")
    with scope(house.organisation.pk):
        furnish(house)
    sents = [typed(house) for _ in range(50)]
    assert file_together(house.host, house.owner.user, sents) == [302] * 50
    same = typed(house)
    assert file_together(house.host, house.owner.user, [same] * 10) == [302] * 10
    with scope(house.organisation.pk):
        numbers = sorted(Complaint.objects.values_list("number", flat=True))
    assert [int(number[-6:]) for number in numbers] == list(range(1, 52))
