"""The communication register of an organisation, by the product's own verbs."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import yaml
from django.utils import timezone

from contacts.models import CommunicationRecord, OutsideParty
from contacts.services import drafts, register
from owners.models import Person
from owners.queries import units_of_person
from propcomm.demo.story.cast import DATA, Cast

TOLD = ("subject", "summary", "request", "non_verbal_note", "their_reference", "addressee", "letter_text", "content",
        "channel", "direction", "is_letter")  # fmt: skip


def tell_contacts(cast: Cast, *, now: datetime) -> None:
    """Everything that `register.yaml` says of the organisation."""
    whole = yaml.safe_load((DATA / "register.yaml").read_text(encoding="utf-8"))
    for cue in whole[cast.slug]:
        (_begin if "begun" in cue else _tell)(cast, cue, now)


def _begin(cast: Cast, cue: dict[str, Any], now: datetime) -> None:
    """Somebody was called away in the middle of it."""
    at = now - timedelta(minutes=cue["minutes"])
    typed = {name: [cue[name]] for name in ("q", "channel", "summary")}
    said = {**typed, "occurred_at": [timezone.localtime(at).strftime("%Y-%m-%dT%H:%M")]}
    drafts.keep_draft(entry_key=uuid4(), said=said, actor=cast.members["clerk"], now=at)


def _tell(cast: Cast, cue: dict[str, Any], now: datetime) -> None:
    at = now - timedelta(days=cue.get("days", 0), hours=cue.get("hours", 1))
    written = min(now, at + timedelta(hours=cue.get("late", 0), minutes=10))
    actor = cast.members[cue.get("by", "clerk")]
    whom = _whom(cast, cue, at)
    said = {name: cue[name] for name in TOLD if name in cue}
    if "about_staff" in cue:
        said["subject_staff"] = cast.members[cue["about_staff"]]
    contact = register.Contact(**{"estate": cast.main, **whom, **said, "occurred_at": at})
    answered = CommunicationRecord.objects.filter(subject=cue["answers"]).first() if "answers" in cue else None
    row = register.enter_contact(
        contact=contact, actor=actor, now=written, answer_to=answered.pk if answered else None
    )  # fmt: skip
    if "task" in cue:
        register.add_follow_up(
            record_id=row.pk, task=cue["task"], assignee=cast.members["clerk"],
            due_on=(now + timedelta(days=cue["due"])).date(), actor=actor, now=now,
        )  # fmt: skip


def _whom(cast: Cast, cue: dict[str, Any], at: datetime) -> dict[str, Any]:
    if "party" in cue:
        party = OutsideParty.objects.filter(name__contains=cue["party"]).get()
        kinds = {"utility": "utility", "professional": "professional_company"}
        return {"party": party, "party_type": kinds.get(party.kind, "government")}
    if "with" not in cue:
        return {"name_given": cue["name"], "party_type": cue["party_type"]}
    person: Person = cast.named[cue["with"]].person
    units = units_of_person(person, at.date())
    found: dict[str, Any] = {"person": person, "party_type": "occupant" if cue["with"] == "occupant" else "owner"}
    return found | ({"unit": units[0], "estate": units[0].estate} if units else {})
