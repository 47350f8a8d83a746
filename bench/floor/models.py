"""The product's tables as a bare project would write them. Joins carry the organisation, as the keys do."""

from typing import Any

from django.db import models


class Kept(models.Model):
    id = models.UUIDField(primary_key=True)
    organisation_id = models.BigIntegerField()

    class Meta:
        abstract = True


class Estate(Kept):
    name = models.CharField(max_length=200)

    class Meta:
        app_label, managed, db_table = "floor", False, "owners_estate"


class Building(Kept):
    name = models.CharField(max_length=120)

    class Meta:
        app_label, managed, db_table = "floor", False, "owners_building"


class Person(Kept):
    name = models.CharField(max_length=200)

    class Meta:
        app_label, managed, db_table = "floor", False, "owners_person"


class Membership(Kept):
    name = models.CharField(max_length=200)

    class Meta:
        app_label, managed, db_table = "floor", False, "tenancy_membership"


class Unit(Kept):
    code = models.CharField(max_length=60)

    class Meta:
        app_label, managed, db_table = "floor", False, "owners_unit"


class Category(Kept):
    name_en = models.CharField(max_length=80)

    class Meta:
        app_label, managed, db_table = "floor", False, "complaints_category"


def _to(model: type[Kept], name: str) -> Any:
    return models.ForeignObject(
        model, models.DO_NOTHING, from_fields=["organisation_id", f"{name}_id"], to_fields=["organisation_id", "id"],
        null=True, related_name="+",
    )  # fmt: skip


class Complaint(Kept):
    number = models.CharField(max_length=40)
    place = models.CharField(max_length=200)
    priority = models.CharField(max_length=2)
    state = models.CharField(max_length=24)
    description = models.TextField()
    received_at = models.DateTimeField()
    next_due_at = models.DateTimeField(null=True)
    is_open = models.BooleanField()
    estate_id = models.UUIDField()
    building_id = models.UUIDField(null=True)
    unit_id = models.UUIDField(null=True)
    category_id = models.UUIDField()
    complainant_id = models.UUIDField(null=True)
    handler_id = models.UUIDField(null=True)
    estate = _to(Estate, "estate")
    building = _to(Building, "building")
    unit = _to(Unit, "unit")
    category = _to(Category, "category")
    complainant = _to(Person, "complainant")
    handler = _to(Membership, "handler")

    class Meta:
        app_label, managed, db_table = "floor", False, "complaints_complaint"


class Contact(Kept):
    number = models.CharField(max_length=40)
    unit_id = models.UUIDField(null=True)
    party_id = models.UUIDField(null=True)
    person_id = models.UUIDField(null=True)
    recorded_by_id = models.UUIDField(null=True)
    name_given = models.CharField(max_length=200)
    direction = models.CharField(max_length=10)
    form = models.CharField(max_length=10)
    methods = models.JSONField()
    content = models.CharField(max_length=30)
    subject = models.CharField(max_length=200)
    summary = models.TextField()
    occurred_at = models.DateTimeField()
    unit = _to(Unit, "unit")
    person = _to(Person, "person")
    recorded_by = _to(Membership, "recorded_by")

    class Meta:
        app_label, managed, db_table = "floor", False, "contacts_communicationrecord"


class Line(Kept):
    statement_id = models.UUIDField()
    place = models.PositiveIntegerField()
    booked_on = models.DateField(null=True)
    voucher = models.CharField(max_length=60)
    direction = models.CharField(max_length=7)
    category_en = models.CharField(max_length=120)
    counterparty = models.CharField(max_length=200)
    text_en = models.CharField(max_length=300)
    amount = models.DecimalField(max_digits=18, decimal_places=3)

    class Meta:
        app_label, managed, db_table = "floor", False, "disclosures_statementline"


class Filing(Kept):
    """A table of the bench, like the complaints' with their indexes, so that the rows above stay as they were."""

    number = models.CharField(max_length=40)
    estate_id = models.UUIDField()
    building_id = models.UUIDField(null=True)
    unit_id = models.UUIDField(null=True)
    category_id = models.UUIDField()
    complainant_id = models.UUIDField(null=True)
    priority = models.CharField(max_length=2, default="p3")
    severity = models.CharField(max_length=10, default="minor")
    channel = models.CharField(max_length=10, default="portal")
    place = models.CharField(max_length=200, default="", blank=True)
    description = models.TextField()
    demand = models.TextField(default="", blank=True)
    caller_name = models.CharField(max_length=200, default="")
    caller_phone = models.CharField(max_length=128, default="")
    is_anonymous = models.BooleanField(default=False)
    state = models.CharField(max_length=24, default="received")
    moved_at = models.DateTimeField()
    returns_to = models.CharField(max_length=24, default="")
    is_open = models.BooleanField(default=True)
    stage = models.SmallIntegerField(default=1)
    times_reopened = models.SmallIntegerField(default=0)
    received_at = models.DateTimeField()
    next_due_at = models.DateTimeField(null=True)
    next_due_kind = models.CharField(max_length=10, default="")
    is_late = models.BooleanField(default=False)
    decision = models.TextField(default="")
    remedy = models.TextField(default="")
    resolution = models.TextField(default="")
    ended_reason = models.TextField(default="")
    referred_to = models.CharField(max_length=200, default="")

    class Meta:
        app_label, managed, db_table = "floor", False, "bench_filing"
