"""Outside parties: who they are, which places they serve, and whom one speaks to there."""

from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _

from owners.models import Building, Estate
from tenancy.models import Membership, OrganisationForeignKey, OrganisationModel

PHONE_LENGTH = 32


class OutsideParty(OrganisationModel):
    """An organisation outside the house that estates depend on. Where it serves is in its areas, or everywhere.

    Phones are E.164 (with ``;ext=`` for an extension), or the digits of a short number such as 95598.
    """

    class Kind(models.TextChoices):
        CONSTRUCTION_UNIT = "construction_unit", _("Construction unit")
        UTILITY = "utility", _("Utility company")
        PROFESSIONAL = "professional", _("Professional company")
        GOVERNMENT = "government", _("Government department")
        STREET_OFFICE = "street_office", _("Street office")
        RESIDENTS_COMMITTEE = "residents_committee", _("Residents' committee")
        OTHER = "other", _("Other")

    class Branch(models.TextChoices):
        """What a utility supplies, or the trade of a professional company."""

        WATER = "water", _("Water")
        POWER = "power", _("Power")
        GAS = "gas", _("Gas")
        HEAT = "heat", _("Heating")
        TELECOM = "telecom", _("Telephone and Internet")
        CABLE_TV = "cable_tv", _("Cable television")
        SANITATION = "sanitation", _("Refuse and sewage")
        LIFT = "lift", _("Lifts")
        FIRE = "fire", _("Fire protection")
        SECURITY = "security", _("Security")
        CLEANING = "cleaning", _("Cleaning")
        GREENING = "greening", _("Greening")
        PLUMBING = "plumbing", _("Plumbing and drains")
        ELECTRICS = "electrics", _("Electrics")
        PEST_CONTROL = "pest_control", _("Pest control")
        OTHER_TRADE = "other_trade", _("Another trade")

    UTILITIES = (
        Branch.WATER, Branch.POWER, Branch.GAS, Branch.HEAT, Branch.TELECOM, Branch.CABLE_TV, Branch.SANITATION,
    )  # fmt: skip

    name = models.CharField(_("name"), max_length=200)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    branch = models.CharField(_("utility or trade"), max_length=20, choices=Branch, blank=True, default="")
    phone = models.CharField(_("phone"), max_length=PHONE_LENGTH, blank=True, default="")
    emergency_phone = models.CharField(_("emergency number"), max_length=PHONE_LENGTH, blank=True, default="")
    emergency_note = models.CharField(_("what to call it for"), max_length=200, blank=True, default="")
    email = models.EmailField(_("e-mail address"), max_length=254, blank=True, default="")
    website = models.URLField(_("website"), max_length=300, blank=True, default="")
    address = models.CharField(_("address"), max_length=300, blank=True, default="")
    hours = models.CharField(_("hours"), max_length=200, blank=True, default="")
    note = models.TextField(_("notes"), blank=True, default="", max_length=2000)
    serves_everywhere = models.BooleanField(_("serves every estate"), default=False)
    is_active = models.BooleanField(_("active"), default=True)
    # Counts the changes, so that of two people who change it at once the second is told.
    version = models.PositiveIntegerField(default=1, editable=False)
    created_by = OrganisationForeignKey(Membership, on_delete=models.PROTECT, related_name="+", verbose_name=_("by"))
    created_at = models.DateTimeField(_("entered"))
    changed_at = models.DateTimeField(_("changed"))

    class Meta:
        verbose_name = _("outside party")
        verbose_name_plural = _("outside parties")
        base_manager_name = "objects"
        ordering = ["name"]
        indexes = [models.Index(fields=["organisation", "name", "id"], name="party_name")]

    def __str__(self) -> str:
        return self.name

    def places(self) -> set[tuple[UUID, UUID | None]]:
        """(estate, building or None) that it serves; of a whole estate every building too. Whose staff may see it."""
        buildings = Building.objects.values_list("estate_id", "pk")
        if self.serves_everywhere:
            return {(estate, None) for estate in Estate.objects.values_list("pk", flat=True)} | set(buildings)
        served: set[tuple[UUID, UUID | None]] = set(self.areas.values_list("estate_id", "building_id"))
        whole = [estate for estate, building in served if building is None]
        return served | set(buildings.filter(estate__in=whole)) if whole else served


class ServiceArea(OrganisationModel):
    """An outside party serves this estate, or one of its buildings: a row for each."""

    party = OrganisationForeignKey(
        OutsideParty, on_delete=models.CASCADE, related_name="areas", verbose_name=_("outside party")
    )
    estate = OrganisationForeignKey(Estate, on_delete=models.CASCADE, related_name="+", verbose_name=_("estate"))
    # With its building the row goes too: without one it would be of the whole estate.
    building = OrganisationForeignKey(
        Building, on_delete=models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("building")
    )

    class Meta:
        verbose_name = _("service area")
        verbose_name_plural = _("service areas")
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "party", "estate", "building"], name="one_area_per_place", nulls_distinct=False
            )
        ]
        indexes = [models.Index(fields=["organisation", "estate", "building"], name="area_place")]


class ContactPerson(OrganisationModel):
    """Somebody to speak to at an outside party. When they leave, the row goes: nothing of them is kept."""

    party = OrganisationForeignKey(
        OutsideParty, on_delete=models.CASCADE, related_name="people", verbose_name=_("outside party")
    )
    name = models.CharField(_("name"), max_length=120)
    post = models.CharField(_("post"), max_length=120, blank=True, default="")
    phone = models.CharField(_("phone"), max_length=PHONE_LENGTH, blank=True, default="")
    mobile = models.CharField(_("mobile phone"), max_length=PHONE_LENGTH, blank=True, default="")
    email = models.EmailField(_("e-mail address"), max_length=254, blank=True, default="")
    hours = models.CharField(_("hours"), max_length=200, blank=True, default="")
    is_for_emergencies = models.BooleanField(_("may be called out of hours"), default=False)
    note = models.CharField(_("note"), max_length=500, blank=True, default="")

    class Meta:
        verbose_name = _("contact person")
        verbose_name_plural = _("contact people")
        base_manager_name = "objects"
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name

    def places(self) -> set[tuple[UUID, UUID | None]]:
        """Those of the party, as the policy asks."""
        return self.party.places()
