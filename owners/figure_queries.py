"""What the registry of an estate adds up to. Of the organisation in force."""

from collections import Counter
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Sum
from django.utils import timezone

from owners.models import Estate, Occupancy, Unit
from owners.queries import current_ownerships


def registry_figures(estate: Estate, on: date | None = None) -> dict[str, Any]:
    """The figures of an estate's registry: units, areas, heads, parties. Areas are text with two decimals, in m².

    Heads: one for each distinct set of owners; everything unsold or sold but not handed over together is one
    (SPC interpretation 2020, article 9).
    """
    day = on or timezone.localdate()
    units = Unit.objects.filter(estate=estate)
    kinds = {row["kind"]: row for row in units.values("kind").annotate(units=Count("pk"), area=Sum("exclusive_area"))}
    by_status = units.values_list("status").annotate(units=Count("pk"))
    owners: dict[Any, set[Any]] = {}
    parties: dict[Any, tuple[str, str, str]] = {}
    rows = 0
    ownerships = current_ownerships(day).filter(unit__estate=estate)
    facts_of_owner = ("unit_id", "person_id", "person__kind", "person__email", "person__phone")
    for unit_id, person_id, kind, email, phone in ownerships.values_list(*facts_of_owner):
        owners.setdefault(unit_id, set()).add(person_id)
        parties[person_id] = (kind, email, str(phone or ""))
        rows += 1
    facts = list(units.values_list("pk", "kind", "status"))
    without_email = [phone for _kind, email, phone in parties.values() if not email]
    return {
        "units": len(facts),
        "by_kind": {
            kind: {"units": row["units"], "exclusive_area": _two(row["area"])} for kind, row in sorted(kinds.items())
        },
        "total_area_all": _two(sum((row["area"] for row in kinds.values()), Decimal(0))),
        "total_area_flats_and_shops": _area(kinds, "flat", "shop"),
        "heads_flats_and_shops": _heads(facts, owners, {"flat", "shop"}),
        "total_area_without_parking": _area(kinds, "flat", "shop", "storage"),
        "heads_without_parking": _heads(facts, owners, {"flat", "shop", "storage"}),
        "heads_all_kinds": _heads(facts, owners, {"flat", "shop", "storage", "parking"}),
        "owner_parties": len(parties),
        "owner_parties_by_type": dict(sorted(Counter(kind for kind, _email, _phone in parties.values()).items())),
        "owner_parties_without_email": len(without_email),
        "owner_parties_without_any_contact": without_email.count(""),
        "ownership_rows": rows,
        "units_with_co_owners": sum(len(found) > 1 for found in owners.values()),
        "occupant_rows": Occupancy.objects.filter(unit__estate=estate).count(),
        "units_by_status": dict(sorted(by_status)),
    }


def _two(area: Decimal) -> str:
    return f"{area:.2f}"


def _area(kinds: dict[str, Any], *wanted: str) -> str:
    return _two(sum((row["area"] for kind, row in kinds.items() if kind in wanted), Decimal(0)))


def _heads(facts: list[tuple[Any, str, str]], owners: dict[Any, set[Any]], wanted: set[str]) -> int:
    sets: set[frozenset[Any]] = set()
    with_construction_unit = False
    for unit_id, kind, status in facts:
        if kind not in wanted:
            continue
        if status in (Unit.Status.UNSOLD, Unit.Status.SOLD_UNDELIVERED):
            with_construction_unit = True
        elif unit_id in owners:
            sets.add(frozenset(owners[unit_id]))
    return len(sets) + with_construction_unit
