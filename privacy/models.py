"""What people ask about their data, what was made and erased for them, what must not be, and how long things stay."""

from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from complaints.models import Complaint
from owners.models import Person
from tenancy.errors import IllegalMove
from tenancy.models import Membership, OrganisationForeignKey, OrganisationModel, User


class AboutSomebody(OrganisationModel):
    """A row about one person: by their entry of the registry, their membership, their sign-in, whichever there are."""

    person = OrganisationForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("person")
    )
    membership = OrganisationForeignKey(
        Membership, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("member")
    )
    user = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("sign-in")
    )

    class Meta:
        abstract = True
        base_manager_name = "objects"


class DataExport(AboutSomebody):
    """Somebody's data as one archive: made by a worker, kept for some days, fetched by them alone."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("Being made")
        DONE = "done", _("Ready")
        FAILED = "failed", _("Failed")
        EXPIRED = "expired", _("No longer kept")

    language = models.CharField(_("language"), max_length=10)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    progress = models.PositiveSmallIntegerField(_("progress"), default=0)
    stored_name = models.CharField(max_length=200, blank=True, editable=False)
    size = models.PositiveBigIntegerField(_("size in bytes"), default=0)
    requested_by = OrganisationForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    requested_at = models.DateTimeField(_("asked for"))
    lease_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    finished_at = models.DateTimeField(_("finished"), null=True)
    expires_at = models.DateTimeField(_("kept until"), null=True)

    class Meta:
        verbose_name = _("data export")
        verbose_name_plural = _("data exports")
        base_manager_name = "objects"
        constraints = [
            # A second click finds the archive that is being made.
            models.UniqueConstraint(
                fields=["organisation", "person", "user"],
                name="one_export_at_a_time",
                condition=models.Q(state__in=["waiting", "running"]),
                nulls_distinct=False,
            )
        ]
        indexes = [
            models.Index(fields=["organisation", "user", "-requested_at"], name="export_of_user"),
            models.Index(
                fields=["organisation", "requested_at"],
                name="export_waiting",
                condition=models.Q(state__in=["waiting", "running"]),
            ),
        ]


class DataRequest(AboutSomebody):
    """Somebody asks about their data; answered within a legal time, refused only with a reason."""

    class Kind(models.TextChoices):
        ACCESS = "access", _("A copy of the data")
        CORRECTION = "correction", _("Correct something")
        ERASURE = "erasure", _("Erase the data")
        OBJECTION = "objection", _("Stop using the data for something")

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        DONE = "done", _("Done")
        REFUSED = "refused", _("Refused")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    MOVES = {State.OPEN: {State.DONE, State.REFUSED, State.WITHDRAWN}}

    kind = models.CharField(_("what is asked for"), max_length=12, choices=Kind)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)
    words = models.TextField(_("in their words"), max_length=2000, blank=True)
    entered_by = OrganisationForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField(_("asked"))
    due_at = models.DateTimeField(_("to be answered by"))
    decided_at = models.DateTimeField(_("answered"), null=True)
    decided_by = OrganisationForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    reply = models.TextField(_("answer"), max_length=2000, blank=True)
    erased_at = models.DateTimeField(_("words erased"), null=True, editable=False)

    class Meta:
        verbose_name = _("data request")
        verbose_name_plural = _("data requests")
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "person", "user", "kind"],
                name="one_open_data_request_per_kind",
                condition=models.Q(state="open"),
                nulls_distinct=False,
            )
        ]
        indexes = [
            models.Index(fields=["organisation", "state", "due_at", "id"], name="data_request_due"),
            models.Index(fields=["organisation", "user", "-asked_at"], name="data_request_of_user"),
        ]

    def move(self, to: str, *, at: datetime) -> None:
        """Change the state in memory; the service saves. Raises IllegalMove."""
        if to not in self.MOVES.get(self.State(self.state), ()):
            raise IllegalMove(
                _("This is not possible now: the request is in the state “%(state)s”.")
                % {"state": self.get_state_display()}
            )
        self.state, self.decided_at = to, at


class LegalHold(OrganisationModel):
    """A person's data or one complaint must be kept, whatever anybody asks and however old it is, until released."""

    person = OrganisationForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="holds", verbose_name=_("person")
    )
    membership = OrganisationForeignKey(
        Membership, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("member")
    )
    complaint = OrganisationForeignKey(
        Complaint, on_delete=models.PROTECT, null=True, blank=True, related_name="holds", verbose_name=_("complaint")
    )
    reason = models.CharField(_("reason"), max_length=500)
    set_by = OrganisationForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField(_("set"))
    released_by = OrganisationForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    released_at = models.DateTimeField(_("released"), null=True)

    class Meta:
        verbose_name = _("legal hold")
        verbose_name_plural = _("legal holds")
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "person", "membership", "complaint"],
                name="one_hold_in_force",
                condition=models.Q(released_at__isnull=True),
                nulls_distinct=False,
            ),
        ]


class Erasure(AboutSomebody):
    """Somebody was erased: when, by whom, how many rows. Complete when no open complaint holds words of theirs."""

    pseudonym = models.CharField(_("name from now on"), max_length=60)
    at = models.DateTimeField(_("at"))
    by = OrganisationForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    counts = models.JSONField(default=dict)
    # Complaints that were open then: their words go when they are closed.
    open_cases = models.JSONField(default=list)
    completed_at = models.DateTimeField(_("complete"), null=True)

    class Meta:
        verbose_name = _("erasure")
        verbose_name_plural = _("erasures")
        base_manager_name = "objects"
        indexes = [
            models.Index(
                fields=["organisation", "at"],
                name="erasure_incomplete",
                condition=models.Q(completed_at__isnull=True),
            )
        ]


class Term(OrganisationModel):
    """An organisation's own number in place of a shipped one: how long something is kept, how soon answered."""

    key = models.CharField(_("what"), max_length=40)
    amount = models.PositiveSmallIntegerField(_("amount"))

    class Meta:
        verbose_name = _("privacy term")
        verbose_name_plural = _("privacy terms")
        base_manager_name = "objects"
        constraints = [models.UniqueConstraint(fields=["organisation", "key"], name="one_term_per_key")]

    def __str__(self) -> str:
        return self.key


class RetentionRun(OrganisationModel):
    """One sweep of what is kept no longer: when, and how many rows of each kind. Append-only."""

    at = models.DateTimeField(_("at"))
    counts = models.JSONField(_("rows"), default=dict)

    class Meta:
        verbose_name = _("retention run")
        verbose_name_plural = _("retention runs")
        base_manager_name = "objects"
        indexes = [models.Index(fields=["organisation", "-at"], name="retention_newest")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"
