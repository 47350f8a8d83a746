"""Who comes in to the API: tokens and sessions, their scopes, and that every way of being wrong looks the same."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tenancy.models import ApiToken, Membership
from tests.complaints.pages import signed_in
from tests.factories.api import API, Program, program, secret_of
from tests.factories.house import in_scope_of


def wrong(answer) -> None:
    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/problem+json"
    assert answer["WWW-Authenticate"] == "Token"


def test_a_token_says_who_speaks(house):
    said = program(house, "owner", scopes=["complaints:read"]).read("me/").json()
    assert (said["name"], said["role"], said["is_staff"]) == (house.owner.name, "owner", False)
    assert said["organisation"]["slug"] == "lakeside"
    assert [estate["code"] for estate in said["estates"]] == ["LAK"]
    assert said["token"]["scopes"] == ["complaints:read"]


def test_a_session_says_who_speaks_and_has_no_token(house):
    said = signed_in(house, "clerk").get(f"{API}me/").json()
    assert (said["role"], said["token"]) == ("clerk", None)


def test_wrong_expired_revoked_foreign_and_no_token_are_answered_alike(house, stranger):
    now = timezone.now()
    expired = program(house, "owner", at=now - timedelta(days=91)).read("me/")
    revoked = program(house, "owner")
    ApiToken.objects.filter(expires_at__gt=now).update(revoked_at=now)
    foreign = in_scope_of(stranger.organisation.pk, lambda: secret_of(stranger.owner))
    answers = [
        expired,
        revoked.read("me/"),
        Program(house.host, foreign).read("me/"),
        Program(house.host, "pct_never").read("me/"),
        Program(house.host, "ü" * 10).read("me/"),
        Client(HTTP_HOST=house.host).get(f"{API}me/"),
        Client(HTTP_HOST=house.host, HTTP_AUTHORIZATION="Token").get(f"{API}me/"),
        Client(HTTP_HOST=house.host, HTTP_AUTHORIZATION="Bearer x").get(f"{API}me/"),
    ]
    for answer in answers:
        wrong(answer)
    assert len({answer.content for answer in answers}) == 1


@pytest.mark.parametrize("ends", ["membership", "user"])
def test_what_ends_a_member_ends_their_token_at_the_next_request(house, ends):
    client = program(house, "clerk")
    assert client.read("me/").status_code == 200
    if ends == "membership":
        Membership.objects.filter(pk=house.clerk.pk).update(is_active=False)
    else:
        house.clerk.user.is_active = False
        house.clerk.user.save()
    wrong(client.read("me/"))


def test_a_changed_role_is_the_tokens_role_at_once(house):
    client = program(house, "auditor")
    assert client.read("registry/people/").status_code == 200
    Membership.objects.filter(pk=house.auditor.pk).update(role="owner")
    assert client.read("registry/people/").status_code == 404


def test_a_token_is_good_for_its_scopes_only(house):
    client = program(house, "clerk", scopes=["notices:read"])
    assert client.read("notices/").status_code == 200
    answer = client.read("complaints/")
    assert answer.status_code == 403
    assert answer.json()["type"].endswith("#scope-missing")
    assert "complaints:read" in answer.json()["detail"]


def test_a_token_never_opens_a_page(house):
    client = program(house, "admin")
    assert client.get("/registry/people/").status_code == 302
    assert client.get("/admin/").status_code == 302


def test_the_token_decides_and_not_a_session_that_came_along(house):
    client = signed_in(house, "admin")
    answer = client.get(f"{API}me/", headers={"Authorization": "Token pct_never"})
    wrong(answer)


def test_a_session_needs_the_csrf_token_for_what_changes_something(house):
    client = Client(HTTP_HOST=house.host, enforce_csrf_checks=True)
    client.force_login(house.owner.user, backend="django.contrib.auth.backends.ModelBackend")
    answer = client.post(f"{API}files/")
    assert answer.status_code == 403
    assert "X-CSRFToken" in answer.json()["detail"]


def test_somebody_without_a_membership_is_told_so(house, stranger):
    client = Client(HTTP_HOST=house.host)
    client.force_login(stranger.owner.user, backend="django.contrib.auth.backends.ModelBackend")
    answer = client.get(f"{API}me/")
    assert answer.status_code == 403
    assert answer.json()["title"] == "Not allowed"


def test_the_last_use_is_written_once_a_quarter_of_an_hour(house):
    client = program(house, "owner")
    client.read("me/")
    first = ApiToken.objects.get().last_used_at
    client.read("me/")
    assert ApiToken.objects.get().last_used_at == first
    ApiToken.objects.update(last_used_at=first - timedelta(minutes=16))
    client.read("me/")
    assert ApiToken.objects.get().last_used_at > first


def test_answers_are_in_the_members_language(house):
    house.owner.user.language = "zh-hans"
    house.owner.user.save()
    assert program(house, "owner").read("complaints/nothing/").json()["title"] == "未找到"


def test_below_the_apis_address_nothing_is_a_problem_too(house):
    answer = program(house, "owner").read("elsewhere/")
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")
