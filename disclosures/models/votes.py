"""Whether an answer that lies open to all helped one who read it; once each, and they may change their mind."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from disclosures.models.enquiries import Enquiry
from disclosures.models.reviews import Remark
from tenancy.models import Membership, OrganisationForeignKey, OrganisationModel


class EnquiryVote(OrganisationModel):
    """Of an enquiry that was opened to all."""

    enquiry = OrganisationForeignKey(Enquiry, on_delete=models.CASCADE, related_name="votes")
    membership = OrganisationForeignKey(
        Membership, on_delete=models.PROTECT, related_name="+", verbose_name=_("member")
    )
    was_helpful = models.BooleanField(_("was helpful"))
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("vote on an enquiry")
        verbose_name_plural = _("votes on enquiries")
        base_manager_name = "objects"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "enquiry", "membership"], name="one_enquiry_vote"),
        ]

    def __str__(self) -> str:
        return f"{self.enquiry_id} {self.was_helpful}"


class RemarkVote(OrganisationModel):
    """Of a question on accounts whose answer all owners read."""

    remark = OrganisationForeignKey(Remark, on_delete=models.CASCADE, related_name="votes")
    membership = OrganisationForeignKey(
        Membership, on_delete=models.PROTECT, related_name="+", verbose_name=_("member")
    )
    was_helpful = models.BooleanField(_("was helpful"))
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("vote on a question of accounts")
        verbose_name_plural = _("votes on questions of accounts")
        base_manager_name = "objects"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "remark", "membership"], name="one_remark_vote"),
        ]

    def __str__(self) -> str:
        return f"{self.remark_id} {self.was_helpful}"
