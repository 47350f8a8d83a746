"""What an organisation sets for its notices: limits, channels after each other, samples of words."""

from datetime import time

from django.core.validators import MaxValueValidator
from django.db import models
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from notices.models.delivery import Delivery
from notices.models.notice import Kind
from tenancy.models import OrganisationModel


class NoticeSettings(OrganisationModel):
    """One row an organisation, made when it is first asked for."""

    approval_over = models.PositiveIntegerField(
        _("second pair of eyes for more than so many people"), default=50,
        help_text=_("Notices required by law always need one."),
    )  # fmt: skip
    undo_seconds = models.PositiveSmallIntegerField(_("seconds in which sending can be undone"), default=15)
    quiet_from = models.TimeField(_("quiet from"), null=True, blank=True, default=time(22, 0))
    quiet_until = models.TimeField(_("quiet until"), null=True, blank=True, default=time(8, 0))
    digest_at = models.TimeField(_("daily digest at"), default=time(18, 0))
    # A letter's window: where the address stands, by the norm of the envelope.
    envelope = models.CharField(
        _("window envelope"), max_length=10, default="dl_left",
        choices=[("dl_left", _("DL, window left (BS, DIN)")), ("zl_right", _("ZL, window right"))],
    )  # fmt: skip
    letter_sender = models.CharField(_("sender line of letters"), max_length=200, blank=True, default="")
    # A product default: the middle of the quarter leaves time to prepare one and to let it run.
    campaign_days = models.PositiveSmallIntegerField(
        _("a campaign in each estate by this day of the quarter"), default=45, validators=[MaxValueValidator(92)],
        help_text=_("Where none has begun by then, or none about a new rule, whoever may begin one is prompted. 0: nobody is."),
    )  # fmt: skip

    class Meta:
        verbose_name = _("settings of notices")
        verbose_name_plural = _("settings of notices")
        base_manager_name = "objects"
        constraints = [models.UniqueConstraint(fields=["organisation"], name="one_notice_settings")]

    def __str__(self) -> str:
        return str(self._meta.verbose_name)


class ChainStep(OrganisationModel):
    """One step of a kind's chain: by this channel, so long after sending, to whoever was not reached by then."""

    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    position = models.PositiveSmallIntegerField(_("position"))
    channel = models.CharField(_("channel"), max_length=10, choices=Delivery.Channel)
    after_minutes = models.PositiveIntegerField(_("minutes after sending"), default=0)

    class Meta:
        verbose_name = _("step of a chain")
        verbose_name_plural = _("chains of channels")
        base_manager_name = "objects"
        ordering = ("kind", "position")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "kind", "position"], name="one_chain_step_per_position"),
            models.UniqueConstraint(fields=["organisation", "kind", "channel"], name="one_chain_step_per_channel"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.position}"


class NoticeTemplate(OrganisationModel):
    """Words for a usual occasion, to begin a notice with."""

    code = models.SlugField(_("code"), max_length=40)
    name_en = models.CharField(_("name in English"), max_length=80)
    name_zh = models.CharField(_("name in Chinese"), max_length=80)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.ORDINARY)
    title_en = models.CharField(_("title in English"), max_length=200, blank=True, default="")
    body_en = models.TextField(_("words in English"), blank=True, default="", max_length=20_000)
    title_zh = models.CharField(_("title in Chinese"), max_length=200, blank=True, default="")
    body_zh = models.TextField(_("words in Chinese"), blank=True, default="", max_length=20_000)
    must_acknowledge = models.BooleanField(_("must be acknowledged"), default=False)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("sample notice")
        verbose_name_plural = _("sample notices")
        base_manager_name = "objects"
        ordering = ("position", "code")
        constraints = [models.UniqueConstraint(fields=["organisation", "code"], name="one_notice_template_per_code")]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        chinese = (translation.get_language() or "").startswith("zh")
        return self.name_zh if chinese else self.name_en
