"""Sessions end by the server's clock, from another device, with the password and with the role; words typed survive."""

import time
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.core.cache import cache
from django.test import Client

from complaints.models import Complaint
from tenancy.models import Membership
from tests.complaints.seeds import furnish
from tests.factories.house import PASSWORD

CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile Safari/604.1"
WORDS = "The lift in the north tower stops between the fourth and fifth floor."


@pytest.fixture(autouse=True)
def _fresh():
    cache.clear()


def signed_in(house, role, **extra):
    user = house.members[role].user
    if not user.has_usable_password():
        user.set_password(PASSWORD)
        user.save()
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    browser = Client(HTTP_HOST=house.host, **extra)
    browser.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    browser.get("/notices/")
    return browser


def turn_back(browser, *, seen=timedelta(), opened=timedelta()):
    """As if the session had been used and opened so much earlier."""
    session = browser.session
    session["seen_at"], session["opened_at"] = time.time() - seen.total_seconds(), time.time() - opened.total_seconds()
    session.save()


def is_in(browser):
    return browser.get("/notices/").status_code == 200


@pytest.mark.parametrize(
    ("role", "idle", "absolute"),
    [
        ("clerk", timedelta(hours=1), timedelta(hours=12)),
        ("admin", timedelta(hours=1), timedelta(hours=12)),
        ("owner", timedelta(days=14), timedelta(days=90)),
        ("committee", timedelta(days=14), timedelta(days=90)),
    ],
)
def test_a_session_ends_unused_and_in_any_case(house, role, idle, absolute):
    little = timedelta(minutes=1)
    browser = signed_in(house, role)
    turn_back(browser, seen=idle - little, opened=absolute - little)
    assert is_in(browser)
    turn_back(browser, seen=idle)
    assert not is_in(browser)
    assert "_auth_user_id" not in browser.session
    browser = signed_in(house, role)
    turn_back(browser, opened=absolute)
    assert not is_in(browser)


def test_a_cookie_taken_at_the_sign_in_and_used_later_opens_nothing(house):
    browser = signed_in(house, "clerk")
    session = browser.session
    del session["seen_at"], session["opened_at"]
    session["account_authentication_methods"][-1]["at"] -= 3600
    session.save()
    assert not is_in(browser)


def test_use_prolongs_but_not_beyond_the_end(house):
    browser = signed_in(house, "clerk")
    for _hour in range(3):
        turn_back(browser, seen=timedelta(minutes=50), opened=timedelta(hours=11))
        assert is_in(browser)
        assert time.time() - browser.session["seen_at"] < 60


def test_the_copied_cookie_of_an_ended_session_opens_nothing(house):
    browser, thief = signed_in(house, "clerk"), Client(HTTP_HOST=house.host)
    thief.cookies["session"] = browser.cookies["session"].value
    assert is_in(thief)
    turn_back(browser, seen=timedelta(hours=2))
    assert not is_in(browser)
    assert not is_in(thief)


def test_devices_are_told_apart_and_one_is_ended(house):
    here, there = signed_in(house, "owner", HTTP_USER_AGENT=CHROME), signed_in(house, "owner", HTTP_USER_AGENT=PHONE)
    page = here.get("/accounts/sessions/").content.decode()
    assert "Chrome on Windows" in page
    assert "Safari on iPhone" in page
    other = UserSession.objects.get(session_key=there.session.session_key)
    assert here.post("/accounts/sessions/", {"end": other.pk}).url == "/accounts/sessions/"
    assert not is_in(there)
    assert is_in(here)
    assert here.post("/accounts/sessions/", {"end": other.pk}).status_code == 404


def test_nobody_ends_the_session_of_somebody_else(house):
    mine, theirs = signed_in(house, "owner"), signed_in(house, "occupant")
    other = UserSession.objects.get(session_key=theirs.session.session_key)
    for wrong in (other.pk, "", "x", "9" * 30):
        mine.post("/accounts/sessions/", {"end": wrong})
    assert is_in(theirs)


def test_all_others_are_ended_at_once(house):
    here, there, third = (signed_in(house, "owner") for _ in range(3))
    here.post("/accounts/sessions/")
    assert (is_in(here), is_in(there), is_in(third)) == (True, False, False)


def test_a_new_password_ends_the_others(house):
    here, there = signed_in(house, "owner"), signed_in(house, "owner")
    new = "another-long-password"
    here.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert (is_in(here), is_in(there)) == (True, False)


def test_a_removed_role_ends_access_at_the_next_request(house):
    browser = signed_in(house, "clerk")
    assert browser.get("/admin/triage/").status_code == 200
    Membership.objects.filter(pk=house.clerk.pk).update(is_active=False)
    assert browser.get("/admin/triage/").status_code == 403
    assert browser.get("/admin/").status_code == 302


def test_an_account_that_is_closed_is_out_at_once(house):
    browser = signed_in(house, "owner")
    house.owner.user.is_active = False
    house.owner.user.save()
    assert not is_in(browser)


# -- nothing typed is lost ---------------------------------------------------------------------------------------------


def filing(browser, **changes):
    page = browser.get("/complaints/new/")
    form = page.context["form"]
    return {
        "typist": str(page.context["request"].user.pk), "filing_key": str(form["filing_key"].value()),
        "where": str(form["where"].value()), "category": "lift", "description": WORDS, "demand": "Repair it.", **changes,
    }  # fmt: skip


def test_a_complaint_sent_too_late_is_there_again_after_signing_in(house):
    furnish(house)
    browser = signed_in(house, "owner")
    said = filing(browser)
    turn_back(browser, seen=timedelta(days=15))
    answer = browser.post("/complaints/new/", said)
    assert answer.url == "/accounts/login/?next=/complaints/new/"
    assert Complaint.objects.count() == 0
    assert "What you typed is kept" in browser.get(answer.url).content.decode()
    back = browser.post(
        "/accounts/login/", {"login": house.owner.user.email, "password": PASSWORD, "next": "/complaints/new/"}
    )
    page = browser.get(back.url).content.decode()
    assert WORDS in page
    assert "Repair it." in page
    assert WORDS not in browser.get("/complaints/new/").content.decode()


def test_it_is_there_too_when_the_session_was_ended_elsewhere(house):
    furnish(house)
    browser = signed_in(house, "owner")
    said = filing(browser)
    UserSession.objects.get(session_key=browser.session.session_key).end()
    assert browser.post("/complaints/new/", said).url == "/accounts/login/?next=/complaints/new/"
    browser.post("/accounts/login/", {"login": house.owner.user.email, "password": PASSWORD})
    assert WORDS in browser.get("/complaints/new/").content.decode()


def test_but_not_for_somebody_else_at_the_same_browser(house):
    furnish(house)
    browser = signed_in(house, "owner")
    said = filing(browser)
    turn_back(browser, seen=timedelta(days=15))
    browser.post("/complaints/new/", said)
    signed_in(house, "coowner")
    browser.post("/accounts/login/", {"login": house.coowner.user.email, "password": PASSWORD})
    assert WORDS not in browser.get("/complaints/new/").content.decode()
    assert "typed" not in browser.session


def test_a_message_about_a_complaint_comes_back_too(house):
    furnish(house)
    browser = signed_in(house, "owner")
    filed = browser.post("/complaints/new/", filing(browser)).url
    number = filed.split("/")[2]
    turn_back(browser, seen=timedelta(days=15))
    said = {"typist": str(house.owner.user.pk), "body": "It stopped again today."}
    answer = browser.post(f"/complaints/{number}/words/", said)
    following = f"/complaints/{number}/words/"
    assert answer.url == f"/accounts/login/?next={following}"
    browser.post("/accounts/login/", {"login": house.owner.user.email, "password": PASSWORD})
    page = browser.get(following, follow=True).content.decode()
    assert "It stopped again today." in page
    assert Complaint.objects.get().number == number


def test_a_fragment_of_an_ended_session_sends_the_page_to_the_door(house):
    browser = signed_in(house, "clerk")
    turn_back(browser, seen=timedelta(hours=2))
    answer = browser.get("/admin/triage/", headers={"HX-Request": "true"})
    assert answer["HX-Redirect"] == "/accounts/login/?next=%2Fadmin%2Ftriage%2F"
