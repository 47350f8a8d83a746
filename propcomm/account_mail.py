"""What allauth has to say by mail, in our words and by way of the outbox.

Written the same way for an address that has an account and for one that has none, so that neither the answer nor the
time it takes tells them apart.
"""

from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext

from notices.models import Delivery
from notices.sealed import SealedMail, queue_sealed
from tenancy.context import scope
from tenancy.models import Organisation, User

# No code lives longer (ACCOUNT_*_TIMEOUT in the settings).
CODE_LIFE = timedelta(minutes=15)
# What the templates may show of what allauth hands over: no request, no keys.
SHOWN = ("code", "timestamp", "ip", "user_agent", "from_email", "to_email", "email", "deleted_email")
# Mails that lead somewhere lead to a page, where acting is a button.
LINKS = {"unknown_account": "account_signup", "account_already_exists": "account_login"}


def send_account_mail(*, organisation: Organisation, kind: str, email: str, context: dict[str, Any]) -> None:
    """Queue one mail about an account, rendered from ``templates/emails/account/<kind>.txt``. Writes the outbox.

    Opens the organisation's scope itself: allauth also calls after the request's transaction has ended.
    """
    now = timezone.now()
    with scope(organisation.pk):
        queue_sealed(_mail(organisation, kind, email, context, now), organisation=organisation, now=now)


def _mail(organisation: Organisation, kind: str, email: str, context: dict[str, Any], now: datetime) -> SealedMail:
    known = User.objects.filter(email=email.lower()).values_list("name", "language").first()
    name, language = known or ("", "")
    language = language or translation.get_language() or organisation.language
    link = reverse(LINKS[kind]) if kind in LINKS else ""
    shown: dict[str, Any] = {key: context[key] for key in SHOWN if key in context}
    with translation.override(language):
        shown["button"] = gettext("Make an account") if kind == "unknown_account" else gettext("Sign in")
    return SealedMail(
        email=email,
        name=name or email,
        language=language,
        event=f"{Delivery.ACCOUNT_EVENTS}{kind}",
        template=f"account/{kind}",
        context=shown,
        link=link,
        expires_at=now + CODE_LIFE if "code" in context else None,
    )
