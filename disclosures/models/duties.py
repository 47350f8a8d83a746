"""What an estate must publish again and again: which rules it follows, and a task for each period."""

from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _

from disclosures.models.publications import Publication
from owners.models import Estate
from owners.queries import homes_of
from tenancy.models import Membership, OrganisationForeignKey, OrganisationModel


class PublicationPlan(OrganisationModel):
    """The rules an estate follows, and which of their duties are switched on. One row for each estate."""

    estate = OrganisationForeignKey(Estate, on_delete=models.PROTECT, related_name="+", verbose_name=_("estate"))
    pack = models.CharField(_("rules"), max_length=20, default="default")
    kinds = models.JSONField(_("duties"), default=list, blank=True)
    # Periods that ended before this day are not asked for.
    from_on = models.DateField(_("from which day on"))
    version = models.PositiveIntegerField(default=1, editable=False)
    changed_by = OrganisationForeignKey(
        Membership, on_delete=models.PROTECT, related_name="+", verbose_name=_("changed by")
    )
    changed_at = models.DateTimeField(_("changed"))

    class Meta:
        verbose_name = _("plan of publications")
        verbose_name_plural = _("plans of publications")
        base_manager_name = "objects"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "estate"], name="one_publication_plan_per_estate")
        ]

    def __str__(self) -> str:
        return f"{self.estate_id}"

    def hangs_before(self, member: Membership) -> bool:
        return self.estate_id in homes_of(member)


class PublicationTask(OrganisationModel):
    """One duty for one period: waiting until its day, then missed; kept once something was published for it."""

    estate = OrganisationForeignKey(Estate, on_delete=models.PROTECT, related_name="+", verbose_name=_("estate"))
    pack = models.CharField(_("rules"), max_length=20)
    kind = models.CharField(_("duty"), max_length=20)
    period_from = models.DateField(_("period from"))
    period_to = models.DateField(_("period to"))
    due_on = models.DateField(_("due"))
    publication = OrganisationForeignKey(
        Publication, on_delete=models.PROTECT, null=True, blank=True, related_name="tasks", verbose_name=_("kept by")
    )
    kept_on = models.DateField(_("kept on"), null=True, blank=True)
    # Empty when it was found by its period.
    named_by = OrganisationForeignKey(
        Membership, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("named by")
    )
    computed_at = models.DateTimeField(_("computed"))

    class Meta:
        verbose_name = _("task of publication")
        verbose_name_plural = _("tasks of publication")
        base_manager_name = "objects"
        ordering = ["-due_on", "kind", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "estate", "kind", "period_from", "period_to"], name="one_task_per_period"
            ),
            models.CheckConstraint(
                condition=models.Q(publication__isnull=True, kept_on__isnull=True)
                | models.Q(publication__isnull=False, kept_on__isnull=False),
                name="publication_task_kept_whole",
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(
                fields=["organisation", "due_on"], condition=models.Q(publication=None), name="publication_task_open"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.period_from:%Y-%m-%d}"

    def hangs_before(self, member: Membership) -> bool:
        return self.estate_id in homes_of(member)

    def standing(self, today: date) -> str:
        """waiting, missed, kept or late (kept, after its day)."""
        if self.kept_on is not None:
            return "late" if self.kept_on > self.due_on else "kept"
        return "missed" if self.due_on < today else "waiting"
