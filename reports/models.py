from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _

from owners.models import Estate
from tenancy.models import Membership, OrganisationForeignKey, OrganisationModel


class ReportRun(OrganisationModel):
    """A report somebody asked for: made by a worker, kept to be fetched again. Page, PDF and XLSX show ``figures``.

    ``listing`` holds the complaints behind the figures, one by one; both are computed once and never again.
    ``estate_ids`` are the estates it covers, fixed when it was asked for: who may see all of them may read it.
    """

    class Kind(models.TextChoices):
        COMPLAINTS_MONTH = "complaints_month", _("Complaints of a month")

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("Being made")
        DONE = "done", _("Ready")
        FAILED = "failed", _("Failed")

    MOVES = {
        State.WAITING: {State.RUNNING, State.FAILED},
        State.RUNNING: {State.RUNNING, State.WAITING, State.DONE, State.FAILED},
        State.FAILED: {State.WAITING},
    }

    kind = models.CharField(_("report"), max_length=30, choices=Kind)
    estate = OrganisationForeignKey(
        Estate, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("estate")
    )
    estate_ids = models.JSONField(default=list)
    month = models.DateField(_("month"))
    language = models.CharField(_("language"), max_length=10)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    progress = models.PositiveSmallIntegerField(_("progress"), default=0)
    figures = models.JSONField(default=dict)
    listing = models.JSONField(default=list)
    error = models.CharField(_("error"), max_length=300, blank=True)
    pdf_name = models.CharField(max_length=200, blank=True)
    xlsx_name = models.CharField(max_length=200, blank=True)
    requested_by = OrganisationForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    requested_at = models.DateTimeField(_("asked for"))
    lease_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    finished_at = models.DateTimeField(_("finished"), null=True)

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        base_manager_name = "objects"
        constraints = [
            # A second click finds the report that is being made.
            models.UniqueConstraint(
                fields=["organisation", "kind", "estate", "month", "language", "requested_by"],
                name="one_report_at_a_time",
                condition=models.Q(state__in=["waiting", "running"]),
                nulls_distinct=False,
            )
        ]
        indexes = [
            models.Index(fields=["organisation", "-requested_at"], name="report_newest"),
            models.Index(
                fields=["organisation", "requested_at"],
                name="report_waiting",
                condition=models.Q(state__in=["waiting", "running"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"

    def covered_estates(self) -> set[UUID]:
        """All of them, and as a whole, must be the reader's."""
        return {UUID(pk) for pk in self.estate_ids}
