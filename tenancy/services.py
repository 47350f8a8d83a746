"""The verbs of tenancy: provisioning, people's roles, numbers."""

from allauth.account.models import EmailAddress
from django.db import connection, transaction

from tenancy.context import current_organisation_id, scope
from tenancy.models import Membership, Organisation, User, uuid7


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
