"""Promises made in a contact, a case, an answer or a notice: to whom, by whom, until when, and what became of them."""

from datetime import date
from typing import Any
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from contacts.models.directory import OutsideParty
from contacts.models.register import CommunicationRecord
from owners.models import Building, Estate, Person, Unit
from owners.queries import homes_of
from tenancy.models import Membership, OrganisationForeignKey, OrganisationModel


class Commitment(OrganisationModel):
    """One promise. A public one joins the contract with the owners (CC 938), and their committee sees it.

    What it was made in is an entry of the register, or a case of another room by its number (`REGISTER_LINKS`).
    """

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("state of a promise", "Open")
        KEPT = "kept", pgettext_lazy("state of a promise", "Kept")
        BROKEN = "broken", pgettext_lazy("state of a promise", "Broken")
        WITHDRAWN = "withdrawn", pgettext_lazy("state of a promise", "Withdrawn")

    MOVES: dict[str, frozenset[str]] = {
        State.OPEN: frozenset({State.KEPT, State.BROKEN, State.WITHDRAWN}),
        # A broken promise can still be made good; it stays one that was not kept in time.
        State.BROKEN: frozenset({State.KEPT}),
    }

    estate = OrganisationForeignKey(Estate, on_delete=models.PROTECT, related_name="+", verbose_name=_("estate"))
    building = OrganisationForeignKey(
        Building, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("building")
    )
    unit = OrganisationForeignKey(
        Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("unit")
    )
    text = models.TextField(_("what is promised"), max_length=1000)
    to_whom = models.CharField(_("to whom"), max_length=200)
    person = OrganisationForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("person")
    )
    party = OrganisationForeignKey(
        OutsideParty, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("outside party")
    )
    promised_by = OrganisationForeignKey(
        Membership, on_delete=models.PROTECT, related_name="+", verbose_name=_("promised by")
    )
    promised_on = models.DateField(_("promised on"))
    due_on = models.DateField(_("due"))
    is_public = models.BooleanField(_("public"), default=False)
    record = OrganisationForeignKey(
        CommunicationRecord, on_delete=models.PROTECT, null=True, blank=True, related_name="commitments",
        verbose_name=_("register entry"),
    )  # fmt: skip
    linked_type = models.CharField(max_length=60, blank=True, default="", editable=False)
    linked_id = models.UUIDField(null=True, blank=True, editable=False)
    linked_number = models.CharField(_("case"), max_length=40, blank=True, default="")
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN, editable=False)
    evidence = models.TextField(_("evidence"), max_length=2000, blank=True, default="")
    reason = models.CharField(_("reason"), max_length=500, blank=True, default="")
    kept_on = models.DateField(_("kept on"), null=True, blank=True)
    settled_at = models.DateTimeField(_("settled"), null=True, blank=True)
    settled_by = OrganisationForeignKey(
        Membership, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("settled by")
    )
    entered_by = OrganisationForeignKey(Membership, on_delete=models.PROTECT, related_name="+", verbose_name=_("by"))
    entered_at = models.DateTimeField(_("entered"))
    escalated_at = models.DateTimeField(_("passed on"), null=True, blank=True)
    entry_key = models.UUIDField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("commitment")
        verbose_name_plural = _("commitments")
        base_manager_name = "objects"
        ordering = ["due_on", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "entry_key"], condition=models.Q(entry_key__isnull=False),
                name="one_commitment_per_form",
            ),
            models.CheckConstraint(
                condition=models.Q(due_on__gte=models.F("promised_on")), name="commitment_due_after_promise"
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["organisation", "due_on", "id"], name="commitment_due"),
            models.Index(fields=["organisation", "due_on"], condition=models.Q(state="open"), name="commitment_open"),
            models.Index(fields=["organisation", "linked_id"], name="commitment_of_case"),
        ]

    def __str__(self) -> str:
        return self.text[:80]

    @property
    def membership_id(self) -> UUID:
        """Whose own it is, as the policy asks: whoever promised it."""
        key: UUID = self.promised_by_id
        return key

    @property
    def subject_staff_id(self) -> UUID | None:
        """Of the contact it was made in, as the policy asks: whom that is about."""
        key: UUID | None = self.record.subject_staff_id if self.record is not None else None
        return key

    def hangs_before(self, member: Membership) -> bool:
        """Whether it is public and of an estate where the member is at home, as the policy asks."""
        homes: dict[Any, Any] = homes_of(member)
        return self.is_public and self.estate_id in homes

    def is_overdue(self, today: date) -> bool:
        return self.state == self.State.OPEN and self.due_on < today
