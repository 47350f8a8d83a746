"""A lift company, a water company, and what stands around them."""

from datetime import date, timedelta
from typing import Any

from contacts.models import Commitment, CommunicationRecord, InternalRequest, Matter, OutsideParty
from contacts.services import commitments, directory, internal, matters, register
from contacts.services.directory import PartyFacts, PersonFacts
from owners.models import Building, Estate
from tests.factories.house import NOON, House


def party(house: House, actor: str = "quality", **facts: Any) -> OutsideParty:
    """Of the house's estate, unless said otherwise."""
    given = {"name": "Lift & Co", "kind": "professional", "branch": "lift", "areas": [(house.estate.pk, None)], **facts}
    return directory.add_party(facts=PartyFacts(**given), actor=getattr(house, actor), now=NOON)


def person(house: House, of: OutsideParty, **facts: Any) -> Any:
    given = {"name": "Ana Dispatcher", "post": "Dispatch", "mobile": "+447700900123", **facts}
    return directory.add_person(party_id=of.pk, facts=PersonFacts(**given), actor=house.quality, now=NOON)


def hill(house: House) -> tuple[Estate, Building]:
    """Another estate of the same organisation, where nobody of the house works."""
    estate = Estate.objects.create(code="HIL", name="Hill Gardens", calendar=house.calendar)
    return estate, Building.objects.create(estate=estate, code="H", name="Hill House")


def typed(house: House, **changes: Any) -> dict[str, Any]:
    given = {
        "name": "City Water", "kind": "utility", "branch": "water", "phone": "020 7946 0123", "emergency_phone": "105",
        "areas": [f"{house.estate.pk}:"], "is_active": "on",
    }  # fmt: skip
    return {**given, **changes}


def contact(house: House, actor: str = "clerk", **changes: Any) -> CommunicationRecord:
    """A call of somebody unlisted, about the house's estate, unless said otherwise."""
    given: dict[str, Any] = {
        "estate": house.estate, "party_type": "owner", "channel": "phone", "content": "enquiry", "subject": "Lift noise",
        "summary": "The lift is loud.", "occurred_at": NOON, "name_given": "Somebody", **changes,
    }  # fmt: skip
    also = {name: given.pop(name) for name in ("answer_to", "entry_key", "files") if name in given}
    now = given.pop("now", NOON + timedelta(hours=1))
    return register.enter_contact(contact=register.Contact(**given), actor=getattr(house, actor), now=now, **also)


def settled(house: House, reason: str = "An advertisement") -> CommunicationRecord:
    """A letter of which the clerk said that it needs no answer."""
    row = contact(house, channel="letter")
    return register.settle_without_answer(record_id=row.pk, reason=reason, actor=house.clerk, now=NOON)


def said(house: House, **changes: Any) -> dict[str, Any]:
    """The form in which a contact is written down."""
    given = {
        "who": "unlisted", "name_given": "Somebody", "party_type": "owner", "channel": "phone", "direction": "in",
        "content": "enquiry", "summary": "The lift is loud.", "occurred_at": "2026-03-02T12:00",
        "estate": str(house.estate.pk),
    }  # fmt: skip
    return {**given, **changes}


def promised(house: House, actor: str = "clerk", **changes: Any) -> Commitment:
    """A promise of the clerk, made at noon and due a week later, unless said otherwise."""
    by = getattr(house, actor)
    given = {
        "estate": house.estate, "text": "The stairs will be painted.", "to_whom": "All owners", "promised_by": by,
        "promised_on": NOON.date(), "due_on": NOON.date() + timedelta(days=7), **changes,
    }  # fmt: skip
    return commitments.make_commitment(promise=commitments.Promise(**given), actor=by, now=NOON)


def requested(house: House, state: str = "asked", **changes: Any) -> InternalRequest:
    """The clerk asks the cleaners at noon; walked on to the state by the supervisor."""
    given = {
        "estate": house.estate, "from_department": "front_desk", "to_department": "cleaning", "need": "Mop the hall.",
        **changes,
    }  # fmt: skip
    row = internal.ask(asking=internal.Asking(**given), actor=house.clerk, now=NOON)
    by = {"request_id": row.pk, "actor": house.supervisor, "now": NOON}
    if state in ("accepted", "done"):
        row = internal.accept(**by)
    return internal.finish(result="Mopped.", **by) if state == "done" else row


def dealing(house: House, actor: str = "clerk", *, case_number: str = "", **changes: Any) -> Matter:
    """Works by the water company, unless said otherwise."""
    by = getattr(house, actor)
    given = {"estate": house.estate, "kind": "works", "title": "New pump", "responsible": by, **changes}
    given.setdefault("party", None)
    given["party"] = given["party"] or party(house, name="City Water", kind="utility", branch="water")
    return matters.open_matter(dealing=matters.Dealing(**given), actor=by, now=NOON, case_number=case_number)


def waiting(house: House, promised_on: date = date(2026, 3, 10), **changes: Any) -> Matter:
    """A dealing in which one waits for a pump since noon, promised for the 10th unless said otherwise."""
    row = dealing(house, **changes)
    return matters.wait(
        matter_id=row.pk,
        what="the new pump",
        since=NOON.date(),
        promised_on=promised_on,
        actor=house.clerk,
        now=NOON,
    )
