"""The one door: passwords, codes, the administration, the first administrator, and what leaves by mail."""

import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from notices.mail import message_of
from notices.models import Delivery
from tenancy.context import scope
from tenancy.models import Membership, Organisation, User
from tests.factories.house import PASSWORD, in_scope_of

CODE = re.compile(r"^\d{4}-\d{4}$", re.MULTILINE)


@pytest.fixture(autouse=True)
def _fresh():
    cache.clear()


@pytest.fixture
def browser(house):
    return Client(HTTP_HOST=house.host)


def confirmed(member, password=PASSWORD):
    user = member.user
    user.set_password(password)
    user.save()
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def newest_mail(house):
    return message_of(Delivery.objects.latest("created_at"), house.organisation)


def code_in(mail):
    return CODE.search(mail.body).group()


# -- codes ---------------------------------------------------------------------------------------------------------------


def test_a_code_signs_in_and_stands_in_the_outbox_for_nobody_to_read(house, browser):
    user = confirmed(house.owner)
    assert browser.post("/accounts/login/code/", {"email": user.email}).url == "/accounts/login/code/confirm/"
    row = Delivery.objects.get()
    code = code_in(newest_mail(house))
    stored = " ".join(str(value) for value in Delivery.objects.values_list().get())
    assert code not in stored
    assert (row.text, row.html, row.subject) == ("", "", "Your code for Lakeside Property Management")
    assert browser.post("/accounts/login/code/confirm/", {"code": code}).url == "/"
    assert browser.session["_auth_user_id"] == str(user.pk)


def test_it_is_typed_with_or_without_its_dash_and_works_once(house):
    user = confirmed(house.owner)
    first, second = Client(HTTP_HOST=house.host), Client(HTTP_HOST=house.host)
    first.post("/accounts/login/code/", {"email": user.email})
    code = code_in(newest_mail(house))
    first.post("/accounts/login/code/confirm/", {"code": code.replace("-", " ")})
    assert "_auth_user_id" in first.session
    cache.clear()
    second.post("/accounts/login/code/", {"email": user.email})
    second.post("/accounts/login/code/confirm/", {"code": code})
    assert "_auth_user_id" not in second.session


def test_the_outbox_of_staff_hides_mail_about_sign_ins_and_its_words_from_all(house, browser):
    confirmed(house.owner)
    Client(HTTP_HOST=house.host).post("/accounts/login/code/", {"email": "owner@lakeside.example"})
    row = Delivery.objects.get()
    code = code_in(newest_mail(house))
    for role, status in (("clerk", 302), ("manager", 302), ("admin", 200)):
        browser.force_login(house.members[role].user)
        page = browser.get(f"/admin/notices/delivery/{row.pk}/change/")
        assert page.status_code == status, role
        assert code.encode() not in page.content


def test_the_request_waits_for_no_mail_server(house, browser, settings):
    settings.EMAIL_BACKEND = "nowhere.Backend"
    confirmed(house.owner)
    for path in ("/accounts/login/code/", "/accounts/password/reset/"):
        assert browser.post(path, {"email": "owner@lakeside.example"}).status_code == 302
    assert Delivery.objects.filter(state="queued").count() == 2


def test_a_new_password_is_set_by_a_code_and_ends_every_session(house, browser):
    user = confirmed(house.owner)
    other = Client(HTTP_HOST=house.host)
    other.force_login(user)
    browser.post("/accounts/password/reset/", {"email": user.email})
    browser.post("/accounts/password/reset/confirm/", {"code": code_in(newest_mail(house))})
    new = "一个很长而且好记的密码，没有规定"
    assert browser.post("/accounts/password/reset/complete/", {"password1": new, "password2": new}).status_code == 302
    user.refresh_from_db()
    assert user.check_password(new)
    assert other.get("/notices/").status_code == 302


# -- passwords -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("elevenchars", "too short"),
        ("passwordpassword", "easily guessed"),
        ("Password123!!", "easily guessed"),
        ("qwertyuiopasdf", "easily guessed"),
        ("123456789012", "easily guessed"),
        ("aaaaaaaaaaaaaaa", "easily guessed"),
        ("owner@lakeside.example", "too similar"),
        ("long-enough-but\x00odd", "Null characters"),
    ],
)
def test_what_is_no_password(house, browser, password, words):
    browser.force_login(house.owner.user)
    page = browser.post("/accounts/password/set/", {"password1": password, "password2": password})
    assert page.status_code == 200
    assert words in page.content.decode()
    house.owner.user.refresh_from_db()
    assert not house.owner.user.has_usable_password()


@pytest.mark.parametrize(
    "password", ["all small letters here", "只要够长十二个汉字就可以了", "x7" * 150, "  spaces at both ends  "]
)
def test_what_is_one_without_rules_of_composition(house, password):
    browser = Client(HTTP_HOST=house.host)
    EmailAddress.objects.create(user=house.owner.user, email=house.owner.user.email, verified=True, primary=True)
    browser.force_login(house.owner.user)
    assert browser.post("/accounts/password/set/", {"password1": password, "password2": password}).status_code == 302
    house.owner.user.refresh_from_db()
    assert house.owner.user.password.startswith("argon2$")
    door = Client(HTTP_HOST=house.host)
    assert door.post("/accounts/login/", {"login": house.owner.user.email, "password": password}).url == "/"


@pytest.mark.parametrize(
    "path", ["/accounts/login/", "/accounts/login/code/", "/accounts/password/reset/", "/accounts/signup/"]
)
def test_odd_bytes_are_refused_politely(house, browser, path):
    form = {
        "login": "a\x00b@x.test",
        "email": "a\x00b@x.test",
        "password": "x\x00y",
        "password1": "a-long-one\x00-here",
    }
    assert browser.post(path, form).status_code == 200
    assert browser.post(path, dict.fromkeys(form, "😀" * 3000)).status_code == 200


# -- the administration --------------------------------------------------------------------------------------------------


def test_the_administration_has_no_door_of_its_own(house, browser):
    user = confirmed(house.admin)
    shown = browser.get("/admin/login/")
    assert shown.url == "/accounts/login/?next=/admin/"
    for number in range(200):
        password = PASSWORD if number == 199 else f"wrong-password-{number}"
        answer = browser.post("/admin/login/", {"username": user.email, "password": password})
        assert answer.url == "/accounts/login/?next=/admin/"
    assert "_auth_user_id" not in browser.session
    assert browser.get("/admin/password_change/").status_code == 302


def test_the_first_administrator_gets_in_by_one_code_and_sets_up_a_factor(db, settings):
    settings.SECOND_FACTOR_ROLES = ["admin"]
    in_scope_of(None, lambda: call_command("create_organisation", "acme", name="Acme", admin_email="Me@Acme.test"))
    organisation = Organisation.objects.get(slug="acme")
    browser = Client(HTTP_HOST="acme.localhost")
    browser.post("/accounts/login/code/", {"email": "me@acme.test"})
    with scope(organisation.pk):
        code = code_in(message_of(Delivery.objects.get(), organisation))
    assert browser.post("/accounts/login/code/confirm/", {"code": code}).url == "/"
    assert browser.get("/").url == "/accounts/2fa/required/"
    assert browser.get("/accounts/2fa/totp/activate/").status_code == 200


def test_a_member_added_by_the_administration_gets_in_by_one_code(house):
    from owners.services.staff import add_member

    add_member(
        email="new@example.net",
        name="New",
        role="clerk",
        post="",
        all_estates=False,
        actor=house.admin,
        now=timezone.now(),
    )
    browser = Client(HTTP_HOST=house.host)
    browser.post("/accounts/login/code/", {"email": "new@example.net"})
    assert browser.post("/accounts/login/code/confirm/", {"code": code_in(newest_mail(house))}).url == "/"


# -- links in mail ---------------------------------------------------------------------------------------------------------


def fingerprint():
    """Everything a link could change."""
    from complaints.models import Complaint, Move
    from owners.models import Invitation, Ownership, Person

    tables = (Complaint, Move, Invitation, Ownership, Person, Membership, Delivery)
    rows = [sorted(map(str, model.objects.values_list())) for model in tables]
    return rows, sorted(map(str, User.objects.values_list("pk", "password", "is_active", "last_login")))


def test_a_scanner_that_opens_every_link_of_every_mail_changes_nothing(house, browser):
    from notices.invitations import send_invitation
    from owners.models import Ownership, Person
    from tests.complaints import seeds

    seeds.furnish(house)
    newcomer = Person.objects.create(name="Ivy", email="ivy@example.net", language="en")
    Ownership.objects.create(unit=house.unit, person=newcomer, is_voter=False)
    send_invitation(person_id=newcomer.pk, actor=house.manager, now=timezone.now())
    seeds.assigned(house, at=timezone.now() - timedelta(hours=1))
    confirmed(house.owner)
    for path, email in (
        ("/accounts/login/code/", "owner@lakeside.example"), ("/accounts/login/code/", "nobody@example.net"),
        ("/accounts/password/reset/", "owner@lakeside.example"), ("/accounts/signup/", "new@example.net"),
    ):  # fmt: skip
        cache.clear()
        Client(HTTP_HOST=house.host).post(path, {"email": email, "password1": "a-brand-new-password"})
    mails = [message_of(row, house.organisation) for row in Delivery.objects.filter(channel="email")]
    links = {link for mail in mails for part in (mail.body, *(text for text, _kind in mail.alternatives))
             for link in re.findall(r"https?://[^\s\"<>]+", part)}  # fmt: skip
    assert any("/join/" in link for link in links)
    before = fingerprint()
    for link in links:
        path = link.removeprefix(f"http://{house.host}")
        assert path.startswith("/"), link
        assert browser.head(path).status_code in (200, 302, 405), link
        assert browser.get(path).status_code in (200, 302), link
    assert fingerprint() == before
    assert "_auth_user_id" not in browser.session
