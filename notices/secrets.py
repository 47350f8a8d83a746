"""What only a provider and we know, sealed with a key made from SECRET_KEY: never shown again, never logged."""

import json

from cryptography.fernet import InvalidToken

from notices.models import Provider
from tenancy.sealing import box

PURPOSE = b"propcomm.carrier"
NAMES = ("sending_key", "receipts_key")


def seal_secrets(secrets: dict[str, str]) -> str:
    return box(PURPOSE).encrypt(json.dumps(secrets).encode()).decode()


def secrets_of(provider: Provider) -> dict[str, str]:
    """The provider's secrets; none when SECRET_KEY has changed since, so that they must be set again."""
    if not provider.sealed:
        return {}
    try:
        return dict(json.loads(box(PURPOSE).decrypt(provider.sealed.encode())))
    except InvalidToken:
        return {}
