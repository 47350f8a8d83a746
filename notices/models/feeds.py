"""Feeds of an estate's notice board: an address that only who was given it knows, and that can be ended."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from owners.models import Estate
from tenancy.models import Membership, OrganisationForeignKey, OrganisationModel


class FeedKey(OrganisationModel):
    """One member's secret for the calendar and news feed of one estate. Only a hash of it is kept."""

    membership = OrganisationForeignKey(
        Membership, on_delete=models.CASCADE, related_name="+", verbose_name=_("member")
    )
    estate = OrganisationForeignKey(Estate, on_delete=models.CASCADE, related_name="+", verbose_name=_("estate"))
    token_hash = models.CharField(max_length=64, editable=False)
    created_at = models.DateTimeField(_("made"))
    last_used_at = models.DateTimeField(_("last asked for"), null=True)
    revoked_at = models.DateTimeField(_("ended"), null=True)

    class Meta:
        verbose_name = _("feed")
        verbose_name_plural = _("feeds")
        base_manager_name = "objects"
        constraints = [models.UniqueConstraint(fields=["organisation", "token_hash"], name="one_feed_per_token")]
