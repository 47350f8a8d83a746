"""What recurs: duties with the day they are due, what was done for them, and the feeds that show them."""

from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _

from contacts.models.directory import OutsideParty
from owners.models import Building, Estate
from tenancy.models import Membership, OrganisationForeignKey, OrganisationModel


class Duty(OrganisationModel):
    """Something that must be done again and again, or once, at an estate or in one of its buildings.

    ``due_on`` is when it is due next; ``first_due_on`` the day somebody set, whose day of the month the rhythm keeps.
    """

    class Kind(models.TextChoices):
        LIFT_SERVICE = "lift_service", _("Lift service")
        LIFT_INSPECTION = "lift_inspection", _("Lift inspection")
        FIRE_TEST = "fire_test", _("Fire test")
        TANK_CLEANING = "tank_cleaning", _("Tank cleaning")
        INSPECTION = "inspection", _("Inspection")
        LICENCE = "licence", _("Licence")
        INSURANCE = "insurance", _("Insurance")
        FILING = "filing", _("Filing")
        REPORT = "report", _("Report or publication")
        COMMUNICATION = "communication", _("Regular talk")
        OTHER = "other", _("Something else")

    class Unit(models.TextChoices):
        DAY = "day", _("Days")
        MONTH = "month", _("Months")
        YEAR = "year", _("Years")
        ONCE = "once", _("Only once")

    class CountsFrom(models.TextChoices):
        DONE = "done", _("The day it was done")
        DUE = "due", _("The day it was due")

    title = models.CharField(_("title"), max_length=200)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    estate = OrganisationForeignKey(Estate, on_delete=models.PROTECT, related_name="+", verbose_name=_("estate"))
    building = OrganisationForeignKey(
        Building, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("building")
    )
    party = OrganisationForeignKey(
        OutsideParty, on_delete=models.PROTECT, null=True, blank=True, related_name="duties", verbose_name=_("who does it")
    )  # fmt: skip
    responsible = OrganisationForeignKey(
        Membership, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("who sees to it")
    )
    every = models.PositiveSmallIntegerField(_("every"), default=1)
    unit = models.CharField(_("days, months or years"), max_length=5, choices=Unit)
    counts_from = models.CharField(_("counted from"), max_length=4, choices=CountsFrom, default=CountsFrom.DONE)
    first_due_on = models.DateField(_("first due"))
    due_on = models.DateField(_("due"))
    lead_days = models.PositiveSmallIntegerField(_("remind so many days before"), default=0)
    basis = models.CharField(_("basis"), max_length=300, blank=True, default="")
    note = models.TextField(_("what to do"), blank=True, default="", max_length=2000)
    is_active = models.BooleanField(_("active"), default=True)
    # Counts the changes, so that of two people who change it at once the second is told.
    version = models.PositiveIntegerField(default=1, editable=False)
    # Of the form that entered it: sent twice, it enters one.
    form_key = models.UUIDField(null=True, blank=True, editable=False)
    created_by = OrganisationForeignKey(Membership, on_delete=models.PROTECT, related_name="+", verbose_name=_("by"))
    created_at = models.DateTimeField(_("entered"))
    changed_at = models.DateTimeField(_("changed"))

    class Meta:
        verbose_name = _("duty")
        verbose_name_plural = _("duties")
        base_manager_name = "objects"
        ordering = ["due_on", "id"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "form_key"], name="one_duty_per_form"),
            models.CheckConstraint(condition=models.Q(every__gte=1), name="duty_recurs_after_some_time"),
        ]
        indexes = [models.Index(fields=["organisation", "is_active", "due_on", "id"], name="duty_due")]

    def __str__(self) -> str:
        return self.title


class DutyDone(OrganisationModel):
    """That a duty was done for one of its days, with the evidence. Its documents are attachments of it."""

    duty = OrganisationForeignKey(Duty, on_delete=models.CASCADE, related_name="done", verbose_name=_("duty"))
    due_on = models.DateField(_("was due"))
    done_on = models.DateField(_("done"))
    words = models.TextField(_("evidence in words"), blank=True, default="", max_length=2000)
    next_due_on = models.DateField(_("due next"), null=True, blank=True)
    by = OrganisationForeignKey(Membership, on_delete=models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("noted"))

    class Meta:
        verbose_name = _("done duty")
        verbose_name_plural = _("done duties")
        base_manager_name = "objects"
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["organisation", "duty", "-at"], name="duty_history")]

    @property
    def estate_id(self) -> UUID:
        return self.duty.estate_id

    @property
    def building_id(self) -> UUID | None:
        return self.duty.building_id

    @property
    def days_late(self) -> int:
        return max((self.done_on - self.due_on).days, 0)


class DutyFeed(OrganisationModel):
    """One member's secret for the calendar of what is due where they work. Only a hash of it is kept."""

    membership = OrganisationForeignKey(
        Membership, on_delete=models.CASCADE, related_name="+", verbose_name=_("member")
    )
    token_hash = models.CharField(max_length=64, editable=False)
    created_at = models.DateTimeField(_("made"))
    last_used_at = models.DateTimeField(_("last asked for"), null=True)
    revoked_at = models.DateTimeField(_("ended"), null=True)

    class Meta:
        verbose_name = _("feed of what is due")
        verbose_name_plural = _("feeds of what is due")
        base_manager_name = "objects"
        constraints = [models.UniqueConstraint(fields=["organisation", "token_hash"], name="one_duty_feed_per_token")]
