"""What is printed of a notice: letters for envelopes, notices for doors and boards."""

from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _

from notices.models.notice import Notice
from owners.models import Building
from tenancy.models import Membership, OrganisationForeignKey, OrganisationModel


class PaperRun(OrganisationModel):
    """One thing to print, made by a worker and kept to be fetched again.

    A letter run freezes whom its letters are for (``recipient_ids``, in the order they are printed), so that the
    manifest, the pages and "all of these are posted" speak of the same people.
    """

    class Kind(models.TextChoices):
        LETTERS = "letters", _("Letters")
        DOOR = "door", _("Notices for doors and boards")

    class Whom(models.TextChoices):
        WAITING = "waiting", _("Those whose letter is due")
        UNREACHED = "unreached", _("Everybody it has not reached")
        ALL = "all", _("Everybody it is for")

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("Being made")
        DONE = "done", _("Ready")
        FAILED = "failed", _("Failed")

    notice = OrganisationForeignKey(
        Notice, on_delete=models.CASCADE, related_name="paper_runs", verbose_name=_("notice")
    )
    kind = models.CharField(_("what"), max_length=10, choices=Kind)
    whom = models.CharField(_("for whom"), max_length=10, choices=Whom, blank=True, default="")
    building = OrganisationForeignKey(
        Building,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("only this building"),
    )
    recipient_ids = models.JSONField(default=list, editable=False)
    count = models.PositiveIntegerField(_("letters"), default=0)
    pages = models.PositiveIntegerField(_("pages"), default=0)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    progress = models.PositiveSmallIntegerField(_("progress"), default=0)
    error = models.CharField(max_length=20, blank=True, default="", editable=False)
    pdf_name = models.CharField(max_length=200, blank=True, default="", editable=False)
    language = models.CharField(_("language"), max_length=10)
    requested_by = OrganisationForeignKey(Membership, on_delete=models.PROTECT, related_name="+", verbose_name=_("by"))
    requested_at = models.DateTimeField(_("asked for"))
    finished_at = models.DateTimeField(_("made"), null=True)
    posted_at = models.DateTimeField(_("posted"), null=True)
    posted_by = OrganisationForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    lease_until = models.DateTimeField(null=True, editable=False)
    attempts = models.PositiveSmallIntegerField(default=0, editable=False)

    class Meta:
        verbose_name = _("print run")
        verbose_name_plural = _("print runs")
        base_manager_name = "objects"
        constraints = [
            # Two clicks ask for one run.
            models.UniqueConstraint(
                fields=["organisation", "notice", "kind", "whom", "building"], name="one_paper_run_at_a_time",
                condition=models.Q(state__in=["waiting", "running"]), nulls_distinct=False,
            )
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["organisation", "notice", "-requested_at"], name="paper_run_newest"),
            models.Index(
                fields=["requested_at"], name="paper_run_waiting", condition=models.Q(state__in=["waiting", "running"])
            ),
        ]

    @property
    def membership_id(self) -> UUID:
        """Whose it is, as the policy asks: of whoever asked for it."""
        return self.requested_by_id

    def places(self) -> set[tuple[UUID, UUID | None]]:
        """It names readers of several places: of others only those may have it who work everywhere."""
        return set()
