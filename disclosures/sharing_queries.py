"""What is read to divide a shared cost among the units of an estate."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import QuerySet, Sum

from disclosures.models import AccountStatement, PublishedShare, StatementLine
from disclosures.rules import sharing
from disclosures.rules.defaults import defaults
from owners.models import Unit
from owners.queries import units_of
from tenancy.models import Membership
from tenancy.policy import can


def sharing_units(statement: AccountStatement) -> QuerySet[Unit]:
    """The units that share the costs of the estate, as the registry has them, in the order of their codes."""
    rows = Unit.objects.filter(estate=statement.estate_id).exclude(kind__in=defaults()["shares"]["left_out"])
    return rows.select_related("building").order_by("code", "pk")


@dataclass
class Share:
    """A unit, as the registry has it or had it on the day of publication, with what it pays and how that comes about."""

    unit: UUID
    code: str
    building_code: str
    building_name: str
    area: Decimal
    parts: list[sharing.Part] = field(default_factory=list)
    amount: Decimal = Decimal(0)


@dataclass
class Divided:
    """The shares, and the costs that nobody shares."""

    shares: list[Share]
    undivided: list[sharing.Undivided]


def divided(statement: AccountStatement) -> Divided:
    """Every unit's share of the expense: three questions. No share when the estate has no such unit.

    Once it is published the units are those of that day; an account published before this was kept has today's.
    """
    kept = list(PublishedShare.objects.filter(statement=statement))
    shares = [Share(row.unit, row.code, row.building_code, row.building_name, row.area) for row in kept] or [
        Share(unit.pk, unit.code, unit.building.code, unit.building.name, unit.exclusive_area)
        for unit in sharing_units(statement)
    ]
    if not shares:
        return Divided([], [])
    rows = statement.lines.filter(direction=StatementLine.Direction.EXPENSE).order_by()
    costs = list(rows.values_list("building").annotate(Sum("amount")))
    places = [sharing.Place(str(share.unit), share.building_code, share.area) for share in shares]
    found = sharing.shared(costs, places)
    amounts = {row.unit: row.amount for row in kept}
    for share in shares:
        share.parts = found.parts[str(share.unit)]
        share.amount = amounts.get(share.unit, sharing.whole_of(share.parts))
    return Divided(shares, found.undivided)


def shares_of(statement: AccountStatement) -> list[Share]:
    return divided(statement).shares


def divided_for(statement: AccountStatement, member: Membership) -> Divided:
    """Whoever keeps the accounts: every unit's share. Others: their own units', of the whole all are part of."""
    found = divided(statement)
    if can(member, "statement.shares", statement):
        return found
    own: set[Any] = {unit.pk for unit, _relation in units_of(member)}
    return Divided([share for share in found.shares if share.unit in own], found.undivided)
