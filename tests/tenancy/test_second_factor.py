"""A second factor before the first page: who needs one, what waits, and how it is set up."""

import json
import time

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from allauth.mfa.utils import decrypt
from django.core.cache import cache
from django.test import Client

from propcomm import settings as shipped
from tenancy.models import Membership
from tenancy.second_factor import _refusal
from tests.factories.house import PASSWORD

DOOR = "/accounts/2fa/required/"


@pytest.fixture
def gate(settings):
    """As shipped: the tests of everything else do without."""
    cache.clear()
    settings.SECOND_FACTOR_ROLES = list(shipped._SECOND_FACTOR_ROLES)
    settings.STEP_UP = True


@pytest.fixture
def browser(house):
    return Client(HTTP_HOST=house.host)


def sign_in(browser, member):
    user = member.user
    if not user.has_usable_password():
        user.set_password(PASSWORD)
        user.save()
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return browser.post("/accounts/login/", {"login": user.email, "password": PASSWORD})


def code_of(secret):
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def set_up_app(browser):
    page = browser.get("/accounts/2fa/totp/activate/")
    return browser.post("/accounts/2fa/totp/activate/", {"code": code_of(page.context["form"].secret)})


def test_every_role_that_sees_other_peoples_data_needs_one():
    assert set(shipped._SECOND_FACTOR_ROLES) == {*Membership.STAFF, Membership.Role.COMMITTEE}


@pytest.mark.parametrize(
    "role", ["clerk", "engineer", "supervisor", "manager", "quality", "admin", "auditor", "committee"]
)
def test_without_a_factor_no_page_opens_but_its_set_up(gate, house, browser, role):
    browser.force_login(house.members[role].user)
    for path in (
        "/",
        "/complaints/",
        "/admin/",
        "/admin/triage/",
        "/reports/",
        "/notices/",
        "/accounts/email/",
        "/accounts/sessions/",
    ):
        assert (browser.get(path).status_code, browser.get(path).url) == (302, DOOR), path
    assert browser.post("/complaints/new/", {"description": "x"}).url == DOOR
    assert browser.get(DOOR).status_code == 200
    assert browser.post("/language/", {"language": "zh-hans"}).url == "/"
    assert browser.post("/accounts/logout/").status_code == 302
    assert "_auth_user_id" not in browser.session


@pytest.mark.parametrize("role", ["owner", "occupant", "builder"])
def test_owners_are_not_asked(gate, house, browser, role):
    browser.force_login(house.members[role].user)
    assert browser.get("/").status_code == 200


def test_a_fragment_and_the_api_are_told_in_their_own_way(gate, house, browser):
    browser.force_login(house.clerk.user)
    fragment = browser.get("/admin/triage/", headers={"HX-Request": "true"})
    assert (fragment.status_code, fragment["HX-Redirect"], fragment.content) == (200, DOOR, b"")


def test_a_request_of_the_api_is_answered_with_a_problem(gate, house, rf):
    request = rf.get("/api/v1/complaints/")
    answer = _refusal(request, DOOR)
    assert (answer.status_code, answer["Content-Type"]) == (403, "application/problem+json")
    assert json.loads(answer.content)["status"] == 403
    assert DOOR in json.loads(answer.content)["detail"]


def test_the_role_ceases_and_so_does_the_demand(gate, house, browser):
    browser.force_login(house.clerk.user)
    assert browser.get("/").url == DOOR
    Membership.objects.filter(pk=house.clerk.pk).update(role="owner")
    assert browser.get("/").status_code == 200


def test_an_app_is_set_up_its_codes_are_shown_until_saved_and_the_desk_opens(gate, house, browser):
    assert sign_in(browser, house.clerk).url == "/"
    assert browser.get("/").url == DOOR
    assert set_up_app(browser).url == "/accounts/2fa/recovery-codes/"
    assert browser.get("/").url == "/accounts/2fa/recovery-codes/"
    page = browser.get("/accounts/2fa/recovery-codes/")
    codes = page.context["codes"]
    assert len(codes) == 10
    assert all(f"{code[:4]} {code[4:]}" in page.content.decode() for code in codes)
    assert browser.get("/accounts/2fa/recovery-codes/download/").content.decode().split() == codes
    assert browser.post("/accounts/2fa/recovery-codes/", {}).status_code == 422
    assert browser.get("/").url == "/accounts/2fa/recovery-codes/"
    assert browser.post("/accounts/2fa/recovery-codes/", {"saved": "yes"}).url == "/"
    assert browser.get("/").status_code == 200
    page = browser.get("/accounts/2fa/recovery-codes/").content.decode()
    assert not any(code[4:] in page for code in codes)
    assert browser.get("/accounts/2fa/recovery-codes/download/").status_code == 404


def test_the_second_step_is_asked_after_the_password(gate, house, browser):
    secret = generate_totp_secret()
    TOTP.activate(house.clerk.user, secret)
    RecoveryCodes.activate(house.clerk.user).mark_as_viewed()
    assert sign_in(browser, house.clerk).url == "/accounts/2fa/authenticate/"
    assert browser.get("/admin/triage/").url.startswith("/accounts/login/")
    wrong = browser.post("/accounts/2fa/authenticate/", {"code": "000000"})
    assert wrong.status_code == 200
    assert "_auth_user_id" not in browser.session
    assert browser.post("/accounts/2fa/authenticate/", {"code": code_of(secret)}).url == "/"
    assert browser.get("/admin/triage/").status_code == 200


def test_a_recovery_code_opens_once(gate, house):
    TOTP.activate(house.clerk.user, generate_totp_secret())
    codes = RecoveryCodes.activate(house.clerk.user)
    codes.mark_as_viewed()
    code = codes.generate_codes()[0]
    for expected in (302, 200):
        browser = Client(HTTP_HOST=house.host)
        sign_in(browser, house.clerk)
        assert browser.post("/accounts/2fa/authenticate/", {"code": code}).status_code == expected


def test_a_session_older_than_the_factor_proves_it_first(gate, house, browser):
    """Who knew the password alone does not slip in when the owner of the account sets up their factor."""
    old = Client(HTTP_HOST=house.host)
    sign_in(old, house.clerk)
    sign_in(browser, house.clerk)
    set_up_app(browser)
    browser.post("/accounts/2fa/recovery-codes/", {"saved": "yes"})
    assert browser.get("/").status_code == 200
    assert old.get("/").url == "/accounts/2fa/reauthenticate/"
    assert old.get("/accounts/2fa/totp/deactivate/").url == "/accounts/2fa/reauthenticate/"
    cache.clear()
    secret = decrypt(Authenticator.objects.get(user=house.clerk.user, type="totp").data["secret"])
    assert old.post("/accounts/2fa/reauthenticate/", {"code": code_of(secret)}).status_code == 302
    assert old.get("/").status_code == 200


def test_without_the_last_factor_the_door_closes_again(gate, house, browser):
    sign_in(browser, house.clerk)
    set_up_app(browser)
    browser.post("/accounts/2fa/recovery-codes/", {"saved": "yes"})
    assert browser.post("/accounts/2fa/totp/deactivate/").status_code == 302
    assert browser.get("/").url == DOOR


def test_new_recovery_codes_void_the_old_and_are_shown_again(gate, house, browser):
    sign_in(browser, house.clerk)
    set_up_app(browser)
    old = browser.get("/accounts/2fa/recovery-codes/").context["codes"]
    browser.post("/accounts/2fa/recovery-codes/", {"saved": "yes"})
    assert browser.post("/accounts/2fa/recovery-codes/generate/").url == "/accounts/2fa/recovery-codes/"
    new = browser.get("/accounts/2fa/recovery-codes/").context["codes"]
    assert not set(old) & set(new)
    assert browser.get("/").url == "/accounts/2fa/recovery-codes/"


def test_the_database_holds_no_secret_of_a_factor(gate, house, browser, settings):
    sign_in(browser, house.clerk)
    page = browser.get("/accounts/2fa/totp/activate/")
    secret = page.context["form"].secret
    browser.post("/accounts/2fa/totp/activate/", {"code": code_of(secret)})
    app, codes = (Authenticator.objects.get(user=house.clerk.user, type=kind) for kind in ("totp", "recovery_codes"))
    assert secret not in str(app.data)
    assert decrypt(app.data["secret"]) == secret
    unused = codes.wrap().get_unused_codes()
    assert codes.data["seed"] != decrypt(codes.data["seed"])
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another-key-" * 5
    assert decrypt(app.data["secret"]) == secret
    assert Authenticator.objects.get(pk=codes.pk).wrap().get_unused_codes() == unused


def test_a_secret_stored_before_there_was_a_box_still_opens():
    assert decrypt("JBSWY3DPEHPK3PXP") == "JBSWY3DPEHPK3PXP"
