from django.db import models
from django.utils.translation import gettext_lazy as _

from tenancy.models import Membership, OrganisationForeignKey, OrganisationModel


class AuditEntry(OrganisationModel):
    """What was done, by whom, to what. Append-only: the database refuses UPDATE, DELETE and TRUNCATE.

    ``changes`` holds names of fields and values that are no personal data; people stand in it by id.
    """

    at = models.DateTimeField(_("at"))
    actor = OrganisationForeignKey(
        Membership, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("who"), db_index=False
    )
    action = models.CharField(_("action"), max_length=60)
    subject_type = models.CharField(_("kind of object"), max_length=60)
    subject_id = models.UUIDField(_("object"))
    subject_label = models.CharField(_("object"), max_length=120, blank=True)
    changes = models.JSONField(_("changes"), default=dict)

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit log")
        base_manager_name = "objects"
        indexes = [
            models.Index(fields=["organisation", "-at"], name="audit_newest"),
            models.Index(fields=["organisation", "subject_id", "-at"], name="audit_of_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.subject_label}".strip()
