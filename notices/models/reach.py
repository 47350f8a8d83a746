"""Whom a notice was sent to, and whether it reached them: the frozen audience, and deliveries made by hand."""

from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _

from notices.models.notice import Notice
from owners.models import Building, Estate, Person
from tenancy.models import Membership, OrganisationForeignKey, OrganisationModel


class NoticeRecipient(OrganisationModel):
    """One person of a notice's frozen audience, once, however many units they have.

    ``chain_step`` is how many steps of the notice's chain were taken for them; ``next_step_at`` when the next is due
    (empty: none, they were reached or there are no more).
    """

    class How(models.TextChoices):
        PORTAL = "portal", _("In the portal")
        LINK = "link", _("By the link in the message")
        HAND = "hand", _("Noted by staff")

    notice = OrganisationForeignKey(
        Notice, on_delete=models.CASCADE, related_name="recipients", verbose_name=_("notice")
    )
    person = OrganisationForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="notices", verbose_name=_("person")
    )
    membership = OrganisationForeignKey(
        Membership, on_delete=models.PROTECT, null=True, blank=True, related_name="notices", verbose_name=_("member")
    )
    name = models.CharField(_("name"), max_length=200)
    language = models.CharField(_("language"), max_length=10)
    email = models.CharField(_("e-mail address"), max_length=254, blank=True, default="")
    phone = models.CharField(_("phone"), max_length=40, blank=True, default="")
    postal_address = models.CharField(_("postal address"), max_length=300, blank=True, default="")
    # The unit they are told of it for, the first by building and floor; the others by their codes.
    estate = OrganisationForeignKey(Estate, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    building = OrganisationForeignKey(Building, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    floor = models.SmallIntegerField(_("floor"), null=True, blank=True)
    units = models.CharField(_("units"), max_length=300, blank=True, default="")
    chain_step = models.PositiveSmallIntegerField(default=0, editable=False)
    next_step_at = models.DateTimeField(_("next channel"), null=True, editable=False)
    reached_at = models.DateTimeField(_("reached"), null=True, editable=False)
    read_at = models.DateTimeField(_("read"), null=True, editable=False)
    acknowledged_at = models.DateTimeField(_("acknowledged"), null=True, editable=False)
    acknowledged_how = models.CharField(_("how"), max_length=10, choices=How, blank=True, default="")
    reminded_at = models.DateTimeField(_("reminded"), null=True, editable=False)
    erased_at = models.DateTimeField(_("erased"), null=True, editable=False)

    class Meta:
        verbose_name = _("recipient")
        verbose_name_plural = _("recipients")
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "notice", "person"], name="one_recipient_per_person",
                condition=models.Q(person__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["organisation", "notice", "membership"], name="one_recipient_per_member",
                condition=models.Q(membership__isnull=False),
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["organisation", "notice", "building", "floor"], name="recipient_by_place"),
            models.Index(fields=["organisation", "person"], name="recipient_person"),
            models.Index(
                fields=["next_step_at"], name="recipient_step_due", condition=models.Q(next_step_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def places(self) -> set[tuple[UUID, UUID | None]]:
        """Where their unit lies; members of staff without a unit have no place."""
        return {(self.estate_id, self.building_id)} if self.estate_id else set()


class HandDelivery(OrganisationModel):
    """A delivery that staff made and noted, with a photo when there is one (a file attached to it). Append-only."""

    class Method(models.TextChoices):
        HANDED = "handed", _("Handed over")
        POSTED = "posted", _("Posted")
        PHONE = "phone", _("Told on the phone")
        DOOR = "door", _("Left at the door")

    recipient = OrganisationForeignKey(
        NoticeRecipient, on_delete=models.CASCADE, related_name="hand_deliveries", verbose_name=_("recipient")
    )
    method = models.CharField(_("how"), max_length=10, choices=Method)
    at = models.DateTimeField(_("when"))
    to_whom = models.CharField(_("to whom"), max_length=200, blank=True, default="")
    note = models.CharField(_("note"), max_length=500, blank=True, default="")
    by = OrganisationForeignKey(Membership, on_delete=models.PROTECT, related_name="+", verbose_name=_("by"))
    recorded_at = models.DateTimeField(_("noted"))
    # The same note sent twice is one delivery.
    form_key = models.CharField(max_length=40, editable=False)

    class Meta:
        verbose_name = _("delivery by hand")
        verbose_name_plural = _("deliveries by hand")
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(fields=["organisation", "recipient", "form_key"], name="one_hand_delivery_per_form")
        ]
