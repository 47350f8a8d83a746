"""Who shared a published account of shared costs, as the registry had them on the day it was published."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from disclosures.models.statements import AccountStatement
from tenancy.models import OrganisationForeignKey, OrganisationModel


class PublishedShare(OrganisationModel):
    """One unit with the area it was counted with and what it pays. Written once; the unit may be gone since."""

    statement = OrganisationForeignKey(
        AccountStatement, on_delete=models.CASCADE, related_name="published_shares", verbose_name=_("account")
    )
    unit = models.UUIDField(_("unit"))
    code = models.CharField(_("code"), max_length=60)
    building_code = models.CharField(_("code of the building"), max_length=40)
    building_name = models.CharField(_("building"), max_length=120)
    area = models.DecimalField(_("area"), max_digits=10, decimal_places=2)
    amount = models.DecimalField(_("share"), max_digits=18, decimal_places=3)

    class Meta:
        verbose_name = _("published share")
        verbose_name_plural = _("published shares")
        base_manager_name = "objects"
        ordering = ["code", "id"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "statement", "unit"], name="one_published_share_per_unit"),
        ]

    def __str__(self) -> str:
        return self.code
