"""Outages: what a utility, or the lift company, says it will switch off or has switched off, and who was told of it."""

from datetime import datetime
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _

from contacts.models.directory import OutsideParty
from notices.models import Notice
from owners.models import Building, Estate, Person
from owners.queries import homes_of
from tenancy.errors import IllegalMove
from tenancy.models import Membership, OrganisationForeignKey, OrganisationModel

Branch = OutsideParty.Branch
# What can be off: what utilities supply, and the lifts.
BRANCHES = (*OutsideParty.UTILITIES, Branch.LIFT)


class Outage(OrganisationModel):
    """Something is off, or will be, in some places; moves only along MOVES.

    It is told to the people there by ``notice``; ``relayed_at`` is when that left, not when somebody asked for it.
    """

    class State(models.TextChoices):
        RECEIVED = "received", _("Received")
        VERIFIED = "verified", _("Verified")
        RELAYED = "relayed", _("Relayed")
        RESTORED = "restored", _("Restored")
        CLOSED = "closed", _("Closed")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    class Source(models.TextChoices):
        PHONE = "phone", _("Phone")
        LETTER = "letter", _("Letter")
        EMAIL = "email", _("E-mail")
        FORM = "form", _("Form of the outside party")
        OTHER = "other", _("Another way")

    MOVES = {
        State.RECEIVED: {State.VERIFIED, State.WITHDRAWN},
        State.VERIFIED: {State.RELAYED, State.RESTORED, State.WITHDRAWN},
        State.RELAYED: {State.RESTORED, State.WITHDRAWN},
        State.RESTORED: {State.CLOSED},
    }
    OPEN = (State.RECEIVED, State.VERIFIED, State.RELAYED)
    # What owners are shown: somebody has checked that it is true.
    KNOWN = (State.VERIFIED, State.RELAYED)

    number = models.CharField(_("number"), max_length=20)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.RECEIVED)
    # Empty when nobody knows who switched it off.
    party = OrganisationForeignKey(
        OutsideParty, on_delete=models.PROTECT, null=True, blank=True, related_name="outages",
        verbose_name=_("outside party"),
    )  # fmt: skip
    branch = models.CharField(
        _("what is off"), max_length=20, choices=[(branch.value, branch.label) for branch in BRANCHES]
    )
    is_planned = models.BooleanField(_("planned"), default=True)
    starts_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("expected to end"), null=True, blank=True)
    cause = models.TextField(_("why, in words"), blank=True, default="", max_length=1000)
    source = models.CharField(_("how it came"), max_length=10, choices=Source, default=Source.PHONE)
    # When the house learned of it, which may be before somebody wrote it down.
    received_at = models.DateTimeField(_("received"))
    recorded_at = models.DateTimeField(_("written down"))
    # Empty when the outside party wrote it down itself.
    received_by = OrganisationForeignKey(
        Membership, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("taken by")
    )
    # From the form, so that a second click enters nothing twice.
    form_key = models.UUIDField(null=True, editable=False)
    verified_at = models.DateTimeField(_("verified"), null=True, blank=True)
    verified_by = OrganisationForeignKey(
        Membership, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("verified by")
    )
    verified_words = models.CharField(_("how it was verified"), max_length=500, blank=True, default="")
    relay_due_at = models.DateTimeField(_("to be relayed by"))
    relayed_at = models.DateTimeField(_("relayed"), null=True, blank=True)
    notice = OrganisationForeignKey(
        Notice, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("notice")
    )
    restored_at = models.DateTimeField(_("restored"), null=True, blank=True)
    restored_by = OrganisationForeignKey(
        Membership, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("noted by")
    )
    restored_notice = OrganisationForeignKey(
        Notice, on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("notice of the restoration"),
    )  # fmt: skip
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    closed_by = OrganisationForeignKey(
        Membership, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("closed by")
    )
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)
    withdrawn_by = OrganisationForeignKey(
        Membership, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("withdrawn by")
    )
    withdrawal_reason = models.CharField(_("why it was withdrawn"), max_length=500, blank=True, default="")
    # What the outside party says by its link, until somebody of the house has acted on it.
    told_at = models.DateTimeField(_("told by the outside party"), null=True, blank=True)
    told_over_at = models.DateTimeField(_("over since, as told"), null=True, blank=True)
    told_ends_at = models.DateTimeField(_("expected to end, as told"), null=True, blank=True)
    told_words = models.CharField(_("words of the outside party"), max_length=500, blank=True, default="")
    # When the estate's supervisors and managers were reminded that it is not relayed, or not restored.
    relay_reminded_at = models.DateTimeField(null=True, editable=False)
    end_reminded_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("outage")
        verbose_name_plural = _("outages")
        base_manager_name = "objects"
        ordering = ["-starts_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "number"], name="one_outage_per_number"),
            models.UniqueConstraint(fields=["organisation", "form_key"], name="one_outage_per_form"),
            models.CheckConstraint(
                condition=models.Q(ends_at__isnull=True) | models.Q(ends_at__gt=models.F("starts_at")),
                name="outage_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=models.Q(received_at__lte=models.F("recorded_at")), name="outage_received_before_recorded"
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "starts_at", "id"], name="outage_start"),
            models.Index(
                fields=["relay_due_at"], name="outage_relay_due",
                condition=models.Q(state__in=["received", "verified"], relay_reminded_at=None),
            ),
            models.Index(
                fields=["ends_at"], name="outage_end_due",
                condition=models.Q(state__in=["verified", "relayed"], end_reminded_at=None),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.number

    def move(self, to: str, *, at: datetime) -> None:
        """Change the state in memory, and note when; the service saves. Raises IllegalMove."""
        if to not in self.MOVES.get(self.State(self.state), ()):
            raise IllegalMove(
                _("This is not possible now: the outage is in the state “%(state)s”.")
                % {"state": self.get_state_display()}
            )
        self.state = to
        setattr(self, f"{to}_at", at)

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN

    def places(self) -> set[tuple[UUID, UUID | None]]:
        """(estate, building or None) that it concerns; of a whole estate every building too. Whose staff may see it."""
        named: set[tuple[UUID, UUID | None]] = set(self.outage_places.values_list("estate_id", "building_id"))
        whole = [estate for estate, building in named if building is None]
        if not whole:
            return named
        return named | set(Building.objects.filter(estate__in=whole).values_list("estate_id", "pk"))

    def hangs_before(self, member: Membership) -> bool:
        """Whether it is known and concerns a place where the member is at home, as the policy asks."""
        homes = homes_of(member)
        named = self.outage_places.values_list("estate_id", "building_id")
        return self.state in (*self.KNOWN, self.State.RESTORED) and any(
            estate in homes and (building is None or (own := homes[estate]) is None or building in own)
            for estate, building in named
        )


class OutagePlace(OrganisationModel):
    """An outage concerns this estate, or one of its buildings: a row for each."""

    outage = OrganisationForeignKey(Outage, on_delete=models.CASCADE, related_name="outage_places")
    estate = OrganisationForeignKey(Estate, on_delete=models.PROTECT, related_name="+", verbose_name=_("estate"))
    building = OrganisationForeignKey(
        Building, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("building")
    )

    class Meta:
        verbose_name = _("place of an outage")
        verbose_name_plural = _("places of an outage")
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "outage", "estate", "building"], name="one_outage_place", nulls_distinct=False
            )
        ]
        indexes = [models.Index(fields=["organisation", "estate", "building"], name="outage_place")]


class OutageFollower(OrganisationModel):
    """Somebody who wants to be told when it is over, instead of complaining about it."""

    outage = OrganisationForeignKey(Outage, on_delete=models.CASCADE, related_name="followers")
    person = OrganisationForeignKey(Person, on_delete=models.CASCADE, related_name="+", verbose_name=_("person"))
    # Who noted it: the person's own sign-in, or somebody at the counter.
    by = OrganisationForeignKey(Membership, on_delete=models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("since"))

    class Meta:
        verbose_name = _("follower of an outage")
        verbose_name_plural = _("followers of outages")
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(fields=["organisation", "outage", "person"], name="one_follower_per_outage")
        ]
        indexes = [models.Index(fields=["organisation", "person"], name="outage_follower")]
