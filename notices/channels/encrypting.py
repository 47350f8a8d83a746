"""Push messages as services take them: encrypted for one browser (RFC 8291), signed as ours (RFC 8292)."""

import base64
import json
import os
from dataclasses import dataclass

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

CURVE = ec.SECP256R1()
RECORD = 4096
LAST_RECORD = b"\x02"


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64(text: str) -> bytes:
    """Raises ValueError."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def point_of(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def point_from(data: bytes) -> ec.EllipticCurvePublicKey:
    """Raises ValueError for what is no point of the curve."""
    try:
        return ec.EllipticCurvePublicKey.from_encoded_point(CURVE, data)
    except UnsupportedAlgorithm as error:
        raise ValueError("no point of the curve") from error


def public_key_of(text: str) -> str:
    """What a browser is told of the installation's key. Raises ValueError."""
    return b64(point_of(private_key(text).public_key()))


@dataclass(frozen=True)
class Keys:
    """A browser's: its public point and its secret of 16 bytes."""

    p256dh: bytes
    auth: bytes


def encrypted(text: bytes, keys: Keys, *, ours: ec.EllipticCurvePrivateKey | None = None, salt: bytes = b"") -> bytes:
    """The body of a push message (aes128gcm, one record). ``ours`` and ``salt`` are new each time, but in tests.

    Raises ValueError for keys that are none.
    """
    ours, salt = ours or ec.generate_private_key(CURVE), salt or os.urandom(16)
    theirs = point_from(keys.p256dh)
    point = point_of(ours.public_key())
    shared = ours.exchange(ec.ECDH(), theirs)
    secret = _derived(shared, keys.auth, b"WebPush: info\0" + keys.p256dh + point, 32)
    key = _derived(secret, salt, b"Content-Encoding: aes128gcm\0", 16)
    nonce = _derived(secret, salt, b"Content-Encoding: nonce\0", 12)
    sealed = AESGCM(key).encrypt(nonce, text + LAST_RECORD, None)
    return salt + RECORD.to_bytes(4, "big") + bytes([len(point)]) + point + sealed


def _derived(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=length, salt=salt, info=info).derive(secret)


def private_key(text: str) -> ec.EllipticCurvePrivateKey:
    """The installation's key from its 32 bytes in base64url. Raises ValueError."""
    return ec.derive_private_key(int.from_bytes(unb64(text), "big"), CURVE)


def authorization(key: ec.EllipticCurvePrivateKey, *, audience: str, contact: str, expires: int) -> str:
    """The Authorization header that tells the push service who sends."""
    parts = ({"typ": "JWT", "alg": "ES256"}, {"aud": audience, "exp": expires, "sub": contact})
    signed = ".".join(b64(json.dumps(part, separators=(",", ":")).encode()) for part in parts)
    r, s = decode_dss_signature(key.sign(signed.encode(), ec.ECDSA(hashes.SHA256())))
    token = f"{signed}.{b64(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"
    return f"vapid t={token}, k={b64(point_of(key.public_key()))}"
