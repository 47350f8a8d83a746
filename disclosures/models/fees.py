"""Fee schedules: what an estate's units are charged, item by item, and since when. Each row is one version."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from disclosures.models.publications import is_open_to
from owners.models import Estate, Unit
from owners.queries import homes_of
from tenancy.models import Membership, OrganisationForeignKey, OrganisationModel


class FeeSchedule(OrganisationModel):
    """One version. Once published it stays as it is; another one, with a later day, follows it."""

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("fee schedule", "Draft")
        CHECKED = "checked", pgettext_lazy("fee schedule", "Checked")
        PUBLISHED = "published", pgettext_lazy("fee schedule", "Published")

    number = models.CharField(_("number"), max_length=40, editable=False)
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    estate = OrganisationForeignKey(Estate, on_delete=models.PROTECT, related_name="+", verbose_name=_("estate"))
    unit_kind = models.CharField(
        _("for which units"), max_length=10, choices=[("", _("All units")), *Unit.Kind.choices], blank=True, default=""
    )
    valid_from = models.DateField(_("in force from"))
    currency = models.CharField(_("currency"), max_length=3)
    explanation = models.TextField(_("why it is so"), max_length=2000, blank=True, default="")
    # Of a rise: what the owners' congress decided, and when.
    decision = models.CharField(_("decision of the owners' congress"), max_length=200, blank=True, default="")
    decided_on = models.DateField(_("decided on"), null=True, blank=True)
    # What it is compared with, and whether anything rises: settled when it is published.
    replaces = OrganisationForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="followers", verbose_name=_("replaces")
    )
    is_rise = models.BooleanField(_("a rise"), default=False, editable=False)
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.DRAFT, editable=False)
    entered_by = OrganisationForeignKey(
        Membership, on_delete=models.PROTECT, related_name="+", verbose_name=_("entered by")
    )
    entered_at = models.DateTimeField(_("entered"))
    changed_by = OrganisationForeignKey(
        Membership, on_delete=models.PROTECT, related_name="+", verbose_name=_("changed by")
    )
    changed_at = models.DateTimeField(_("changed"))
    # Members who wrote any of it since it was begun, by id: none of them checks it.
    writers = models.JSONField(default=list, editable=False)
    checked_by = OrganisationForeignKey(
        Membership, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("checked by")
    )
    back_reason = models.TextField(_("why it was sent back"), max_length=2000, blank=True, default="")
    published_by = OrganisationForeignKey(
        Membership, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("published by")
    )
    published_at = models.DateTimeField(_("published"), null=True, blank=True)
    entry_key = models.UUIDField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("fee schedule")
        verbose_name_plural = _("fee schedules")
        base_manager_name = "objects"
        ordering = ["-valid_from", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "number"], name="one_fee_schedule_per_number"),
            models.UniqueConstraint(
                fields=["organisation", "estate", "unit_kind", "version"], name="one_fee_schedule_per_version"
            ),
            models.UniqueConstraint(
                fields=["organisation", "estate", "unit_kind", "valid_from"], name="one_fee_schedule_per_day",
                condition=models.Q(state="published"),
            ),
            models.UniqueConstraint(
                fields=["organisation", "entry_key"], condition=models.Q(entry_key__isnull=False),
                name="one_fee_schedule_per_form",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.number

    @property
    def is_published(self) -> bool:
        return self.state == self.State.PUBLISHED

    def hangs_before(self, member: Membership) -> bool:
        """Whoever is at home in the estate reads what is published; what was withdrawn only its committee."""
        return self.is_published and self.estate_id in homes_of(member) and is_open_to(self, member)


class FeeItem(OrganisationModel):
    """One charge of a schedule. Its key is kept from version to version, so that the two can be compared."""

    class Per(models.TextChoices):
        M2_MONTH = "m2_month", _("per m² and month")
        UNIT_MONTH = "unit_month", _("per unit and month")
        SPACE_MONTH = "space_month", _("per parking space and month")
        M2_YEAR = "m2_year", _("per m² and year")
        UNIT_YEAR = "unit_year", _("per unit and year")
        M3 = "m3", _("per m³")
        KWH = "kwh", _("per kWh")
        HOUR = "hour", _("per hour")
        TIME = "time", pgettext_lazy("fee", "each time")

    schedule = OrganisationForeignKey(FeeSchedule, on_delete=models.CASCADE, related_name="items")
    key = models.UUIDField(editable=False)
    place = models.PositiveSmallIntegerField(_("place"))
    name_en = models.CharField(_("name, English"), max_length=200, blank=True, default="")
    name_zh = models.CharField(_("name, Chinese"), max_length=200, blank=True, default="")
    rate = models.DecimalField(_("rate"), max_digits=14, decimal_places=4, validators=[MinValueValidator(Decimal(0))])
    per = models.CharField(_("per"), max_length=12, choices=Per)
    note = models.CharField(_("note"), max_length=500, blank=True, default="")

    class Meta:
        verbose_name = _("item of a fee schedule")
        verbose_name_plural = _("items of a fee schedule")
        base_manager_name = "objects"
        ordering = ["place", "id"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "schedule", "key"], name="one_fee_item_per_key"),
            models.CheckConstraint(condition=models.Q(rate__gte=0), name="fee_rate_not_below_zero"),
        ]

    def __str__(self) -> str:
        return self.name_en or self.name_zh

    @property
    def estate_id(self) -> UUID:
        return self.schedule.estate_id

    def hangs_before(self, member: Membership) -> bool:
        return self.schedule.hangs_before(member)


def version_on(schedules: list[FeeSchedule], day: date) -> FeeSchedule | None:
    """Of the published versions of one estate and kind of unit, the one in force on a day."""
    begun = [row for row in schedules if row.is_published and row.valid_from <= day]
    return max(begun, key=lambda row: (row.valid_from, row.version), default=None)
