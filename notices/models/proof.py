"""The proof of a notice's reach as a document, made by a worker and kept to be fetched by who asked for it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from notices.models.notice import Notice
from tenancy.models import Membership, OrganisationForeignKey, OrganisationModel


class ProofPack(OrganisationModel):
    """One proof, of the recipients its member looks after, as they stood when it was made.

    It is that member's alone: another's reach, and what they see of contacts, may differ.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("Being made")
        DONE = "done", _("Ready")
        FAILED = "failed", _("Failed")

    notice = OrganisationForeignKey(Notice, on_delete=models.CASCADE, related_name="proofs", verbose_name=_("notice"))
    membership = OrganisationForeignKey(
        Membership, on_delete=models.PROTECT, related_name="+", verbose_name=_("asked for by")
    )
    language = models.CharField(_("language"), max_length=10)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    error = models.CharField(max_length=20, blank=True, default="", editable=False)
    pdf_name = models.CharField(max_length=200, blank=True, default="", editable=False)
    requested_at = models.DateTimeField(_("asked for"))
    finished_at = models.DateTimeField(_("made"), null=True)
    lease_until = models.DateTimeField(null=True, editable=False)
    attempts = models.PositiveSmallIntegerField(default=0, editable=False)

    class Meta:
        verbose_name = _("proof of reach")
        verbose_name_plural = _("proofs of reach")
        base_manager_name = "objects"
        constraints = [
            # Two clicks ask for one.
            models.UniqueConstraint(
                fields=["organisation", "notice", "membership", "language"], name="one_proof_at_a_time",
                condition=models.Q(state__in=["waiting", "running"]),
            )
        ]  # fmt: skip
        indexes = [
            models.Index(
                fields=["requested_at"], name="proof_waiting", condition=models.Q(state__in=["waiting", "running"])
            )
        ]

    def __str__(self) -> str:
        return f"{self.notice.number} {self.language}"
