"""allauth's passkey forms, where an answer that no passkey gave is a wrong answer and no error of ours."""

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.webauthn import forms
from cryptography.exceptions import InvalidSignature

# What the library raises on the way through a made-up answer: it trusts the shape of what it reads.
MADE_UP = (LookupError, TypeError, ValueError, AttributeError, struct.error, InvalidSignature)


@contextmanager
def _nothing_made_up() -> Iterator[None]:
    try:
        yield
    except MADE_UP as error:
        raise get_adapter().validation_error("incorrect_code") from error


class AddPasskey(forms.AddWebAuthnForm):  # type: ignore[misc]
    def clean(self) -> Any:
        with _nothing_made_up():
            return super().clean()


class UsePasskey(forms.AuthenticateWebAuthnForm):  # type: ignore[misc]
    def clean_credential(self) -> Any:
        with _nothing_made_up():
            return super().clean_credential()


class SignInByPasskey(forms.LoginWebAuthnForm):  # type: ignore[misc]
    def clean_credential(self) -> Any:
        with _nothing_made_up():
            return super().clean_credential()


class ProveByPasskey(forms.ReauthenticateWebAuthnForm):  # type: ignore[misc]
    def clean_credential(self) -> Any:
        with _nothing_made_up():
            return super().clean_credential()
