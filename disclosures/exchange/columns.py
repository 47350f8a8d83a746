"""Which sheet of a file is which, on which row its headings stand, and which of them means what."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from disclosures.rules.defaults import columns, defaults
from owners.registry.problems import Unreadable
from owners.registry.values import as_text, folded
from owners.registry.workbook import Sheet, column_letter

PARTS = ("about", "balances", "lines")
# (part, signature of the headings) -> the place of each column, as somebody chose it for an earlier file.
Remembered = Mapping[tuple[str, str], Mapping[str, int]]


@dataclass(frozen=True)
class Choice:
    """A part of the accounts: its sheet, the row of headings, and each column's place. Rows and places count from 0 in
    what is filled in. The period stands one below the other: its places are rows, the words beside them the values."""

    sheet: int
    head: int
    places: Mapping[str, int]


@dataclass(frozen=True)
class Heading:
    """A place that can be chosen: where it stands, its words, and what stands with them."""

    place: int
    where: str
    words: str
    example: str


class NotUnderstood(Unreadable):
    """Sheets or columns are lacking, as far as their names tell. What was recognised comes with it."""

    def __init__(self, sentence: str, choices: Mapping[str, Choice | None]) -> None:
        super().__init__(sentence)
        self.choices = choices


def recognised(sheets: Sequence[Sheet], remembered: Remembered) -> dict[str, Choice | None]:
    """What the names of sheets and headings tell, a remembered row of headings before the words everybody uses."""
    found: dict[str, Choice | None] = {}
    for part in PARTS:
        names = {folded(name) for name in columns()["sheets"][part]}
        known = next((at for at, sheet in enumerate(sheets) if _recalled(part, sheet, remembered)), None)
        named = next((at for at, sheet in enumerate(sheets) if folded(sheet.name) in names), None)
        at = named if known is None else known
        found[part] = None if at is None else guessed(part, sheets, at, remembered)
    return found


def guessed(
    part: str, sheets: Sequence[Sheet], at: int, remembered: Remembered, *, head: int | None = None
) -> Choice:  # fmt: skip
    """The columns of one sheet as this part; ``head`` is the row of headings when somebody said which."""
    sheet = sheets[at]
    if head is None and (recalled := _recalled(part, sheet, remembered)):
        return Choice(at, *recalled)
    head = _head_row(part, sheet) if head is None else head
    own = remembered.get((part, signature_of(_words(part, sheet, head))))
    return Choice(at, head, own if own is not None else _known_places(part, _words(part, sheet, head)))


def proposed(sheets: Sequence[Sheet], remembered: Remembered) -> dict[str, Choice | None]:
    """What is recognised; for the rest the sheets that are left, in their order, for somebody to look at."""
    found = recognised(sheets, remembered)
    taken = {choice.sheet for choice in found.values() if choice is not None}
    left = [at for at, sheet in enumerate(sheets) if at not in taken and sheet.rows]
    for part in PARTS:
        if found[part] is None and left:
            found[part] = guessed(part, sheets, left.pop(0), remembered)
    return found


def _recalled(part: str, sheet: Sheet, remembered: Remembered) -> tuple[int, Mapping[str, int]] | None:
    for head in range(1 if part == "about" else min(len(sheet.rows), defaults()["import"]["head_rows"])):
        places = remembered.get((part, signature_of(_words(part, sheet, head))))
        if places is not None:
            return head, places
    return None


def _head_row(part: str, sheet: Sheet) -> int:
    """The row with most headings that are understood, else the first of the fullest: a title may stand above."""
    if part == "about":
        return 0
    rows = range(min(len(sheet.rows), defaults()["import"]["head_rows"]))

    def fitness(head: int) -> tuple[int, int, int]:
        words = _words(part, sheet, head)
        return len(_known_places(part, words)), len([word for word in words if word]), -head

    return max(rows, key=fitness, default=0)


def _words(part: str, sheet: Sheet, head: int) -> list[str]:
    """The headings in their order, folded; of the period the words that stand first in each row."""
    if part == "about":
        return [
            folded(cells[0]) if cells else "" for _number, cells in sheet.rows[: defaults()["import"]["about_rows"]]
        ]
    words = [folded(cell) for cell in sheet.rows[head][1]] if head < len(sheet.rows) else []
    while words and not words[-1]:
        words.pop()
    return words


def _known_places(part: str, words: Sequence[str]) -> dict[str, int]:
    known = {folded(name): code for code, names in columns()[part].items() for name in names}
    places: dict[str, int] = {}
    for place, word in enumerate(words):
        code = known.get(word)
        if code and code not in places:
            places[code] = place
    return places


def signature_of(words: Sequence[str]) -> str:
    return hashlib.sha256(json.dumps(list(words), ensure_ascii=False).encode()).hexdigest()


def headings_of(part: str, sheet: Sheet, head: int) -> list[Heading]:
    """What may be chosen: every column with a heading or something below it, or every row of the period."""
    if part == "about":
        rows = sheet.rows[: defaults()["import"]["about_rows"]]
        return [
            Heading(place, str(number), as_text(cells[0]), as_text(cells[1]))
            for place, (number, cells) in enumerate(rows)
            if len(cells) > 1 and as_text(cells[0])
        ]
    heads = sheet.rows[head][1] if head < len(sheet.rows) else []
    below = sheet.rows[head + 1 : head + 1 + defaults()["import"]["example_rows"]]
    wide = max([len(heads), *(len(cells) for _number, cells in below)])
    made = []
    for place in range(wide):
        words = as_text(heads[place]) if place < len(heads) else ""
        shown = (as_text(cells[place]) for _number, cells in below if place < len(cells))
        example = next((text for text in shown if text), "")
        if words or example:
            made.append(Heading(place, column_letter(place), words, example))
    return made


def head_rows_of(sheet: Sheet) -> list[tuple[int, str]]:
    """The first rows, each with the number the spreadsheet shows and the words in it: one of them holds the headings."""
    rows = sheet.rows[: defaults()["import"]["head_rows"]]
    return [
        (place, f"{number}: " + " · ".join(text for cell in cells if (text := as_text(cell)))[:60])
        for place, (number, cells) in enumerate(rows)
    ]


def to_remember(part: str, sheets: Sequence[Sheet], choice: Choice) -> tuple[str, list[str]]:
    """The signature of the headings, and their words."""
    words = _words(part, sheets[choice.sheet], choice.head)
    return signature_of(words), words


def complain_of_lacking(sheets: Sequence[Sheet], choices: Mapping[str, Choice | None]) -> None:
    """Raises NotUnderstood for a part without a sheet, then for one without a column it needs."""
    lacking = [" / ".join(columns()["sheets"][part][:3]) for part in PARTS if choices[part] is None]
    if lacking:
        raise NotUnderstood(
            _("The file lacks a sheet: %(names)s. It needs one each for the period, the balances and the lines.")
            % {"names": "; ".join(lacking)},
            choices,
        )
    for part in PARTS:
        choice = choices[part]
        if choice is None:
            continue
        sheet = sheets[choice.sheet]
        if not sheet.rows:
            raise NotUnderstood(_("Sheet “%(sheet)s” is empty.") % {"sheet": sheet.name}, choices)
        needed = columns()["needed"][part]
        missing = [columns()[part][code][0] for code in needed if code not in choice.places]
        if missing:
            raise NotUnderstood(
                _("Sheet “%(sheet)s” lacks: %(columns)s.") % {"sheet": sheet.name, "columns": ", ".join(missing)},
                choices,
            )
