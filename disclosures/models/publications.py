"""Publications: what hangs open to an estate, where and for how long; who has read it; what became of it."""

from datetime import date
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from owners.models import Estate
from owners.queries import homes_of
from tenancy.models import Membership, OrganisationForeignKey, OrganisationModel

# What has a page of its own, which closes when its publication is withdrawn.
CLOSING = frozenset({"disclosures.accountstatement", "disclosures.feeschedule"})


class Publication(OrganisationModel):
    """Something shown for a minimum time. Its text stays from then on, also after it was withdrawn."""

    class Kind(models.TextChoices):
        ACCOUNTS = "accounts", pgettext_lazy("publication", "Account statement")
        AUDIT = "audit", pgettext_lazy("publication", "Result of an audit")
        FEES = "fees", pgettext_lazy("publication", "Fee schedule")
        FEE_RISE = "fee_rise", pgettext_lazy("publication", "Fee rise")
        BUDGET = "budget", pgettext_lazy("publication", "Budget")
        PERFORMANCE = "performance", pgettext_lazy("publication", "Report on the services")
        DECISION = "decision", pgettext_lazy("publication", "Notice of a decision")
        COMMITTEE = "committee", pgettext_lazy("publication", "Disclosure of the committee")
        CONTRACT = "contract", pgettext_lazy("publication", "Summary of a contract")
        STANDARDS = "standards", pgettext_lazy("publication", "Service standards")
        ARTICLE = "article", pgettext_lazy("publication", "Article")
        OTHER = "other", pgettext_lazy("publication", "Something else")

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("publication", "Draft")
        LIVE = "live", pgettext_lazy("publication", "Shown")
        ENDED = "ended", pgettext_lazy("publication", "Ended")
        WITHDRAWN = "withdrawn", pgettext_lazy("publication", "Withdrawn")

    SHOWN = frozenset({State.LIVE, State.ENDED, State.WITHDRAWN})
    # Money of the owners: who only uses a unit does not read it (domain.md 2.9).
    FOR_OWNERS = frozenset({Kind.ACCOUNTS, Kind.AUDIT, Kind.BUDGET})

    # Given when it is published: what is discarded before leaves no gap.
    number = models.CharField(_("number"), max_length=40, blank=True, default="", editable=False)
    estate = OrganisationForeignKey(Estate, on_delete=models.PROTECT, related_name="+", verbose_name=_("estate"))
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    title_en = models.CharField(_("title, English"), max_length=200, blank=True, default="")
    title_zh = models.CharField(_("title, Chinese"), max_length=200, blank=True, default="")
    text_en = models.TextField(_("text, English"), max_length=8000, blank=True, default="")
    text_zh = models.TextField(_("text, Chinese"), max_length=8000, blank=True, default="")
    # What it makes known, when that has a page of its own.
    subject_type = models.CharField(max_length=60, blank=True, default="", editable=False)
    subject_id = models.UUIDField(null=True, blank=True, editable=False)
    subject_number = models.CharField(_("makes known"), max_length=60, blank=True, default="", editable=False)
    # What it is about, where that is a span of time: by it a duty finds what kept it.
    period_from = models.DateField(_("period from"), null=True, blank=True)
    period_to = models.DateField(_("period to"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.DRAFT, editable=False)
    min_days = models.PositiveSmallIntegerField(_("shown for at least so many days"), default=0)
    start_on = models.DateField(_("shown from"), null=True, blank=True)
    min_until = models.DateField(_("shown at least until"), null=True, blank=True)
    end_on = models.DateField(_("shown until"), null=True, blank=True)
    entered_by = OrganisationForeignKey(
        Membership, on_delete=models.PROTECT, related_name="+", verbose_name=_("entered by")
    )
    entered_at = models.DateTimeField(_("entered"))
    published_by = OrganisationForeignKey(
        Membership, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("published by")
    )
    published_at = models.DateTimeField(_("published"), null=True, blank=True)
    moved_at = models.DateTimeField(_("moved"))
    withdrawal_reason = models.TextField(_("why it is withdrawn"), max_length=2000, blank=True, default="")
    legal_order = models.CharField(_("legal order"), max_length=200, blank=True, default="")
    # The documents that came with the request, by id: one of an earlier request serves no new order.
    order_files = models.JSONField(default=list, editable=False)
    withdrawal_asked_by = OrganisationForeignKey(
        Membership, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("asked to withdraw")
    )  # fmt: skip
    withdrawal_asked_at = models.DateTimeField(_("asked to withdraw at"), null=True, blank=True)
    withdrawn_by = OrganisationForeignKey(
        Membership, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("withdrawn by")
    )
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)
    entry_key = models.UUIDField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("publication")
        verbose_name_plural = _("publications")
        base_manager_name = "objects"
        ordering = ["-entered_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "number"], condition=~models.Q(number=""), name="one_publication_per_number"
            ),
            models.UniqueConstraint(
                fields=["organisation", "subject_type", "subject_id"],
                # An article is shown in several estates, and again when there is a new version of it.
                condition=models.Q(subject_id__isnull=False) & ~models.Q(subject_type="disclosures.article"),
                name="one_publication_per_subject",
            ),
            models.UniqueConstraint(
                fields=["organisation", "entry_key"], condition=models.Q(entry_key__isnull=False),
                name="one_publication_per_form",
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["organisation", "estate", "-start_on", "-id"], name="publication_newest"),
            models.Index(
                fields=["organisation", "end_on"], condition=models.Q(state="live"), name="publication_ending"
            ),
        ]

    def __str__(self) -> str:
        return self.number or "–"

    @property
    def is_shown(self) -> bool:
        return self.state in self.SHOWN

    @property
    def is_withdrawn(self) -> bool:
        return self.state == self.State.WITHDRAWN

    @property
    def is_asked_back(self) -> bool:
        return self.state != self.State.WITHDRAWN and self.withdrawal_asked_at is not None

    def is_for(self, member: Membership) -> bool:
        return self.kind not in self.FOR_OWNERS or member.role != Membership.Role.OCCUPANT

    def hangs_before(self, member: Membership) -> bool:
        """Whoever is at home there reads what is or was shown; money of the owners not who only uses a unit."""
        return self.is_shown and self.is_for(member) and self.estate_id in homes_of(member)

    def has_hung(self, today: date) -> bool:
        """Whether its minimum time is over: its last day still belongs to it."""
        return self.min_until is not None and self.min_until < today

    def shows_text_to(self, member: Membership) -> bool:
        """Of withdrawn accounts and fees the text says the same as their page, which is closed to whoever lives there."""
        return self.state != self.State.WITHDRAWN or self.subject_type not in CLOSING or reads_withdrawn(member)


def reads_withdrawn(member: Membership) -> bool:
    """Who still reads accounts and fees whose publication was withdrawn: staff and committee."""
    return member.is_staff_role or member.role == Membership.Role.COMMITTEE


def withdrawn(model: type[models.Model]) -> models.Exists:
    """The condition on rows of this table that their publication was withdrawn."""
    rows = Publication.objects.filter(state=Publication.State.WITHDRAWN, subject_type=model._meta.label_lower)
    return models.Exists(rows.filter(subject_id=models.OuterRef("pk")))


def withdrawal_of(row: models.Model) -> Publication | None:
    """The publication of accounts or fees, where it was withdrawn."""
    rows = Publication.objects.filter(state=Publication.State.WITHDRAWN, subject_type=row._meta.label_lower)
    return rows.filter(subject_id=row.pk).first()


def publication_of(row: models.Model) -> Publication | None:
    """What makes accounts or fees known, also when it has ended or was withdrawn."""
    return Publication.objects.filter(subject_type=row._meta.label_lower, subject_id=row.pk).first()


def is_open_to(row: models.Model, member: Membership) -> bool:
    """Whether its content is shown to a member who may know that there is such a thing."""
    return reads_withdrawn(member) or withdrawal_of(row) is None


class PublicationPlace(OrganisationModel):
    """Where it is shown. What hangs on a board has photos as proof: attachments of this row."""

    class Kind(models.TextChoices):
        PORTAL = "portal", pgettext_lazy("place of a publication", "Portal")
        BOARD = "board", pgettext_lazy("place of a publication", "Notice board")
        MAIL = "mail", pgettext_lazy("place of a publication", "Mail")

    publication = OrganisationForeignKey(Publication, on_delete=models.CASCADE, related_name="places_shown")
    kind = models.CharField(_("kind"), max_length=6, choices=Kind)
    where = models.CharField(_("where"), max_length=200, blank=True, default="")
    from_on = models.DateField(_("since"))
    to_on = models.DateField(_("until"), null=True, blank=True)
    noted_by = OrganisationForeignKey(
        Membership, on_delete=models.PROTECT, related_name="+", verbose_name=_("noted by")
    )
    noted_at = models.DateTimeField(_("noted"))
    entry_key = models.UUIDField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("place of a publication")
        verbose_name_plural = _("places of a publication")
        base_manager_name = "objects"
        ordering = ["from_on", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "entry_key"], condition=models.Q(entry_key__isnull=False),
                name="one_publication_place_per_form",
            ),
            models.CheckConstraint(
                condition=models.Q(to_on__isnull=True) | models.Q(to_on__gte=models.F("from_on")),
                name="publication_place_span",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.where or self.get_kind_display()

    @property
    def estate_id(self) -> UUID:
        return self.publication.estate_id

    def hangs_before(self, member: Membership) -> bool:
        return self.publication.hangs_before(member)


class PublicationRead(OrganisationModel):
    """That a member for whom it hangs has opened it; once each."""

    publication = OrganisationForeignKey(Publication, on_delete=models.CASCADE, related_name="reads")
    member = OrganisationForeignKey(Membership, on_delete=models.PROTECT, related_name="+", verbose_name=_("member"))
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("reading of a publication")
        verbose_name_plural = _("readings of publications")
        base_manager_name = "objects"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "publication", "member"], name="one_read_per_member"),
        ]

    def __str__(self) -> str:
        return f"{self.publication_id}"
