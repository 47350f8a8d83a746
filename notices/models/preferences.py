"""What people choose to be sent, and what can no longer be sent to an address."""

from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _

from notices.models.delivery import Delivery
from owners.models import Person
from tenancy.models import Membership, OrganisationForeignKey, OrganisationModel

ONE_HOLDER = models.Q(membership__isnull=False, person__isnull=True) | models.Q(
    membership__isnull=True, person__isnull=False
)


class Preference(OrganisationModel):
    """How one kind of message comes to one holder by one channel; without a row it comes at once.

    The holder is the member where the person signs in, else the person of the registry. What the law requires cannot be
    switched off: there is no topic for it.
    """

    class Topic(models.TextChoices):
        ORDINARY = "ordinary", _("Notices")
        EMERGENCY = "emergency", _("Emergencies")
        CASES = "cases", _("News of what I asked for")

    class Mode(models.TextChoices):
        AT_ONCE = "at_once", _("At once")
        DIGEST = "digest", _("Once a day")
        OFF = "off", _("Not by this way")

    membership = OrganisationForeignKey(Membership, on_delete=models.CASCADE, null=True, related_name="+")
    person = OrganisationForeignKey(Person, on_delete=models.CASCADE, null=True, related_name="+")
    topic = models.CharField(_("about"), max_length=10, choices=Topic)
    channel = models.CharField(_("channel"), max_length=10, choices=Delivery.Channel)
    mode = models.CharField(_("how"), max_length=10, choices=Mode)
    changed_at = models.DateTimeField(_("changed"))

    class Meta:
        verbose_name = _("preference")
        verbose_name_plural = _("preferences")
        base_manager_name = "objects"
        constraints = [
            models.CheckConstraint(condition=ONE_HOLDER, name="preference_one_holder"),
            models.UniqueConstraint(
                fields=["organisation", "membership", "person", "topic", "channel"],
                name="one_preference", nulls_distinct=False,
            ),
        ]  # fmt: skip


class QuietTime(OrganisationModel):
    """When somebody wants no SMS and no push, in the organisation's time; without a row the organisation's hours."""

    membership = OrganisationForeignKey(Membership, on_delete=models.CASCADE, null=True, related_name="+")
    person = OrganisationForeignKey(Person, on_delete=models.CASCADE, null=True, related_name="+")
    quiet_from = models.TimeField(_("quiet from"))
    quiet_until = models.TimeField(_("quiet until"))

    class Meta:
        verbose_name = _("quiet hours")
        verbose_name_plural = _("quiet hours")
        base_manager_name = "objects"
        constraints = [
            models.CheckConstraint(condition=ONE_HOLDER, name="quiet_time_one_holder"),
            models.UniqueConstraint(
                fields=["organisation", "membership", "person"], name="one_quiet_time", nulls_distinct=False
            ),
        ]


class Suppression(OrganisationModel):
    """An address that nothing is sent to any more, and why, until somebody lifts it."""

    class Reason(models.TextChoices):
        BOUNCED = "bounced", _("It does not exist")
        COMPLAINED = "complained", _("Its owner called our mail unwanted")
        BY_HAND = "by_hand", _("Stopped by staff")

    channel = models.CharField(_("channel"), max_length=10, choices=Delivery.Channel)
    address = models.CharField(_("address"), max_length=254)
    reason = models.CharField(_("reason"), max_length=10, choices=Reason)
    evidence = models.CharField(_("evidence"), max_length=300, blank=True, default="")
    delivery = OrganisationForeignKey(Delivery, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(_("since"))
    lifted_at = models.DateTimeField(_("lifted"), null=True, blank=True)
    lifted_by = OrganisationForeignKey(Membership, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    lift_reason = models.CharField(_("why it was lifted"), max_length=300, blank=True, default="", db_default="")

    class Meta:
        verbose_name = _("stopped address")
        verbose_name_plural = _("stopped addresses")
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "channel", "address"], name="one_suppression_in_force",
                condition=models.Q(lifted_at__isnull=True),
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.address

    def places(self) -> set[tuple[UUID, UUID]]:
        """(estate, building) of the units of the people who have this address: whose staff may see it."""
        theirs = models.Q(email__iexact=self.address) | models.Q(phone=self.address)
        people = Person.objects.filter(theirs | models.Q(membership__user__email__iexact=self.address))
        return {place for person in people for place in person.places()}


class PushSubscription(OrganisationModel):
    """A browser that asked for push messages. Its address and keys are secrets of the reader's."""

    membership = OrganisationForeignKey(Membership, on_delete=models.CASCADE, related_name="+")
    endpoint_hash = models.CharField(max_length=64, editable=False)
    sealed = models.TextField(editable=False)
    label = models.CharField(_("browser"), max_length=120, blank=True, default="")
    created_at = models.DateTimeField(_("since"))
    gone_at = models.DateTimeField(_("ended"), null=True)

    class Meta:
        verbose_name = _("push subscription")
        verbose_name_plural = _("push subscriptions")
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(fields=["organisation", "membership", "endpoint_hash"], name="one_push_per_browser")
        ]
