"""Campaigns of publicity: which articles are brought home to whom, how, from when to when; and whom they reached."""

from datetime import date
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from disclosures.models.articles import Article, ArticleVersion
from disclosures.models.publications import Publication
from notices.models import Notice
from owners.models import Building, Estate, Person
from owners.queries import homes_of
from tenancy.errors import IllegalMove
from tenancy.models import Membership, OrganisationForeignKey, OrganisationModel


class Campaign(OrganisationModel):
    """Articles explained to an audience for some time. ``audience`` is the wish (notices/rules/audience.py).

    Starting it freezes whom it is for into readers, sends its message, and makes a sheet for the boards of each estate.
    """

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("campaign", "Being prepared")
        PLANNED = "planned", pgettext_lazy("campaign", "Starts by itself")
        RUNNING = "running", pgettext_lazy("campaign", "Running")
        ENDED = "ended", pgettext_lazy("campaign", "Ended")

    class Channel(models.TextChoices):
        """Beside the portal, which always shows it to those it is for."""

        MESSAGE = "message", pgettext_lazy("campaign", "A message: portal, e-mail and what else they chose")
        BOARD = "board", pgettext_lazy("campaign", "A sheet on the notice boards, with photos as proof")

    MOVES = {
        State.DRAFT: {State.PLANNED, State.RUNNING},
        State.PLANNED: {State.DRAFT, State.RUNNING},
        State.RUNNING: {State.ENDED},
    }
    SHOWN = frozenset({State.RUNNING, State.ENDED})

    name_en = models.CharField(_("name, English"), max_length=120, blank=True, default="")
    name_zh = models.CharField(_("name, Chinese"), max_length=120, blank=True, default="")
    purpose = models.TextField(_("what it is to achieve"), max_length=1000)
    words_en = models.TextField(_("words for readers, English"), max_length=3000, blank=True, default="")
    words_zh = models.TextField(_("words for readers, Chinese"), max_length=3000, blank=True, default="")
    audience = models.JSONField(_("audience"), default=dict)
    channels = models.JSONField(_("channels"), default=list)
    from_on = models.DateField(_("first day"))
    to_on = models.DateField(_("last day"))
    keeper = OrganisationForeignKey(
        Membership, on_delete=models.PROTECT, related_name="+", verbose_name=_("responsible")
    )
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.DRAFT, editable=False)
    entered_by = OrganisationForeignKey(
        Membership, on_delete=models.PROTECT, related_name="+", verbose_name=_("entered by")
    )
    entered_at = models.DateTimeField(_("entered"))
    changed_at = models.DateTimeField(_("changed"))
    # Who lets it begin: at once, or on its first day by the sweep, which acts with their rights.
    started_by = OrganisationForeignKey(
        Membership, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("started by")
    )
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    ended_by = OrganisationForeignKey(
        Membership, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("ended by")
    )
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    outcome = models.TextField(_("what came of it"), max_length=2000, blank=True, default="")
    notice = OrganisationForeignKey(
        Notice, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("message")
    )
    entry_key = models.UUIDField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("campaign")
        verbose_name_plural = _("campaigns")
        base_manager_name = "objects"
        ordering = ["-from_on", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "entry_key"], condition=models.Q(entry_key__isnull=False),
                name="one_campaign_per_form",
            ),
            models.CheckConstraint(condition=models.Q(to_on__gte=models.F("from_on")), name="campaign_span"),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["organisation", "-from_on", "-id"], name="campaign_newest"),
            models.Index(
                fields=["organisation", "state", "from_on"], condition=models.Q(state__in=["planned", "running"]),
                name="campaign_sweep",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name_en or self.name_zh

    def move(self, to: str) -> None:
        """Change the state in memory; the service saves. Raises IllegalMove."""
        if to not in self.MOVES.get(self.State(self.state), ()):
            raise IllegalMove(
                _("This is not possible now: the campaign is in the state “%(state)s”.")
                % {"state": self.get_state_display()}
            )
        self.state = to

    @property
    def is_editable(self) -> bool:
        return self.state == self.State.DRAFT

    @property
    def is_shown(self) -> bool:
        return self.state in self.SHOWN

    def is_over(self, today: date) -> bool:
        """Whether its last day is past; the last day still belongs to it."""
        return self.to_on < today

    def places(self) -> set[tuple[UUID, UUID | None]]:
        """(estate, building or None) that it is for: whose staff see it."""
        return {(row.estate_id, row.building_id) for row in self.places_meant.all()}

    def speaks_to(self, member: Membership) -> bool:
        """By their role; a committee reads every campaign of its estate."""
        return member.role == Membership.Role.COMMITTEE or member.role in self.audience.get("roles", ())

    def hangs_before(self, member: Membership) -> bool:
        """Whoever it was put before when it began; and who came later, where it is for them by place and role."""
        if not self.is_shown:
            return False
        if self.speaks_to(member):
            homes = homes_of(member)
            for estate, building in self.places():
                if estate in homes and (building is None or (own := homes[estate]) is None or building in own):
                    return True
        return self.readers.filter(membership=member).exists()


class CampaignPlace(OrganisationModel):
    """A place a campaign is for: a whole estate, or one building. Written with the audience."""

    campaign = OrganisationForeignKey(Campaign, on_delete=models.CASCADE, related_name="places_meant")
    estate = OrganisationForeignKey(Estate, on_delete=models.PROTECT, related_name="+", verbose_name=_("estate"))
    building = OrganisationForeignKey(
        Building, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("building")
    )

    class Meta:
        verbose_name = _("place of a campaign")
        verbose_name_plural = _("places of a campaign")
        base_manager_name = "objects"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "campaign", "estate", "building"], name="one_campaign_place",
                nulls_distinct=False,
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.campaign_id} {self.estate_id}"


class CampaignArticle(OrganisationModel):
    """What it explains: an article, in the version that is in force when it begins."""

    campaign = OrganisationForeignKey(Campaign, on_delete=models.CASCADE, related_name="articles")
    article = OrganisationForeignKey(Article, on_delete=models.PROTECT, related_name="+", verbose_name=_("article"))
    version = OrganisationForeignKey(
        ArticleVersion, on_delete=models.PROTECT, related_name="+", verbose_name=_("version")
    )
    place = models.PositiveSmallIntegerField(_("place"))

    class Meta:
        verbose_name = _("article of a campaign")
        verbose_name_plural = _("articles of a campaign")
        base_manager_name = "objects"
        ordering = ["place", "id"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "campaign", "article"], name="one_campaign_article")
        ]

    def __str__(self) -> str:
        return f"{self.campaign_id} {self.article_id}"


class CampaignReader(OrganisationModel):
    """One person it was addressed to when it began, once, however many units they have; and whether it reached them."""

    campaign = OrganisationForeignKey(Campaign, on_delete=models.CASCADE, related_name="readers")
    person = OrganisationForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("person")
    )
    membership = OrganisationForeignKey(
        Membership, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("member")
    )
    estate = OrganisationForeignKey(
        Estate, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("estate")
    )
    building = OrganisationForeignKey(
        Building, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("building")
    )
    shown_at = models.DateTimeField(_("shown in the portal"), null=True, blank=True)
    read_at = models.DateTimeField(_("read"), null=True, blank=True)

    class Meta:
        verbose_name = _("reader of a campaign")
        verbose_name_plural = _("readers of a campaign")
        base_manager_name = "objects"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "campaign", "person"], condition=models.Q(person__isnull=False),
                name="one_campaign_reader_per_person",
            ),
            models.UniqueConstraint(
                fields=["organisation", "campaign", "membership"], condition=models.Q(membership__isnull=False),
                name="one_campaign_reader_per_member",
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["organisation", "membership"], name="campaign_reader_member"),
            models.Index(fields=["organisation", "person"], name="campaign_reader_person"),
        ]

    def __str__(self) -> str:
        return f"{self.campaign_id}"


class CampaignReading(OrganisationModel):
    """That a reader opened an article of it; once each, however often they come back."""

    reader = OrganisationForeignKey(CampaignReader, on_delete=models.CASCADE, related_name="readings")
    article = OrganisationForeignKey(CampaignArticle, on_delete=models.CASCADE, related_name="readings")
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("reading of a campaign")
        verbose_name_plural = _("readings of a campaign")
        base_manager_name = "objects"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "reader", "article"], name="one_campaign_reading")
        ]

    def __str__(self) -> str:
        return f"{self.article_id}"


class CampaignStep(OrganisationModel):
    """Something to be done for it, by somebody, by a day."""

    campaign = OrganisationForeignKey(Campaign, on_delete=models.CASCADE, related_name="steps")
    words = models.CharField(_("what is to be done"), max_length=200)
    due_on = models.DateField(_("by"))
    keeper = OrganisationForeignKey(
        Membership, on_delete=models.PROTECT, related_name="+", verbose_name=_("who does it")
    )
    done_at = models.DateTimeField(_("done"), null=True, blank=True)
    done_by = OrganisationForeignKey(
        Membership, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("done by")
    )
    entry_key = models.UUIDField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("step of a campaign")
        verbose_name_plural = _("steps of a campaign")
        base_manager_name = "objects"
        ordering = ["due_on", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "entry_key"], condition=models.Q(entry_key__isnull=False),
                name="one_campaign_step_per_form",
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(
                fields=["organisation", "due_on"], condition=models.Q(done_at__isnull=True), name="campaign_step_open"
            ),
        ]

    def __str__(self) -> str:
        return self.words

    def is_late(self, today: date) -> bool:
        return self.done_at is None and self.due_on < today

    def places(self) -> set[tuple[UUID, UUID | None]]:
        """Whose it is, as the policy asks: those of its campaign."""
        return self.campaign.places()


class CampaignSheet(OrganisationModel):
    """What hangs on the boards of one estate for it: a publication, which knows its boards and their photos."""

    campaign = OrganisationForeignKey(Campaign, on_delete=models.CASCADE, related_name="sheets")
    estate = OrganisationForeignKey(Estate, on_delete=models.PROTECT, related_name="+", verbose_name=_("estate"))
    publication = OrganisationForeignKey(
        Publication, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("publication")
    )

    class Meta:
        verbose_name = _("sheet of a campaign")
        verbose_name_plural = _("sheets of a campaign")
        base_manager_name = "objects"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "campaign", "estate"], name="one_campaign_sheet")
        ]

    def __str__(self) -> str:
        return f"{self.campaign_id} {self.estate_id}"

    def places(self) -> set[tuple[UUID, UUID | None]]:
        """Whose it is, as the policy asks: who sees its campaign is led there."""
        return self.campaign.places()

    def hangs_before(self, member: Membership) -> bool:
        return self.campaign.hangs_before(member)
