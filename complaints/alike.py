"""Open complaints of the same place and class as pages and API offer them: neither who said it nor what."""

from collections.abc import Iterable
from typing import Any

from complaints import joining_queries, words
from complaints.joining_queries import Spot
from complaints.models.settings import Category
from tenancy.models import Membership

SHOWN = 3


def offered(spot: Spot, category: Category, member: Membership | None, kind: str) -> list[Any]:
    """Those under which one more of this kind could be dealt with, the newest first."""
    rows = joining_queries.alike(spot, category, kind).select_related("complainant")[: SHOWN + 1]
    return dressed(rows, member)


def dressed(rows: Iterable[Any], member: Membership | None) -> list[Any]:
    """Where, since when, how far it is, and how many; ``is_mine`` when the member filed it."""
    shown = list(rows)[:SHOWN]
    for row in shown:
        row.place_shown = words.place_words(row)
        row.state_shown = words.owner_state(row)
        row.households = row.led_count + 1
        by = row.complainant.membership_id if row.complainant is not None else None
        row.is_mine = member is not None and by == member.pk
    return shown
