"""Articles: laws and rules, covenants, what fees are made of, how things are done. Version by version, clause by clause."""

from collections.abc import Iterable
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from owners.models import Estate
from owners.queries import homes_of
from tenancy.models import Membership, OrganisationForeignKey, OrganisationModel
from tenancy.policy import scopes_of


class Article(OrganisationModel):
    """One text that is kept right: who sees to it, for whom it holds, when it is looked through again."""

    class Kind(models.TextChoices):
        LAW = "law", pgettext_lazy("article", "Law or rule")
        COVENANT = "covenant", pgettext_lazy("article", "Covenant")
        FEE = "fee", pgettext_lazy("article", "Fees explained")
        HOW_TO = "how_to", pgettext_lazy("article", "How to")

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("article", "Draft")
        PUBLISHED = "published", pgettext_lazy("article", "Published")
        WITHDRAWN = "withdrawn", pgettext_lazy("article", "Withdrawn")

    class Language(models.TextChoices):
        EN = "en", _("English")
        ZH_HANS = "zh-hans", _("Chinese")

    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    language = models.CharField(_("language"), max_length=10, choices=Language)
    title = models.CharField(_("title"), max_length=200)
    keeper = OrganisationForeignKey(
        Membership, on_delete=models.PROTECT, related_name="+", verbose_name=_("responsible")
    )
    review_on = models.DateField(_("look through again by"), null=True, blank=True)
    reviewed_on = models.DateField(_("looked through on"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT, editable=False)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)
    withdrawn_reason = models.TextField(_("why it was withdrawn"), max_length=1000, blank=True, default="")
    added_by = OrganisationForeignKey(
        Membership, on_delete=models.PROTECT, related_name="+", verbose_name=_("added by")
    )
    added_at = models.DateTimeField(_("added"))
    changed_at = models.DateTimeField(_("changed"))
    entry_key = models.UUIDField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("article")
        verbose_name_plural = _("articles")
        base_manager_name = "objects"
        ordering = ["title", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "entry_key"], condition=models.Q(entry_key__isnull=False),
                name="one_article_per_form",
            ),
        ]  # fmt: skip
        indexes = [models.Index(fields=["organisation", "state", "title", "id"], name="article_by_title")]

    def __str__(self) -> str:
        return self.title

    @cached_property
    def estate_ids(self) -> frozenset[UUID]:
        """The estates for which it holds; none stands for all of them."""
        return frozenset(row.estate_id for row in self.estates.all())

    def covered_estates(self) -> Iterable[UUID]:
        """Whoever changes it must work in all of these as a whole: what holds everywhere is changed by who is everywhere."""
        return self.estate_ids or Estate.objects.filter(is_active=True).values_list("pk", flat=True)

    def hangs_before(self, member: Membership) -> bool:
        """Whether a member where it holds may read it: what has been published; a draft, who writes articles."""
        if self.state == self.State.DRAFT and not scopes_of(member, "article.write"):
            return False
        homes = homes_of(member)
        if not self.estate_ids:
            return bool(homes) or member.is_staff_role
        return not self.estate_ids.isdisjoint(homes)


class ArticleEstate(OrganisationModel):
    """An article holds for this estate; one without any holds for all."""

    article = OrganisationForeignKey(Article, on_delete=models.CASCADE, related_name="estates")
    estate = OrganisationForeignKey(Estate, on_delete=models.CASCADE, related_name="+", verbose_name=_("estate"))

    class Meta:
        verbose_name = _("estate of an article")
        verbose_name_plural = _("estates of an article")
        base_manager_name = "objects"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "article", "estate"], name="one_place_per_article")
        ]

    def __str__(self) -> str:
        return f"{self.article_id} {self.estate_id}"


class ArticleVersion(OrganisationModel):
    """The text of an article as it was published on a day. It does not change afterwards: the next one takes its place."""

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("article version", "Draft")
        PUBLISHED = "published", pgettext_lazy("article version", "In force")
        SUPERSEDED = "superseded", pgettext_lazy("article version", "Replaced")

    article = OrganisationForeignKey(Article, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField(_("version"))
    title = models.CharField(_("title"), max_length=200)
    short_title = models.CharField(_("short title"), max_length=80, blank=True, default="")
    source = models.CharField(_("source"), max_length=300, blank=True, default="")
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    note = models.TextField(_("what is new"), max_length=1000, blank=True, default="")
    text = models.TextField(_("text"), max_length=600_000)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT, editable=False)
    made_by = OrganisationForeignKey(Membership, on_delete=models.PROTECT, related_name="+", verbose_name=_("made by"))
    made_at = models.DateTimeField(_("made"))
    published_by = OrganisationForeignKey(
        Membership, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("published by")
    )
    published_at = models.DateTimeField(_("published"), null=True, blank=True)
    superseded_at = models.DateTimeField(_("replaced"), null=True, blank=True)

    class Meta:
        verbose_name = _("version of an article")
        verbose_name_plural = _("versions of articles")
        base_manager_name = "objects"
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "article", "number"], name="one_article_version"),
            models.UniqueConstraint(
                fields=["organisation", "article"], condition=models.Q(state="draft"), name="one_article_draft"
            ),
            models.UniqueConstraint(
                fields=["organisation", "article"], condition=models.Q(state="published"),
                name="one_article_in_force",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.title} ({self.number})"

    @property
    def called(self) -> str:
        """How it is cited."""
        return self.short_title or self.title


class Clause(OrganisationModel):
    """A part of a version, in its order: a heading, a numbered clause, or text without a number."""

    class Kind(models.TextChoices):
        HEADING = "heading", pgettext_lazy("clause", "Heading")
        CLAUSE = "clause", pgettext_lazy("clause", "Clause")
        TEXT = "text", pgettext_lazy("clause", "Text")

    version = OrganisationForeignKey(ArticleVersion, on_delete=models.CASCADE, related_name="clauses")
    place = models.PositiveIntegerField(_("place"))
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    level = models.PositiveSmallIntegerField(_("level"), default=0)
    key = models.SlugField(_("address"), max_length=60)
    number = models.CharField(_("number"), max_length=60, blank=True, default="")
    plain_number = models.CharField(_("number in figures"), max_length=30, blank=True, default="")
    heading = models.CharField(_("heading"), max_length=300, blank=True, default="")
    body = models.TextField(_("words"), blank=True, default="")

    class Meta:
        verbose_name = _("clause")
        verbose_name_plural = _("clauses")
        base_manager_name = "objects"
        ordering = ["place"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "version", "place"], name="one_clause_per_place"),
            models.UniqueConstraint(fields=["organisation", "version", "key"], name="one_clause_per_address"),
        ]

    def __str__(self) -> str:
        return self.number or self.heading or str(self.place)

    @property
    def paragraphs(self) -> list[str]:
        return self.body.split("\n")


class ArticleWord(OrganisationModel):
    """Where a word stands in the version in force of an article: what a search looks up.

    Words are compared for equality alone. Row-level security lets the database use an index only for comparisons that
    cannot give away what other rows hold; that is true of equality and not of its text search or of trigrams.
    """

    version = OrganisationForeignKey(ArticleVersion, on_delete=models.CASCADE, related_name="words")
    word = models.CharField(_("word"), max_length=40)
    # Places of clauses; 0 is the title of the version.
    heads = ArrayField(models.PositiveIntegerField(), verbose_name=_("in these headings"), default=list)
    places = ArrayField(models.PositiveIntegerField(), verbose_name=_("in these clauses"), default=list)

    class Meta:
        verbose_name = _("word of an article")
        verbose_name_plural = _("words of articles")
        base_manager_name = "objects"
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["organisation", "word", "version"], name="one_entry_per_word")]

    def __str__(self) -> str:
        return self.word


class ArticleVote(OrganisationModel):
    """Whether an article helped one member; they may change their mind."""

    article = OrganisationForeignKey(Article, on_delete=models.CASCADE, related_name="votes")
    membership = OrganisationForeignKey(
        Membership, on_delete=models.PROTECT, related_name="+", verbose_name=_("member")
    )
    was_helpful = models.BooleanField(_("was helpful"))
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("vote on an article")
        verbose_name_plural = _("votes on articles")
        base_manager_name = "objects"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "article", "membership"], name="one_vote_per_member"),
        ]

    def __str__(self) -> str:
        return f"{self.article_id} {self.was_helpful}"
