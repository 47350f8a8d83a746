"""Runs one case of the state vectors through the complaint's own rules."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from complaints.rules import moving
from complaints.shipped import shipped_defaults


def run_case(op: str, case: Mapping[str, Any], data: Any) -> dict[str, Any]:
    """``allowed`` and ``outcome`` of one guard. Raises ValueError for a machine this product does not have yet."""
    if op != "guard":
        raise ValueError(f"unknown operation {op}")
    given = case["input"]
    facts = given.get("facts") or {}
    act = (given["machine"], given["action"])
    if act == ("complaint", "close"):
        verdict = moving.closing_verdict(
            is_visited=facts.get("return_visit") == "done",
            is_anonymous=bool(facts.get("anonymous")),
            failed_attempts=[_local_date(attempt) for attempt in facts.get("failed_attempts") or ()],
            attempts_needed=shipped_defaults()["handling"]["failed_attempts"],
        )
    elif act == ("complaint", "assign"):
        verdict = moving.assigning_verdict(handler=facts.get("handler"), subject_staff=facts.get("subject_staff"))
    elif act == ("complaint", "read"):
        verdict = moving.reading_verdict(estate=facts.get("estate"), reader_estates=facts.get("reader_estates") or ())
    else:
        raise ValueError(f"no rule for {act[0]} {act[1]} yet")
    return {"allowed": verdict.allowed, "outcome": verdict.outcome}


def _local_date(attempt: Any) -> date:
    """An attempt is a date, an instant (its local date as written), or a mapping with either."""
    if isinstance(attempt, Mapping):
        attempt = next(attempt[key] for key in ("on", "date", "at") if key in attempt)
    if isinstance(attempt, datetime):
        return attempt.date()
    if isinstance(attempt, date):
        return attempt
    return datetime.fromisoformat(str(attempt).replace("Z", "+00:00")).date()
