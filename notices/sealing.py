"""Encrypts the words of a mail while it waits, with a key made from SECRET_KEY."""

import json

from cryptography.fernet import InvalidToken

from tenancy.sealing import box

PURPOSE = b"propcomm.sealing"


def seal(parts: dict[str, str]) -> str:
    """The parts as one unreadable text."""
    return box(PURPOSE).encrypt(json.dumps(parts).encode()).decode()


def unseal(sealed: str) -> dict[str, str]:
    """The parts again. Raises ValueError when SECRET_KEY has changed since."""
    try:
        return dict(json.loads(box(PURPOSE).decrypt(sealed.encode())))
    except InvalidToken as error:
        raise ValueError("sealed with another SECRET_KEY") from error
