"""The key of the door for mail, sealed with a key made from SECRET_KEY: never shown again, never logged."""

from cryptography.fernet import InvalidToken

from complaints.models import MailDoor
from tenancy.sealing import box

PURPOSE = b"propcomm.mail-in"


def seal_key(key: str) -> str:
    return box(PURPOSE).encrypt(key.encode()).decode()


def key_of(door: MailDoor) -> str:
    """The key; "" when there is none, or SECRET_KEY has changed since."""
    try:
        return box(PURPOSE).decrypt(door.sealed.encode()).decode() if door.sealed else ""
    except InvalidToken:
        return ""
