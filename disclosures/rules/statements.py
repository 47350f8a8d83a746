"""What an account statement may become. Plain values in, plain values out."""

from dataclasses import dataclass

# From here on owners have read it: the text stays, and a correction is a new version beside it.
PUBLISHED = frozenset({"published", "questioned", "answered", "closed"})
BEFORE = frozenset({"draft", "prepared", "finance_checked", "committee_review", "approved", "returned"})


@dataclass(frozen=True)
class Verdict:
    """Whether an act is allowed; ``outcome`` is ``done``, ``new_version`` or the code of the refusal."""

    allowed: bool
    outcome: str


def editing_verdict(*, state: str) -> Verdict:
    """An edit changes what nobody has published; of what is published it makes a new version. Raises ValueError."""
    if state in PUBLISHED:
        return Verdict(True, "new_version")
    if state in BEFORE:
        return Verdict(True, "done")
    raise ValueError(f"{state} is no state of an account statement")
