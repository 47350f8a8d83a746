"""The door in the browser: the second factor before the first page, passkeys, the proof that is asked again, devices."""

import re
import time

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.cache import cache

from notices.models import Delivery
from propcomm import settings as shipped
from tenancy.models import Membership
from tests.browser.conftest import WINDOWS
from tests.browser.visitor import EVERY_WINDOW, window_name
from tests.factories.house import PASSWORD

CODE = re.compile(r"\d{4}-\d{4}")
# Each walk in one window, unless all are asked for: on a phone in Chinese and on a desk in English.
phone, desk = ([window] if WINDOWS != EVERY_WINDOW else WINDOWS for window in (("zh", 360), ("en", 1280)))


@pytest.fixture
def shipped_gate(settings):
    cache.clear()
    settings.SECOND_FACTOR_ROLES = list(shipped._SECOND_FACTOR_ROLES)
    settings.STEP_UP = True


def has_password(place, role):
    user = place.members[role].user
    user.set_password(PASSWORD)
    user.save()
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def sign_in(person, user):
    person.open("/accounts/login/")
    person.write("login", user.email)
    person.write("password", PASSWORD)
    person.press("Sign in")


def give_passkey_device(person):
    """A phone with a fingerprint reader, as the browser's debugger plays it."""
    session = person.context.new_cdp_session(person.page)
    session.send("WebAuthn.enable")
    session.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
                "isUserVerified": True, "automaticPresenceSimulation": True,
            }
        },
    )  # fmt: skip


@pytest.mark.parametrize("window", phone, ids=window_name)
def test_staff_set_up_a_passkey_and_come_back_with_it(visit, shipped_gate):
    clerk = visit()
    place = clerk.house
    user = has_password(place, "clerk")
    give_passkey_device(clerk)
    clerk.open("/admin/triage/")
    sign_in(clerk, user)
    clerk.page.wait_for_url("**/2fa/required/")
    clerk.see("01-required", dark=True)
    clerk.follow("Use a passkey")
    clerk.see("02-add-passkey")
    clerk.page.locator("[name=passwordless]").check(force=True)
    clerk.press("Add the passkey")
    clerk.page.wait_for_url("**/2fa/recovery-codes/")
    clerk.see("03-recovery-codes", dark=True)
    clerk.press("Continue")
    clerk.see("04-not-saved-yet")
    clerk.tick("saved", "yes")
    clerk.press("Continue")
    clerk.page.wait_for_url(place.origin + "/")
    clerk.open("/accounts/2fa/webauthn/")
    clerk.see("05-passkeys")

    clerk.context.clear_cookies()
    clerk.open("/accounts/login/?next=/admin/triage/")
    clerk.press("Sign in with a passkey")
    clerk.page.wait_for_url(place.origin + "/admin/triage/")

    clerk.context.clear_cookies()
    sign_in(clerk, user)
    clerk.page.wait_for_url("**/2fa/authenticate/")
    clerk.see("06-second-step")
    clerk.press("Use the passkey")
    clerk.page.wait_for_url(place.origin + "/")


@pytest.mark.parametrize("window", desk, ids=window_name)
def test_an_administrator_sets_up_an_app_and_changes_a_role(visit, shipped_gate, settings):
    admin = visit()
    place = admin.house
    sign_in(admin, has_password(place, "admin"))
    admin.page.wait_for_url("**/2fa/required/")
    admin.follow("Use an authenticator app")
    admin.see("01-app")
    admin.write("code", "000000")
    admin.press("Switch it on")
    admin.see("02-wrong-code")
    secret = admin.page.locator("#authenticator_secret").input_value()
    admin.write("code", format_hotp_value(hotp_value(secret, int(time.time()) // 30)))
    admin.press("Switch it on")
    admin.page.wait_for_url("**/2fa/recovery-codes/")
    admin.tick("saved", "yes")
    admin.press("Continue")
    admin.page.wait_for_url(place.origin + "/")
    for step, path in (
        ("03-second-step", "2fa/"), ("04-codes", "2fa/recovery-codes/"), ("05-new-codes", "2fa/recovery-codes/generate/"),
        ("06-remove-app", "2fa/totp/deactivate/"),
    ):  # fmt: skip
        admin.open(f"/accounts/{path}")
        admin.see(step)
    settings.STEP_UP_SECONDS = 0
    admin.open(f"/admin/tenancy/membership/{place.members['clerk'].pk}/change/")
    admin.pick("role", "supervisor")
    admin.page.locator("[name=_save]").click()
    admin.page.wait_for_url("**/accounts/reauthenticate/**")
    admin.see("07-is-it-you", dark=True)
    admin.page.locator("a[href*='2fa/reauthenticate']").first.click()
    admin.see("08-by-the-app")
    admin.page.go_back()
    settings.STEP_UP_SECONDS = 300
    admin.write("password", PASSWORD)
    admin.press("Continue")
    admin.page.wait_for_url("**/admin/tenancy/membership/")
    with place.scope():
        assert Delivery.objects.filter(event="account.totp_activated").count() == 1
        assert Membership.objects.get(pk=place.members["clerk"].pk).role == "supervisor"


@pytest.mark.parametrize("window", phone, ids=window_name)
def test_an_owner_looks_after_their_account(visit, work, post, settings):
    settings.STEP_UP = True
    owner = visit()
    place = owner.house
    user = has_password(place, "owner")
    owner.open("/accounts/password/reset/")
    owner.see("01-reset")
    owner.write("email", user.email)
    owner.press("Send the code")
    owner.see("02-type-the-code")
    work()
    owner.write("code", CODE.search(post.to("owner@")[-1].get_body(("plain",)).get_content()).group())
    owner.press("Continue")
    owner.see("03-new-password")
    owner.write("password1", "password1234")
    owner.page.locator("[name=password2]").fill("password1234")
    owner.page.locator("main form button").first.click()
    owner.see("04-easily-guessed")
    for name in ("password1", "password2"):
        owner.page.locator(f"[name={name}]").fill(PASSWORD)
    owner.page.locator("main form button").first.click()
    owner.see("05-password-set")
    owner.open("/accounts/signup/")
    owner.see("06-sign-up")
    sign_in(owner, user)
    owner.page.wait_for_url(place.origin + "/")
    owner.open("/accounts/email/")
    owner.write("email", "another@")
    owner.press("Send a code there")
    owner.see("06-wrong-address")
    owner.write("email", "another@example.net")
    owner.press("Send a code there")
    owner.see("07-confirm-address")
    owner.open("/accounts/email/")
    owner.see("08-addresses")
    owner.open("/accounts/password/change/")
    owner.see("09-change-password")
    other = visit()
    sign_in(other, user)
    other.page.wait_for_url(place.origin + "/")
    owner.open("/accounts/sessions/")
    owner.see("10-devices")
    owner.page.locator("main .row form button").first.click()
    owner.page.wait_for_load_state()
    other.open("/notices/")
    assert "/accounts/login/" in other.page.url
    owner.open("/accounts/2fa/webauthn/")
    owner.see("11-no-passkey")
    owner.open("/accounts/logout/")
    owner.see("12-sign-out")
    owner.open("/accounts/inactive/")
    owner.see("13-inactive")
