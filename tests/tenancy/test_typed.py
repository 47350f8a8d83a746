"""What was typed when a session had ended is shown again after signing in, on every form; nobody else sees it."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from allauth.usersessions.models import UserSession
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile

from notices.models import Notice
from privacy.models import DataRequest
from tests.complaints.pages import photo, text
from tests.complaints.seeds import furnish
from tests.factories.house import PASSWORD
from tests.tenancy.test_sessions import signed_in, turn_back

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
FORM = re.compile(r"<form(?:(?!</form>).)*?\bmethod=\"post\"(?:(?!</form>).)*?\bnovalidate.*?</form>", re.DOTALL)
WORDS = "My street is written with two letters too many."
ASKED = {"kind": "correction", "words": WORDS}


@pytest.fixture(autouse=True)
def _fresh():
    cache.clear()


def back_in(browser, house, role, path):
    said = {"login": house.members[role].user.email, "password": PASSWORD, "next": path}
    browser.post("/accounts/login/", said)
    return browser.get(path)


def asks_too_late(house):
    browser = signed_in(house, "owner")
    turn_back(browser, seen=timedelta(days=15))
    assert browser.post("/privacy/ask/", ASKED).url == "/accounts/login/?next=/privacy/ask/"
    assert DataRequest.objects.count() == 0
    return browser


def test_an_address_that_only_takes_shows_what_it_was_sent_and_takes_it_then(house):
    browser = asks_too_late(house)
    page = back_in(browser, house, "owner", "/privacy/ask/")
    assert (page.status_code, WORDS in text(page)) == (200, True)
    assert DataRequest.objects.count() == 0
    browser.post("/privacy/ask/", dict(page.context["sent"]))
    assert DataRequest.objects.get().words == WORDS
    assert browser.get("/privacy/ask/").status_code == 405


def test_it_is_shown_once_and_to_its_writer_alone(house):
    browser = asks_too_late(house)
    signed_in(house, "coowner")
    assert back_in(browser, house, "coowner", "/privacy/ask/").status_code == 405
    assert "typed" not in browser.session


def test_what_staff_wrote_is_there_and_files_are_chosen_again(house):
    furnish(house)
    browser = signed_in(house, "clerk")
    turn_back(browser, seen=timedelta(hours=2))
    said = {
        "title_en": "Water off",
        "body_en": WORDS,
        "files": SimpleUploadedFile("a.txt", b"a"),
        "estates": ["1", "2"],
    }
    browser.post("/notices/manage/new/", said)
    page = back_in(browser, house, "clerk", "/notices/manage/new/")
    assert "Files could not be kept." in text(page)
    assert '<input type="file" name="files"' in page.content.decode()
    assert [pair for pair in page.context["sent"] if pair[0] == "estates"] == [("estates", "1"), ("estates", "2")]
    assert Notice.objects.count() == 0
    assert 'name="title_en"' in browser.get("/notices/manage/new/").content.decode()


def test_a_form_that_is_filled_again_says_that_its_photos_are_not(house):
    furnish(house)
    browser = signed_in(house, "owner")
    turn_back(browser, seen=timedelta(days=15))
    browser.post("/complaints/new/", {"description": WORDS, "photos": photo()})
    page = text(back_in(browser, house, "owner", "/complaints/new/"))
    assert WORDS in page
    assert "Please choose them again." in page


def test_who_may_not_open_the_page_is_told_so(house):
    browser = signed_in(house, "owner")
    turn_back(browser, seen=timedelta(days=15))
    browser.post("/privacy/terms/", {"key": "answer.access", "amount": "10"})
    assert back_in(browser, house, "owner", "/privacy/terms/").status_code == 404


def test_secrets_are_not_kept(house):
    browser = signed_in(house, "owner")
    turn_back(browser, seen=timedelta(days=15))
    browser.post("/privacy/ask/", {**ASKED, "password": "sesame-sesame", "code": "1234-5678"})
    assert "sesame" not in str(browser.session["typed"])
    assert "1234" not in str(browser.session["typed"])


def test_a_session_ended_elsewhere_keeps_them_too(house):
    browser = signed_in(house, "owner")
    UserSession.objects.get(session_key=browser.session.session_key).end()
    browser.post("/privacy/ask/", {**ASKED, "typist": str(house.owner.user.pk)})
    assert WORDS in text(back_in(browser, house, "owner", "/privacy/ask/"))


@pytest.mark.parametrize("room", ["complaints", "notices", "owners", "privacy", "reports"])
def test_every_form_to_write_in_says_who_writes(room):
    forms = [
        (path.name, form) for path in (TEMPLATES / room).rglob("*.html") for form in FORM.findall(path.read_text())
    ]
    assert forms
    assert [name for name, form in forms if "{% typist %}" not in form] == []
