"""Following a complaint by its link, without an account."""

import uuid

import pytest
from django.test import Client

from attachments.models import Attachment
from complaints import queries
from tests.complaints.pages import photo, signed_in, text
from tests.complaints.seeds import assigned, filed, furnish, resolved
from tests.factories.house import House, in_scope_of


@pytest.fixture
def house(house: House) -> House:
    return furnish(house)


def test_the_link_opens_the_case_without_an_account(house):
    complaint = resolved(house, description="Dark stairs.")
    client = Client(HTTP_HOST=house.host)
    address = f"/complaints/follow/{queries.follow_token(complaint)}/"
    response = client.get(address)
    assert response.status_code == 200
    assert "Dark stairs." in text(response)
    assert response["X-Robots-Tag"].startswith("noindex")
    assert response["Referrer-Policy"] == "same-origin"
    assert "/accounts/" not in text(response)
    client.post(f"{address}words/", {"body": "Still dark.", "photos": [photo()]})
    file = Attachment.objects.get(subject_id=complaint.pk)
    assert client.get(f"{address}files/{file.pk}/").status_code == 200
    assert client.get(f"{address}files/{file.pk}/thumb/").status_code == 200
    assert client.get(f"/files/{file.pk}/").status_code == 404
    response = client.post(f"{address}solved/", {"rating": "4"}, follow=True)
    assert "Thank you. The complaint is closed." in text(response)


def test_a_bad_link_is_the_same_404(house, stranger):
    client = Client(HTTP_HOST=house.host)
    good = queries.follow_token(filed(house))
    bad = [client.get(f"/complaints/follow/{token}/") for token in ("x", good[:-1] + "!", good + "a")]
    bad += [client.get(f"/complaints/follow/{good}/files/{uuid.uuid4()}/"), client.post("/complaints/follow/x/solved/")]
    bad += [Client(HTTP_HOST=house.host).get(f"/complaints/follow/{good}x/filed/")]
    assert {response.status_code for response in bad} == {404}
    assert len({response.content for response in bad}) == 1
    elsewhere = Client(HTTP_HOST=stranger.host)
    assert in_scope_of(None, lambda: elsewhere.get(f"/complaints/follow/{good}/")).status_code == 404


def test_the_link_opens_no_file_of_staff_or_of_another_case(house):
    complaint, other = assigned(house), assigned(house)
    client = signed_in(house, "owner")
    client.post(f"/complaints/{other.number}/words/", {"body": "", "photos": [photo()]})
    elsewhere = Attachment.objects.get(subject_id=other.pk)
    address = f"/complaints/follow/{queries.follow_token(complaint)}/files/"
    assert client.get(f"{address}{elsewhere.pk}/").status_code == 404
    own = f"/complaints/follow/{queries.follow_token(other)}/files/{elsewhere.pk}/"
    assert client.get(own).status_code == 200
    Attachment.objects.filter(pk=elsewhere.pk).update(audience="staff")
    assert client.get(own).status_code == 404
