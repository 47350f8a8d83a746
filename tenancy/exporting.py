"""The shape in which each room hands over what it holds of one person."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any


@dataclass(frozen=True)
class Sheet:
    """One kind of thing: ``columns`` are (key, heading), rows hold plain values in that order."""

    code: str
    title: str
    columns: Sequence[tuple[str, str]]
    rows: list[list[Any]] = field(default_factory=list)

    def as_objects(self) -> list[dict[str, Any]]:
        keys = [key for key, _heading in self.columns]
        return [dict(zip(keys, row, strict=True)) for row in self.rows]


@dataclass(frozen=True)
class StoredFile:
    """A file to be packed: its name in the private storage, and the name it gets."""

    stored_name: str
    path: str


def sheet(code: str, title: str, columns: Iterable[tuple[str, str]], rows: Iterable[Sequence[Any]]) -> Sheet:
    """A sheet of plain values: times in ISO 8601, choices in words, nothing as an empty text."""
    return Sheet(code, str(title), [(key, str(word)) for key, word in columns], [[plain(v) for v in r] for r in rows])


def plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if value is None or isinstance(value, bool | int | float):
        return value
    return str(value)
