"""The outbox: everything that leaves the house, and what became of it."""

from uuid import UUID

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from owners.models import Person
from tenancy.models import Membership, OrganisationForeignKey, OrganisationModel


class Delivery(OrganisationModel):
    """One message to one person by one channel. Written in the transaction of the event it tells of.

    Portal messages are handed as they are written; the others are claimed by a worker under a lease and sent after
    commit. See docs/notices.md for the states.
    """

    ACCOUNT_EVENTS = "account."  # what the events of people's sign-ins begin with

    class Channel(models.TextChoices):
        PORTAL = "portal", _("Portal")
        EMAIL = "email", _("E-mail")
        SMS = "sms", _("SMS")
        PUSH = "push", _("Push message")
        LETTER = "letter", _("Letter")
        CALL = "call", _("Phone call")
        DOOR = "door", _("Notice at the door")

    class State(models.TextChoices):
        QUEUED = "queued", _("Waiting to be sent")
        CLAIMED = "claimed", _("Being sent")
        HANDED = "handed", _("Sent")
        DELIVERED = "delivered", _("Delivered")
        READ = "read", _("Read")
        ACKNOWLEDGED = "acknowledged", _("Acknowledged")
        BOUNCED = "bounced", _("Came back")
        DEAD = "dead", _("Could not be sent")
        SUPPRESSED = "suppressed", _("Not sent")
        MAYBE_TWICE = "maybe_twice", _("Sent, perhaps twice")

    class Because(models.TextChoices):
        """Why a message was not sent, or sent again."""

        PREFERENCE = "preference", _("The recipient does not want it this way")
        STOPPED_ADDRESS = "stopped_address", _("Messages to this address came back before")
        NO_ADDRESS = "no_address", _("There is no address for this way")
        NO_PROVIDER = "no_provider", _("No provider is set up for this way")
        REACHED = "reached", _("The recipient had it already another way")
        WITHDRAWN = "withdrawn", _("The notice was withdrawn")
        EXPIRED = "expired", _("It was of no use any more")
        IN_DIGEST = "in_digest", _("It is in the daily digest")

    # Who waits least: mail with a code, then emergencies, news of cases, notices to many.
    class Urgency(models.IntegerChoices):
        NOW = 0
        SOON = 3
        CASE = 5
        BULK = 9

    channel = models.CharField(_("channel"), max_length=10, choices=Channel)
    urgency = models.PositiveSmallIntegerField(default=Urgency.CASE, db_default=Urgency.CASE, editable=False)
    # A notice's words are in its version, and are put together for each reader when they are sent or read.
    notice = OrganisationForeignKey(
        "notices.Notice", on_delete=models.PROTECT, null=True, blank=True, related_name="deliveries",
        verbose_name=_("notice"),
    )  # fmt: skip
    recipient = OrganisationForeignKey(
        "notices.NoticeRecipient", on_delete=models.CASCADE, null=True, blank=True, related_name="deliveries",
        verbose_name=_("recipient"),
    )  # fmt: skip
    event = models.CharField(_("event"), max_length=60)
    dedupe_key = models.CharField(max_length=200)
    person = OrganisationForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="deliveries", verbose_name=_("person")
    )
    membership = OrganisationForeignKey(
        Membership, on_delete=models.PROTECT, null=True, blank=True, related_name="deliveries", verbose_name=_("member")
    )
    recipient_name = models.CharField(_("to"), max_length=200)
    address = models.CharField(_("address"), max_length=254, blank=True)
    language = models.CharField(_("language"), max_length=10)
    subject = models.CharField(_("subject"), max_length=300)
    text = models.TextField(_("text"))
    html = models.TextField(blank=True)
    # Words that nobody may read here (notices/sealed.py), until the mail server has them; then nothing.
    sealed = models.TextField(blank=True, default="", db_default="", editable=False)
    expires_at = models.DateTimeField(_("of use until"), null=True, editable=False)
    link = models.CharField(max_length=300, blank=True)
    about_type = models.CharField(max_length=60, blank=True)
    about_id = models.UUIDField(null=True)
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.QUEUED)
    because = models.CharField(_("because"), max_length=20, choices=Because, blank=True, default="", db_default="")
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    last_error = models.CharField(_("last error"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("written"))
    next_attempt_at = models.DateTimeField(_("next attempt"), null=True)
    lease_until = models.DateTimeField(null=True)
    lease_token = models.UUIDField(null=True)
    # Set before the words go over the line: a row whose worker was lost after that may have arrived.
    handing_at = models.DateTimeField(null=True, editable=False)
    handed_at = models.DateTimeField(_("sent"), null=True)  # of one for the digest: when that was written
    # What the provider calls it, for its receipts.
    provider_reference = models.CharField(max_length=120, blank=True, default="", db_default="", editable=False)
    delivered_at = models.DateTimeField(_("delivered"), null=True)
    bounced_at = models.DateTimeField(_("came back"), null=True)
    acknowledged_at = models.DateTimeField(_("acknowledged"), null=True)
    read_at = models.DateTimeField(_("read"), null=True)
    erased_at = models.DateTimeField(_("words erased"), null=True, editable=False)

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("outbox")
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(fields=["organisation", "dedupe_key", "channel"], name="one_delivery_per_event")
        ]
        indexes = [
            models.Index(
                fields=["organisation", "channel", "urgency", "next_attempt_at"],
                name="delivery_due",
                condition=models.Q(state__in=["queued", "claimed"]),
            ),
            models.Index(
                fields=["organisation", "membership", "-created_at"],
                name="delivery_inbox",
                condition=models.Q(channel="portal"),
            ),
            models.Index(
                fields=["organisation", "membership"],
                name="delivery_unread",
                condition=models.Q(channel="portal", read_at__isnull=True),
            ),
            models.Index(fields=["organisation", "about_id", "-created_at"], name="delivery_about"),
            models.Index(
                fields=["organisation", "notice", "channel", "state"],
                name="delivery_notice",
                condition=models.Q(notice__isnull=False),
            ),
            models.Index(
                fields=["organisation", "recipient"],
                name="delivery_recipient",
                condition=models.Q(recipient__isnull=False),
            ),
            models.Index(
                fields=["organisation", "created_at"],
                name="delivery_for_digest",
                condition=models.Q(because="in_digest", handed_at__isnull=True),
            ),
            models.Index(
                fields=["organisation", "provider_reference"],
                name="delivery_reference",
                condition=~models.Q(provider_reference=""),
            ),
        ]

    def __str__(self) -> str:
        return self.subject

    def places(self) -> set[tuple[UUID, UUID]]:
        """(estate, building) of the units of whoever it went to: whose staff may see it."""
        people = list(self.membership.persons.all()) if self.membership else []
        if self.person is not None:
            people.append(self.person)
        return {place for person in people for place in person.places()}


class Attempt(OrganisationModel):
    """One try to send a delivery; append-only."""

    delivery = OrganisationForeignKey(Delivery, on_delete=models.CASCADE, related_name="tries")
    at = models.DateTimeField(_("at"))
    outcome = models.CharField(_("outcome"), max_length=20)
    detail = models.CharField(_("detail"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")
        base_manager_name = "objects"

    def __str__(self) -> str:
        return f"{timezone.localtime(self.at):%Y-%m-%d %H:%M}"
