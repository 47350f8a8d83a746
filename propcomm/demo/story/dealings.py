"""Promises made and dealings with outside parties, by the product's own verbs."""

from datetime import date, datetime, timedelta
from typing import Any

import yaml

from contacts.models import OutsideParty
from contacts.services import commitments, internal, matters
from propcomm.demo.story.cast import DATA, Cast


def deal(cast: Cast, *, now: datetime) -> None:
    """Everything that `dealings.yaml` says of the organisation."""
    book = yaml.safe_load((DATA / "dealings.yaml").read_text(encoding="utf-8"))[cast.slug]
    for cue in book["promises"]:
        _promise(cast, cue, now)
    for cue in book["requests"]:
        _request(cast, cue, now)
    for cue in book["dealings"]:
        _dealing(cast, cue, now)


def _day(now: datetime, ahead: int) -> date:
    return (now + timedelta(days=ahead)).date()


def _promise(cast: Cast, cue: dict[str, Any], now: datetime) -> None:
    by = cast.members[cue["by"]]
    promise = commitments.Promise(
        estate=cast.main, text=cue["text"], to_whom=cue["to"], promised_by=by, promised_on=_day(now, cue["made"]),
        due_on=_day(now, cue["due"]), is_public=cue.get("is_public", False),
    )  # fmt: skip
    row = commitments.make_commitment(promise=promise, actor=by, now=now + timedelta(days=cue["made"]))
    said: dict[str, Any] = {"commitment_id": row.pk, "actor": by}
    if "kept" in cue:
        at = now + timedelta(days=cue["kept"])
        commitments.keep(evidence=cue["evidence"], kept_on=_day(now, cue["kept"]), now=at, **said)
    if "broken" in cue:
        commitments.break_commitment(reason=cue["broken"], now=now + timedelta(days=cue["due"] + 1), **said)


def _request(cast: Cast, cue: dict[str, Any], now: datetime) -> None:
    """One department asks another; walked on as far as the cue says."""
    asker, doer = cast.members[cue["by"]], cast.members[cue["does"]]
    at = now + timedelta(days=cue["asked"])
    asking = internal.Asking(
        estate=cast.main, from_department=cue["from"], to_department=cue["to"], need=cue["need"],
        wanted_on=_day(now, cue["wanted"]) if "wanted" in cue else None,
    )  # fmt: skip
    row = internal.ask(asking=asking, actor=asker, now=at)
    said: dict[str, Any] = {"request_id": row.pk, "actor": doer, "now": at + timedelta(hours=2)}
    if "declined" in cue:
        internal.decline(reason=cue["declined"], **said)
    elif "accepted" in cue or "result" in cue:
        internal.accept(**said)
    if "result" in cue:
        internal.finish(result=cue["result"], **said)
    if "rating" in cue:
        internal.rate(
            request_id=row.pk, rating=cue["rating"], words=cue.get("words", ""), actor=asker, now=at + timedelta(days=1)
        )


def _dealing(cast: Cast, cue: dict[str, Any], now: datetime) -> None:
    clerk, responsible = cast.members["clerk"], cast.members[cue["responsible"]]
    dealing = matters.Dealing(
        estate=cast.main, party=OutsideParty.objects.filter(name__contains=cue["party"]).get(), kind=cue["kind"],
        title=cue["title"], responsible=responsible, description=cue.get("description", ""),
        due_on=_day(now, cue["due"]) if "due" in cue else None,
    )  # fmt: skip
    row = matters.open_matter(dealing=dealing, actor=clerk, now=now + timedelta(days=cue.get("since", -5)))
    if "wait" in cue:
        matters.wait(
            matter_id=row.pk, what=cue["wait"], since=_day(now, cue["since"]), promised_on=_day(now, cue["promised"]),
            actor=responsible, now=now + timedelta(days=cue["since"]),
        )  # fmt: skip
    for step in cue["steps"]:
        matters.add_step(
            matter_id=row.pk, text=step["text"], responsible=responsible, due_on=_day(now, step["due"]), actor=clerk,
            now=now,
        )  # fmt: skip
