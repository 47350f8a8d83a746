"""The customer of the platform, the people who sign in, and the base of every organisation's table."""

import secrets
import threading
import time
import uuid
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.core.validators import RegexValidator
from django.db import models
from django.db.models.signals import class_prepared
from django.dispatch import receiver
from django.utils import timezone
from django.utils.encoding import force_str
from django.utils.translation import gettext_lazy as _

from tenancy.context import CurrentOrganisation, default_organisation_id
from tenancy.schema import OrganisationReference, OrganisationTable

_ticking = threading.Lock()
_last_tick = 0


def uuid7() -> uuid.UUID:
    """A time-ordered UUID made here: no sequence to share between organisations, and none that leaks counts.

    Rows that one process makes sort in the order they were made: the twelve bits behind the millisecond hold its
    fraction (RFC 9562, 6.2, method 3), and a tick is never given twice.
    """
    global _last_tick
    with _ticking:
        tick = _last_tick = max(time.time_ns() * 4096 // 1_000_000, _last_tick + 1)
    return uuid.UUID(int=tick >> 12 << 80 | 0x7 << 76 | (tick & 0xFFF) << 64 | 0x2 << 62 | secrets.randbits(62))


class Organisation(models.Model):
    """A property management company: the customer of the platform. Shared table, read by slug or domain."""

    class Language(models.TextChoices):
        ENGLISH = "en", _("English")
        CHINESE = "zh-hans", _("Simplified Chinese")

    class Accent(models.TextChoices):
        TEAL = "teal", _("Teal")
        BLUE = "blue", _("Blue")
        PLUM = "plum", _("Plum")
        GREEN = "green", _("Green")
        BRICK = "brick", _("Brick")

    slug = models.CharField(
        _("short name"),
        max_length=40,
        unique=True,
        validators=[RegexValidator(r"^[a-z0-9]([a-z0-9-]*[a-z0-9])?$", _("Small letters, digits and hyphens only."))],
    )
    name = models.CharField(_("name"), max_length=200)
    domain = models.CharField(_("own domain"), max_length=253, null=True, blank=True, unique=True)
    language = models.CharField(_("language"), max_length=10, choices=Language, default=Language.ENGLISH)
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC")
    accent = models.CharField(_("accent colour"), max_length=10, choices=Accent, default=Accent.TEAL)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    emergency_phone = models.CharField(_("emergency phone"), max_length=40, blank=True)
    address = models.CharField(_("address"), max_length=300, blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")

    def __str__(self) -> str:
        return self.name


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password) if password else user.set_unusable_password()
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser):
    """One sign-in, the same at every organisation. What a person may do is said by their Membership."""

    email = models.EmailField(_("e-mail address"), max_length=254, unique=True)
    name = models.CharField(_("name"), max_length=200, blank=True)
    language = models.CharField(_("language"), max_length=10, choices=Organisation.Language, blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    is_operator = models.BooleanField(_("platform operator"), default=False)
    date_joined = models.DateTimeField(_("joined"), default=timezone.now, editable=False)
    # When an organisation last took away the second factors: see tenancy.second_factor.trusts_factors.
    factors_reset_at = models.DateTimeField(null=True, editable=False)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = UserManager()

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")

    def __str__(self) -> str:
        return self.name or self.email

    def clean(self) -> None:
        self.email = self.email.strip().lower()

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name.split(" ")[0] if self.name else self.email

    # Rights come from the Membership at an organisation, never from the global sign-in.
    def has_perm(self, perm: str, obj: Any = None) -> bool:
        return False

    def has_perms(self, perm_list: Any, obj: Any = None) -> bool:
        return False

    def has_module_perms(self, app_label: str) -> bool:
        return False


class OrganisationManager(models.Manager[Any]):
    def get_queryset(self) -> models.QuerySet[Any]:
        return super().get_queryset().filter(organisation_id=CurrentOrganisation())


class OrganisationForeignKey(models.ForeignKey[Any, Any]):
    """Foreign key within an organisation: JOINs carry organisation_id; the constraint is OrganisationReference."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "db_constraint": False})

    def get_joining_fields(self, reverse_join: bool = False) -> Any:
        here, there = (model._meta.get_field("organisation") for model in (self.model, self.related_model))
        return (*super().get_joining_fields(reverse_join), (there, here) if reverse_join else (here, there))

    def get_extra_restriction(self, alias: Any, related_alias: Any) -> Any:
        if alias is None:  # exclude() over a to-many: a subquery cut loose from the outer table
            field: Any = self.model._meta.get_field("organisation")
            return field.get_lookup("exact")(field.get_col(related_alias), CurrentOrganisation())
        return None


class OrganisationModel(models.Model):
    """Base of every table of an organisation: key (organisation_id, id), forced row-level security, scoped manager."""

    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        default=default_organisation_id,
        editable=False,
        db_index=False,
        related_name="+",
        verbose_name=_("organisation"),
    )
    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)

    objects = OrganisationManager()
    # Unfiltered: the policies alone decide. On the "system" alias (BYPASSRLS) it crosses organisations.
    across = models.Manager()

    class Meta:
        abstract = True
        base_manager_name = "objects"

    def _get_FIELD_display(self, field: Any) -> str:  # noqa: N802
        """The label of a choice, for ``get_…_display``. Django's own makes a dictionary of all labels for each one."""
        value = getattr(self, field.attname)
        return force_str(next((label for key, label in field.flatchoices if key == value), value), strings_only=True)


@receiver(class_prepared)
def add_organisation_ddl(sender: Any, **kwargs: Any) -> None:
    """Give every real (not migration-state) organisation's model its key, policy and references."""
    meta = sender._meta
    if not issubclass(sender, OrganisationModel) or meta.proxy or meta.abstract or sender.__module__ == "__fake__":
        return
    meta.constraints = [
        OrganisationTable(name=f"{meta.db_table}_organisation"),
        *(
            OrganisationReference(field=field.name, name=f"{meta.db_table}_{field.column}_ref")
            for field in meta.local_fields
            if isinstance(field, OrganisationForeignKey)
        ),
        *meta.constraints,
    ]
    meta.original_attrs["constraints"] = meta.constraints


class Membership(OrganisationModel):
    """What a user is at one organisation. One row a user; owners and occupants of units are also `owners.Person`."""

    class Role(models.TextChoices):
        OWNER = "owner", _("Owner")
        OCCUPANT = "occupant", _("Occupant")
        COMMITTEE = "committee", _("Committee member")
        PARTNER = "partner", _("Partner contact")
        CLERK = "clerk", _("Customer-service clerk")
        ENGINEER = "engineer", _("Engineer")
        SUPERVISOR = "supervisor", _("Supervisor")
        MANAGER = "manager", _("Estate manager")
        QUALITY = "quality", _("Company quality department")
        ADMIN = "admin", _("Administrator")
        AUDITOR = "auditor", _("Auditor")

    STAFF = frozenset(
        {Role.CLERK, Role.ENGINEER, Role.SUPERVISOR, Role.MANAGER, Role.QUALITY, Role.ADMIN, Role.AUDITOR}
    )

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("user"))
    role = models.CharField(_("role"), max_length=12, choices=Role)
    name = models.CharField(_("name"), max_length=200)
    post = models.CharField(
        _("post"), max_length=120, blank=True, help_text=_("As owners know it, for example Lift engineer.")
    )
    all_estates = models.BooleanField(_("all estates"), default=False)
    is_active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    # When this organisation last agreed that the member sets up new second factors.
    factors_reset_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("member")
        verbose_name_plural = _("members")
        base_manager_name = "objects"
        constraints = [models.UniqueConstraint(fields=["organisation", "user"], name="one_membership_per_user")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_staff_role(self) -> bool:
        return self.role in self.STAFF


class FactorReset(OrganisationModel):
    """An administrator asked that a member who lost their second factor set up a new one; it waits, and can be stopped."""

    membership = OrganisationForeignKey(Membership, on_delete=models.CASCADE, related_name="factor_resets")
    # Empty when the platform's operator did it.
    asked_by = OrganisationForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField(editable=False)
    due_at = models.DateTimeField(editable=False)
    stopped_at = models.DateTimeField(null=True, editable=False)
    done_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("second factor reset")
        verbose_name_plural = _("second factor resets")
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "membership"],
                condition=models.Q(stopped_at=None, done_at=None),
                name="one_waiting_factor_reset",
            )
        ]
        indexes = [models.Index(fields=["organisation", "due_at"], name="factor_reset_due")]

    @property
    def is_waiting(self) -> bool:
        return self.stopped_at is None and self.done_at is None


class NumberSeries(OrganisationModel):
    """The last number given in a series such as C-LAK-2026. See tenancy.services.next_number."""

    code = models.CharField(max_length=40)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        base_manager_name = "objects"
        constraints = [models.UniqueConstraint(fields=["organisation", "code", "year"], name="one_series_per_year")]


class ApiToken(OrganisationModel):
    """A key with which a member's program speaks to the API as this member. Only a hash of the secret is kept."""

    membership = OrganisationForeignKey(Membership, on_delete=models.CASCADE, related_name="api_tokens")
    name = models.CharField(_("name"), max_length=80)
    # The first characters of the secret: enough to tell tokens apart, too little to try the rest.
    hint = models.CharField(max_length=12, editable=False)
    secret_hash = models.CharField(max_length=64, editable=False)
    scopes = models.JSONField(_("rights"), default=list)
    created_at = models.DateTimeField(_("made"), editable=False)
    expires_at = models.DateTimeField(_("valid until"))
    last_used_at = models.DateTimeField(_("last used"), null=True, editable=False)
    revoked_at = models.DateTimeField(_("revoked"), null=True, editable=False)

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")
        base_manager_name = "objects"
        constraints = [models.UniqueConstraint(fields=["organisation", "secret_hash"], name="one_token_per_secret")]
        indexes = [models.Index(fields=["organisation", "membership", "-created_at"], name="token_of_member")]

    def __str__(self) -> str:
        return self.name


class ApiAnswer(OrganisationModel):
    """What the API answered to an Idempotency-Key: asked again with it, the member gets the same. Kept for a day."""

    membership = OrganisationForeignKey(Membership, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=200)
    # Of the method, the address and what was sent, so that a key used for something else is noticed.
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)
    headers = models.JSONField(default=dict)
    body = models.TextField(blank=True)
    created_at = models.DateTimeField()

    class Meta:
        base_manager_name = "objects"
        constraints = [models.UniqueConstraint(fields=["organisation", "membership", "key"], name="one_answer_per_key")]
        indexes = [models.Index(fields=["organisation", "created_at"], name="answer_oldest")]
