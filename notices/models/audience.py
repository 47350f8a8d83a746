"""Whom a notice is for: the places it covers, and audiences kept under a name."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from notices.models.notice import Notice
from owners.models import Building, Estate
from tenancy.models import Membership, OrganisationForeignKey, OrganisationModel


class NoticePlace(OrganisationModel):
    """A place the notice is for: a whole estate, or one building. Written with the audience; decides who may see it."""

    notice = OrganisationForeignKey(Notice, on_delete=models.CASCADE, related_name="notice_places")
    estate = OrganisationForeignKey(Estate, on_delete=models.PROTECT, related_name="+", verbose_name=_("estate"))
    building = OrganisationForeignKey(
        Building, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("building")
    )

    class Meta:
        verbose_name = _("place of a notice")
        verbose_name_plural = _("places of a notice")
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "notice", "estate", "building"], name="one_notice_place", nulls_distinct=False
            )
        ]
        indexes = [models.Index(fields=["organisation", "estate", "building"], name="notice_place")]


class Segment(OrganisationModel):
    """An audience kept under a name, for oneself or for everybody who may send notices."""

    name = models.CharField(_("name"), max_length=80)
    audience = models.JSONField(_("audience"), default=dict)
    owner = OrganisationForeignKey(Membership, on_delete=models.CASCADE, related_name="+", verbose_name=_("kept by"))
    is_shared = models.BooleanField(_("for everybody"), default=False)
    created_at = models.DateTimeField(_("kept"))

    class Meta:
        verbose_name = _("kept audience")
        verbose_name_plural = _("kept audiences")
        base_manager_name = "objects"
        ordering = ("name",)
        constraints = [models.UniqueConstraint(fields=["organisation", "owner", "name"], name="one_segment_per_name")]

    def __str__(self) -> str:
        return self.name
