"""The words of the complaints: one theme is one trouble, told by several people and dealt with in one way."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import yaml

from propcomm.demo.story.cast import DATA


@dataclass(frozen=True)
class Theme:
    """``where`` says what place it is about (``unit`` is the complainant's own), ``trade`` who deals with it."""

    code: str
    category: str
    where: str
    trade: str
    tell: Sequence[str]
    answer: str
    done: str
    demand: str = ""
    remedy: str = ""
    note: str = ""
    reply: str = ""
    ask: str = ""
    told: str = ""
    more: str = ""
    again: str = ""
    fixed: str = ""
    photo: str = ""
    refer: str = ""
    refer_why: str = ""
    reject: str = ""
    estates: str = ""
    thanks: Sequence[str] = field(default=())


@dataclass
class Texts:
    themes: dict[str, Theme]
    places: dict[str, list[str]]
    says: dict[str, list[str]]  # what fits any trouble: praise, anger, thanks on the phone ...
    _last: dict[object, int] = field(default_factory=dict)

    @classmethod
    def read(cls, language: str) -> "Texts":
        name = "complaints_zh.yaml" if language.startswith("zh") else "complaints_en.yaml"
        said: dict[str, Any] = yaml.load((DATA / name).read_text(encoding="utf-8"), yaml.CSafeLoader)
        themes = {code: Theme(code=code, **rest) for code, rest in said["themes"].items()}
        return cls(themes, said["places"], said["says"])

    def telling(self, theme: Theme, rng: random.Random) -> str:
        """Another telling of the theme than the last time."""
        return theme.tell[self._next(theme.code, len(theme.tell), rng)]

    def say(self, what: str, rng: random.Random) -> str:
        return self.says[what][self._next(what, len(self.says[what]), rng)]

    def place(self, where: str, rng: random.Random) -> str:
        return self.places[where][self._next(("place", where), len(self.places[where]), rng)]

    def _next(self, key: object, many: int, rng: random.Random) -> int:
        last = self._last.get(key)
        place = rng.randrange(many) if last is None else (last + 1) % many
        self._last[key] = place
        return place
