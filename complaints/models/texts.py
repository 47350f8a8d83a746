"""Texts that staff reply with again and again."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from complaints.models.settings import Category
from tenancy.models import OrganisationForeignKey, OrganisationModel


class CannedReply(OrganisationModel):
    """A reply with fields such as {number}, in both languages; of one category, or of all."""

    title = models.CharField(_("title"), max_length=80)
    body_en = models.TextField(_("text, English"), max_length=4000, blank=True)
    body_zh = models.TextField(_("text, Chinese"), max_length=4000, blank=True)
    category = OrganisationForeignKey(
        Category, on_delete=models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("category"),
        help_text=_("Offered for complaints of this category alone; empty: for all."),
    )  # fmt: skip
    position = models.PositiveSmallIntegerField(_("order"), default=10)
    is_active = models.BooleanField(_("in force"), default=True)

    class Meta:
        verbose_name = _("ready reply")
        verbose_name_plural = _("ready replies")
        base_manager_name = "objects"
        ordering = ["position", "title"]
        constraints = [
            models.CheckConstraint(
                condition=~(models.Q(body_en="") & models.Q(body_zh="")), name="canned_reply_says_something"
            ),
            models.UniqueConstraint(fields=["organisation", "title"], name="one_canned_reply_per_title"),
        ]

    def __str__(self) -> str:
        return self.title
