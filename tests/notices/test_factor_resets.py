"""Helping somebody who lost their second factor: who asks, who is told, who stops it, and what is left of it."""

import re
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.test import Client

from audit.models import AuditEntry
from notices import factor_resets
from notices.mail import message_of
from notices.models import Delivery
from tenancy.errors import DomainError, IllegalMove, NotAllowed, NotFound
from tenancy.models import FactorReset, Membership
from tenancy.second_factor import trusts_factors
from tests.factories.house import NOON, in_scope_of, member

DAY = timedelta(hours=24)


@pytest.fixture(autouse=True)
def _as_shipped(settings):
    settings.SECOND_FACTOR_ROLES = ["clerk", "admin"]


@pytest.fixture
def clerk(house):
    """Has an app, passkeys and codes, and is signed in somewhere."""
    for kind in ("totp", "webauthn", "recovery_codes"):
        Authenticator.objects.create(user=house.clerk.user, type=kind, data={})
    browser = Client(HTTP_HOST=house.host)
    browser.force_login(house.clerk.user, backend="django.contrib.auth.backends.ModelBackend")
    browser.get("/accounts/logout/")
    key = browser.session.session_key
    UserSession.objects.get_or_create(user=house.clerk.user, session_key=key, defaults={"ip": "127.0.0.1"})
    return house.clerk


def ask(house, about, actor=None, now=NOON):
    return factor_resets.ask_for_reset(membership_id=about.pk, actor=actor or house.admin, now=now)


def factors(about):
    return Authenticator.objects.filter(user=about.user_id).count()


def link_in_mail(house):
    mail = Delivery.objects.latest("created_at")
    return re.search(r"https?://[^/]+(/accounts/2fa/reset/key/\S+)", message_of(mail, house.organisation).body)[1]


def test_it_waits_a_day_for_staff_and_the_member_is_told_at_once(house, clerk):
    row = ask(house, clerk)
    assert row.due_at == NOON + DAY
    mail = Delivery.objects.get()
    assert (mail.address, mail.event, mail.text) == (clerk.user.email, "account.factor_reset_asked", "")
    assert factor_resets.carry_out_due(now=NOON + DAY - timedelta(seconds=1)) == 0
    assert factors(clerk) == 3
    assert [entry.action for entry in AuditEntry.objects.filter(subject_id=clerk.pk)] == ["factorreset.asked"]


def test_after_the_wait_factors_and_sessions_are_gone_and_a_new_one_is_demanded(house, clerk):
    ask(house, clerk)
    assert factor_resets.carry_out_due(now=NOON + DAY) == 1
    assert factors(clerk) == 0
    assert not UserSession.objects.filter(user=clerk.user_id).exists()
    assert not Session.objects.exists()
    assert Delivery.objects.filter(event="account.factor_reset_done", address=clerk.user.email).count() == 1
    browser = Client(HTTP_HOST=house.host)
    browser.force_login(clerk.user, backend="django.contrib.auth.backends.ModelBackend")
    assert browser.get("/").url == "/accounts/2fa/required/"
    assert factor_resets.carry_out_due(now=NOON + 2 * DAY) == 0


def test_owners_wait_an_hour(house):
    Authenticator.objects.create(user=house.owner.user, type="totp", data={})
    assert ask(house, house.owner).due_at == NOON + timedelta(hours=1)


def test_who_becomes_staff_meanwhile_waits_as_long_as_staff(house):
    Authenticator.objects.create(user=house.owner.user, type="totp", data={})
    ask(house, house.owner)
    Membership.objects.filter(pk=house.owner.pk).update(role="clerk")
    assert factor_resets.carry_out_due(now=NOON + timedelta(hours=2)) == 0
    assert FactorReset.objects.get().due_at == NOON + DAY


@pytest.mark.parametrize("role", ["owner", "committee", "clerk", "supervisor", "manager", "quality", "auditor"])
def test_only_an_administrator_asks(house, role):
    Authenticator.objects.create(user=house.engineer.user, type="totp", data={})
    with pytest.raises(NotAllowed):
        ask(house, house.engineer, actor=house.members[role])
    assert not FactorReset.objects.exists()
    assert not Delivery.objects.exists()


def test_nobody_asks_for_their_own_but_another_administrator_does(house):
    Authenticator.objects.create(user=house.admin.user, type="totp", data={})
    with pytest.raises(NotAllowed):
        ask(house, house.admin)
    assert not FactorReset.objects.exists()
    second = member("second", "lakeside")
    Membership.objects.filter(pk=second.pk).update(role="admin")
    assert ask(house, house.admin, actor=Membership.objects.get(pk=second.pk)).is_waiting


def test_an_unknown_and_a_foreign_member_look_the_same(house, stranger):
    for key in (stranger.clerk.pk, house.organisation.pk and NOON and FactorReset().pk):
        with pytest.raises(NotFound, match="no such member"):
            factor_resets.ask_for_reset(membership_id=key, actor=house.admin, now=NOON)


def test_not_twice_and_not_without_a_factor(house, clerk):
    ask(house, clerk)
    with pytest.raises(DomainError, match="waiting already"):
        ask(house, clerk)
    with pytest.raises(DomainError, match="No second factor"):
        ask(house, house.engineer)
    assert FactorReset.objects.count() == 1


def test_an_asker_who_lost_the_right_meanwhile_has_asked_for_nothing(house, clerk):
    ask(house, clerk)
    Membership.objects.filter(pk=house.admin.pk).update(role="manager")
    assert factor_resets.carry_out_due(now=NOON + DAY) == 0
    assert factors(clerk) == 3
    assert FactorReset.objects.get().stopped_at == NOON + DAY


def test_the_member_stops_it_from_the_mail_without_signing_in(house, clerk):
    ask(house, clerk)
    link, anybody = link_in_mail(house), Client(HTTP_HOST=house.host)
    assert anybody.get(link).status_code == 200
    assert FactorReset.objects.get().is_waiting  # a mail scanner opens links; nothing happens by that
    assert anybody.post(link).status_code == 302
    assert "stays as it is" in anybody.get(link).content.decode()
    assert anybody.post(link).status_code == 302  # the second click
    told = Delivery.objects.filter(event="factor_reset_stopped")
    assert {row.membership_id for row in told} == {house.admin.pk}
    assert told.count() == 2  # portal and mail, once each
    assert factor_resets.carry_out_due(now=NOON + 2 * DAY) == 0
    assert factors(clerk) == 3


def test_a_link_stops_nothing_that_is_done_and_a_forged_one_is_unknown(house, clerk):
    row = ask(house, clerk)
    token = factor_resets.token_of(row)
    factor_resets.carry_out_due(now=NOON + DAY)
    with pytest.raises(IllegalMove):
        factor_resets.stop_by_link(token=token, now=NOON + DAY)
    for forged in (f"{row.pk}:x", str(row.pk), token[:-1]):
        assert Client(HTTP_HOST=house.host).post(f"/accounts/2fa/reset/key/{forged}/").status_code == 404


def test_an_administrator_takes_it_back(house, clerk):
    ask(house, clerk)
    with pytest.raises(NotAllowed):
        factor_resets.take_back(membership_id=clerk.pk, actor=house.manager, now=NOON)
    factor_resets.take_back(membership_id=clerk.pk, actor=house.admin, now=NOON)
    assert not FactorReset.objects.get().is_waiting


def test_the_page_asks_for_a_fresh_proof(house, clerk, settings):
    browser = Client(HTTP_HOST=house.host)
    browser.force_login(house.admin.user, backend="django.contrib.auth.backends.ModelBackend")
    address = f"/registry/members/{clerk.pk}/second-factor/"
    settings.SECOND_FACTOR_ROLES, settings.STEP_UP = [], True
    assert "Ask for the reset" in browser.get(address).content.decode()
    assert "/accounts/reauthenticate" in browser.post(address).url
    assert not FactorReset.objects.exists()
    settings.STEP_UP = False
    assert browser.post(address).url == address
    assert "A reset is waiting" in browser.get(address).content.decode()
    assert address in browser.get(f"/admin/tenancy/membership/{clerk.pk}/change/").content.decode()


def test_a_factor_reset_at_one_organisation_does_not_open_another(house, stranger, clerk):
    there = in_scope_of(stranger.organisation.pk, lambda: Membership.objects.create(user=clerk.user, role="clerk"))
    ask(house, clerk)
    factor_resets.carry_out_due(now=there.created_at + DAY)
    clerk.refresh_from_db()
    assert trusts_factors(clerk, clerk.user)
    Authenticator.objects.create(user=clerk.user, type="totp", data={})  # set up anew, by whoever holds the mailbox

    def elsewhere():
        browser = Client(HTTP_HOST=stranger.host)
        browser.force_login(clerk.user, backend="django.contrib.auth.backends.ModelBackend")
        return browser.get("/").url, browser.get("/accounts/2fa/elsewhere/").status_code

    assert in_scope_of(None, elsewhere) == ("/accounts/2fa/elsewhere/", 200)

    def agree():
        now = there.created_at + 2 * DAY
        factor_resets.ask_for_reset(membership_id=there.pk, actor=stranger.admin, now=now)
        assert factor_resets.carry_out_due(now=now + DAY) == 1
        return Membership.objects.select_related("user").get(pk=there.pk)

    agreed = in_scope_of(stranger.organisation.pk, agree)
    assert trusts_factors(agreed, agreed.user)
    assert factors(clerk) == 1  # the new one stays: nobody is sent round in circles


def test_the_operator_helps_the_last_administrator(house):
    Authenticator.objects.create(user=house.admin.user, type="totp", data={})
    factor_resets.reset_at_once(email=house.admin.user.email.upper(), now=NOON)
    assert factors(house.admin) == 0
    assert FactorReset.objects.get().done_at == NOON
    with pytest.raises(NotFound):
        factor_resets.reset_at_once(email="nobody@x.example", now=NOON)
