from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from tenancy.models import OrganisationForeignKey, OrganisationModel


class ServiceCalendar(OrganisationModel):
    """When an estate's service is open: the organisation's own data, first copied from a shipped calendar."""

    code = models.CharField(_("code"), max_length=40)
    title = models.CharField(_("title"), max_length=200)
    time_zone = models.CharField(_("time zone"), max_length=64)
    weekly = models.JSONField(_("weekly windows"), default=dict)
    holidays = models.JSONField(_("holidays"), default=list, blank=True)
    makeup_workdays = models.JSONField(_("make-up workdays"), default=list, blank=True)
    makeup_windows = models.JSONField(_("windows of a make-up workday"), default=list, blank=True)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    class Meta:
        verbose_name = _("service calendar")
        verbose_name_plural = _("service calendars")
        base_manager_name = "objects"
        constraints = [models.UniqueConstraint(fields=["organisation", "code"], name="one_calendar_per_code")]

    def __str__(self) -> str:
        return self.title

    def as_mapping(self) -> dict[str, Any]:
        """The shape that `deadlines.rules` parses."""
        return {
            "title": self.title,
            "time_zone": self.time_zone,
            "weekly": self.weekly,
            "holidays": self.holidays,
            "makeup_workdays": self.makeup_workdays,
            "makeup_windows": self.makeup_windows,
        }


class CalendarVersion(OrganisationModel):
    """A calendar as it was before an edit: clocks that were started by it count by it still."""

    calendar = OrganisationForeignKey(ServiceCalendar, on_delete=models.CASCADE, related_name="versions")
    version = models.PositiveIntegerField(_("version"))
    mapping = models.JSONField(_("windows and days"))
    replaced_at = models.DateTimeField(_("replaced"))

    class Meta:
        verbose_name = _("version of a calendar")
        verbose_name_plural = _("versions of calendars")
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(fields=["organisation", "calendar", "version"], name="one_row_per_calendar_version")
        ]
