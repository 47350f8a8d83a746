"""Words planted where somebody must not find them, and how they are found in an answer."""

import io
import re
import zipfile
from collections.abc import Iterable

FOREIGN = "xqf"  # of another organisation: nobody's
ELSEWHERE = "xqe"  # of another estate of the same organisation
PRIVATE = "xqp"  # an owner's own matter at the same estate: the owner's and the staff's
INTERNAL = "xqn"  # notes of the staff about it
KINDS = (FOREIGN, ELSEWHERE, PRIVATE, INTERNAL)
# A phone number has no letters: these stretches of digits stand for the mark.
PHONES = {FOREIGN: "+8613812000", ELSEWHERE: "+447700901", PRIVATE: "+447700900"}
_PHONE_PATTERNS = {
    kind: re.compile(r"[ ().-]?".join(number.removeprefix("+86").removeprefix("+44")))
    for kind, number in PHONES.items()
}


# Digits of an id can read like a telephone number.
_IDS = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)


class Marks:
    """mark("name") is a new word of its kind each time; ``count`` is how many were planted."""

    def __init__(self, kind: str) -> None:
        self.kind, self.count = kind, 0

    def __call__(self, what: str = "") -> str:
        self.count += 1
        return f"{what} {self.kind}{self.count:03d}".strip()

    def phone(self) -> str:
        self.count += 1
        return f"{PHONES[self.kind]}{self.count:03d}"

    def email(self) -> str:
        self.count += 1
        return f"{self.kind}{self.count:03d}@example.net"


def readable(body: bytes) -> str:
    """What stands in an answer, in a spreadsheet's parts as well."""
    if body[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(body)) as book:
            body = b"\n".join(book.read(name) for name in book.namelist())
    return body.decode("utf-8", errors="replace")


def found_in(text: str, kinds: Iterable[str]) -> list[str]:
    """The marks of these kinds that stand in a text, whatever was done to their case."""
    low = text.lower()
    hits = []
    for kind in kinds:
        if kind in low:
            hits += sorted(set(re.findall(rf"{kind}\d\d\d", low)))
        if kind in _PHONE_PATTERNS and (phone := _PHONE_PATTERNS[kind].search(_IDS.sub("", text))):
            hits.append(phone.group())
    return hits
