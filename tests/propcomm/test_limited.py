"""Limits as people meet them: who is stopped, who is not, and what the page says meanwhile."""

import re

import pytest
from django.test import Client

from complaints.models import Complaint
from notices.mail import message_of
from notices.models import Delivery
from propcomm.limited import ROUTES
from tenancy.limits.table import limits_table
from tests.complaints.pages import photo, signed_in, text, typed
from tests.complaints.seeds import furnish
from tests.factories.house import PASSWORD, House

LOGIN, CODE = "/accounts/login/", "/accounts/login/code/"


@pytest.fixture
def door(house, settings):
    """The sign-in, knocked at from an address; the owner has a password and a verified address."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    house.owner.user.set_password(PASSWORD)
    house.owner.user.save()
    house.owner.user.emailaddress_set.create(email=house.owner.user.email, verified=True, primary=True)

    def knock(password="wrong", login="owner@lakeside.example", address="203.0.113.9", **headers):
        client = Client(HTTP_HOST=house.host, REMOTE_ADDR=address)
        return client.post(LOGIN, {"login": login, "password": password}, **headers)

    return knock


@pytest.fixture
def own_limits(settings, tmp_path):
    def say(text: str) -> None:
        path = tmp_path / "limits.yaml"
        path.write_text(text)
        settings.LIMITS_FILE = str(path)

    return say


def test_every_watched_action_is_in_the_table(house):
    watched = {watch.action for watches in ROUTES.values() for watch in watches}
    asked_inside = {"filing", "filing_for_others", "place_filing", "account_mail", "search", "upload", "api"}
    assert watched | asked_inside == set(limits_table())


# -- the password ----------------------------------------------------------------------------------------------------------


def test_after_five_failures_even_the_right_password_waits_and_the_page_says_how_long(door):
    assert [door().status_code for _try in range(5)] == [200] * 5
    answer = door(PASSWORD)
    assert answer.status_code == 429
    assert 890 <= int(answer["Retry-After"]) <= 900
    assert "Please try again in 15 minutes." in text(answer)
    assert CODE in text(answer)
    assert PASSWORD not in text(answer)


def test_the_page_is_in_chinese_too(door):
    for _try in range(5):
        door()
    assert "请在15分钟后重试" in text(door(HTTP_COOKIE="language=zh-hans")).replace(" ", "")


def test_an_address_nobody_has_is_answered_the_same(door):
    def answers(login):
        found = [door(login=login) for _try in range(6)]
        # What is random, and what was typed.
        chance = re.compile(r'(csrfmiddlewaretoken" value|nonce)="[^"]+"|' + login)
        return [(answer.status_code, chance.sub("", text(answer))) for answer in found]

    assert answers("owner@lakeside.example") == answers("nobody@lakeside.example")


def test_other_ways_to_type_the_account_are_the_same_account(door):
    ways = ["owner@lakeside.example", "Owner@lakeside.example", " OWNER@Lakeside.example", "owner@LAKESIDE.example"]
    for way in [*ways, ways[1]]:
        door(login=way)
    assert door(PASSWORD).status_code == 429


def test_another_address_may_still_try_until_the_account_has_had_twenty(door):
    for place in range(4):
        for _try in range(5):
            assert door(address=f"198.51.100.{place}").status_code == 200
    assert door(PASSWORD, address="203.0.113.77").status_code == 429


def test_one_address_has_thirty_a_minute_over_all_accounts(door):
    answers = [door(login=f"person{number}@lakeside.example").status_code for number in range(31)]
    assert answers == [200] * 30 + [429]
    assert door(PASSWORD, address="203.0.113.10").status_code == 302


def test_addresses_of_one_ipv6_line_count_together(door):
    for number in range(5):
        door(address=f"2001:db8::{number}:1")
    assert door(PASSWORD, address="2001:db8::ffff").status_code == 429
    assert door(PASSWORD, address="2001:db8:0:1::1").status_code == 302


def test_success_is_no_failure(door):
    for _round in range(7):
        assert door(PASSWORD).status_code == 302
    for _try in range(4):
        door()
    assert door(PASSWORD).status_code == 302
    assert door().status_code == 200
    assert door().status_code == 429


@pytest.mark.parametrize("header", ["HTTP_X_FORWARDED_FOR", "HTTP_X_REAL_IP", "HTTP_FORWARDED", "HTTP_CLIENT_IP"])
def test_a_forged_header_changes_nothing(door, header):
    for number in range(5):
        door(**{header: f"1.2.3.{number}"})
    assert door(PASSWORD, **{header: "9.9.9.9"}).status_code == 429


def test_proving_who_one_is_counts_only_when_it_fails(house, door):
    client = signed_in(house, "owner")
    for _round in range(7):
        assert client.post("/accounts/reauthenticate/", {"password": PASSWORD}).status_code == 302
    answers = [client.post("/accounts/reauthenticate/", {"password": "wrong"}).status_code for _try in range(6)]
    assert answers == [200] * 5 + [429]


def test_tries_are_logged_without_saying_whose_address_was_typed(door, house, caplog):
    with caplog.at_level("INFO", logger="propcomm.limited"):
        door()
        door(PASSWORD)
    assert [record.getMessage() for record in caplog.records] == [
        "login failed: user - at 203.0.113.9",
        f"login passed: user {house.owner.user.pk} at 203.0.113.9",
    ]


def test_a_test_may_go_without_limits(door, unlimited):
    assert {door().status_code for _try in range(8)} == {200}


def test_code_sign_in_works_while_the_password_is_locked(door, house):
    for _try in range(6):
        door()
    client = Client(HTTP_HOST=house.host, REMOTE_ADDR="203.0.113.9")
    client.post(CODE, {"email": "owner@lakeside.example"})
    message = message_of(Delivery.objects.get(), house.organisation)
    code = re.search(r"^([A-Z0-9]+(-[A-Z0-9]+)*)$", message.body, re.MULTILINE).group(1)
    assert client.post(f"{CODE}confirm/", {"code": code}).status_code == 302
    assert client.get("/units/").status_code == 200
    assert door(PASSWORD).status_code == 429


def test_passkeys_are_asked_for_while_the_password_is_locked(door, house):
    for _try in range(6):
        door()
    client = Client(HTTP_HOST=house.host, REMOTE_ADDR="203.0.113.9")
    asked = client.get("/accounts/2fa/webauthn/login/", HTTP_X_REQUESTED_WITH="XMLHttpRequest")
    assert "challenge" in text(asked)
    assert client.post("/accounts/2fa/webauthn/login/", {"credential": "{}"}).status_code == 302


# -- codes and mail ----------------------------------------------------------------------------------------------------------


def test_wrong_codes_count_over_every_code_that_was_sent(house, door):
    outcomes = []
    for _round in range(3):
        client = Client(HTTP_HOST=house.host, REMOTE_ADDR="203.0.113.9")
        client.post(CODE, {"email": "owner@lakeside.example"})
        outcomes += [client.post(f"{CODE}confirm/", {"code": "WRONG-ONE"}).status_code for _try in range(2)]
    assert outcomes == [200, 200, 200, 200, 200, 429]


@pytest.mark.parametrize(("path", "field"), [(CODE, "email"), ("/accounts/password/reset/", "email")])
def test_asking_for_codes_is_limited_known_or_not(house, path, field):
    for login in ("owner@lakeside.example", "nobody@lakeside.example"):
        answers = [
            Client(HTTP_HOST=house.host, REMOTE_ADDR="203.0.113.9").post(path, {field: login}).status_code
            for _try in range(6)
        ]
        assert answers == [302] * 5 + [429]
    assert Delivery.objects.count() == 10


def test_a_mailbox_is_not_flooded_from_many_addresses(house):
    answers = [
        Client(HTTP_HOST=house.host, REMOTE_ADDR=f"198.51.100.{number}")
        .post(CODE, {"email": "owner@lakeside.example"})
        .status_code
        for number in range(12)
    ]
    assert answers == [302] * 10 + [429] * 2
    assert Delivery.objects.count() == 10


# -- work ------------------------------------------------------------------------------------------------------------------


def test_the_filing_form_comes_back_filled_with_its_photos(house: House, own_limits):
    furnish(house)
    own_limits("filing:\n  - {times: 1, minutes: 1, each: [person]}\n")
    client = signed_in(house, "owner")
    client.post("/complaints/new/", typed(house))
    words = "Water runs down the wall of the hall."
    answer = client.post("/complaints/new/", {**typed(house, description=words), "photos": [photo()]})
    assert (answer.status_code, answer["Retry-After"]) == (429, "60")
    assert Complaint.objects.count() == 1
    assert words in text(answer)
    assert "leak.jpg" in text(answer)
    assert "Please try again in 60 seconds." in text(answer)
    assert signed_in(house, "coowner").post("/complaints/new/", typed(house)).status_code == 302


def test_any_other_form_can_be_sent_again_as_it_was(house, own_limits):
    own_limits("claim:\n  - {times: 1, minutes: 1, each: [person]}\n")
    client = signed_in(house, "builder")
    said = {"unit_words": 'A-0101, the one with the "red" door', "words": "I bought it last week from Ms Li."}
    client.post("/units/ask/", said)
    answer = client.post("/units/ask/", said)
    assert answer.status_code == 429
    for name in said:
        assert f'name="{name}"' in text(answer)
    assert "the one with the &quot;red&quot; door" in text(answer)
    assert "I bought it last week from Ms Li." in text(answer)


def test_staff_search_six_hundred_times_a_minute_and_open_pages_as_often_as_they_like(house, own_limits):
    (rule,) = limits_table()["search"]
    assert (rule.times, rule.seconds, rule.each) == (600, 60, ("person",))
    own_limits("search:\n  - {times: 2, minutes: 1, each: [person]}\n")
    client = signed_in(house, "clerk")
    assert [client.get("/registry/people/?q=li").status_code for _try in range(3)] == [200, 200, 429]
    assert client.get("/registry/people/").status_code == 200
    assert signed_in(house, "supervisor").get("/registry/people/?q=li").status_code == 200


def test_guessing_links_is_limited_and_reading_ones_own_is_not(house, own_limits):
    own_limits("token:\n  - {times: 3, minutes: 1, each: [address]}\n")
    client = Client(HTTP_HOST=house.host)
    answers = [client.get(f"/complaints/follow/guess{number}/").status_code for number in range(4)]
    assert answers == [404, 404, 404, 429]
    assert client.get("/join/guess/").status_code == 429


def test_a_program_is_answered_in_json(house, own_limits):
    own_limits("search:\n  - {times: 1, minutes: 1, each: [person]}\n")
    client = signed_in(house, "clerk")
    client.get("/registry/people/?q=li")
    answer = client.get("/registry/people/?q=li", HTTP_ACCEPT="application/json")
    assert (answer.status_code, answer["Content-Type"]) == (429, "application/problem+json")
    assert answer.json()["status"] == 429
    assert int(answer["Retry-After"]) == 60


def test_filing_works_with_the_store_away(house, settings):
    furnish(house)
    settings.LIMITS_STORE = "redis://127.0.0.1:1/0"
    client = signed_in(house, "owner")
    assert client.post("/complaints/new/", typed(house)).status_code == 302
    assert Complaint.objects.count() == 1
