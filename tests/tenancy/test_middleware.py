"""What no page of ours sends is answered with a sentence, not with an error of the server."""

import pytest
from django.test import Client

from complaints.models import Category
from tests.complaints.seeds import furnish
from tests.factories.house import House

BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def admin(house: House) -> Client:
    client = Client(HTTP_HOST=house.host)
    client.force_login(house.admin.user, backend=BACKEND)
    return client


@pytest.mark.parametrize("path", ["/complaints/", "/registry/people/", "/registry/units/", "/admin/triage/"])
def test_a_nul_in_an_address_is_a_damaged_request(admin, path):
    response = admin.get(f"{path}?q=a%00b")
    assert response.status_code == 400
    assert "could not read this request" in response.content.decode()


def test_a_word_where_a_key_belongs_is_a_damaged_request_and_changes_nothing(house, admin):
    furnish(house)
    before = list(Category.objects.order_by("pk").values())
    posted = {"action": "delete_selected", "_selected_action": "../../etc/passwd", "post": "yes"}
    response = admin.post("/admin/complaints/ladderstep/", posted)
    assert response.status_code == 400
    assert list(Category.objects.order_by("pk").values()) == before


def test_the_damaged_request_is_told_in_chinese_too(admin):
    admin.cookies["language"] = "zh-hans"
    response = admin.get("/complaints/?q=%00")
    assert (response.status_code, response["Content-Language"]) == (400, "zh-hans")
    assert "could not" not in response.content.decode()


def test_a_search_leaves_out_the_sign_no_text_can_hold(house):
    from owners.queries import people_matching

    assert house.people["owner"] in people_matching("Owner\0 of", [house.estate])
