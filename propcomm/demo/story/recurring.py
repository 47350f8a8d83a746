"""What recurs at an organisation's estates, and what was done for it, by the product's own verbs."""

from datetime import date, datetime, timedelta
from typing import Any

import yaml

from contacts.models import OutsideParty
from contacts.rules.access import Place
from contacts.rules.duties import seeds_for
from contacts.services import duties
from contacts.services.duties import DoneFacts, DutyFacts
from propcomm.demo.story.cast import DATA, Cast


def enter_duties(cast: Cast, *, now: datetime) -> None:
    """Everything that `duties.yaml` says of the organisation, entered by its quality officer, done by its staff."""
    whole = yaml.safe_load((DATA / "duties.yaml").read_text(encoding="utf-8"))
    for cue in whole[cast.slug]:
        _enter(cast, cue, now)


def _enter(cast: Cast, cue: dict[str, Any], now: datetime) -> None:
    seeds = {row["code"]: row for row in seeds_for(cue["country"], cast.organisation.language)}
    said = {name: value for name, value in seeds[cue["seed"]].items() if name not in ("code", "mark")}
    done: list[dict[str, Any]] = cue.get("done", [])
    days = [now.date() + timedelta(days=row["day"] - row.get("late", 0)) for row in done]
    following = now.date() + timedelta(days=cue["due"])
    party = OutsideParty.objects.filter(name=cue.get("party", "")).first()
    sees = cast.members[cue["sees"]].pk if "sees" in cue else None
    facts = DutyFacts(
        **said,
        place=_place(cast, cue),
        due_on=(days or [following])[0],
        party_id=party and party.pk,
        responsible_id=sees,
    )
    began = now + timedelta(days=done[0]["day"] - 30) if done else now
    duty = duties.add_duty(facts=facts, actor=cast.members["admin"], now=began)
    for row, due_on, next_on in zip(done, days, [*days[1:], following], strict=False):
        _do(cast, duty.pk, row, due_on, now)
        duty.refresh_from_db()
        _move(cast, duty, next_on, now)


def _place(cast: Cast, cue: dict[str, Any]) -> Place:
    if cue["serves"] == "main":
        return cast.main.pk, None
    home = cast.named["owner"].home
    return home.estate_id, home.building_id


def _do(cast: Cast, duty_id: Any, row: dict[str, Any], due_on: date, now: datetime) -> None:
    at = now + timedelta(days=row["day"])
    facts = DoneFacts(at.date(), row["words"])
    duties.note_done(duty_id=duty_id, due_on=due_on, facts=facts, actor=cast.members["clerk"], now=at)


def _move(cast: Cast, duty: Any, due_on: date, now: datetime) -> None:
    """The demo's day instead of that of the rhythm, so that there is always something late and something soon."""
    facts = duties.facts_of(duty)
    moved = DutyFacts(**{**facts.__dict__, "due_on": due_on})
    duties.change_duty(duty_id=duty.pk, facts=moved, version=None, actor=cast.members["admin"], now=now)
