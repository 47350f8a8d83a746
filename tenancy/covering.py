"""Small numbers are covered, so that a figure of a neighbourhood does not tell of one neighbour.

The customary rule of official statistics: a count below a threshold is not shown, and nothing that is shown leads back
to it. How small is small is the setting ``STATISTICS_COVER_BELOW`` (domain.md 2.10, ``survey.k_anonymity``).
"""

from collections.abc import Sequence


def cover(counts: Sequence[int], least: int) -> list[int | None]:
    """The counts of the parts of one whole, those from 1 to ``least - 1`` as None.

    When the whole is known, the parts shown tell what the covered ones sum up to: so the next smallest are covered too,
    until that sum is of two parts or more and at least ``least``. Nothing at all is no secret: 0 stays.
    """
    covered = {place for place, number in enumerate(counts) if 0 < number < least}
    others = sorted((number, place) for place, number in enumerate(counts) if number >= least)
    while covered and others and (len(covered) < 2 or sum(counts[place] for place in covered) < least):
        covered.add(others.pop(0)[1])
    return [None if place in covered else number for place, number in enumerate(counts)]


def whole(number: int, least: int) -> int | None:
    """A count that stands alone."""
    return None if 0 < number < least else number


def part_of(part: int, number: int, least: int) -> tuple[int, int] | None:
    """A share as (part, whole), or None when it is of fewer than ``least``."""
    return (part, number) if number >= least else None
