"""What is agreed with an outside party, what it must prove, and how it does."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _

from contacts.models.directory import OutsideParty
from tenancy.models import Membership, OrganisationForeignKey, OrganisationModel


class Certificate(OrganisationModel):
    """A licence, a qualification or an insurance, with the day it ends."""

    class Kind(models.TextChoices):
        LICENCE = "licence", _("Licence")
        QUALIFICATION = "qualification", _("Qualification")
        INSURANCE = "insurance", _("Insurance")

    party = OrganisationForeignKey(
        OutsideParty, on_delete=models.CASCADE, related_name="certificates", verbose_name=_("outside party")
    )
    kind = models.CharField(_("kind"), max_length=15, choices=Kind)
    title = models.CharField(_("what it is for"), max_length=200)
    number = models.CharField(_("number"), max_length=80, blank=True, default="")
    issuer = models.CharField(_("issued by"), max_length=200, blank=True, default="")
    expires_on = models.DateField(_("valid until"))

    class Meta:
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")
        base_manager_name = "objects"
        ordering = ["expires_on", "id"]
        indexes = [models.Index(fields=["organisation", "expires_on"], name="certificate_expiry")]

    def __str__(self) -> str:
        return self.title

    @property
    def ends_on(self) -> date:
        return self.expires_on

    def places(self) -> set[tuple[UUID, UUID | None]]:
        return self.party.places()


class Contract(OrganisationModel):
    """A contract with an outside party. Its documents are attachments of it."""

    class FeePeriod(models.TextChoices):
        ONCE = "once", _("Once")
        CALL = "call", _("Per call")
        MONTH = "month", _("Per month")
        QUARTER = "quarter", _("Per quarter")
        YEAR = "year", _("Per year")

    party = OrganisationForeignKey(
        OutsideParty, on_delete=models.CASCADE, related_name="contracts", verbose_name=_("outside party")
    )
    title = models.CharField(_("title"), max_length=200)
    number = models.CharField(_("number"), max_length=80, blank=True, default="")
    scope = models.TextField(_("what is agreed"), max_length=4000)
    starts_on = models.DateField(_("begins"))
    ends_on = models.DateField(_("ends"), null=True, blank=True)
    notice_days = models.PositiveSmallIntegerField(_("notice period in days"), null=True, blank=True)
    is_renewed = models.BooleanField(_("goes on when nobody gives notice"), default=False)
    fee = models.DecimalField(_("fee"), max_digits=14, decimal_places=2, null=True, blank=True)
    currency = models.CharField(_("currency"), max_length=3, blank=True, default="")
    fee_period = models.CharField(_("how often"), max_length=10, choices=FeePeriod, blank=True, default="")
    service_levels = models.TextField(_("service levels"), blank=True, default="", max_length=4000)

    class Meta:
        verbose_name = _("contract")
        verbose_name_plural = _("contracts")
        base_manager_name = "objects"
        ordering = ["-starts_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on__isnull=True) | models.Q(ends_on__gte=models.F("starts_on")),
                name="contract_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=models.Q(fee__isnull=True) | models.Q(fee__gte=0), name="contract_fee_not_negative"
            ),
        ]
        indexes = [models.Index(fields=["organisation", "ends_on"], name="contract_end")]

    def __str__(self) -> str:
        return self.title

    def places(self) -> set[tuple[UUID, UUID | None]]:
        return self.party.places()


class Evaluation(OrganisationModel):
    """How an outside party did in a period, in points from 1 to 5. One for each period; it is not changed later."""

    party = OrganisationForeignKey(
        OutsideParty, on_delete=models.CASCADE, related_name="evaluations", verbose_name=_("outside party")
    )
    from_on = models.DateField(_("from"))
    to_on = models.DateField(_("to"))
    quality = models.PositiveSmallIntegerField(_("quality of the work"))
    punctuality = models.PositiveSmallIntegerField(_("punctuality"))
    cooperation = models.PositiveSmallIntegerField(_("cooperation"))
    words = models.TextField(_("in words"), blank=True, default="", max_length=2000)
    by = OrganisationForeignKey(Membership, on_delete=models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("written"))

    POINTS = ("quality", "punctuality", "cooperation")

    class Meta:
        verbose_name = _("evaluation")
        verbose_name_plural = _("evaluations")
        base_manager_name = "objects"
        ordering = ["-to_on", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "party", "from_on", "to_on"], name="one_evaluation_per_period"
            ),
            models.CheckConstraint(
                condition=models.Q(to_on__gte=models.F("from_on")), name="evaluation_period_is_a_period"
            ),
            models.CheckConstraint(
                condition=models.Q(quality__range=(1, 5), punctuality__range=(1, 5), cooperation__range=(1, 5)),
                name="evaluation_points_from_1_to_5",
            ),
        ]

    @property
    def overall(self) -> Decimal:
        """The mean of the points, with one decimal."""
        points = [getattr(self, name) for name in self.POINTS]
        return (Decimal(sum(points)) / len(points)).quantize(Decimal("0.1"))

    def places(self) -> set[tuple[UUID, UUID | None]]:
        return self.party.places()
