"""The page of one's API tokens: made once, shown once, revoked by their member alone."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from audit.models import AuditEntry
from owners.services.tokens import make_token, revoke_token
from tenancy.errors import DomainError, NotAllowed, NotFound
from tenancy.models import ApiToken
from tests.complaints.pages import signed_in, text
from tests.factories.api import Program
from tests.factories.house import NOON, in_scope_of

PAGE = "/accounts/tokens/"
SENT = {"name": "Accounts export", "scopes": ["complaints:read"], "days": "30"}


def test_a_token_is_shown_once_and_only_a_hash_is_kept(house):
    client = signed_in(house, "owner")
    page = text(client.post(PAGE, SENT))
    secret = re.search(r"pct_[\w-]{43}", page)[0]
    token = ApiToken.objects.get()
    assert secret not in text(client.get(PAGE))
    assert secret not in str(ApiToken.objects.values().get())
    assert secret.startswith(token.hint)
    assert (token.membership, token.scopes) == (house.owner, ["complaints:read"])
    assert timedelta(days=29) < token.expires_at - timezone.now() <= timedelta(days=30)
    assert Program(house.host, secret).read("me/").status_code == 200
    entry = AuditEntry.objects.get(action="token.made")
    assert (entry.actor, entry.subject_id, entry.changes) == (
        house.owner,
        token.pk,
        {"scopes": ["complaints:read"], "days": 30},
    )


def test_a_revoked_token_ends_at_once_and_a_second_click_changes_nothing(house):
    token, secret = make_token(name="x", scopes=["notices:read"], actor=house.owner, now=timezone.now())
    client, program = signed_in(house, "owner"), Program(house.host, secret)
    assert program.read("me/").status_code == 200
    assert client.post(f"{PAGE}{token.pk}/revoke/").status_code == 302
    assert program.read("me/").status_code == 401
    revoked_at = ApiToken.objects.get().revoked_at
    client.post(f"{PAGE}{token.pk}/revoke/")
    assert ApiToken.objects.get().revoked_at == revoked_at
    assert AuditEntry.objects.filter(action="token.revoked").count() == 1
    assert "x" not in re.findall(r'row-title">([^<]+)', text(client.get(PAGE)))


def test_nobody_revokes_another_members_token(house, stranger):
    token, _secret = make_token(name="x", scopes=["notices:read"], actor=house.owner, now=NOON)
    client = signed_in(house, "admin")
    assert client.post(f"{PAGE}{token.pk}/revoke/").status_code == 404
    with pytest.raises(NotFound):
        in_scope_of(stranger.organisation.pk, lambda: revoke_token(token_id=token.pk, actor=stranger.owner, now=NOON))
    assert ApiToken.objects.get().revoked_at is None


@pytest.mark.parametrize("change", [{"name": " "}, {"scopes": []}, {"scopes": ["everything"]}, {"days": "365"}])
def test_what_is_missing_comes_back_with_its_words_and_makes_nothing(house, change):
    response = signed_in(house, "owner").post(PAGE, {**SENT, **change})
    assert response.status_code == 422
    assert "There is a problem" in text(response)
    assert ApiToken.objects.count() == 0


def test_rights_that_lead_nowhere_are_not_offered(house):
    assert 'value="registry:read"' in text(signed_in(house, "clerk").get(PAGE))
    client = signed_in(house, "owner")
    assert 'value="registry:read"' not in text(client.get(PAGE))
    assert client.post(PAGE, {**SENT, "scopes": ["registry:read"]}).status_code == 422


def test_one_has_so_many_tokens_and_no_more(house, settings):
    settings.API = {**settings.API, "TOKENS_PER_MEMBER": 2}
    for _ in range(2):
        make_token(name="x", scopes=["notices:read"], actor=house.owner, now=NOON)
    with pytest.raises(DomainError, match="Revoke one first"):
        make_token(name="x", scopes=["notices:read"], actor=house.owner, now=NOON)
    make_token(name="x", scopes=["notices:read"], actor=house.clerk, now=NOON)
    assert ApiToken.objects.count() == 3


def test_only_members_make_tokens_and_only_of_rights_there_are(house):
    with pytest.raises(NotAllowed):
        make_token(name="x", scopes=["notices:read"], actor=None, now=NOON)
    with pytest.raises(DomainError):
        make_token(name="x", scopes=["notices:read", "all"], actor=house.owner, now=NOON)
    assert ApiToken.objects.count() == 0


def test_no_token_lasts_longer_than_the_setting(house):
    token, _secret = make_token(name="x", scopes=["notices:read"], actor=house.owner, now=NOON, days=10_000)
    assert token.expires_at == NOON + timedelta(days=90)


def test_the_page_is_for_members(house, stranger):
    from django.test import Client

    assert Client(HTTP_HOST=house.host).get(PAGE).status_code == 302
    client = Client(HTTP_HOST=house.host)
    client.force_login(stranger.owner.user, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(PAGE).status_code == 404


def test_the_chinese_page_has_no_english_left(house):
    client = signed_in(house, "owner")
    client.cookies["language"] = "zh-hans"
    page = text(client.post(PAGE, SENT))
    visible = re.sub(r"<(script|style)\b.*?</\1>|<[^>]+>", " ", page, flags=re.S).replace("Accounts export", "")
    for english in ("token", "Token", "Valid", "Revoke", "Make", "Copy", "right"):
        assert english not in visible
