"""Estates, units and people as the API shows them."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from owners import rules
from owners.models import Occupancy, Ownership, Person, Unit
from tenancy.models import Membership
from tenancy.names import name_for

HOLDINGS = [("owner", _("Owner")), *Occupancy.Kind.choices]


class NamedSerializer(serializers.Serializer):
    id = serializers.UUIDField(source="pk")
    name = serializers.CharField()


class EstateBriefSerializer(NamedSerializer):
    code = serializers.CharField()


class UnitBriefSerializer(serializers.Serializer):
    id = serializers.UUIDField(source="pk")
    code = serializers.CharField()


class BuildingSerializer(NamedSerializer):
    code = serializers.CharField()


class EstateSerializer(EstateBriefSerializer):
    address = serializers.CharField()
    buildings = BuildingSerializer(many=True, source="listed")


class UnitFactsSerializer(UnitBriefSerializer):
    estate = EstateBriefSerializer()
    building = NamedSerializer()
    section = serializers.CharField()
    floor = serializers.IntegerField(allow_null=True)
    number = serializers.CharField()
    kind = serializers.ChoiceField(choices=Unit.Kind.choices)
    exclusive_area = serializers.DecimalField(max_digits=10, decimal_places=2, help_text=_("In m²."))


class OwnUnitSerializer(UnitFactsSerializer):
    relation = serializers.ChoiceField(
        choices=[("owner", _("You own it")), ("occupant", _("You use it"))], source="my_relation"
    )


class HolderSerializer(serializers.Serializer):
    """A person and what they have of a unit."""

    person = NamedSerializer()
    share = serializers.CharField(help_text=_("Of owners, for example 1/2; empty for occupants."))
    kind = serializers.ChoiceField(choices=HOLDINGS)
    from_on = serializers.DateField(allow_null=True)
    to_on = serializers.DateField(allow_null=True)


class RegistryUnitSerializer(UnitFactsSerializer):
    status = serializers.ChoiceField(choices=Unit.Status.choices)
    holders = HolderSerializer(many=True)


class HeldUnitSerializer(serializers.Serializer):
    """A unit and what a person has of it."""

    unit = UnitBriefSerializer()
    share = serializers.CharField()
    kind = serializers.ChoiceField(choices=HOLDINGS)
    from_on = serializers.DateField(allow_null=True)
    to_on = serializers.DateField(allow_null=True)


class PersonSerializer(serializers.Serializer):
    id = serializers.UUIDField(source="pk")
    name = serializers.CharField(source="shown_name", help_text=_("Masked for auditors."))
    kind = serializers.ChoiceField(choices=Person.Kind.choices)
    phone = serializers.CharField(source="shown_phone", help_text=_("Masked for auditors."))
    email = serializers.CharField(source="shown_email", help_text=_("Masked for auditors."))
    postal_address = serializers.CharField(source="shown_postal_address", help_text=_("Empty for auditors."))
    language = serializers.CharField()
    signs_in = serializers.BooleanField()
    units = HeldUnitSerializer(many=True, source="held")


def part_of(row: Ownership | Occupancy) -> dict[str, Any]:
    """What an ownership or occupancy says beside whose and of what it is."""
    owned = row if isinstance(row, Ownership) else None
    return {
        "share": f"{owned.share_numerator}/{owned.share_denominator}" if owned else "",
        "kind": "owner" if isinstance(row, Ownership) else row.kind,
        "from_on": row.from_on,
        "to_on": row.to_on,
    }


def unit_data(unit: Unit, rows: list[Any], member: Membership) -> dict[str, Any]:
    """With the names of its people as this reader may see them."""
    unit.holders = [{"person": _named(row.person, member), **part_of(row)} for row in rows]  # type: ignore[attr-defined]
    return dict(RegistryUnitSerializer(unit).data)


def _named(person: Any, member: Membership) -> dict[str, Any]:
    return {"pk": person.pk, "name": name_for(member, person.name)}


def person_data(person: Any, rows: list[Any], member: Membership) -> dict[str, Any]:
    """With name, phone and addresses as this reader may see them."""
    whole, phone = rules.sees_contacts(member), str(person.phone or "")
    person.shown_phone = phone if whole else rules.masked_phone(phone)
    person.shown_email = person.email if whole else rules.masked_email(person.email)
    person.shown_postal_address = person.postal_address if whole else ""
    person.shown_name = name_for(member, person.name)
    person.signs_in = person.membership_id is not None
    person.held = [{"unit": row.unit, **part_of(row)} for row in rows]
    return dict(PersonSerializer(person).data)
