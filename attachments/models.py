"""Private files: what came through the upload gate, and what each belongs to."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tenancy.models import Membership, OrganisationForeignKey, OrganisationModel


class Attachment(OrganisationModel):
    """One file. Held by whoever sent it until a form attaches it to its subject; then its subject says who may read."""

    class Kind(models.TextChoices):
        IMAGE = "image", _("Image")
        DOCUMENT = "document", _("Document")
        AUDIO = "audio", _("Recording")

    class State(models.TextChoices):
        PENDING = "pending", _("Being checked")
        CLEAN = "clean", _("Checked")
        REFUSED = "refused", _("Refused")

    class Audience(models.TextChoices):
        PARTIES = "parties", _("Everyone in the case")
        STAFF = "staff", _("Staff only")

    original_name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    mime = models.CharField(_("type"), max_length=100)
    size = models.PositiveIntegerField(_("size in bytes"))
    received_bytes = models.PositiveIntegerField(_("received bytes"))
    sha256 = models.CharField(_("checksum"), max_length=64)
    width = models.PositiveIntegerField(_("width"), null=True, blank=True)
    height = models.PositiveIntegerField(_("height"), null=True, blank=True)
    stored_name = models.CharField(max_length=100, editable=False)
    thumb_name = models.CharField(max_length=100, blank=True, editable=False)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PENDING)
    # Why it was refused after it had been taken in: a key of rules.REASONS.
    reason_code = models.CharField(_("reason"), max_length=20, blank=True, default="", editable=False)
    # When the scanner is asked next about a file that waits for it; for as long as somebody asks, when others may.
    next_check_at = models.DateTimeField(null=True, blank=True, editable=False)
    uploaded_by = OrganisationForeignKey(
        Membership,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("sent by"),
    )
    # Who may keep or drop the file while it is held: see rules.holder_key.
    holder = models.CharField(max_length=80, editable=False)
    created_at = models.DateTimeField(_("received"), editable=False)
    discarded_at = models.DateTimeField(_("dropped"), null=True, blank=True, editable=False)
    subject_type = models.CharField(_("belongs to"), max_length=60, blank=True)
    subject_id = models.UUIDField(null=True, blank=True)
    audience = models.CharField(_("for"), max_length=10, choices=Audience, default=Audience.PARTIES)

    class Meta:
        verbose_name = _("file")
        verbose_name_plural = _("files")
        base_manager_name = "objects"
        ordering = ("id",)
        indexes = [
            models.Index(
                fields=["organisation", "subject_type", "subject_id"],
                name="attachment_subject",
            ),
            models.Index(
                fields=["organisation", "holder", "created_at"],
                name="attachment_holder",
            ),
            models.Index(
                fields=["organisation", "created_at"],
                name="attachment_held",
                condition=models.Q(subject_id__isnull=True),
            ),
            models.Index(
                fields=["next_check_at"],
                name="attachment_unchecked",
                condition=models.Q(state="pending"),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(subject_id__isnull=True, subject_type="")
                | (models.Q(subject_id__isnull=False) & ~models.Q(subject_type="")),
                name="attachment_subject_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.original_name

    @property
    def is_held(self) -> bool:
        return self.subject_id is None

    @property
    def is_clean(self) -> bool:
        return self.state == self.State.CLEAN

    @property
    def is_image(self) -> bool:
        return self.kind == self.Kind.IMAGE

    @property
    def is_audio(self) -> bool:
        return self.kind == self.Kind.AUDIO
