"""Requests between departments: what is needed by when, whether it was accepted, done, and how the asking side rates it."""

from datetime import date, datetime

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from owners.models import Building, Estate
from tenancy.errors import DomainError
from tenancy.models import Membership, OrganisationForeignKey, OrganisationModel


class InternalRequest(OrganisationModel):
    """One hand-over between two departments of an estate. The asking department is the customer: it rates."""

    class Department(models.TextChoices):
        FRONT_DESK = "front_desk", _("Front desk")
        ENGINEERING = "engineering", _("Engineering")
        SECURITY = "security", pgettext_lazy("department", "Security")
        CLEANING = "cleaning", pgettext_lazy("department", "Cleaning")
        GREENING = "greening", pgettext_lazy("department", "Greening")
        FINANCE = "finance", _("Finance")
        QUALITY = "quality", pgettext_lazy("department", "Quality")
        MANAGEMENT = "management", _("Management")

    class State(models.TextChoices):
        ASKED = "asked", pgettext_lazy("request", "Asked")
        ACCEPTED = "accepted", pgettext_lazy("request", "Accepted")
        DECLINED = "declined", pgettext_lazy("request", "Declined")
        DONE = "done", pgettext_lazy("request", "Done")
        RATED = "rated", pgettext_lazy("request", "Rated")

    MOVES: dict[str, frozenset[str]] = {
        State.ASKED: frozenset({State.ACCEPTED, State.DECLINED}),
        State.ACCEPTED: frozenset({State.DONE}),
        State.DONE: frozenset({State.RATED}),
    }

    number = models.CharField(_("number"), max_length=40, editable=False)
    estate = OrganisationForeignKey(Estate, on_delete=models.PROTECT, related_name="+", verbose_name=_("estate"))
    building = OrganisationForeignKey(
        Building, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("building")
    )
    from_department = models.CharField(_("from"), max_length=12, choices=Department)
    to_department = models.CharField(_("to"), max_length=12, choices=Department)
    need = models.TextField(_("what is needed"), max_length=2000)
    wanted_on = models.DateField(_("wanted by"), null=True, blank=True)
    asked_by = OrganisationForeignKey(
        Membership, on_delete=models.PROTECT, related_name="+", verbose_name=_("asked by")
    )
    asked_at = models.DateTimeField(_("asked"))
    answer_due_at = models.DateTimeField(_("answer due"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.ASKED, editable=False)
    answered_by = OrganisationForeignKey(
        Membership, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("answered by")
    )
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=500, blank=True, default="")
    done_by = OrganisationForeignKey(
        Membership, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("done by")
    )
    done_at = models.DateTimeField(_("done"), null=True, blank=True)
    result = models.TextField(_("result"), max_length=2000, blank=True, default="")
    rated_by = OrganisationForeignKey(
        Membership, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("rated by")
    )
    rated_at = models.DateTimeField(_("rated"), null=True, blank=True)
    rating = models.PositiveSmallIntegerField(_("rating"), null=True, blank=True)
    rating_words = models.TextField(_("what is said of it"), max_length=1000, blank=True, default="")
    escalated_at = models.DateTimeField(_("passed on"), null=True, blank=True)
    entry_key = models.UUIDField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("request between departments")
        verbose_name_plural = _("requests between departments")
        base_manager_name = "objects"
        ordering = ["-asked_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "number"], name="one_request_per_number"),
            models.UniqueConstraint(
                fields=["organisation", "entry_key"], condition=models.Q(entry_key__isnull=False),
                name="one_request_per_form",
            ),
            models.CheckConstraint(
                condition=~models.Q(from_department=models.F("to_department")), name="request_to_another_department"
            ),
            models.CheckConstraint(
                condition=models.Q(rating__isnull=True) | models.Q(rating__range=(1, 5)), name="request_rating_1_to_5"
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["organisation", "-asked_at", "-id"], name="request_newest"),
            models.Index(
                fields=["organisation", "answer_due_at"], condition=models.Q(state="asked"), name="request_unanswered"
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def is_unanswered(self, now: datetime) -> bool:
        return self.state == self.State.ASKED and self.answer_due_at < now

    def is_overdue(self, today: date) -> bool:
        """Accepted, and the day by which it was wanted has passed."""
        return self.state == self.State.ACCEPTED and self.wanted_on is not None and self.wanted_on < today

    def move(self, to: str) -> None:
        """Change the state in memory; the service saves. Raises DomainError."""
        if to not in self.MOVES.get(self.State(self.state), frozenset()):
            raise DomainError(
                _("This is not possible now: the request is in the state “%(state)s”.")
                % {"state": self.get_state_display()},
                code="state",
            )
        self.state = to
