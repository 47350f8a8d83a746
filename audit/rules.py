"""The chain of entries as pure functions: how a link is made, how a head is written and signed."""

import hashlib
import json
import struct
from base64 import b64decode, b64encode
from dataclasses import asdict, dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

GENESIS = bytes(32)
place = struct.Struct(">qq").pack


def digest_of(columns: str) -> bytes:
    """The digest of an entry, given its columns as the database writes them: see queries.COLUMNS."""
    return hashlib.sha256(columns.encode()).digest()


def link(previous: bytes, organisation_id: int, seq: int, entry_id: bytes, digest: bytes) -> bytes:
    """The hash of one place in the chain: it carries the hash before, so no earlier entry can change unseen."""
    return hashlib.sha256(b"".join((previous, place(organisation_id, seq), entry_id, digest))).digest()


@dataclass(frozen=True)
class Head:
    """The newest link of an organisation's chain on a day. It has ``seq`` entries: the chain has no gaps."""

    organisation: int
    on: str
    at: str
    seq: int
    hash: str

    def as_lines(self) -> bytes:
        """What is signed: its fields as JSON, sorted by name, in UTF-8."""
        told = {**asdict(self), "entries": self.seq}
        return json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


@dataclass(frozen=True)
class Key:
    """An Ed25519 key made from a secret of any length, so that who checks needs only the public half."""

    private: Ed25519PrivateKey

    @classmethod
    def from_secret(cls, secret: str) -> "Key":
        return cls(Ed25519PrivateKey.from_private_bytes(hashlib.sha256(b"audit heads:" + secret.encode()).digest()))

    @property
    def public(self) -> bytes:
        return self.private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)

    @property
    def name(self) -> str:
        """A short name of the key, so that a head signed by an older one is told from a forged one."""
        return hashlib.sha256(self.public).hexdigest()[:16]

    def sign(self, lines: bytes) -> str:
        return b64encode(self.private.sign(lines)).decode()


def is_signed(lines: bytes, signature: str, public: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(b64decode(signature, validate=True), lines)
    except (InvalidSignature, ValueError):
        return False
    return True
