"""Complaints of one cause, dealt with together under a leading one."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from complaints.models.case import Complaint
from tenancy.models import Membership, OrganisationForeignKey, OrganisationModel


class Joining(OrganisationModel):
    """One complaint dealt with under another from ``at`` until ``ended_at``; append-only but for its end.

    Nothing of the complaint is lost by it: it keeps its number, its complainant, its clocks, and its own “solved?”.
    """

    complaint = OrganisationForeignKey(
        Complaint, on_delete=models.CASCADE, related_name="joinings", verbose_name=_("complaint")
    )
    leading = OrganisationForeignKey(
        Complaint, on_delete=models.CASCADE, related_name="led", verbose_name=_("dealt with under")
    )
    at = models.DateTimeField(_("since"))
    # Empty when whoever complains joined it themselves without an account, or without their name.
    actor = OrganisationForeignKey(
        Membership, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("joined by")
    )
    ended_at = models.DateTimeField(_("parted"), null=True)
    ended_by = OrganisationForeignKey(
        Membership, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("parted by")
    )

    class Meta:
        verbose_name = _("joining")
        verbose_name_plural = _("joinings")
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "complaint"], condition=models.Q(ended_at__isnull=True), name="one_leading_case"
            ),
            models.CheckConstraint(
                condition=~models.Q(complaint=models.F("leading")), name="complaint_leads_not_itself"
            ),
        ]
        indexes = [
            models.Index(
                fields=["organisation", "leading", "at"],
                name="joining_of_leading",
                condition=models.Q(ended_at__isnull=True),
            )
        ]
