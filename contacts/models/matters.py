"""A dealing with an outside party: a filing, works, a dispute; what is done, what one waits for, which cases hang on it."""

from datetime import date
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from contacts.models.directory import OutsideParty
from owners.models import Building, Estate
from tenancy.errors import DomainError
from tenancy.models import Membership, OrganisationForeignKey, OrganisationModel


class Matter(OrganisationModel):
    """One dealing. While it waits, ``waiting_since`` and what the party promised (``promised_on``) are told to owners
    whose complaints hang on it.
    """

    class Kind(models.TextChoices):
        FILING = "filing", _("Filing")
        INSPECTION = "inspection", pgettext_lazy("dealing", "Inspection")
        METER_READING = "meter_reading", _("Meter reading")
        COLLECTION = "collection", _("Collection")
        WORKS = "works", _("Works")
        PERMIT = "permit", _("Permit")
        DISPUTE = "dispute", _("Dispute")
        OTHER = "other", pgettext_lazy("dealing", "Other")

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("dealing", "With us")
        WAITING = "waiting", _("Waiting for them")
        DONE = "done", pgettext_lazy("dealing", "Done")
        DROPPED = "dropped", _("Dropped")

    MOVES: dict[str, frozenset[str]] = {
        State.OPEN: frozenset({State.WAITING, State.DONE, State.DROPPED}),
        State.WAITING: frozenset({State.OPEN, State.WAITING, State.DONE, State.DROPPED}),
        State.DONE: frozenset({State.OPEN}),
        State.DROPPED: frozenset({State.OPEN}),
    }
    ENDED = frozenset({State.DONE, State.DROPPED})

    number = models.CharField(_("number"), max_length=40, editable=False)
    estate = OrganisationForeignKey(Estate, on_delete=models.PROTECT, related_name="+", verbose_name=_("estate"))
    building = OrganisationForeignKey(
        Building, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("building")
    )
    party = OrganisationForeignKey(
        OutsideParty, on_delete=models.PROTECT, related_name="matters", verbose_name=_("outside party")
    )
    kind = models.CharField(_("kind"), max_length=15, choices=Kind)
    title = models.CharField(_("what it is about"), max_length=200)
    description = models.TextField(_("what is known"), max_length=4000, blank=True, default="")
    responsible = OrganisationForeignKey(
        Membership, on_delete=models.PROTECT, related_name="+", verbose_name=_("who sees to it")
    )
    due_on = models.DateField(_("to be finished by"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN, editable=False)
    waiting_for = models.CharField(_("waiting for"), max_length=300, blank=True, default="")
    waiting_since = models.DateField(_("waiting since"), null=True, blank=True)
    promised_on = models.DateField(_("promised by"), null=True, blank=True)
    outcome = models.TextField(_("what came of it"), max_length=2000, blank=True, default="")
    opened_by = OrganisationForeignKey(Membership, on_delete=models.PROTECT, related_name="+", verbose_name=_("by"))
    opened_at = models.DateTimeField(_("opened"))
    moved_at = models.DateTimeField(_("moved"))
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    entry_key = models.UUIDField(null=True, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("dealing")
        verbose_name_plural = _("dealings")
        base_manager_name = "objects"
        ordering = ["-moved_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "number"], name="one_matter_per_number"),
            models.UniqueConstraint(
                fields=["organisation", "entry_key"], condition=models.Q(entry_key__isnull=False),
                name="one_matter_per_form",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="waiting") | models.Q(waiting_since__isnull=False),
                name="matter_waits_since_a_day",
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["organisation", "-moved_at", "-id"], name="matter_moved"),
            models.Index(fields=["organisation", "party", "-moved_at"], name="matter_of_party"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_ended(self) -> bool:
        return self.state in self.ENDED

    def is_promise_broken(self, today: date) -> bool:
        return self.state == self.State.WAITING and self.promised_on is not None and self.promised_on < today

    def move(self, to: str) -> None:
        """Change the state in memory; the service saves. Raises DomainError."""
        if to not in self.MOVES[self.State(self.state)]:
            raise DomainError(
                _("This is not possible now: the dealing is in the state “%(state)s”.")
                % {"state": self.get_state_display()},
                code="state",
            )
        self.state = to


class MatterStep(OrganisationModel):
    """One step of a dealing, by somebody, until a day; done with what came of it."""

    matter = OrganisationForeignKey(Matter, on_delete=models.CASCADE, related_name="steps", verbose_name=_("dealing"))
    text = models.CharField(_("what is to be done"), max_length=500)
    responsible = OrganisationForeignKey(
        Membership, on_delete=models.PROTECT, related_name="+", verbose_name=_("who does it")
    )
    due_on = models.DateField(_("due"))
    added_by = OrganisationForeignKey(Membership, on_delete=models.PROTECT, related_name="+", verbose_name=_("by"))
    added_at = models.DateTimeField(_("entered"))
    done_at = models.DateTimeField(_("done"), null=True, blank=True)
    done_by = OrganisationForeignKey(
        Membership, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("done by")
    )
    outcome = models.CharField(_("what came of it"), max_length=500, blank=True, default="")

    class Meta:
        verbose_name = _("step of a dealing")
        verbose_name_plural = _("steps of a dealing")
        base_manager_name = "objects"
        ordering = ["due_on", "id"]

    def places(self) -> set[tuple[UUID, UUID | None]]:
        """Those of the dealing, as the policy asks."""
        return {(self.matter.estate_id, self.matter.building_id)}


class MatterWait(OrganisationModel):
    """A stretch in which one waited for the party: since when, for what, what they promised, and when it ended."""

    matter = OrganisationForeignKey(Matter, on_delete=models.CASCADE, related_name="waits", verbose_name=_("dealing"))
    since = models.DateField(_("waiting since"))
    what = models.CharField(_("waiting for"), max_length=300)
    promised_on = models.DateField(_("promised by"), null=True, blank=True)
    noted_by = OrganisationForeignKey(Membership, on_delete=models.PROTECT, related_name="+", verbose_name=_("by"))
    noted_at = models.DateTimeField(_("noted"))
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    class Meta:
        verbose_name = _("wait for an outside party")
        verbose_name_plural = _("waits for outside parties")
        base_manager_name = "objects"
        ordering = ["noted_at", "id"]


class MatterCase(OrganisationModel):
    """A case of another room hangs on the dealing: by its type, key and number (`REGISTER_LINKS`)."""

    matter = OrganisationForeignKey(Matter, on_delete=models.CASCADE, related_name="cases", verbose_name=_("dealing"))
    linked_type = models.CharField(max_length=60)
    linked_id = models.UUIDField()
    linked_number = models.CharField(_("case"), max_length=40)
    at = models.DateTimeField(_("linked"))

    class Meta:
        verbose_name = _("case of a dealing")
        verbose_name_plural = _("cases of dealings")
        base_manager_name = "objects"
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "matter", "linked_type", "linked_id"], name="one_link_per_case"
            )
        ]
        indexes = [models.Index(fields=["organisation", "linked_id"], name="matter_of_case")]


class MatterAnswer(OrganisationModel):
    """What the party said of a dealing by its link, without an account. Staff read it and act."""

    matter = OrganisationForeignKey(Matter, on_delete=models.CASCADE, related_name="answers", verbose_name=_("dealing"))
    at = models.DateTimeField(_("when"))
    words = models.TextField(_("what they say"), max_length=2000)
    promised_on = models.DateField(_("promised by"), null=True, blank=True)

    class Meta:
        verbose_name = _("answer of an outside party")
        verbose_name_plural = _("answers of outside parties")
        base_manager_name = "objects"
        ordering = ["at", "id"]
