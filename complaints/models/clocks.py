"""The promised times of a complaint, what happened to them, and who was told."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from complaints.models.case import Complaint
from complaints.models.settings import LadderStep, TargetKind
from deadlines.models import ServiceCalendar
from tenancy.models import Membership, OrganisationForeignKey, OrganisationModel


class Clock(OrganisationModel):
    """One target of one complaint: slim, so that the sweep updates little.

    ``schedule`` is the list of what will happen when, [[instant, event, level], ...]; ``step`` the position reached;
    ``next_at`` the instant of that step, which the sweep scans. All three are set by services only.
    """

    class State(models.TextChoices):
        RUNNING = "running", _("Running")
        PAUSED = "paused", _("Paused")
        MET = "met", _("Kept")
        BROKEN = "broken", _("Late")
        CANCELLED = "cancelled", _("No longer applies")

    complaint = OrganisationForeignKey(Complaint, on_delete=models.CASCADE, related_name="clocks")
    kind = models.CharField(max_length=10, choices=TargetKind)
    round = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=10, choices=State, default=State.RUNNING)
    calendar = OrganisationForeignKey(ServiceCalendar, on_delete=models.PROTECT, related_name="+", db_index=False)
    calendar_version = models.PositiveIntegerField()
    round_the_clock = models.BooleanField(default=False)
    started_at = models.DateTimeField()
    due_at = models.DateTimeField()
    stopped_at = models.DateTimeField(null=True)
    paused_at = models.DateTimeField(null=True)
    schedule = models.JSONField(default=list)
    step = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(null=True)

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(fields=["organisation", "complaint", "kind", "round"], name="one_clock_per_target")
        ]
        indexes = [
            models.Index(
                fields=["organisation", "next_at"], name="clock_due", condition=models.Q(next_at__isnull=False)
            ),
        ]


class ClockEvent(OrganisationModel):
    """A warning, a breach, a daily reminder: each once."""

    class Kind(models.TextChoices):
        HALF = "half", _("Half of the time is used")
        THREE_QUARTERS = "three_quarters", _("Three quarters of the time are used")
        BREACH = "breach", _("The promised time has passed")
        REMINDER = "reminder", _("Still late")
        LADDER = "ladder", _("Passed on")

    clock = OrganisationForeignKey(Clock, on_delete=models.CASCADE, related_name="events")
    kind = models.CharField(max_length=16, choices=Kind)
    due_at = models.DateTimeField()
    at = models.DateTimeField()

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(fields=["organisation", "clock", "kind", "due_at"], name="one_event_per_instant")
        ]


class Escalation(OrganisationModel):
    """A step of the ladder that was taken: to whom, when, and whether they took it up."""

    complaint = OrganisationForeignKey(Complaint, on_delete=models.CASCADE, related_name="escalations")
    clock = OrganisationForeignKey(Clock, on_delete=models.CASCADE, related_name="escalations")
    level = models.CharField(_("level"), max_length=12, choices=LadderStep.Level)
    to = OrganisationForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="escalations")
    at = models.DateTimeField(_("at"))
    acknowledged_at = models.DateTimeField(_("acknowledged"), null=True)
    acknowledged_by = OrganisationForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "clock", "level", "to"], name="one_escalation_per_level", nulls_distinct=False
            )
        ]
        indexes = [
            models.Index(
                fields=["organisation", "to", "-at"],
                name="escalation_waiting",
                condition=models.Q(acknowledged_at__isnull=True),
            )
        ]
