"""SECRET_KEY was changed and the former one forgotten: nothing breaks, somebody says so, and there is a way on."""

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from complaints.queries import follow_token
from propcomm.preconditions import sealed_secrets
from tests.audit.routes import now_code, with_totp
from tests.complaints.seeds import filed, furnish
from tests.tenancy.test_second_factor import sign_in

OTHER = "another-key-of-this-installation-and-no-fallback-" * 2


@pytest.fixture
def browser(house, unlimited):
    cache.clear()
    return Client(HTTP_HOST=house.host)


def test_a_second_factor_that_no_key_opens_is_said_and_nobody_gets_in(house, browser, settings):
    secret = with_totp(house)
    settings.SECRET_KEY = OTHER
    assert sign_in(browser, house.owner).url == "/accounts/2fa/authenticate/"
    answer = browser.post("/accounts/2fa/authenticate/", {"code": now_code(secret)})
    assert answer.status_code == 409
    assert "ask whoever runs this installation" in answer.content.decode()
    assert "_auth_user_id" not in browser.session


def test_with_the_former_key_as_a_fallback_it_opens_again(house, browser, settings):
    secret = with_totp(house)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = OTHER, [settings.SECRET_KEY]
    sign_in(browser, house.owner)
    assert browser.post("/accounts/2fa/authenticate/", {"code": now_code(secret)}).status_code == 302
    assert browser.session["_auth_user_id"]


def test_sessions_end_and_lead_to_the_door(house, browser, settings):
    sign_in(browser, house.owner)
    assert browser.get("/complaints/").status_code == 200
    settings.SECRET_KEY = OTHER
    assert browser.get("/complaints/").status_code == 302
    assert sign_in(browser, house.owner).status_code == 302
    assert browser.get("/complaints/").status_code == 200


def test_links_of_former_mails_are_links_to_nothing(house, browser, settings):
    token = follow_token(filed(furnish(house), at=timezone.now()))
    address = f"/complaints/follow/{token}/"
    assert browser.get(address).status_code == 200
    settings.SECRET_KEY = OTHER
    assert browser.get(address).status_code == 404


def test_the_doctor_says_how_many_do_not_open_and_what_to_do(house, settings):
    with_totp(house)
    assert [finding.is_good for finding in sealed_secrets()] == [True]
    settings.SECRET_KEY = OTHER
    (finding,) = sealed_secrets()
    assert not finding.is_good
    assert finding.mend == "1 do not open: put the former SECRET_KEY into SECRET_KEY_FALLBACKS."
