"""allauth in our house: its mail goes through the outbox, its proofs are ours, its links the organisation's."""

from typing import Any

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import InvalidToken
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.accounts import note
from propcomm.account_mail import send_account_mail
from propcomm.account_requests import HouseRequests
from tenancy import stepping_up
from tenancy.errors import DomainError
from tenancy.sealing import box

SECOND_FACTORS = b"propcomm.factors"
# How everything starts that the box has closed; a secret stored before there was one starts otherwise.
CLOSED = "gAAAA"

# How each way of proving who one is reads on a button.
WAYS = {
    "reauthenticate": gettext_lazy("Use your password"),
    "mfa_reauthenticate": gettext_lazy("Use an authenticator app or recovery code"),
    "mfa_reauthenticate:webauthn": gettext_lazy("Use the passkey"),
}


class AccountAdapter(HouseRequests):
    """One door for owners and staff. Mail is written to the outbox: no request waits for a mail server."""

    error_messages = {
        **HouseRequests.error_messages,
        "email_password_mismatch": gettext_lazy("The e-mail address or the password is not right."),
    }

    def get_from_email(self) -> str:
        return settings.DEFAULT_FROM_EMAIL

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return request.organisation is not None  # type: ignore[attr-defined]

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        kind = template_prefix.rpartition("/")[2]
        send_account_mail(
            organisation=self.request.organisation, kind=kind, email=email, context=self.mail_context(email, context)
        )
        # Asking for a code or a new password changes nothing here but sends something: which, not to whom.
        note("account.mailed", self.request, context.get("user"), mail=kind)

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """allauth's, and for who has neither password nor second factor a code in their mailbox."""
        methods = [
            {**way, "description": WAYS.get(way["id"], way["description"])}
            for way in super().get_reauthentication_methods(user)
        ]
        if not methods and user.is_authenticated:
            address = reverse("account_reauthenticate_by_code")
            methods = [{"id": "reauthenticate_by_code", "description": _("Send me a code by e-mail"), "url": address}]
        return methods

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """A sign-in of a moment ago is proof enough: nobody types the same password twice in a row."""
        return not stepping_up.is_proven(self.request)


class LostSecret(DomainError):
    """What SECRET_KEY once closed, and neither it nor SECRET_KEY_FALLBACKS opens."""


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """How authenticator apps and passkeys name us, and how their secrets are kept."""

    def encrypt(self, text: str) -> str:
        """A secret of an authenticator app or the seed of recovery codes, as the database may hold it."""
        return box(SECOND_FACTORS).encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """The secret again, also one stored in plain. Raises LostSecret when SECRET_KEY has changed since."""
        if not encrypted_text.startswith(CLOSED):
            return encrypted_text
        try:
            return box(SECOND_FACTORS).decrypt(encrypted_text.encode()).decode()
        except InvalidToken as error:
            raise LostSecret(
                _(
                    "Your authenticator app and recovery codes cannot be checked: the key of this installation was "
                    "changed. A passkey still works. Otherwise ask whoever runs this installation to set the former "
                    "key back."
                )
            ) from error

    def get_totp_issuer(self) -> str:
        return self._get_site_name()

    def _get_site_name(self) -> str:
        organisation = getattr(self.request, "organisation", None)
        return organisation.name if organisation is not None else "PropComm"

    def generate_authenticator_name(self, user: AbstractBaseUser, type: Authenticator.Type) -> str:  # noqa: A002
        """What a new passkey is called until its owner says otherwise."""
        count = Authenticator.objects.filter(user_id=user.pk, type=type).count()
        return _("Passkey %(number)d") % {"number": count + 1}
