"""What a committee and owners say of a statement: looked at, signed off or returned, asked and answered."""

from datetime import date
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from disclosures.models.statements import AccountStatement, StatementLine
from tenancy.models import Membership, OrganisationForeignKey, OrganisationModel


class Review(OrganisationModel):
    """One committee member and one statement put before them: when they looked, and what they decided. The last round
    decides; those before it, which ended with a return, stay with their reasons."""

    class Decision(models.TextChoices):
        NONE = "", pgettext_lazy("review", "Has not decided")
        SIGNED = "signed", pgettext_lazy("review", "Signed off")
        RETURNED = "returned", pgettext_lazy("review", "Returned it")

    statement = OrganisationForeignKey(AccountStatement, on_delete=models.CASCADE, related_name="reviews")
    member = OrganisationForeignKey(Membership, on_delete=models.PROTECT, related_name="+", verbose_name=_("member"))
    round = models.PositiveSmallIntegerField(_("round"), default=1)
    looked_at = models.DateTimeField(_("looked at"), null=True, blank=True)
    decision = models.CharField(_("decision"), max_length=8, choices=Decision, blank=True, default="")
    reason = models.TextField(_("reasons"), max_length=2000, blank=True, default="")
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)

    class Meta:
        verbose_name = _("review of a statement")
        verbose_name_plural = _("reviews of statements")
        base_manager_name = "objects"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "statement", "member", "round"], name="one_review_per_round"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.statement_id} {self.get_decision_display()}"


class LineSeen(OrganisationModel):
    """A committee member has gone through this line."""

    line = OrganisationForeignKey(StatementLine, on_delete=models.CASCADE, related_name="seen")
    member = OrganisationForeignKey(Membership, on_delete=models.PROTECT, related_name="+", verbose_name=_("member"))
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("line gone through")
        verbose_name_plural = _("lines gone through")
        base_manager_name = "objects"
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["organisation", "line", "member"], name="one_mark_per_member")]

    def __str__(self) -> str:
        return f"{self.line_id}"


class Remark(OrganisationModel):
    """A comment or a question on a statement or a line. A question is answered by its day."""

    class Stage(models.TextChoices):
        REVIEW = "review", pgettext_lazy("remark", "In the committee's review")
        PUBLISHED = "published", pgettext_lazy("remark", "After publication")

    statement = OrganisationForeignKey(AccountStatement, on_delete=models.CASCADE, related_name="remarks")
    line = OrganisationForeignKey(
        StatementLine, on_delete=models.RESTRICT, null=True, blank=True, related_name="remarks", verbose_name=_("line")
    )
    # What the line said that it was about, when a mended file has taken that line away.
    line_was = models.JSONField(default=dict, blank=True, editable=False)
    stage = models.CharField(_("stage"), max_length=9, choices=Stage)
    is_question = models.BooleanField(_("a question"))
    body = models.TextField(_("words"), max_length=2000)
    asked_by = OrganisationForeignKey(
        Membership, on_delete=models.PROTECT, related_name="+", verbose_name=_("asked by")
    )
    asked_at = models.DateTimeField(_("asked"))
    due_on = models.DateField(_("answer due"), null=True, blank=True)
    answer = models.TextField(_("answer"), max_length=4000, blank=True, default="")
    answered_by = OrganisationForeignKey(
        Membership, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("answered by")
    )
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    public_body = models.TextField(_("the question as everybody reads it"), max_length=2000, blank=True, default="")
    public_answer = models.TextField(_("the answer as everybody reads it"), max_length=4000, blank=True, default="")
    is_public = models.BooleanField(_("open to all owners"), default=False)
    entry_key = models.UUIDField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("remark on a statement")
        verbose_name_plural = _("remarks on statements")
        base_manager_name = "objects"
        ordering = ["asked_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "entry_key"], condition=models.Q(entry_key__isnull=False),
                name="one_remark_per_form",
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(
                fields=["organisation", "due_on"], condition=models.Q(is_question=True, answered_at=None),
                name="remark_unanswered",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.statement_id} {self.asked_at:%Y-%m-%d}"

    @property
    def estate_id(self) -> UUID:
        return self.statement.estate_id

    @property
    def answer_for_all(self) -> str:
        """What was opened before there were words of its own for all is read as it was written."""
        return self.public_answer or self.answer

    def hangs_before(self, member: Membership) -> bool:
        return self.statement.hangs_before(member)

    def is_late(self, today: date) -> bool:
        """``today`` where the estate is: the last day is over when it is over there."""
        return self.is_question and self.answered_at is None and self.due_on is not None and self.due_on < today
