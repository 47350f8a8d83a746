from django.db import models
from django.utils.translation import gettext_lazy as _

from owners.models import Estate
from tenancy.models import Membership, OrganisationForeignKey, OrganisationModel


class ReportRun(OrganisationModel):
    """A report somebody asked for: made by a worker, kept to be fetched again. Page, PDF and XLSX show ``figures``."""

    class Kind(models.TextChoices):
        COMPLAINTS_MONTH = "complaints_month", _("Complaints of a month")

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("Being made")
        DONE = "done", _("Ready")
        FAILED = "failed", _("Failed")

    kind = models.CharField(_("report"), max_length=30, choices=Kind)
    estate = OrganisationForeignKey(
        Estate, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("estate")
    )
    month = models.DateField(_("month"))
    language = models.CharField(_("language"), max_length=10)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    progress = models.PositiveSmallIntegerField(_("progress"), default=0)
    figures = models.JSONField(default=dict)
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
        indexes = [
            models.Index(fields=["organisation", "-requested_at"], name="report_newest"),
            models.Index(
                fields=["organisation", "requested_at"],
                name="report_waiting",
                condition=models.Q(state__in=["waiting", "running"]),
            ),
        ]
