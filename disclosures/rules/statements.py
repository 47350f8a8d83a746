"""What an account statement may become. Plain values in, plain values out."""

from collections.abc import Mapping
from dataclasses import dataclass

from disclosures.models import AccountStatement

PUBLISHED = AccountStatement.PUBLISHED
BEFORE = frozenset({"draft", "prepared", "finance_checked", "committee_review", "approved", "returned"})

# Nothing is left of it but its entry in the audit log: no row has this state.
GONE = "discarded"

# From which states each act leads where. A committee's decision and questions lead on by themselves.
ACTS: Mapping[str, tuple[frozenset[str], str]] = {
    "prepare": (frozenset({"draft", "returned"}), "prepared"),
    "check": (frozenset({"prepared"}), "finance_checked"),
    "send_back": (frozenset({"prepared", "finance_checked"}), "draft"),
    "submit": (frozenset({"finance_checked"}), "committee_review"),
    "publish": (frozenset({"committee_review", "approved"}), "published"),
    "close": (frozenset({"published", "answered"}), "closed"),
    "discard": (frozenset({"draft"}), GONE),
}


def decision_of(*, members: int, signed: int, returned: int) -> str | None:
    """``approved`` or ``returned`` once more than half of all members say so (BJ 45), else nothing yet."""
    if 2 * signed > members:
        return "approved"
    return "returned" if 2 * returned > members else None


def may_publish(*, state: str, is_review_over: bool) -> bool:
    """Approved; or the committee's time is over: its silence does not block, and is shown (domain.md 2.6)."""
    return state == "approved" or (state == "committee_review" and is_review_over)


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
