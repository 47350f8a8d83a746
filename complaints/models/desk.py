"""What helps at the desk and is no part of the case: who watches, what is put aside, what is to be done, what was done at once."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from complaints.models.case import Complaint
from complaints.models.settings import Category
from tenancy.models import Membership, OrganisationForeignKey, OrganisationModel


class Watch(OrganisationModel):
    """A member of staff is told whenever this case moves, though they do not handle it."""

    complaint = OrganisationForeignKey(Complaint, on_delete=models.CASCADE, related_name="watches")
    member = OrganisationForeignKey(Membership, on_delete=models.CASCADE, related_name="+", verbose_name=_("member"))
    at = models.DateTimeField(_("since"))

    class Meta:
        verbose_name = _("watch")
        verbose_name_plural = _("watches")
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(fields=["organisation", "member", "complaint"], name="one_watch_per_member")
        ]

    def __str__(self) -> str:
        return f"{self.complaint_id}"


class Snooze(OrganisationModel):
    """A member has put this case aside until a morning; their lists show it again then, or when something happens."""

    complaint = OrganisationForeignKey(Complaint, on_delete=models.CASCADE, related_name="snoozes")
    member = OrganisationForeignKey(Membership, on_delete=models.CASCADE, related_name="+", verbose_name=_("member"))
    at = models.DateTimeField(_("since"))
    until = models.DateTimeField(_("until"))

    class Meta:
        verbose_name = _("case put aside")
        verbose_name_plural = _("cases put aside")
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(fields=["organisation", "member", "complaint"], name="one_snooze_per_member")
        ]

    def __str__(self) -> str:
        return f"{self.complaint_id}"


class Task(OrganisationModel):
    """Something to be done for a case, inside the house; the complainant sees nothing of it."""

    complaint = OrganisationForeignKey(Complaint, on_delete=models.CASCADE, related_name="tasks")
    text = models.CharField(_("what is to be done"), max_length=300)
    assignee = OrganisationForeignKey(
        Membership, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("by whom")
    )
    due_on = models.DateField(_("by"), null=True, blank=True)
    added_by = OrganisationForeignKey(
        Membership, on_delete=models.PROTECT, related_name="+", verbose_name=_("added by")
    )
    added_at = models.DateTimeField(_("added"))
    done_by = OrganisationForeignKey(
        Membership, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("done by")
    )
    done_at = models.DateTimeField(_("done"), null=True)

    class Meta:
        verbose_name = _("task")
        verbose_name_plural = _("tasks")
        base_manager_name = "objects"
        ordering = ["added_at", "id"]
        indexes = [
            models.Index(fields=["organisation", "complaint", "added_at"], name="task_of_complaint"),
            models.Index(
                fields=["organisation", "assignee", "due_on"],
                condition=models.Q(done_at__isnull=True),
                name="task_open",
            ),
        ]

    def __str__(self) -> str:
        return self.text


class Checklist(OrganisationModel):
    """Steps that are the same again and again; put on a case, each becomes a task."""

    title = models.CharField(_("title"), max_length=80)
    category = OrganisationForeignKey(
        Category, on_delete=models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("category"),
        help_text=_("Offered for complaints of this category alone; empty: for all."),
    )  # fmt: skip
    steps = models.TextField(_("steps"), max_length=4000, help_text=_("One a line."))
    position = models.PositiveSmallIntegerField(_("order"), default=10)
    is_active = models.BooleanField(_("in force"), default=True)

    class Meta:
        verbose_name = _("checklist")
        verbose_name_plural = _("checklists")
        base_manager_name = "objects"
        ordering = ["position", "title"]
        constraints = [models.UniqueConstraint(fields=["organisation", "title"], name="one_checklist_per_title")]

    def __str__(self) -> str:
        return self.title

    @property
    def lines(self) -> list[str]:
        return [line.strip() for line in self.steps.splitlines() if line.strip()]


class BulkRun(OrganisationModel):
    """One act that a member did on several cases at once, and how each stood before: what undoing it needs."""

    membership = OrganisationForeignKey(
        Membership, on_delete=models.CASCADE, related_name="+", verbose_name=_("done by")
    )
    act = models.CharField(max_length=10)
    at = models.DateTimeField(_("at"))
    # [[id of the case, how it stood before, how it stood after], ...]
    rows = models.JSONField(default=list)
    undone_at = models.DateTimeField(_("undone"), null=True)

    class Meta:
        verbose_name = _("act on several cases")
        verbose_name_plural = _("acts on several cases")
        base_manager_name = "objects"
        indexes = [models.Index(fields=["organisation", "membership", "-at"], name="bulk_run_newest")]

    def __str__(self) -> str:
        return f"{self.act}: {len(self.rows)}"
