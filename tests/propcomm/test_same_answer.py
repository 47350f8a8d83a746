"""Nobody learns from the door who has an account: the same answer, the same work, for known and unknown addresses."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from notices.models import Delivery
from tenancy.models import User
from tests.factories.house import PASSWORD

KNOWN, UNKNOWN = "owner@lakeside.example", "nobody@lakeside.example"


@pytest.fixture(autouse=True)
def _confirmed(house):
    cache.clear()
    user = house.owner.user
    user.set_password(PASSWORD)
    user.save()
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)


def plain(content, email):
    """The page without what differs by chance and without the address that was typed."""
    content = re.sub(rb'(csrfmiddlewaretoken" value|nonce)="[^"]+"', rb"\1", content)
    return content.replace(email.encode(), b"ADDRESS")


def told(house, monkeypatch, path, form, email):
    """What comes back, and what it cost: hashes, statements, mails."""
    cache.clear()
    hashed = []
    for name in ("encode", "verify"):
        original = getattr(Argon2PasswordHasher, name)
        monkeypatch.setattr(
            Argon2PasswordHasher, name, lambda *given, original=original: hashed.append(1) or original(*given)
        )
    browser = Client(HTTP_HOST=house.host)
    before = Delivery.objects.count()
    with CaptureQueriesContext(connection) as spent:
        answer = browser.post(path, {key: value.replace("ADDRESS", email) for key, value in form.items()})
    monkeypatch.undo()
    pages = [(answer.status_code, answer.headers.get("Location", ""), plain(answer.content, email))]
    if answer.status_code == 302:
        following = browser.get(answer.headers["Location"])
        pages.append((following.status_code, plain(following.content, email)))
        wrong = browser.post(answer.headers["Location"], {"code": "0000-0000"})
        pages.append((wrong.status_code, plain(wrong.content, email)))
    cookies = sorted((name, len(cookie.value)) for name, cookie in browser.cookies.items())
    return {
        "pages": pages, "hashes": len(hashed), "statements": len(spent.captured_queries),
        "mails": Delivery.objects.count() - before, "cookies": cookies,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("path", "form", "mails"),
    [
        ("/accounts/login/", {"login": "ADDRESS", "password": "not-the-password"}, 0),
        ("/accounts/login/code/", {"email": "ADDRESS"}, 1),
        ("/accounts/password/reset/", {"email": "ADDRESS"}, 1),
        ("/accounts/signup/", {"email": "ADDRESS", "password1": "a-brand-new-password"}, 1),
    ],
)
def test_known_and_unknown_are_answered_alike(house, monkeypatch, path, form, mails):
    Client(HTTP_HOST=house.host).post(path, {})  # what is loaded once is loaded
    unknown = told(house, monkeypatch, path, form, UNKNOWN)
    known = told(house, monkeypatch, path, form, KNOWN)
    for part in ("pages", "hashes", "statements", "mails", "cookies"):
        assert known[part] == unknown[part], part
    assert known["mails"] == mails


def test_signing_up_with_a_known_address_makes_no_account(house):
    before = list(User.objects.order_by("pk").values_list("email", "password"))
    form = {"email": KNOWN, "password1": "a-brand-new-password"}
    Client(HTTP_HOST=house.host).post("/accounts/signup/", form)
    assert list(User.objects.order_by("pk").values_list("email", "password")) == before
    assert Delivery.objects.get().event == "account.account_already_exists"
