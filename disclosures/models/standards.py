"""What is promised to an estate: each promise in its versions, and what was written down of keeping it."""

from uuid import UUID

from django.db import models
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from contacts.models import Contract
from owners.models import Building, Estate
from owners.queries import homes_of
from tenancy.models import Membership, OrganisationForeignKey, OrganisationModel


class ServiceStandard(OrganisationModel):
    """One promise to an estate. What it says stands in its versions; which of them is in force, the day tells."""

    estate = OrganisationForeignKey(Estate, on_delete=models.PROTECT, related_name="+", verbose_name=_("estate"))
    ends_on = models.DateField(_("ends"), null=True, blank=True)
    end_reason = models.TextField(_("why it ends"), max_length=2000, blank=True, default="")
    entry_key = models.UUIDField(null=True, blank=True, editable=False)
    created_by = OrganisationForeignKey(Membership, on_delete=models.PROTECT, related_name="+", verbose_name=_("by"))
    created_at = models.DateTimeField(_("entered"))

    class Meta:
        verbose_name = _("service standard")
        verbose_name_plural = _("service standards")
        base_manager_name = "objects"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "entry_key"], condition=models.Q(entry_key__isnull=False),
                name="one_standard_per_form",
            ),
        ]  # fmt: skip
        indexes = [models.Index(fields=["organisation", "estate", "id"], name="standard_of_estate")]

    def __str__(self) -> str:
        return str(self.pk)

    def hangs_before(self, member: Membership) -> bool:
        """What is promised is open to everybody at home in the estate."""
        return self.estate_id in homes_of(member)


class StandardVersion(OrganisationModel):
    """What is promised from a day on. A version is never changed; a later one takes its place."""

    class Unit(models.TextChoices):
        DAY = "day", pgettext_lazy("rhythm", "days")
        WEEK = "week", pgettext_lazy("rhythm", "weeks")
        MONTH = "month", pgettext_lazy("rhythm", "months")
        YEAR = "year", pgettext_lazy("rhythm", "years")
        CASE = "case", pgettext_lazy("rhythm", "each time it is needed")

    standard = OrganisationForeignKey(
        ServiceStandard, on_delete=models.CASCADE, related_name="versions", verbose_name=_("service standard")
    )
    number = models.PositiveSmallIntegerField(_("version"))
    from_on = models.DateField(_("in force from"))
    item_en = models.CharField(_("service, English"), max_length=120, blank=True, default="")
    item_zh = models.CharField(_("service, Chinese"), max_length=120, blank=True, default="")
    level_en = models.TextField(_("what is promised, English"), max_length=1000, blank=True, default="")
    level_zh = models.TextField(_("what is promised, Chinese"), max_length=1000, blank=True, default="")
    measure_en = models.TextField(_("how it is measured, English"), max_length=1000, blank=True, default="")
    measure_zh = models.TextField(_("how it is measured, Chinese"), max_length=1000, blank=True, default="")
    times = models.PositiveSmallIntegerField(_("how many times"), default=1)
    every = models.PositiveSmallIntegerField(_("in how many"), default=1)
    unit = models.CharField(_("days, weeks, months or years"), max_length=5, choices=Unit)
    source = models.CharField(_("where it is seen"), max_length=20)
    source_key = models.CharField(_("of what"), max_length=40, blank=True, default="")
    per_building = models.BooleanField(_("for each building"), default=False)
    least_percent = models.DecimalField(_("kept from, per cent"), max_digits=5, decimal_places=2, default=100)
    contract = OrganisationForeignKey(
        Contract, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("contract")
    )
    explanation = models.TextField(_("what is changed, and why"), max_length=2000, blank=True, default="")
    created_by = OrganisationForeignKey(Membership, on_delete=models.PROTECT, related_name="+", verbose_name=_("by"))
    created_at = models.DateTimeField(_("entered"))

    class Meta:
        verbose_name = _("version of a service standard")
        verbose_name_plural = _("versions of service standards")
        base_manager_name = "objects"
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "standard", "number"], name="one_standard_per_number"),
            models.UniqueConstraint(fields=["organisation", "standard", "from_on"], name="one_standard_per_day"),
            models.CheckConstraint(
                condition=models.Q(every__gte=1, times__gte=1, least_percent__gt=0, least_percent__lte=100),
                name="standard_asks_for_something",
            ),
        ]

    def __str__(self) -> str:
        return self.item

    @property
    def item(self) -> str:
        return self._said("item")

    @property
    def level(self) -> str:
        return self._said("level")

    @property
    def measure(self) -> str:
        return self._said("measure")

    def _said(self, name: str) -> str:
        """In the language in force, else in the other."""
        here, there = ("zh", "en") if (translation.get_language() or "").startswith("zh") else ("en", "zh")
        said: str = getattr(self, f"{name}_{here}") or getattr(self, f"{name}_{there}")
        return said


class StandardRecord(OrganisationModel):
    """That a service was done on a day, so many times. Its photos and files are attachments of it. A record that was wrong is
    withdrawn with a reason, and stays."""

    standard = OrganisationForeignKey(
        ServiceStandard, on_delete=models.PROTECT, related_name="records", verbose_name=_("service standard")
    )
    building = OrganisationForeignKey(
        Building, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("building")
    )
    on = models.DateField(_("day"))
    times = models.PositiveSmallIntegerField(_("how many times"), default=1)
    note = models.TextField(_("note"), max_length=1000, blank=True, default="")
    entry_key = models.UUIDField(null=True, blank=True, editable=False)
    by = OrganisationForeignKey(Membership, on_delete=models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("noted"))
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)
    withdrawn_by = OrganisationForeignKey(
        Membership, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("withdrawn by")
    )
    withdrawn_reason = models.CharField(_("why it is withdrawn"), max_length=500, blank=True, default="")

    class Meta:
        verbose_name = _("record of a service")
        verbose_name_plural = _("records of services")
        base_manager_name = "objects"
        ordering = ["-on", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "entry_key"], condition=models.Q(entry_key__isnull=False),
                name="one_service_record_per_form",
            ),
            models.CheckConstraint(condition=models.Q(times__gte=1), name="record_of_something"),
        ]  # fmt: skip
        indexes = [models.Index(fields=["organisation", "standard", "on"], name="record_of_month")]

    def __str__(self) -> str:
        return f"{self.on}"

    @property
    def estate_id(self) -> UUID:
        return self.standard.estate_id

    def hangs_before(self, member: Membership) -> bool:
        return self.withdrawn_at is None and self.standard.hangs_before(member)
