"""A sign-in is the platform's: it ends here, and is erased when no other organisation's membership uses it."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session

from owners.subjects import Subject
from privacy import queries
from tenancy.context import current_organisation_id
from tenancy.erasing import Ink, erase_rows
from tenancy.models import Membership, User


def addresses_of(subject: Subject) -> set[str]:
    """Every address somebody signs in by."""
    if subject.user is None:
        return set()
    return set(EmailAddress.objects.filter(user=subject.user).values_list("email", flat=True))


def erase(subject: Subject, ink: Ink) -> dict[str, int]:
    """End the membership under the invented name; erase the sign-in unless it is used elsewhere. Rows by table.

    What is counted of the sign-in is the same either way: that somebody is known elsewhere stays unsaid.
    """
    counts = {}
    if subject.membership is not None:
        member = Membership.objects.filter(pk=subject.membership.pk).exclude(
            name=ink.pseudonym, post="", is_active=False
        )
        counts["tenancy.Membership"] = erase_rows(member, ink)
        Membership.objects.filter(pk=subject.membership.pk).update(is_active=False)
    user = subject.user
    if user is not None and not user.is_operator and not queries.is_used_elsewhere(user, current_organisation_id()):
        _erase_user(user, ink)
    return counts


def _erase_user(user: User, ink: Ink) -> None:
    keys = UserSession.objects.filter(user=user).values_list("session_key", flat=True)
    Session.objects.filter(session_key__in=list(keys)).delete()
    for model in (UserSession, Authenticator, EmailAddress):
        erase_rows(model.objects.filter(user=user), ink)
    erase_rows(User.objects.filter(pk=user.pk), ink)
    erased = User.objects.get(pk=user.pk)
    erased.set_unusable_password()
    erased.is_active = False
    erased.save(update_fields=["password", "is_active"])
