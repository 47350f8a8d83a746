"""The promised times of a complaint, what happened to them, and who was told."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints.models.case import Complaint
from complaints.models.settings import LadderStep, TargetKind
from contacts.models import Matter
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
    # Working days that were given to this round alone: a change of priority leaves them.
    own_days = models.PositiveSmallIntegerField(null=True)
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
    # When it goes on to the next level unless somebody takes it up; empty at the top, and once it has gone on.
    passes_at = models.DateTimeField(null=True, editable=False)

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
            ),
            models.Index(
                fields=["organisation", "passes_at"],
                name="escalation_passes",
                condition=models.Q(passes_at__isnull=False),
            ),
        ]


class Pause(OrganisationModel):
    """A stretch in which somebody outside is waited for: why, for what, at the latest until when, and how it ended."""

    class Reason(models.TextChoices):
        COMPLAINANT = "complainant", _("The complainant's reply")
        ACCESS = "access", _("Access")
        PARTY = "party", _("An outside party")

    class Ending(models.TextChoices):
        ANSWERED = "answered", pgettext_lazy("pause", "They replied")
        RESUMED = "resumed", pgettext_lazy("pause", "Staff went on")
        CAP = "cap", pgettext_lazy("pause", "The time was over")

    complaint = OrganisationForeignKey(Complaint, on_delete=models.CASCADE, related_name="pauses")
    reason = models.CharField(_("waiting for"), max_length=12, choices=Reason)
    words = models.TextField(_("what is waited for"), max_length=2000)
    matter = OrganisationForeignKey(
        Matter, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("dealing")
    )
    party = models.CharField(_("outside party"), max_length=200, blank=True)
    promised_on = models.DateField(_("promised by"), null=True)
    began_at = models.DateTimeField(_("since"))
    until = models.DateTimeField(_("at the latest until"))
    ended_at = models.DateTimeField(_("ended"), null=True)
    ending = models.CharField(_("how it ended"), max_length=10, choices=Ending, blank=True)
    # Business minutes that the clocks stood still, by the calendar of its day.
    minutes = models.PositiveIntegerField(null=True)
    actor = OrganisationForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("pause")
        verbose_name_plural = _("pauses")
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "complaint"], condition=models.Q(ended_at__isnull=True), name="one_open_pause"
            )
        ]
        indexes = [models.Index(fields=["organisation", "complaint", "began_at"], name="pause_of_complaint")]


class Extension(OrganisationModel):
    """More time, once, asked for before it was due, with a reason that the complainant is told."""

    complaint = OrganisationForeignKey(Complaint, on_delete=models.CASCADE, related_name="extensions")
    days = models.PositiveSmallIntegerField(_("working days"))
    reason = models.TextField(_("reason"), max_length=2000)
    due_before = models.DateTimeField(_("due before"))
    due_after = models.DateTimeField(_("due now"))
    actor = OrganisationForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("extension")
        verbose_name_plural = _("extensions")
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(fields=["organisation", "complaint"], name="one_extension_per_complaint")
        ]
