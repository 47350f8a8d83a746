"""Ask whether something may be done once more, and count it, in one step."""

import hashlib
import secrets
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings

from tenancy.errors import TooMany
from tenancy.limits.stores import Line, MemoryStore, SteadyStore, Store, ValkeyStore
from tenancy.limits.table import rules_of

memory = MemoryStore()


@dataclass(frozen=True)
class Taken:
    """A try that was counted, and can be given back when it turns out to be none."""

    lines: Sequence[Line]
    mark: str

    def give_back(self) -> None:
        if self.lines:
            store().give_back(self.lines, self.mark)


def take(action: str, subjects: Mapping[str, str]) -> Taken:
    """Count one try of ``action`` for its subjects (account, address, person). Raises TooMany, and counts nothing.

    A rule about a subject that is not given, or empty, does not apply. Names are never stored: keys are keyed hashes.
    """
    lines = [
        Line(_key(action, rule.name, [subjects[name] for name in rule.each]), rule.times, rule.seconds * 1000)
        for rule in rules_of(action)
        if all(subjects.get(name) for name in rule.each)
    ]
    mark = secrets.token_hex(8)
    if lines and (wait_ms := store().take(lines, mark)):
        raise TooMany(action=action, retry_after=-(-wait_ms // 1000))
    return Taken(lines, mark)


def account_key(typed: str) -> str:
    """One name for every way to type an address that leads to the same account, whatever the database folds."""
    return unicodedata.normalize("NFKC", typed).strip().upper().casefold()


def _key(action: str, rule: str, values: Sequence[str]) -> str:
    secret = hashlib.sha256(settings.SECRET_KEY.encode()).digest()
    told = "\0".join((action, rule, *values)).encode()
    return f"{action}:{hashlib.blake2b(told, key=secret, digest_size=16).hexdigest()}"


def store() -> Store:
    return _store(settings.LIMITS_STORE)


@lru_cache(maxsize=4)
def _store(url: str) -> Store:
    return SteadyStore(ValkeyStore(url), memory) if url else memory
