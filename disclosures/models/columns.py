"""What somebody said the columns of a file mean, for the next file with the same headings."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tenancy.models import Membership, OrganisationForeignKey, OrganisationModel


class RememberedColumns(OrganisationModel):
    """One row of headings, and which of them is which; the organisation's own, before the words everybody uses."""

    class Part(models.TextChoices):
        ABOUT = "about", pgettext_lazy("sheet", "The period")
        BALANCES = "balances", pgettext_lazy("sheet", "The balances")
        LINES = "lines", pgettext_lazy("sheet", "The lines")

    part = models.CharField(_("part"), max_length=8, choices=Part)
    signature = models.CharField(max_length=64, editable=False)
    headings = models.JSONField(_("headings"))
    places = models.JSONField(_("columns"))
    chosen_by = OrganisationForeignKey(
        Membership, on_delete=models.PROTECT, related_name="+", verbose_name=_("chosen by")
    )
    chosen_at = models.DateTimeField(_("chosen"))

    class Meta:
        verbose_name = _("remembered columns")
        verbose_name_plural = _("remembered columns")
        base_manager_name = "objects"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "part", "signature"], name="one_memory_per_headings"),
        ]

    def __str__(self) -> str:
        return self.get_part_display()
