"""Mail that came in, and the key with which a mail service signs what it hands over."""

from datetime import datetime
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _

from complaints.models.case import Complaint
from owners.models import Person
from tenancy.errors import IllegalMove
from tenancy.models import Membership, OrganisationForeignKey, OrganisationModel


class InboundMail(OrganisationModel):
    """One mail as it came; moves only along MOVES. Its raw bytes lie in the private storage for a set time."""

    class State(models.TextChoices):
        RECEIVED = "received", _("Just received")
        WAITING = "waiting", _("Waiting")
        STOPPED = "stopped", _("Held back")
        FILED = "filed", _("Became a complaint")
        ATTACHED = "attached", _("Added to a case")
        DISCARDED = "discarded", _("Discarded")

    class Why(models.TextChoices):
        """Why nobody but a clerk can say what it is, or why it was held back."""

        UNKNOWN = "unknown", _("Nobody in the registry has this address.")
        SEVERAL = "several", _("Several people, or units in several estates, have this address.")
        STAFF = "staff", _("It is from a member of staff, and not a reply to a case.")
        FORGED = "forged", _("It went to a reply address that was not made for this sender.")
        REFUSED = "refused", _("The case takes no more words this way.")
        DOUBTFUL = "doubtful", _("The sender’s mail service says that it did not send it.")
        EMPTY = "empty", _("It has no words.")
        UNREADABLE = "unreadable", _("It could not be read.")
        TOO_BIG = "too_big", _("It is too big; only its head was taken.")
        OURS = "ours", _("We sent it ourselves.")
        REPORT = "report", _("A report of a mail server.")
        AUTOMATIC = "auto_submitted", _("An automatic answer.")
        LIST = "list", _("A mailing list or bulk mail.")
        MACHINE = "machine", _("An address that no person writes from.")
        ABSENCE = "absence", _("An out-of-office note.")
        RATE = "rate", _("Too many mails from this address within an hour.")

    DECIDABLE = frozenset({State.WAITING, State.STOPPED})
    MOVES: dict[str, frozenset[str]] = {
        State.RECEIVED: frozenset({State.WAITING, State.STOPPED, State.FILED, State.ATTACHED}),
        State.WAITING: frozenset({State.FILED, State.ATTACHED, State.DISCARDED}),
        State.STOPPED: frozenset({State.FILED, State.ATTACHED, State.DISCARDED}),
    }

    key = models.CharField(max_length=64, editable=False)
    sender = models.CharField(_("sender"), max_length=254, blank=True)
    sender_name = models.CharField(_("name of the sender"), max_length=200, blank=True)
    subject = models.CharField(_("subject"), max_length=200, blank=True)
    text = models.TextField(_("words"), blank=True)
    reply_token = models.CharField(max_length=64, blank=True, editable=False)
    files_count = models.PositiveSmallIntegerField(_("files"), default=0)
    left_out = models.PositiveSmallIntegerField(_("parts left out"), default=0)
    raw_name = models.CharField(max_length=200, blank=True, editable=False)
    received_at = models.DateTimeField(_("received"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.RECEIVED, editable=False)
    why = models.CharField(_("why"), max_length=16, choices=Why, blank=True, editable=False)
    complaint = OrganisationForeignKey(
        Complaint, on_delete=models.SET_NULL, null=True, related_name="mails", verbose_name=_("complaint")
    )
    # Whose address it is, where the registry knows exactly one.
    person = OrganisationForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    decided_by = OrganisationForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(_("decided"), null=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("mail")
        verbose_name_plural = _("mails")
        base_manager_name = "objects"
        constraints = [models.UniqueConstraint(fields=["organisation", "key"], name="one_mail_per_message_id")]
        indexes = [
            models.Index(fields=["organisation", "state", "-received_at", "-id"], name="mail_in_state"),
            models.Index(fields=["organisation", "sender", "received_at"], name="mail_of_sender"),
        ]

    def __str__(self) -> str:
        return self.subject or self.sender

    @property
    def subject_staff_id(self) -> UUID | None:
        """Whom the case complains of that it belongs to, as the policy asks."""
        key: UUID | None = self.complaint.subject_staff_id if self.complaint is not None else None
        return key

    def move(self, to: str, *, at: datetime) -> None:
        """Change the state in memory; the service saves. Raises IllegalMove."""
        if to not in self.MOVES.get(self.state, frozenset()):
            raise IllegalMove(_("This mail has been dealt with already."))
        self.state, self.decided_at = to, at


class MailDoor(OrganisationModel):
    """Where a mail service may hand mail over by itself: the key it signs with, sealed. One for each organisation."""

    sealed = models.TextField(blank=True, default="", editable=False)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("door for mail")
        verbose_name_plural = _("door for mail")
        base_manager_name = "objects"
        constraints = [models.UniqueConstraint(fields=["organisation"], name="one_mail_door")]

    def __str__(self) -> str:
        return str(_("Door for mail"))
