"""Who gets a complaint when it is accepted: rules by place, words and class, each with people or a role."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints.models.settings import Category
from owners.models import Building, Estate
from tenancy.models import Membership, OrganisationForeignKey, OrganisationModel


class AssignmentRule(OrganisationModel):
    """What is accepted here, of this kind, goes to these people; what is left empty holds for all.

    To the people of its turns, or to all who hold ``role`` and work where the case is. Of the rules that hold the first
    by ``position`` counts.
    """

    class Sharing(models.TextChoices):
        LOAD = "load", pgettext_lazy("assignment", "whoever has least open")
        TURN = "turn", pgettext_lazy("assignment", "one after the other")

    name = models.CharField(_("name"), max_length=80)
    estate = OrganisationForeignKey(
        Estate, on_delete=models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("estate")
    )
    building = OrganisationForeignKey(
        Building, on_delete=models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("building")
    )
    category = OrganisationForeignKey(
        Category, on_delete=models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("category")
    )
    place_words = models.CharField(_("words of the place"), max_length=300, blank=True, db_default="", default="")
    role = models.CharField(_("role"), max_length=12, choices=Membership.Role, blank=True, db_default="", default="")
    sharing = models.CharField(
        _("next is"), max_length=4, choices=Sharing, db_default=Sharing.LOAD, default=Sharing.LOAD
    )
    position = models.PositiveSmallIntegerField(_("order"), default=10)
    is_active = models.BooleanField(_("in force"), default=True)
    created_at = models.DateTimeField(editable=False)

    class Meta:
        verbose_name = _("rule of assignment")
        verbose_name_plural = _("rules of assignment")
        base_manager_name = "objects"
        ordering = ["position", "name"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(building__isnull=True) | models.Q(estate__isnull=False),
                name="assignment_building_of_estate",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class AssignmentTurn(OrganisationModel):
    """One of those who take turns under a rule, and when they were last given something by it."""

    rule = OrganisationForeignKey(AssignmentRule, on_delete=models.CASCADE, related_name="turns")
    member = OrganisationForeignKey(Membership, on_delete=models.CASCADE, related_name="assignment_turns")
    last_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        base_manager_name = "objects"
        ordering = ["member__name"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "rule", "member"], name="one_turn_per_member"),
        ]
