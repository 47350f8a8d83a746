"""Places with a label: a lift, a door, a meter. Whoever scans the label complains of just that."""

import secrets

from django.db import models
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from complaints.models.settings import Category
from owners.models import Building, Estate
from tenancy.models import OrganisationForeignKey, OrganisationModel

# Without letters and figures that are taken for each other: 31 of them, ten times, are 49 bits.
CODE_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
CODE_LENGTH = 10


def new_code() -> str:
    """What nobody guesses, short enough to be typed from a label."""
    return "".join(secrets.choice(CODE_LETTERS) for _each in range(CODE_LENGTH))


class Place(OrganisationModel):
    """Something one can stand before. ``code`` is in the address of its label, and opens the form filled in."""

    estate = OrganisationForeignKey(
        Estate, on_delete=models.PROTECT, related_name="labelled_places", verbose_name=_("estate")
    )
    building = OrganisationForeignKey(
        Building,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="labelled_places",
        verbose_name=_("building"),
        help_text=_("Empty for what stands in the grounds."),
    )
    name_en = models.CharField(
        _("name in English"), max_length=90, help_text=_("As it stands on the label, for example Lift 2.")
    )
    name_zh = models.CharField(_("name in Chinese"), max_length=90)
    category = OrganisationForeignKey(
        Category,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("likely category"),
        help_text=_("Filled in for whoever scans the label; they can choose another."),
    )
    code = models.CharField(_("code"), max_length=16, default=new_code, editable=False)
    is_active = models.BooleanField(
        _("active"), default=True, help_text=_("Switched off, the label leads to a page that says so.")
    )

    class Meta:
        verbose_name = _("place with a label")
        verbose_name_plural = _("places with labels")
        base_manager_name = "objects"
        ordering = ["estate", "building", "name_en"]
        constraints = [models.UniqueConstraint(fields=["organisation", "code"], name="one_place_per_code")]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        chinese = (translation.get_language() or "").startswith("zh")
        return self.name_zh if chinese else self.name_en

    @property
    def names(self) -> str:
        """In every language, for whoever reads the case: the filer's need not be the handler's."""
        return " · ".join(dict.fromkeys((self.name_en, self.name_zh)))
