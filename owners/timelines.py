"""What one asks of every room for a timeline, and the lines it answers with. The register merges them by time.

It stands here, below the rooms that answer: each offers ``lines(asked)``, named in `TIMELINE_SOURCES`.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from tenancy.models import Membership


@dataclass(frozen=True)
class Asked:
    """Whose timeline, for whom, and narrowed to what.

    ``kind`` is unit, person, party or estate. ``form``, ``method``, ``content`` and ``direction`` are the words of the
    register's own columns; empty means all. ``before`` is the time and key of the last line of the page before.
    At most ``count`` lines are wanted, the newest first.
    """

    member: Membership
    kind: str
    key: UUID
    count: int
    before: tuple[datetime, str] | None = None
    form: str = ""
    method: str = ""
    content: str = ""
    direction: str = ""
    since: date | None = None
    until: date | None = None

    def is_met_by(self, *, form: str, methods: tuple[str, ...], content: str, direction: str) -> bool:
        """Whether what a room exchanges in one way can stand here at all: asked before any row is read."""
        same = (
            (self.form, form), (self.content, content), (self.direction, direction),
        )  # fmt: skip
        return all(not wanted or wanted == given for wanted, given in same) and (
            not self.method or self.method in methods
        )


@dataclass(frozen=True)
class Line:
    """One contact of a timeline. ``methods``, ``form``, ``content``, ``direction``: as in the register."""

    at: datetime
    key: str
    icon: str
    form: str
    methods: tuple[str, ...]
    content: str
    direction: str
    title: str
    words: str = ""
    who: str = ""
    link: str = ""
    marks: tuple[str, ...] = field(default=())
