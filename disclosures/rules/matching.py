"""Which line of a mended file is which line of before. Plain values in, plain values out.

A line of before is found by what says most of it first: all of it, then voucher number, category and words, and so on down
to its place. Where nothing but the place speaks for it, and the voucher numbers or the ways speak against it, it is another
booking, so that no voucher and no question comes to stand beside what it is not about.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any

Line = Mapping[str, Any]
Sign = Callable[[Line], Hashable | None]

# What a reader goes through in a line. Its place, and how its category is called, may differ.
GONE_THROUGH = (
    "direction", "category", "amount", "voucher", "text_en", "text_zh", "counterparty", "building", "booked_on", "budget",
    "note",
)  # fmt: skip


def paired(old: Sequence[Line], new: Sequence[Line]) -> list[int | None]:
    """For each line of the newer file which of ``old`` it is, by position; None for one that was not there."""
    found: list[int | None] = [None] * len(new)
    left = list(range(len(old)))
    if not old:
        return found
    for sign, is_only_alone in SIGNS:
        theirs = _grouped(new, [at for at, one in enumerate(found) if one is None], sign)
        ours = _grouped(old, left, sign)
        for said, places in theirs.items():
            there = ours.get(said, [])
            if is_only_alone and (len(places), len(there)) != (1, 1):
                continue
            for at, before in _in_order(new, places, old, there):
                found[at] = before
        taken = {one for one in found if one is not None}
        left = [at for at in left if at not in taken]
    return found


def differs(old: Line, new: Line) -> bool:
    """Whether whoever went through the one has not gone through the other."""
    return _values(old, GONE_THROUGH) != _values(new, GONE_THROUGH)


def _grouped(lines: Sequence[Line], places: Sequence[int], sign: Sign) -> dict[Hashable, list[int]]:
    groups: dict[Hashable, list[int]] = {}
    for at in places:
        said = sign(lines[at])
        if said is not None:
            groups.setdefault(said, []).append(at)
    return groups


def _in_order(
    new: Sequence[Line], places: Sequence[int], old: Sequence[Line], there: Sequence[int]
) -> list[tuple[int, int]]:
    """Among lines that are alike: those of the same place, then the rest as they come."""
    by_place = {old[at]["place"]: at for at in there}
    same = {at: by_place[new[at]["place"]] for at in places if new[at]["place"] in by_place}
    taken = set(same.values())
    rest = [at for at in there if at not in taken]
    return [*same.items(), *zip([at for at in places if at not in same], rest, strict=False)]


def _values(line: Line, names: Sequence[str]) -> tuple[Any, ...]:
    return tuple(line.get(name) or "" if name != "amount" else line[name] for name in names)


def _words(line: Line) -> tuple[Any, ...]:
    return _values(line, ("text_en", "text_zh"))


def _whole(line: Line) -> Hashable:
    return _values(line, GONE_THROUGH)


def _voucher_category_words(line: Line) -> Hashable | None:
    said = (line.get("voucher") or "", *_words(line))
    return (*said, line["category"]) if any(said) else None


def _voucher_words(line: Line) -> Hashable | None:
    return (line["voucher"], *_words(line)) if line.get("voucher") and any(_words(line)) else None


def _words_category_day_amount(line: Line) -> Hashable | None:
    """The number of its voucher was mended."""
    said = (*_words(line), line["category"], line.get("booked_on"), line["amount"])
    return said if any(_words(line)) else None


def _voucher(line: Line) -> Hashable | None:
    return line.get("voucher") or None


def _place_voucher(line: Line) -> Hashable:
    return (line["place"], line["direction"], line["category"], line.get("voucher") or "")


def _place_amount(line: Line) -> Hashable:
    return (line["place"], line["direction"], line["category"], line["amount"])


# Each with whether it counts only where one line on each side says so.
SIGNS: tuple[tuple[Sign, bool], ...] = (
    (_whole, False), (_voucher_category_words, False), (_voucher_words, False),
    (_words_category_day_amount, False), (_voucher, True), (_place_voucher, False), (_place_amount, False),
)  # fmt: skip
