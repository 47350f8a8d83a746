"""Who carries SMS, letters and push for the organisation, and what they said became of it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from notices.models.delivery import Delivery
from tenancy.models import OrganisationForeignKey, OrganisationModel


class Provider(OrganisationModel):
    """How one channel leaves the house: a provider of notices/channels by its code, with its options and secrets."""

    channel = models.CharField(_("channel"), max_length=10, choices=Delivery.Channel)
    code = models.SlugField(_("provider"), max_length=40)
    options = models.JSONField(_("options"), default=dict, blank=True)
    # What only the provider and we know: keys to its gateway, and what its receipts are signed with.
    sealed = models.TextField(blank=True, default="", editable=False)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("provider")
        verbose_name_plural = _("providers")
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "channel"], name="one_active_provider", condition=models.Q(is_active=True)
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_channel_display()}: {self.code}"


class Receipt(OrganisationModel):
    """What a provider told of one message, as it told it. Append-only; a replay finds its own row."""

    provider = OrganisationForeignKey(Provider, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    delivery = OrganisationForeignKey(Delivery, on_delete=models.CASCADE, null=True, related_name="receipts")
    event_id = models.CharField(max_length=120)
    reference = models.CharField(_("reference"), max_length=120)
    status = models.CharField(_("said"), max_length=20)
    detail = models.CharField(_("detail"), max_length=300, blank=True, default="")
    said_at = models.DateTimeField(_("said at"), null=True)
    received_at = models.DateTimeField(_("received"))
    # Why it changed nothing, when it did not: unknown message, told before, backwards.
    ignored_because = models.CharField(_("left alone because"), max_length=20, blank=True, default="")

    class Meta:
        verbose_name = _("receipt")
        verbose_name_plural = _("receipts")
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "provider", "event_id"], name="one_receipt_per_event", nulls_distinct=False
            )
        ]
        indexes = [models.Index(fields=["organisation", "reference"], name="receipt_reference")]
