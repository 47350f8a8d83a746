"""What is read to divide a shared cost among the units of an estate."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet, Sum

from disclosures.models import AccountStatement, StatementLine
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
    """A unit with what it pays, and how that comes about."""

    unit: Unit
    parts: list[sharing.Part]
    amount: Decimal


@dataclass
class Divided:
    """The shares, and the costs that nobody shares."""

    shares: list[Share]
    undivided: list[sharing.Undivided]


def divided(statement: AccountStatement) -> Divided:
    """Every unit's share of the expense: three questions. No share when the estate has no such unit."""
    units = list(sharing_units(statement))
    if not units:
        return Divided([], [])
    rows = statement.lines.filter(direction=StatementLine.Direction.EXPENSE).order_by()
    costs = list(rows.values_list("building").annotate(Sum("amount")))
    places = [sharing.Place(str(unit.pk), unit.building.code, unit.exclusive_area) for unit in units]
    found = sharing.shared(costs, places)
    shares = [Share(unit, found.parts[str(unit.pk)], sharing.whole_of(found.parts[str(unit.pk)])) for unit in units]
    return Divided(shares, found.undivided)


def shares_of(statement: AccountStatement) -> list[Share]:
    return divided(statement).shares


def divided_for(statement: AccountStatement, member: Membership) -> Divided:
    """Whoever keeps the accounts: every unit's share. Others: their own units', of the whole all are part of."""
    found = divided(statement)
    if can(member, "statement.shares", statement):
        return found
    own: set[Any] = {unit.pk for unit, _relation in units_of(member)}
    return Divided([share for share in found.shares if share.unit.pk in own], found.undivided)
