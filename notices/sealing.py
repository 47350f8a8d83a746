"""Encrypts the words of a mail while it waits, with a key made from SECRET_KEY."""

import base64
import hashlib
import json
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings

# Other uses of SECRET_KEY have other keys.
PURPOSE = b"propcomm.sealing"


@lru_cache(maxsize=4)
def _box(secrets: tuple[str, ...]) -> MultiFernet:
    keys = (hashlib.blake2b(secret.encode(), digest_size=32, salt=PURPOSE).digest() for secret in secrets)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in keys])


def _current() -> MultiFernet:
    return _box((settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS))


def seal(parts: dict[str, str]) -> str:
    """The parts as one unreadable text."""
    return _current().encrypt(json.dumps(parts).encode()).decode()


def unseal(sealed: str) -> dict[str, str]:
    """The parts again. Raises ValueError when SECRET_KEY has changed since."""
    try:
        return dict(json.loads(_current().decrypt(sealed.encode())))
    except InvalidToken as error:
        raise ValueError("sealed with another SECRET_KEY") from error
