"""Outside parties as rows of a file, as far as the member may see them."""

from django.utils import timezone

from contacts import queries
from contacts.exchange.columns import EVERYWHERE
from contacts.exchange.tables import Row
from contacts.models import ContactPerson, OutsideParty
from contacts.rules.access import sees_people
from contacts.rules.phones import shown
from tenancy.models import Membership


def rows_for(actor: Membership) -> list[Row]:
    """A row for each person at each active party, or one for a party without people."""
    whole, rows = sees_people(actor), []
    parties = queries.parties_visible_to(actor, "contact.export").filter(is_active=True).order_by("name", "id")
    for party in parties.prefetch_related(queries.with_areas(), "people"):
        people: list[ContactPerson | None] = [*(party.people.all() if whole else ())]
        for person in people or [None]:
            row = _of_party(party)
            if person is not None:
                row |= {
                    "person": person.name, "post": person.post, "person_phone": shown(person.phone),
                    "mobile": shown(person.mobile), "person_email": person.email,
                }  # fmt: skip
            rows.append(row)
    return rows


def _of_party(party: OutsideParty) -> Row:
    plain = ("name", "emergency_note", "email", "website", "address", "hours", "note")
    serves = [f"{area.estate.code}/{area.building.code}" if area.building else area.estate.code
              for area in party.areas_shown]  # type: ignore[attr-defined] # fmt: skip
    return {
        **{name: getattr(party, name) for name in plain},
        "kind": str(party.get_kind_display()), "branch": str(party.get_branch_display()) if party.branch else "",
        "phone": shown(party.phone), "emergency_phone": shown(party.emergency_phone),
        "serves": EVERYWHERE[0] if party.serves_everywhere else "; ".join(serves),
    }  # fmt: skip


def file_name(ending: str) -> str:
    return f"contacts-{timezone.localdate()}.{ending}"
