"""A notice: what the company tells many at once, its versions, and where it stands."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _

from owners.queries import homes_of
from tenancy.errors import IllegalMove
from tenancy.models import Membership, OrganisationForeignKey, OrganisationModel


class Kind(models.TextChoices):
    """What a notice is, which decides who approves it, which channels follow each other, and who may switch it off."""

    ORDINARY = "ordinary", _("Ordinary")
    STATUTORY = "statutory", _("Required by law")
    EMERGENCY = "emergency", _("Emergency")


class Notice(OrganisationModel):
    """One notice to an audience. Its words are in its versions; whom it reached is in its recipients.

    ``audience`` is the wish (notices/rules/audience.py says what it may hold); sending freezes it into recipients.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        SUBMITTED = "submitted", _("Waiting for approval")
        SCHEDULED = "scheduled", _("Approved, not sent yet")
        SENDING = "sending", _("Being sent")
        SENT = "sent", _("Sent")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        DISCARDED = "discarded", _("Discarded")

    MOVES = {
        State.DRAFT: {State.SUBMITTED, State.SCHEDULED, State.DISCARDED},
        State.SUBMITTED: {State.SCHEDULED, State.DRAFT},
        State.SCHEDULED: {State.SENDING, State.DRAFT},
        State.SENDING: {State.SENT, State.WITHDRAWN},
        State.SENT: {State.WITHDRAWN},
    }

    # Given when it is approved: a discarded draft leaves no gap.
    number = models.CharField(_("number"), max_length=20, blank=True, default="")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.ORDINARY)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    audience = models.JSONField(_("audience"), default=dict)
    # What it is sent by, in order: [{"channel": "sms", "after_minutes": 240}, ...]; copied from the kind's chain.
    chain = models.JSONField(_("channels"), default=list)
    must_acknowledge = models.BooleanField(_("must be acknowledged"), default=False)
    acknowledge_by = models.DateTimeField(_("acknowledge by"), null=True, blank=True)
    is_on_board = models.BooleanField(_("on the notice board"), default=True)
    # What it announces, for calendars; empty when it announces nothing with a time.
    event_starts_at = models.DateTimeField(_("begins"), null=True, blank=True)
    event_ends_at = models.DateTimeField(_("ends"), null=True, blank=True)
    event_place = models.CharField(_("where"), max_length=200, blank=True, default="")
    author = OrganisationForeignKey(Membership, on_delete=models.PROTECT, related_name="+", verbose_name=_("author"))
    created_at = models.DateTimeField(_("begun"))
    submitted_at = models.DateTimeField(_("submitted"), null=True, blank=True)
    approver = OrganisationForeignKey(
        Membership, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("approved by")
    )
    approved_at = models.DateTimeField(_("approved"), null=True, blank=True)
    return_reason = models.CharField(_("why it came back"), max_length=500, blank=True, default="")
    # When the author wants it to leave (empty: at once), and when it does: after the seconds in which it can be undone.
    scheduled_for = models.DateTimeField(_("send at"), null=True, blank=True)
    sends_at = models.DateTimeField(_("leaves at"), null=True, blank=True)
    frozen_at = models.DateTimeField(_("audience frozen"), null=True, blank=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    expires_at = models.DateTimeField(_("of use until"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)
    withdrawn_by = OrganisationForeignKey(Membership, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    withdrawal_reason = models.CharField(_("why it was withdrawn"), max_length=500, blank=True, default="")
    recipients_count = models.PositiveIntegerField(_("recipients"), default=0)
    # A worker holds it while it freezes and writes the outbox.
    lease_until = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "number"], name="one_notice_per_number", condition=~models.Q(number="")
            )
        ]
        indexes = [
            models.Index(fields=["organisation", "-created_at"], name="notice_newest"),
            models.Index(
                fields=["sends_at"], name="notice_due", condition=models.Q(state__in=["scheduled", "sending"])
            ),
        ]

    def __str__(self) -> str:
        return self.number or str(_("Draft"))

    def move(self, to: str, *, at: datetime) -> None:
        """Change the state in memory, and note when; the service saves. Raises IllegalMove."""
        if to not in self.MOVES.get(self.State(self.state), ()):
            raise IllegalMove(
                _("This is not possible now: the notice is in the state “%(state)s”.")
                % {"state": self.get_state_display()}
            )
        self.state = to
        stamps: dict[Any, str] = {
            self.State.SUBMITTED: "submitted_at", self.State.SCHEDULED: "approved_at",
            self.State.SENT: "sent_at", self.State.WITHDRAWN: "withdrawn_at",
        }  # fmt: skip
        if to in stamps:
            setattr(self, stamps[to], at)

    @property
    def is_editable(self) -> bool:
        return self.state == self.State.DRAFT

    @property
    def is_out(self) -> bool:
        """Whether people may read it: it was sent and not withdrawn."""
        return self.state in (self.State.SENDING, self.State.SENT)

    @property
    def membership_id(self) -> UUID:
        """Whose it is, as the policy asks: its author's."""
        return self.author_id

    def places(self) -> set[tuple[UUID, UUID | None]]:
        """(estate, building or None) that it is for: whose staff may see it."""
        return set(self.notice_places.values_list("estate_id", "building_id"))

    def hangs_before(self, member: Membership) -> bool:
        """Whether it is for a place where the member is at home, as the policy asks."""
        homes = homes_of(member)
        return any(
            estate in homes and (building is None or (own := homes[estate]) is None or building in own)
            for estate, building in self.places()
        )


class NoticeVersion(OrganisationModel):
    """The words of a notice. The first is what was sent; a correction is a new one, and readers see that there was.

    Bodies are small Markdown with fixed placeholders (notices/rules/placeholders.py). A language without words is not
    written in; the organisation's own always is.
    """

    notice = OrganisationForeignKey(Notice, on_delete=models.CASCADE, related_name="versions", verbose_name=_("notice"))
    number = models.PositiveSmallIntegerField(_("version"), default=1)
    title_en = models.CharField(_("title in English"), max_length=200, blank=True, default="")
    body_en = models.TextField(_("words in English"), blank=True, default="", max_length=20_000)
    title_zh = models.CharField(_("title in Chinese"), max_length=200, blank=True, default="")
    body_zh = models.TextField(_("words in Chinese"), blank=True, default="", max_length=20_000)
    reason = models.CharField(_("what was corrected and why"), max_length=500, blank=True, default="")
    author = OrganisationForeignKey(Membership, on_delete=models.PROTECT, related_name="+", verbose_name=_("author"))
    created_at = models.DateTimeField(_("written"))
    # (name, id) of the notice's files, where they were read along (notices/wording.py); no column.
    files: Sequence[tuple[str, UUID]] = ()

    class Meta:
        verbose_name = _("version of a notice")
        verbose_name_plural = _("versions of a notice")
        base_manager_name = "objects"
        ordering = ("number",)
        constraints = [
            models.UniqueConstraint(fields=["organisation", "notice", "number"], name="one_version_per_number")
        ]

    def languages(self) -> list[str]:
        """The languages it has words in."""
        return [code for code, title in (("en", self.title_en), ("zh-hans", self.title_zh)) if title]

    def words_in(self, language: str) -> tuple[str, str]:
        """(title, body) in the language, or in the other one when there are none."""
        english, chinese = (self.title_en, self.body_en), (self.title_zh, self.body_zh)
        wanted, other = (chinese, english) if language.startswith("zh") else (english, chinese)
        return wanted if wanted[0] else other
