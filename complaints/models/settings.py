"""What an organisation sets for its complaints: categories, target times, the ladder, saved filters."""

from django.core.validators import MaxValueValidator
from django.db import models
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from owners.models import Estate
from tenancy.models import Membership, OrganisationForeignKey, OrganisationModel


class Priority(models.TextChoices):
    P1 = "p1", _("P1 Safety")
    P2 = "p2", _("P2 Urgent")
    P3 = "p3", _("P3 Important")
    P4 = "p4", _("P4 Minor")


class Category(OrganisationModel):
    """What a complaint is about. ``content_class`` is the textbook's class of contents."""

    class ContentClass(models.TextChoices):
        SERVICES = "services", _("Services")
        CHARGES = "charges", _("Charges")
        ACTIVITIES = "activities", _("Community activities")
        EMERGENCIES = "emergencies", _("Emergencies")
        NEIGHBOURS = "neighbours", _("Neighbours")

    code = models.SlugField(_("code"), max_length=40)
    name_en = models.CharField(_("name in English"), max_length=80)
    name_zh = models.CharField(_("name in Chinese"), max_length=80)
    content_class = models.CharField(_("class"), max_length=12, choices=ContentClass)
    priority = models.CharField(_("usual priority"), max_length=2, choices=Priority, default=Priority.P3)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        base_manager_name = "objects"
        ordering = ["position", "code"]
        constraints = [models.UniqueConstraint(fields=["organisation", "code"], name="one_category_per_code")]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        chinese = (translation.get_language() or "").startswith("zh")
        return self.name_zh if chinese else self.name_en


class TargetKind(models.TextChoices):
    ACCEPT = "accept", _("Acceptance")
    ANSWER = "answer", _("First answer")
    RESOLVE = "resolve", _("Resolution")
    STATUTORY = "statutory", _("Statutory limit")
    UPDATE = "update", _("Next word")
    VISIT = "visit", pgettext_lazy("target", "Return visit")


class ServiceLevel(OrganisationModel):
    """How long a target may take, per priority; an estate's own row wins over the organisation's (estate empty)."""

    class Measure(models.TextChoices):
        BUSINESS_MINUTES = "business_minutes", _("Business minutes")
        WORKING_DAYS = "working_days", _("Working days, to the close of business")
        ELAPSED_MINUTES = "elapsed_minutes", _("Minutes round the clock")
        CALENDAR_DAYS = "calendar_days", _("Calendar days")

    estate = OrganisationForeignKey(
        Estate, on_delete=models.CASCADE, null=True, blank=True, related_name="service_levels", verbose_name=_("estate")
    )
    kind = models.CharField(_("target"), max_length=10, choices=TargetKind)
    priority = models.CharField(_("priority"), max_length=2, choices=Priority)
    amount = models.PositiveIntegerField(_("amount"))
    measure = models.CharField(_("measure"), max_length=20, choices=Measure)
    basis = models.CharField(
        _("basis"), max_length=200, blank=True, help_text=_("The law, contract or pledge it stands on.")
    )

    class Meta:
        verbose_name = _("target time")
        verbose_name_plural = _("target times")
        base_manager_name = "objects"
        ordering = ["priority", "kind"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "estate", "kind", "priority"], name="one_target_per_kind", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.priority.upper()}"


class LadderStep(OrganisationModel):
    """Who hears of a running or broken target: at a share of its time, or so many working days after it was due.

    The steps of one class and priority are a ladder of their own; without one, that of the class counts, then that of
    the priority, then the one for all.
    """

    class Level(models.TextChoices):
        HANDLER = "handler", _("Handler")
        SUPERVISOR = "supervisor", _("Supervisor")
        MANAGER = "manager", _("Estate manager")
        QUALITY = "quality", _("Company quality department")

    level = models.CharField(_("level"), max_length=12, choices=Level)
    content_class = models.CharField(
        _("class"),
        max_length=12,
        choices=Category.ContentClass,
        blank=True,
        default="",
        help_text=_("Empty: every class."),
    )
    priority = models.CharField(
        _("priority"), max_length=2, choices=Priority, blank=True, default="", help_text=_("Empty: every priority.")
    )
    member = OrganisationForeignKey(
        Membership,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("named person"),
        help_text=_("Empty: everybody of this level who works for the place."),
    )
    percent = models.PositiveSmallIntegerField(_("per cent of the time used"), default=100)
    working_days_after = models.PositiveSmallIntegerField(_("working days after due"), default=0)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("ladder step")
        verbose_name_plural = _("ladder")
        base_manager_name = "objects"
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "content_class", "priority", "level"], name="one_step_per_level"
            )
        ]

    def __str__(self) -> str:
        return self.get_level_display()


class HandlingRules(OrganisationModel):
    """How long one waits, extends, asks again: one row an organisation, first with the shipped numbers.

    Days are calendar days unless they are named working days. Sources stand beside the numbers in data/defaults.yaml.
    """

    pause_complainant_days = models.PositiveSmallIntegerField(_("longest wait for the complainant, working days"))
    pause_access_days = models.PositiveSmallIntegerField(_("longest wait for access, working days"))
    pause_party_days = models.PositiveSmallIntegerField(_("longest wait for an outside party, working days"))
    extension_days = models.PositiveSmallIntegerField(_("longest extension, working days"))
    update_days = models.PositiveSmallIntegerField(_("latest next word, working days"))
    reopen_days = models.PositiveSmallIntegerField(_("days in which a closed complaint is reopened"))
    failed_attempts = models.PositiveSmallIntegerField(_("attempts without contact before closing, on as many days"))
    request_visit_percent = models.PositiveSmallIntegerField(
        _("return visits after requests, per cent of them"), validators=[MaxValueValidator(100)]
    )
    good_rating = models.PositiveSmallIntegerField(_("lowest rating that closes"))
    low_rating_days = models.PositiveSmallIntegerField(_("answer to a low rating, working days"))
    silence_remind_days = models.PositiveSmallIntegerField(_("days of silence before the reminder"))
    silence_close_days = models.PositiveSmallIntegerField(_("days of silence before closing"))
    stage_2_accept_days = models.PositiveSmallIntegerField(_("second look: confirmed in, working days"))
    stage_2_answer_days = models.PositiveSmallIntegerField(_("second look: answered in, working days"))
    unacknowledged_minutes = models.PositiveIntegerField(_("business minutes before what nobody takes up passes on"))
    untouched_minutes = models.PositiveIntegerField(_("business minutes before an untouched case returns to the pool"))
    part_days = models.PositiveSmallIntegerField(_("days in which a joined complaint is parted again"))
    outside_bodies_en = models.TextField(_("bodies outside, in English"), max_length=2000, blank=True)
    outside_bodies_zh = models.TextField(_("bodies outside, in Chinese"), max_length=2000, blank=True)

    class Meta:
        verbose_name = _("rules of handling")
        verbose_name_plural = _("rules of handling")
        base_manager_name = "objects"
        constraints = [models.UniqueConstraint(fields=["organisation"], name="one_handling_rules")]

    def __str__(self) -> str:
        return str(self._meta.verbose_name)

    @property
    def outside_bodies(self) -> list[str]:
        """Whom the complainant can turn to beyond the company, a line each, in the language in force."""
        chinese = (translation.get_language() or "").startswith("zh")
        return [
            line.strip()
            for line in (self.outside_bodies_zh if chinese else self.outside_bodies_en).splitlines()
            if line.strip()
        ]


class Absence(OrganisationModel):
    """Days on which a member of staff is away; what would be passed on to them goes to the deputy, else a level up."""

    membership = OrganisationForeignKey(
        Membership, on_delete=models.CASCADE, related_name="absences", verbose_name=_("who is away")
    )
    from_on = models.DateField(_("from"))
    to_on = models.DateField(_("until"))
    deputy = OrganisationForeignKey(
        Membership, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("deputy")
    )

    class Meta:
        verbose_name = _("absence")
        verbose_name_plural = _("absences")
        base_manager_name = "objects"
        ordering = ["-from_on", "membership"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(to_on__gte=models.F("from_on")), name="absence_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=models.Q(deputy__isnull=True) | ~models.Q(deputy=models.F("membership")),
                name="absence_deputy_is_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.membership}, {self.from_on}–{self.to_on}"


class SavedFilter(OrganisationModel):
    """A triage filter somebody keeps; ``query`` is the page's query string."""

    membership = OrganisationForeignKey(Membership, on_delete=models.CASCADE, related_name="saved_filters")
    name = models.CharField(_("name"), max_length=60)
    query = models.CharField(max_length=500)
    is_shared = models.BooleanField(_("for all colleagues"), default=False, db_default=False)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("saved filter")
        verbose_name_plural = _("saved filters")
        base_manager_name = "objects"
        ordering = ["position", "name"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "membership", "name"], name="one_filter_per_name")
        ]
