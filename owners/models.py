"""Estates, buildings, units; the people of the registry; who owns and who occupies what, and since when."""

from datetime import datetime
from fractions import Fraction
from uuid import UUID

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField

from deadlines.models import ServiceCalendar
from tenancy.errors import IllegalMove
from tenancy.models import Membership, OrganisationForeignKey, OrganisationModel, User


class Estate(OrganisationModel):
    """An area with one owners' congress and at most one service provider."""

    code = models.CharField(_("code"), max_length=8, help_text=_("Stands in complaint numbers, for example LAK."))
    name = models.CharField(_("name"), max_length=200)
    address = models.CharField(_("address"), max_length=300, blank=True)
    calendar = OrganisationForeignKey(
        ServiceCalendar, on_delete=models.PROTECT, related_name="estates", verbose_name=_("service calendar")
    )
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("estate")
        verbose_name_plural = _("estates")
        base_manager_name = "objects"
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["organisation", "code"], name="one_estate_per_code")]

    def __str__(self) -> str:
        return self.name

    def places(self) -> set[tuple[UUID, UUID | None]]:
        """(estate, building) of everything in it: who works in one of its buildings may see the estate."""
        return {(self.pk, None), *((self.pk, building) for building in self.buildings.values_list("pk", flat=True))}


class EstateAssignment(OrganisationModel):
    """A member of staff or of a committee works for this estate, or for one of its buildings: a row for each."""

    membership = OrganisationForeignKey(
        Membership, on_delete=models.CASCADE, related_name="estate_assignments", verbose_name=_("member")
    )
    estate = OrganisationForeignKey(
        Estate, on_delete=models.CASCADE, related_name="assignments", verbose_name=_("estate")
    )
    # With its building the row goes too: without one it would be of the whole estate.
    building = OrganisationForeignKey(
        "owners.Building",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="assignments",
        verbose_name=_("only this building"),
        help_text=_("Leave empty for the whole estate."),
    )

    class Meta:
        verbose_name = _("estate assignment")
        verbose_name_plural = _("estate assignments")
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "membership", "estate", "building"],
                name="one_assignment_per_place",
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return f"{self.membership} - {self.estate}"


class Building(OrganisationModel):
    estate = OrganisationForeignKey(
        Estate, on_delete=models.PROTECT, related_name="buildings", verbose_name=_("estate")
    )
    code = models.CharField(_("code"), max_length=40)
    name = models.CharField(_("name"), max_length=120)
    floors_above_ground = models.PositiveSmallIntegerField(_("floors above ground"), null=True, blank=True)
    sections = models.PositiveSmallIntegerField(_("sections"), null=True, blank=True)
    lifts = models.PositiveSmallIntegerField(_("lifts"), null=True, blank=True)
    completed_on = models.DateField(_("completed on"), null=True, blank=True)
    address = models.CharField(_("address"), max_length=300, blank=True)
    created_by_import = models.UUIDField(null=True, editable=False)

    class Meta:
        verbose_name = _("building")
        verbose_name_plural = _("buildings")
        base_manager_name = "objects"
        ordering = ["code"]
        constraints = [models.UniqueConstraint(fields=["organisation", "estate", "code"], name="one_building_per_code")]

    def __str__(self) -> str:
        return self.name

    @property
    def building_id(self) -> UUID:
        """A building lies in itself: what the policy asks of everything that has a place."""
        return self.id


class Unit(OrganisationModel):
    """An exclusive part: what one owns, votes for and pays for. Areas in m2 with two decimals."""

    class Kind(models.TextChoices):
        FLAT = "flat", _("Flat")
        SHOP = "shop", _("Shop")
        PARKING = "parking", _("Parking space")
        STORAGE = "storage", _("Storage room")

    class Status(models.TextChoices):
        OWNER_OCCUPIED = "owner_occupied", _("Owner-occupied")
        LET = "let", _("Let")
        VACANT = "vacant", _("Vacant")
        UNSOLD = "unsold", _("Unsold")
        SOLD_UNDELIVERED = "sold_undelivered", _("Sold, not handed over")

    estate = OrganisationForeignKey(Estate, on_delete=models.PROTECT, related_name="units", verbose_name=_("estate"))
    building = OrganisationForeignKey(
        Building, on_delete=models.PROTECT, related_name="units", verbose_name=_("building")
    )
    code = models.CharField(_("unit"), max_length=60, help_text=_("Unique in the estate."))
    section = models.CharField(_("section"), max_length=40, blank=True)
    floor = models.SmallIntegerField(_("floor"), null=True, blank=True, help_text=_("-1 is the first basement."))
    number = models.CharField(_("unit number"), max_length=40)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    exclusive_area = models.DecimalField(_("exclusive area (m²)"), max_digits=10, decimal_places=2)
    status = models.CharField(_("status"), max_length=20, choices=Status)
    delivered_on = models.DateField(_("handed over on"), null=True, blank=True)
    created_by_import = models.UUIDField(null=True, editable=False)

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        base_manager_name = "objects"
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "estate", "code"], name="one_unit_per_code"),
            models.CheckConstraint(condition=models.Q(exclusive_area__gt=0), name="unit_area_positive"),
        ]

    def __str__(self) -> str:
        return self.code


class Person(OrganisationModel):
    """A party of the registry: a person, a company or the construction unit. A login is linked, never required."""

    class Kind(models.TextChoices):
        PERSON = "person", _("Person")
        COMPANY = "company", _("Company")
        CONSTRUCTION_UNIT = "construction_unit", _("Construction unit")

    reference = models.CharField(_("reference"), max_length=60, blank=True)
    name = models.CharField(_("name"), max_length=200)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind, default=Kind.PERSON)
    phone = PhoneNumberField(_("phone"), blank=True)
    email = models.EmailField(_("e-mail address"), max_length=254, blank=True)
    language = models.CharField(_("language"), max_length=10, blank=True, help_text=_("en, zh-hans, or another tag."))
    postal_address = models.CharField(_("postal address"), max_length=300, blank=True)
    membership = OrganisationForeignKey(
        Membership, on_delete=models.SET_NULL, null=True, blank=True, related_name="persons", verbose_name=_("sign-in")
    )
    created_by_import = models.UUIDField(null=True, editable=False)
    erased_at = models.DateTimeField(_("erased"), null=True, editable=False)

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        base_manager_name = "objects"
        ordering = ["name"]
        indexes = [
            models.Index(fields=["organisation", "name"], name="person_name"),
            models.Index(fields=["organisation", "phone"], name="person_phone"),
            models.Index(fields=["organisation", "email"], name="person_email"),
        ]

    def __str__(self) -> str:
        return self.name

    def places(self) -> set[tuple[UUID, UUID]]:
        """(estate, building) of every unit the person owns or uses, or did: whose staff may look them up."""
        units = Unit.objects.filter(models.Q(ownerships__person=self) | models.Q(occupancies__person=self))
        return set(units.values_list("estate_id", "building_id"))


class Ownership(OrganisationModel):
    """A person owns a share of a unit, from a day to a day. The shares of a unit sum to one."""

    unit = OrganisationForeignKey(Unit, on_delete=models.CASCADE, related_name="ownerships", verbose_name=_("unit"))
    person = OrganisationForeignKey(
        Person, on_delete=models.PROTECT, related_name="ownerships", verbose_name=_("owner")
    )
    share_numerator = models.PositiveIntegerField(_("share, numerator"), default=1)
    share_denominator = models.PositiveIntegerField(_("share, denominator"), default=1)
    is_voter = models.BooleanField(_("votes for the unit"), default=True)
    from_on = models.DateField(_("from"), null=True, blank=True)
    to_on = models.DateField(_("to"), null=True, blank=True)
    created_by_import = models.UUIDField(null=True, editable=False)

    class Meta:
        verbose_name = _("ownership")
        verbose_name_plural = _("ownerships")
        base_manager_name = "objects"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(share_numerator__gt=0, share_denominator__gte=models.F("share_numerator")),
                name="ownership_share_is_a_share",
            )
        ]

    @property
    def share(self) -> Fraction:
        return Fraction(self.share_numerator, self.share_denominator)


class Occupancy(OrganisationModel):
    """A person uses a unit without owning it, from a day to a day (open when ``to_on`` is empty)."""

    class Kind(models.TextChoices):
        LESSEE = "lessee", _("Lessee")
        FAMILY = "family", _("Family member")
        BORROWER = "borrower", _("Borrower")
        RESIDENCE_RIGHT = "residence_right", _("Holder of a right of residence")

    unit = OrganisationForeignKey(Unit, on_delete=models.CASCADE, related_name="occupancies", verbose_name=_("unit"))
    person = OrganisationForeignKey(
        Person, on_delete=models.PROTECT, related_name="occupancies", verbose_name=_("occupant")
    )
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    from_on = models.DateField(_("from"), null=True, blank=True)
    to_on = models.DateField(_("to"), null=True, blank=True)
    created_by_import = models.UUIDField(null=True, editable=False)

    class Meta:
        verbose_name = _("occupancy")
        verbose_name_plural = _("occupancies")
        base_manager_name = "objects"


class Invitation(OrganisationModel):
    """A person of the registry is invited to sign in. Only a hash of the token is kept."""

    person = OrganisationForeignKey(
        Person, on_delete=models.CASCADE, related_name="invitations", verbose_name=_("person")
    )
    email = models.EmailField(_("e-mail address"), max_length=254)
    token_hash = models.CharField(max_length=64, editable=False)
    invited_by = OrganisationForeignKey(Membership, on_delete=models.PROTECT, related_name="+", null=True)
    created_at = models.DateTimeField(_("sent"))
    expires_at = models.DateTimeField(_("valid until"))
    accepted_at = models.DateTimeField(_("accepted"), null=True, blank=True)

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        base_manager_name = "objects"
        constraints = [models.UniqueConstraint(fields=["organisation", "token_hash"], name="one_invitation_per_token")]


class UnitClaim(OrganisationModel):
    """A signed-in user says: this unit is mine, or I live there. Staff approve or decline."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        APPROVED = "approved", _("Approved")
        DECLINED = "declined", _("Declined")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    class Relation(models.TextChoices):
        OWNER = "owner", _("I own it")
        LESSEE = "lessee", _("I rent it")
        FAMILY = "family", _("I live there with family")

    MOVES = {State.WAITING: {State.APPROVED, State.DECLINED, State.WITHDRAWN}}

    def move(self, to: str, *, at: datetime) -> None:
        """Change the state in memory; the service saves. Raises IllegalMove."""
        if to not in self.MOVES.get(self.State(self.state), ()):
            raise IllegalMove(
                _("This is not possible now: the request is in the state “%(state)s”.")
                % {"state": self.get_state_display()}
            )
        self.state, self.decided_at = to, at

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("sign-in"))
    name = models.CharField(_("name"), max_length=200)
    phone = PhoneNumberField(_("phone"), blank=True)
    estate = OrganisationForeignKey(Estate, on_delete=models.PROTECT, related_name="claims", verbose_name=_("estate"))
    unit = OrganisationForeignKey(
        Unit, on_delete=models.PROTECT, related_name="claims", null=True, blank=True, verbose_name=_("unit")
    )
    unit_words = models.CharField(_("unit as written"), max_length=120)
    relation = models.CharField(_("relation"), max_length=10, choices=Relation)
    words = models.TextField(_("anything that helps us check"), blank=True, max_length=2000)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    created_at = models.DateTimeField(_("asked"), default=timezone.now)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decided_by = OrganisationForeignKey(Membership, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    erased_at = models.DateTimeField(_("erased"), null=True, editable=False)

    class Meta:
        verbose_name = _("request for a unit")
        verbose_name_plural = _("requests for units")
        base_manager_name = "objects"
        indexes = [models.Index(fields=["organisation", "state", "created_at"], name="claim_waiting")]

    @property
    def building_id(self) -> UUID | None:
        """The building of the unit, once it is known which one."""
        return self.unit.building_id if self.unit else None


class RegistryImport(OrganisationModel):
    """One spreadsheet of the registry: checked, shown, imported as a whole or not at all, undone within a day."""

    class State(models.TextChoices):
        CHECKING = "checking", _("Being checked")
        FAULTY = "faulty", _("Has errors")
        READY = "ready", _("Ready to import")
        IMPORTING = "importing", _("Being imported")
        DONE = "done", _("Imported")
        UNDONE = "undone", _("Undone")
        FAILED = "failed", _("Failed")

    MOVES = {
        State.CHECKING: {State.FAULTY, State.READY, State.FAILED},
        State.READY: {State.IMPORTING},
        State.IMPORTING: {State.DONE, State.FAILED, State.FAULTY},
        State.DONE: {State.UNDONE},
    }

    def move(self, to: str) -> None:
        """Change the state in memory; the service saves. Raises IllegalMove."""
        if to not in self.MOVES.get(self.State(self.state), ()):
            raise IllegalMove(
                _("This is not possible now: the import is in the state “%(state)s”.")
                % {"state": self.get_state_display()}
            )
        self.state = to

    file_name = models.CharField(_("file"), max_length=200)
    stored_name = models.CharField(max_length=200, editable=False)
    sha256 = models.CharField(max_length=64, editable=False)
    estate = OrganisationForeignKey(Estate, on_delete=models.PROTECT, null=True, blank=True, related_name="imports")
    options = models.JSONField(default=dict)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.CHECKING)
    rows_total = models.PositiveIntegerField(_("rows"), default=0)
    rows_done = models.PositiveIntegerField(_("rows done"), default=0)
    preview = models.JSONField(default=dict)
    errors = models.JSONField(default=list)
    undo_data = models.JSONField(default=dict)
    created_at = models.DateTimeField(_("uploaded"))
    created_by = OrganisationForeignKey(Membership, on_delete=models.PROTECT, related_name="+", null=True)
    lease_until = models.DateTimeField(null=True, editable=False)
    attempts = models.PositiveSmallIntegerField(default=0, editable=False)
    finished_at = models.DateTimeField(_("finished"), null=True)
    undo_until = models.DateTimeField(_("can be undone until"), null=True)

    class Meta:
        verbose_name = _("registry import")
        verbose_name_plural = _("registry imports")
        base_manager_name = "objects"
        indexes = [models.Index(fields=["organisation", "-created_at"], name="import_newest")]
