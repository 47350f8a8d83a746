"""What people type of a place, compared as people mean it: wide or narrow figures, capitals and gaps make no other place."""

import re
import unicodedata
from collections.abc import Hashable, Iterable
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)
# What parts one word of a list from the next, in both scripts.
BETWEEN_WORDS = re.compile(r"[,;\n\r\uff0c\u3001\uff1b]+")
GAP = re.compile(r"\s+")


def plain(typed: str) -> str:
    """Typed words as they are compared: of one width, without capitals, with single gaps."""
    return GAP.sub(" ", unicodedata.normalize("NFKC", typed).casefold()).strip()


def listed(typed: str) -> list[str]:
    """A typed list of words, each as it was written, none twice and none empty."""
    found: dict[str, str] = {}
    for word in BETWEEN_WORDS.split(typed):
        if plain(word):
            found.setdefault(plain(word), GAP.sub(" ", word).strip())
    return list(found.values())


def says(typed: str, word: str) -> bool:
    """Whether the typed words contain this word. A figure is never cut: lift 12 is not lift 1."""
    wanted = plain(word)
    if not wanted:
        return False
    before = r"(?<![0-9])" if wanted[0].isdigit() else ""
    after = r"(?![0-9])" if wanted[-1].isdigit() else ""
    return re.search(f"{before}{re.escape(wanted)}{after}", plain(typed)) is not None


def says_one_of(typed: str, words: Iterable[str]) -> bool:
    return any(says(typed, word) for word in words)


def place_of(typed: str, names: Iterable[tuple[Key, str]]) -> Key | None:
    """Which named place the typed words mean: the longest name that is in them, none when none is."""
    found = [(len(plain(name)), key) for key, name in names if says(typed, name)]
    return max(found, key=lambda one: one[0])[1] if found else None
