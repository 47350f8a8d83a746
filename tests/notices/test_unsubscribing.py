"""Leaving with one click (RFC 8058): without a cookie, by POST alone, and only from what may be left."""

import pytest
from django.test import Client

from audit.models import AuditEntry
from notices.mail import message_of
from notices.models import Notice, Preference
from notices.wayout import token_for
from tests.complaints.pages import text
from tests.factories.house import NOON, in_scope_of
from tests.notices.carrying import message

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


def mail(house, **fields):
    return message(house, "email", **fields)


def notice(house, kind):
    return Notice.objects.create(kind=kind, author=house.clerk, created_at=NOON)


def path_of(row):
    return f"/notices/stop/{token_for(row)}/"


@pytest.fixture
def ordinary(house):
    return mail(house, notice=notice(house, "ordinary"))


def test_a_mail_reader_leaves_without_a_cookie(house, ordinary):
    headers = message_of(ordinary, house.organisation).extra_headers
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = headers["List-Unsubscribe"].strip("<>")
    # All but the second it was signed at, and the signature.
    assert address.rsplit(":", 2)[0] == f"http://{house.host}{path_of(ordinary)}".rsplit(":", 2)[0]
    client = Client(HTTP_HOST=house.host, enforce_csrf_checks=True)
    for _time in range(2):
        answer = client.post(path_of(ordinary), ONE_CLICK)
        assert (answer.status_code, "session" in answer.cookies) == (200, False)
        client.cookies.clear()
    row = Preference.objects.get()
    assert (row.membership, row.topic, row.channel, row.mode) == (house.owner, "ordinary", "email", "off")
    assert AuditEntry.objects.filter(action="preference.unsubscribed").count() == 1


def test_a_get_shows_a_button_and_changes_nothing(house, ordinary):
    client = Client(HTTP_HOST=house.host)
    page = client.get(path_of(ordinary))
    assert "Stop them" in text(page)
    assert client.head(path_of(ordinary)).status_code == 200
    assert not Preference.objects.exists()


@pytest.mark.parametrize(("kind", "may_leave"), [("ordinary", True), ("emergency", True), ("statutory", False)])
def test_what_the_law_requires_has_no_way_out(house, kind, may_leave):
    row = mail(house, notice=notice(house, kind), event=f"notice.{kind}")
    assert ("List-Unsubscribe" in message_of(row, house.organisation).extra_headers) is may_leave


@pytest.mark.parametrize("event", ["complaint.accepted", "account.signed_in", "invitation"])
def test_news_of_a_case_and_of_ones_sign_in_have_none(house, event):
    assert token_for(mail(house, event=event)) == ""


def test_a_person_without_a_sign_in_leaves_too(house):
    row = mail(house, notice=notice(house, "ordinary"), membership=None)
    assert Client(HTTP_HOST=house.host).post(path_of(row), ONE_CLICK).status_code == 200
    assert Preference.objects.get().person == house.people["owner"]


def test_a_forged_token_and_another_organisations_are_not_there(house, stranger, ordinary):
    def abroad():
        return token_for(mail(stranger, notice=notice(stranger, "ordinary")))

    client, token = Client(HTTP_HOST=house.host), token_for(ordinary)
    for wrong in (token[:-1] + ("A" if token[-1] != "A" else "B"), "x", in_scope_of(stranger.organisation.pk, abroad)):
        assert client.post(f"/notices/stop/{wrong}/", ONE_CLICK).status_code == 404
    assert not Preference.objects.exists()
