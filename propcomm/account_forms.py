"""Forms and the sign-in of allauth, where the same work must be done for known and unknown addresses."""

import secrets
from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.forms import SignupForm as AllauthSignupForm
from allauth.account.internal.userkit import filter_users_by_email
from allauth.account.models import EmailAddress
from allauth.account.utils import setup_user_email
from django.db import transaction
from django.http import HttpRequest

from tenancy.models import User


class PasswordBackend(AuthenticationBackend):  # type: ignore[misc]
    """Sign-in by address and password. Looks an address up in as many statements whether it is known or not."""

    def _authenticate_by_email(self, email: str, password: str) -> Any:
        users = filter_users_by_email(email, for_login=True)
        return next((user for user in users if self._check_password(user, password)), None)


class SignupForm(AllauthSignupForm):  # type: ignore[misc]
    """A known address gets a mail instead of an account, in the time that making an account takes."""

    def try_save(self, request: HttpRequest) -> Any:
        if self.account_already_exists:
            self._make_and_undo(request)
        return super().try_save(request)

    def _make_and_undo(self, request: HttpRequest) -> None:
        with transaction.atomic():
            email = f"{secrets.token_hex(16)}@example.invalid"
            user = User.objects.create_user(email, self.cleaned_data["password1"])
            setup_user_email(request, user, [EmailAddress(email=email)])
            transaction.set_rollback(True)
