from django.db import models
from django.utils.translation import gettext_lazy as _

from tenancy.models import Membership, OrganisationForeignKey, OrganisationModel


class AuditEntry(OrganisationModel):
    """What was done, by whom, to what. Append-only: the database refuses UPDATE, DELETE and TRUNCATE.

    ``changes`` holds names of fields and values that are no personal data; people stand in it by id. So does
    ``subject_label``: a number, a code, a month, never a name. That is why erasing a person leaves the chain whole.
    What concerns no object of the organisation (a failed sign-in) has the organisation itself as its subject.
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


class AuditSeal(OrganisationModel):
    """The place of one entry in its organisation's chain; its id is the entry's. Written by the database alone.

    ``digest`` is the SHA-256 of the entry's columns, ``hash`` that of the hash before, the digest and the place.
    ``seq`` counts from 1 without gaps. Both are NULL only inside the transaction that writes the entry.
    """

    digest = models.BinaryField()
    seq = models.BigIntegerField(null=True)
    hash = models.BinaryField(null=True)

    class Meta:
        base_manager_name = "objects"
        constraints = [models.UniqueConstraint(fields=["organisation", "seq"], name="one_seal_per_place")]


class AuditChain(OrganisationModel):
    """The newest link of an organisation's chain, locked while a transaction's entries are linked at its very end."""

    seq = models.BigIntegerField()
    hash = models.BinaryField()

    class Meta:
        base_manager_name = "objects"
        constraints = [models.UniqueConstraint(fields=["organisation"], name="one_chain_per_organisation")]


class AuditHead(OrganisationModel):
    """The newest link as it was on a day, signed. The same lines leave as a file: see services.take_head."""

    on = models.DateField(_("day"))
    at = models.DateTimeField(_("at"))
    seq = models.BigIntegerField(_("number of the entry"))
    hash = models.CharField(_("hash"), max_length=64)
    key = models.CharField(_("key"), max_length=16)
    signature = models.CharField(_("signature"), max_length=128)

    class Meta:
        verbose_name = _("signed head of the audit log")
        verbose_name_plural = _("signed heads of the audit log")
        base_manager_name = "objects"
        constraints = [models.UniqueConstraint(fields=["organisation", "on"], name="one_head_per_day")]
