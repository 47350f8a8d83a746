"""Signed heads outside the database: one small file a day and organisation, written once."""

import json
import os
from collections.abc import Iterator
from dataclasses import fields
from datetime import UTC
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings

from audit.models import AuditHead
from audit.rules import Head, Key, is_signed


class SignedHead(NamedTuple):
    head: Head
    key: str
    signature: str


def signing_key() -> Key:
    return _key(settings.AUDIT_SIGNING_KEY)


@lru_cache(maxsize=4)
def _key(secret: str) -> Key:
    return Key.from_secret(secret)


def is_genuine(signed: SignedHead) -> bool:
    return is_signed(signed.head.as_lines(), signed.signature, signing_key().public)


def of_row(row: AuditHead) -> SignedHead:
    head = Head(row.organisation.pk, str(row.on), row.at.astimezone(UTC).isoformat(), row.seq, row.hash)
    return SignedHead(head, row.key, row.signature)


def file_of(organisation_id: int, on: str, root: Path | None = None) -> Path:
    return (root or settings.AUDIT_HEADS_ROOT) / str(organisation_id) / f"{on}.json"


def as_text(signed: SignedHead) -> str:
    """What leaves: readable, and checked by anybody who has the public key."""
    told = json.loads(signed.head.as_lines())
    public = signing_key().public.hex()
    return json.dumps({**told, "key": signed.key, "public_key": public, "signature": signed.signature}, indent=1) + "\n"


def write(signed: SignedHead) -> bool:
    """Write the file of a head, whole and for reading only. Whether it was new: a file that is there is never touched."""
    path = file_of(signed.head.organisation, signed.head.on)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.write_text(as_text(signed), encoding="utf-8")
    draft.chmod(0o440)
    try:
        os.link(draft, path)  # fails when it is there, and no reader ever sees half a file
    except FileExistsError:
        return False
    finally:
        draft.unlink()
    return True


def read(organisation_id: int, root: Path) -> Iterator[tuple[str, SignedHead | None]]:
    """Each file of the organisation as (its day, the head), None for one that cannot be read as a head of that day."""
    for path in sorted((root / str(organisation_id)).glob("*.json")):
        try:
            yield path.stem, _parsed(json.loads(path.read_text(encoding="utf-8")), path.stem)
        except (OSError, ValueError, TypeError, KeyError):
            yield path.stem, None


def _parsed(told: dict[str, Any], on: str) -> SignedHead:
    head = Head(**{field.name: told[field.name] for field in fields(Head)})
    if head.on != on or told["entries"] != head.seq or not isinstance(head.seq, int):
        raise ValueError(told)
    return SignedHead(head, told["key"], told["signature"])
