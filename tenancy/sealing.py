"""Boxes that only this installation opens: encryption with keys made from SECRET_KEY, another key for each purpose."""

import base64
import hashlib
from functools import lru_cache

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings


@lru_cache(maxsize=16)
def _box(purpose: bytes, secrets: tuple[str, ...]) -> MultiFernet:
    keys = (hashlib.blake2b(secret.encode(), digest_size=32, salt=purpose).digest() for secret in secrets)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in keys])


def box(purpose: bytes) -> MultiFernet:
    """What encrypts for ``purpose`` (at most 16 bytes) with SECRET_KEY, and opens what SECRET_KEY_FALLBACKS closed."""
    return _box(purpose, (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS))
