"""Who outside the house is let in by a link, to see and answer one thing that is addressed to them."""

from datetime import datetime
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _

from contacts.models.directory import ContactPerson, OutsideParty
from tenancy.models import Membership, OrganisationForeignKey, OrganisationModel


class AccessGrant(OrganisationModel):
    """A link for an outside party. What it opens is said by the door of its subject (settings.ACCESS_DOORS).

    Only a hash of the link's secret is kept: it is shown, or mailed, once.
    """

    party = OrganisationForeignKey(
        OutsideParty, on_delete=models.CASCADE, related_name="grants", verbose_name=_("outside party")
    )
    # With the person the grant goes: who has left is let in no more.
    contact = OrganisationForeignKey(
        ContactPerson, on_delete=models.CASCADE, null=True, blank=True, related_name="grants",
        verbose_name=_("contact person"),
    )  # fmt: skip
    subject_type = models.CharField(_("what for"), max_length=60)
    # Empty where the door is a form that makes something new.
    subject_id = models.UUIDField(null=True, blank=True)
    secret_hash = models.CharField(max_length=64, editable=False)
    form_key = models.UUIDField(null=True, editable=False)
    made_by = OrganisationForeignKey(Membership, on_delete=models.PROTECT, related_name="+", verbose_name=_("given by"))
    made_at = models.DateTimeField(_("given"))
    expires_at = models.DateTimeField(_("valid until"))
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    ended_by = OrganisationForeignKey(
        Membership, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("ended by")
    )
    last_used_at = models.DateTimeField(_("last used"), null=True, editable=False)
    uses = models.PositiveIntegerField(_("uses"), default=0, editable=False)

    class Meta:
        verbose_name = _("access from outside")
        verbose_name_plural = _("accesses from outside")
        base_manager_name = "objects"
        ordering = ["-made_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "secret_hash"], name="one_grant_per_secret"),
            models.UniqueConstraint(fields=["organisation", "form_key"], name="one_grant_per_form"),
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("made_at")), name="grant_expires_after_it_is_made"
            ),
        ]
        indexes = [models.Index(fields=["organisation", "party", "-made_at"], name="grant_of_party")]

    def is_valid_at(self, now: datetime) -> bool:
        return self.ended_at is None and now < self.expires_at and self.party.is_active

    def places(self) -> set[tuple[UUID, UUID | None]]:
        """Those of the party, as the policy asks."""
        return self.party.places()
