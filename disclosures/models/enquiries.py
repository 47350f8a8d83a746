"""Enquiries: a question that waits for its answer, which names where it is written."""

from datetime import date
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from disclosures.models.articles import ArticleVersion, Clause
from owners.models import Estate
from owners.queries import homes_of
from tenancy.models import Membership, OrganisationForeignKey, OrganisationModel


class Enquiry(OrganisationModel):
    """Somebody asked something: it has a number, a day and somebody who answers."""

    class Topic(models.TextChoices):
        SERVICE = "service", pgettext_lazy("enquiry", "Services and everyday matters")
        FEE = "fee", pgettext_lazy("enquiry", "Fees and charges")
        RULE = "rule", pgettext_lazy("enquiry", "House rules and covenant")
        ACCOUNT = "account", pgettext_lazy("enquiry", "Accounts of the estate")
        LAW = "law", pgettext_lazy("enquiry", "What the law says")
        OTHER = "other", pgettext_lazy("enquiry", "Something else")

    class Channel(models.TextChoices):
        APP = "app", pgettext_lazy("enquiry", "Portal")
        COUNTER = "counter", pgettext_lazy("enquiry", "Counter")
        PHONE = "phone", pgettext_lazy("enquiry", "Phone")
        LETTER = "letter", pgettext_lazy("enquiry", "Letter or e-mail")

    class State(models.TextChoices):
        ASKED = "asked", pgettext_lazy("enquiry", "Asked")
        ASSIGNED = "assigned", pgettext_lazy("enquiry", "Being answered")
        ANSWERED = "answered", pgettext_lazy("enquiry", "Answered")
        CLARIFIED = "clarified", pgettext_lazy("enquiry", "Answered once more")
        CONVERTED = "converted", pgettext_lazy("enquiry", "Became a case")
        CLOSED = "closed", pgettext_lazy("enquiry", "Closed")

    WAITING = frozenset({State.ASKED, State.ASSIGNED})
    TOLD = frozenset({State.ANSWERED, State.CLARIFIED})

    number = models.CharField(_("number"), max_length=40, editable=False)
    estate = OrganisationForeignKey(Estate, on_delete=models.PROTECT, related_name="+", verbose_name=_("estate"))
    topic = models.CharField(_("what it is about"), max_length=10, choices=Topic)
    channel = models.CharField(_("how it came"), max_length=10, choices=Channel)
    membership = OrganisationForeignKey(
        Membership, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("asked by")
    )
    caller_name = models.CharField(_("who asked"), max_length=200, blank=True, default="")
    caller_contact = models.CharField(_("how we reach them"), max_length=200, blank=True, default="")
    question = models.TextField(_("question"), max_length=4000)
    # What it was asked of, where somebody asked from the page of an article or of one of its clauses.
    of_version = OrganisationForeignKey(
        ArticleVersion, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("of the article")
    )  # fmt: skip
    of_clause = OrganisationForeignKey(
        Clause, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("of the clause")
    )
    asked_at = models.DateTimeField(_("asked"))
    entered_by = OrganisationForeignKey(
        Membership, on_delete=models.PROTECT, related_name="+", verbose_name=_("entered by")
    )
    due_on = models.DateField(_("answer due"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.ASKED, editable=False)
    handler = OrganisationForeignKey(
        Membership, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("who answers")
    )
    moved_at = models.DateTimeField(_("moved"))
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    was_answered = models.BooleanField(_("says that it is answered"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    complaint_number = models.CharField(_("complaint it became"), max_length=40, blank=True, default="")
    public_question = models.TextField(_("the question as everybody reads it"), max_length=4000, blank=True, default="")
    public_answer = models.TextField(_("the answer as everybody reads it"), max_length=6000, blank=True, default="")
    published_at = models.DateTimeField(_("open to all since"), null=True, blank=True)
    published_by = OrganisationForeignKey(
        Membership, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("published by")
    )
    entry_key = models.UUIDField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("enquiry")
        verbose_name_plural = _("enquiries")
        base_manager_name = "objects"
        ordering = ["due_on", "id"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "number"], name="one_enquiry_per_number"),
            models.UniqueConstraint(
                fields=["organisation", "entry_key"], condition=models.Q(entry_key__isnull=False),
                name="one_enquiry_per_form",
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["organisation", "due_on", "id"], condition=models.Q(state__in=["asked", "assigned"]),
                         name="enquiry_waiting"),
            models.Index(fields=["organisation", "-moved_at", "-id"], name="enquiry_newest"),
            models.Index(fields=["organisation", "membership", "-asked_at"], name="enquiry_asker"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.number

    @property
    def is_waiting(self) -> bool:
        return self.state in self.WAITING

    def is_late(self, today: date) -> bool:
        return self.is_waiting and self.due_on < today

    def hangs_before(self, member: Membership) -> bool:
        """What has been opened to all of its estate."""
        return self.published_at is not None and self.estate_id in homes_of(member)


class EnquiryTurn(OrganisationModel):
    """One question of an enquiry and its answer: the first, and each time the asker asked back."""

    enquiry = OrganisationForeignKey(Enquiry, on_delete=models.CASCADE, related_name="turns")
    place = models.PositiveSmallIntegerField(_("place"))
    question = models.TextField(_("question"), max_length=4000)
    asked_at = models.DateTimeField(_("asked"))
    answer = models.TextField(_("answer"), max_length=6000, blank=True, default="")
    answered_by = OrganisationForeignKey(
        Membership, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("answered by")
    )
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)

    class Meta:
        verbose_name = _("question and answer")
        verbose_name_plural = _("questions and answers")
        base_manager_name = "objects"
        ordering = ["place"]
        constraints = [models.UniqueConstraint(fields=["organisation", "enquiry", "place"], name="one_turn_per_place")]

    def __str__(self) -> str:
        return f"{self.enquiry_id} {self.place}"


class Citation(OrganisationModel):
    """Where an answer is written: a clause, or a whole article, in the version that was in force then."""

    turn = OrganisationForeignKey(EnquiryTurn, on_delete=models.CASCADE, related_name="citations")
    version = OrganisationForeignKey(ArticleVersion, on_delete=models.PROTECT, related_name="+")
    clause = OrganisationForeignKey(Clause, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("citation")
        verbose_name_plural = _("citations")
        base_manager_name = "objects"
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.version_id} {self.clause_id or ''}"

    @property
    def estate_id(self) -> UUID:
        return self.turn.enquiry.estate_id
