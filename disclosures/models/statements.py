"""Account statements: one account of one estate for one period, line by line."""

from datetime import datetime
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from disclosures.models.publications import is_open_to
from owners.models import Estate
from owners.queries import homes_of
from tenancy.models import Membership, OrganisationForeignKey, OrganisationModel, uuid7


class AccountStatement(OrganisationModel):
    """What an account held, took in and paid out. What has been published stays; a correction is a new version."""

    class Kind(models.TextChoices):
        LUMP_SUM = "lump_sum", _("Service charge, lump sum")
        REMUNERATION = "remuneration", _("Service charge, remuneration basis")
        PUBLIC_REVENUE = "public_revenue", _("Revenue of common parts")
        MAINTENANCE_FUND = "maintenance_fund", _("Maintenance fund")
        UTILITY = "utility", _("Shared utility costs")
        COMMITTEE = "committee", _("Funds of the owners' committee")

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("statement", "Draft")
        PREPARED = "prepared", pgettext_lazy("statement", "Prepared")
        FINANCE_CHECKED = "finance_checked", pgettext_lazy("statement", "Checked")
        COMMITTEE_REVIEW = "committee_review", pgettext_lazy("statement", "With the committee")
        APPROVED = "approved", pgettext_lazy("statement", "Approved")
        RETURNED = "returned", pgettext_lazy("statement", "Returned")
        PUBLISHED = "published", pgettext_lazy("statement", "Published")
        QUESTIONED = "questioned", pgettext_lazy("statement", "Questioned")
        ANSWERED = "answered", pgettext_lazy("statement", "Answered")
        CLOSED = "closed", pgettext_lazy("statement", "Closed")

    # From here on owners have read it: the text stays, and a correction is a new version beside it.
    PUBLISHED = frozenset({State.PUBLISHED, State.QUESTIONED, State.ANSWERED, State.CLOSED})
    # What a committee sees: all from its review on.
    SHOWN_TO_COMMITTEE = PUBLISHED | {State.COMMITTEE_REVIEW, State.APPROVED, State.RETURNED}

    number = models.CharField(_("number"), max_length=40, editable=False)
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    corrects = OrganisationForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="corrections", verbose_name=_("corrects")
    )
    explanation = models.TextField(_("what is corrected"), max_length=2000, blank=True, default="")
    estate = OrganisationForeignKey(Estate, on_delete=models.PROTECT, related_name="+", verbose_name=_("estate"))
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    from_on = models.DateField(_("from"))
    to_on = models.DateField(_("to"))
    currency = models.CharField(_("currency"), max_length=3)
    opening = models.DecimalField(_("opening balance"), max_digits=18, decimal_places=3)
    closing = models.DecimalField(_("closing balance"), max_digits=18, decimal_places=3)
    bank_balance = models.DecimalField(_("balance at the bank"), max_digits=18, decimal_places=3, null=True, blank=True)
    fund_ratio = models.DecimalField(
        _("maintenance fund, as a part of its first amount"), max_digits=8, decimal_places=4, null=True, blank=True
    )
    state = models.CharField(_("state"), max_length=20, choices=State, default=State.DRAFT, editable=False)
    entered_by = OrganisationForeignKey(
        Membership, on_delete=models.PROTECT, related_name="+", verbose_name=_("entered by")
    )
    entered_at = models.DateTimeField(_("entered"))
    prepared_by = OrganisationForeignKey(
        Membership, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("prepared by")
    )
    checked_by = OrganisationForeignKey(
        Membership, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("checked by")
    )
    review_due_at = models.DateTimeField(_("review due"), null=True, blank=True)
    # Which review of the committee it is in, or was in last: after a return all decide anew.
    review_round = models.PositiveSmallIntegerField(_("round of the review"), default=1, editable=False)
    # A mended file took lines away that had vouchers: these hang on the statement since.
    has_loose_vouchers = models.BooleanField(default=False, editable=False)
    back_reason = models.TextField(_("why it was sent back"), max_length=2000, blank=True, default="")
    moved_at = models.DateTimeField(_("moved"))
    published_at = models.DateTimeField(_("published"), null=True, blank=True)
    published_by = OrganisationForeignKey(
        Membership, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("published by")
    )

    class Meta:
        verbose_name = _("account statement")
        verbose_name_plural = _("account statements")
        base_manager_name = "objects"
        ordering = ["-to_on", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "number", "version"], name="one_statement_per_version"),
            models.UniqueConstraint(
                fields=["organisation", "corrects"], condition=models.Q(corrects__isnull=False),
                name="one_correction_per_version",
            ),
            models.CheckConstraint(condition=models.Q(to_on__gte=models.F("from_on")), name="statement_period"),
        ]  # fmt: skip
        indexes = [models.Index(fields=["organisation", "estate", "-to_on", "-id"], name="statement_newest")]

    def __str__(self) -> str:
        return self.number if self.version == 1 else f"{self.number}/{self.version}"

    @property
    def is_published(self) -> bool:
        return self.state in self.PUBLISHED

    def hangs_before(self, member: Membership) -> bool:
        """Whether it lies open to a member at home there: published and not withdrawn, or put before the committee they
        sit on."""
        near = self.state in states_shown_to(member) and self.estate_id in homes_of(member)
        return near and is_open_to(self, member)

    def is_review_over(self, now: datetime) -> bool:
        return self.review_due_at is not None and self.review_due_at <= now


def states_shown_to(member: Membership) -> frozenset[str]:
    sits = member.role == Membership.Role.COMMITTEE
    return AccountStatement.SHOWN_TO_COMMITTEE if sits else AccountStatement.PUBLISHED


class StatementLine(OrganisationModel):
    """One booking: what came in or went out, for what, to whom, by which voucher. Its key is kept when a mended file is
    brought in and from version to version, so that what was said of it stays with it and two versions can be compared."""

    class Direction(models.TextChoices):
        INCOME = "income", pgettext_lazy("booking", "Income")
        EXPENSE = "expense", pgettext_lazy("booking", "Expense")

    statement = OrganisationForeignKey(AccountStatement, on_delete=models.CASCADE, related_name="lines")
    key = models.UUIDField(default=uuid7, editable=False)
    place = models.PositiveIntegerField(_("line"))
    booked_on = models.DateField(_("date"), null=True, blank=True)
    voucher = models.CharField(_("voucher"), max_length=80, blank=True, default="")
    direction = models.CharField(_("income or expense"), max_length=7, choices=Direction)
    category = models.CharField(_("category"), max_length=40)
    category_en = models.CharField(_("category, English"), max_length=200, blank=True, default="")
    category_zh = models.CharField(_("category, Chinese"), max_length=200, blank=True, default="")
    counterparty = models.CharField(_("to or from whom"), max_length=200, blank=True, default="")
    building = models.CharField(_("building"), max_length=80, blank=True, default="")
    text_en = models.CharField(_("description, English"), max_length=500, blank=True, default="")
    text_zh = models.CharField(_("description, Chinese"), max_length=500, blank=True, default="")
    amount = models.DecimalField(_("amount"), max_digits=18, decimal_places=3)
    budget = models.DecimalField(_("budget"), max_digits=18, decimal_places=3, null=True, blank=True)
    note = models.CharField(_("note"), max_length=500, blank=True, default="")

    class Meta:
        verbose_name = _("line of a statement")
        verbose_name_plural = _("lines of a statement")
        base_manager_name = "objects"
        ordering = ["place"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "statement", "place"], name="one_line_per_place"),
            models.UniqueConstraint(fields=["organisation", "statement", "key"], name="one_line_per_key"),
        ]
        indexes = [models.Index(fields=["organisation", "key"], name="line_by_key")]

    def __str__(self) -> str:
        return str(self.place)

    @property
    def estate_id(self) -> UUID:
        return self.statement.estate_id

    def hangs_before(self, member: Membership) -> bool:
        return self.statement.hangs_before(member)
