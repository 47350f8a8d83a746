"""The verbs of tenancy: provisioning, people's roles, numbers, what the API keeps."""

from datetime import datetime, timedelta
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection, transaction

from tenancy.context import current_organisation_id, scope
from tenancy.models import ApiAnswer, ApiToken, Membership, Organisation, User, uuid7
from tenancy.second_factor import trusts_factors


def next_number(*, code: str, year: int) -> str:
    """The next number of a series, such as C-LAK-2026-000123: gapless, and without a race.

    Writes the series' row, which stays locked until the transaction ends: a rolled-back filing gives its number back.
    So call it last, just before the row that carries the number.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO tenancy_numberseries (organisation_id, id, code, year, last) VALUES (%s, %s, %s, %s, 1) "
            "ON CONFLICT (organisation_id, code, year) "
            "DO UPDATE SET last = tenancy_numberseries.last + 1 RETURNING last",
            [current_organisation_id(), uuid7(), code, year],
        )
        (last,) = cursor.fetchone()
    return f"{code}-{year}-{last:06d}"


@transaction.atomic
def user_for(*, email: str, name: str = "") -> User:
    """The sign-in with this address. Writes the user and their address, still to be confirmed, when there is none.

    The first code typed confirms the address: they are not asked for a second one.
    """
    known = User.objects.filter(email=email.strip().lower()).first()
    if known is not None:
        return known
    user = User.objects.create_user(email, name=name)
    EmailAddress.objects.get_or_create(user=user, email=user.email, defaults={"primary": True, "verified": False})
    return user


@transaction.atomic
def create_organisation(
    *, slug: str, name: str, admin_email: str, language: str = "en", time_zone: str = "UTC", accent: str = "teal"
) -> Organisation:
    """Provision an organisation and its first administrator, who signs in by a code sent to ``admin_email``.

    Writes the organisation, the user when new, and a membership. Raises IntegrityError when the slug is taken.
    """
    organisation = Organisation(slug=slug, name=name, language=language, time_zone=time_zone, accent=accent)
    organisation.full_clean()
    organisation.save()
    user = user_for(email=admin_email)
    with scope(organisation.pk):
        Membership.objects.create(
            user=user, role=Membership.Role.ADMIN, name=user.name or admin_email, all_estates=True
        )
    return organisation


@transaction.atomic
def drop_factors(*, member: Membership, now: datetime) -> None:
    """Take the member's second factors away and end every session of theirs: the next sign-in sets up a new one.

    Writes the sign-in, the membership, and deletes factors and sessions. Where another organisation took them away and
    this one had not agreed yet, it agrees now: the new ones stay. Other organisations must agree themselves.
    """
    user = User.objects.select_for_update().get(pk=member.user_id)
    if trusts_factors(member, user):
        Authenticator.objects.filter(user=user).delete()
        User.objects.filter(pk=user.pk).update(factors_reset_at=now)
    Membership.objects.filter(pk=member.pk).update(factors_reset_at=now)
    sessions = UserSession.objects.filter(user=user)
    Session.objects.filter(session_key__in=list(sessions.values_list("session_key", flat=True))).delete()
    sessions.delete()


def note_use(*, token: ApiToken, now: datetime) -> None:
    """Write when the token was last used, to the nearest quarter of an hour: not every request writes a row."""
    stale = now - timedelta(minutes=settings.API["LAST_USED_MINUTES"])
    if token.last_used_at is None or token.last_used_at < stale:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)


def claim_answer(*, member: Membership, key: str, fingerprint: str, now: datetime) -> tuple[ApiAnswer, bool]:
    """The member's answer to this key, and whether it is to be given now. Writes a row when it is new.

    Of two requests at once the second waits in the insert until the first has committed or was undone.
    """
    old = now - timedelta(hours=settings.API["KEY_HOURS"])
    ApiAnswer.objects.filter(membership=member, key=key, created_at__lt=old).delete()
    mine = ApiAnswer(membership=member, key=key, fingerprint=fingerprint, created_at=now)
    ApiAnswer.objects.bulk_create([mine], ignore_conflicts=True)
    found: ApiAnswer = ApiAnswer.objects.get(membership=member, key=key)
    return found, found.pk == mine.pk


def keep_answer(*, answer: ApiAnswer, status: int, headers: dict[str, Any], body: str) -> None:
    """Write what the request was told, in its own transaction: both are there, or neither."""
    answer.status, answer.headers, answer.body = status, headers, body
    answer.save(update_fields=["status", "headers", "body"])


def forget_answers(now: datetime) -> int:
    """Sweep, inside a scope: delete answers nobody asks for any more. Returns how many."""
    old = now - timedelta(hours=settings.API["KEY_HOURS"])
    return ApiAnswer.objects.filter(created_at__lt=old).delete()[0]
