from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.admin import OrganisationAdmin
from deadlines.forms import ServiceCalendarForm
from deadlines.models import ServiceCalendar
from deadlines.rules.calendars import WEEKDAYS
from deadlines.versions import keep_version


@admin.register(ServiceCalendar)
class ServiceCalendarAdmin(OrganisationAdmin):
    form = ServiceCalendarForm
    # The weekdays are fields of the form alone, which a page without the form cannot show.
    reads = writes = "calendar.change"
    list_display = ("title", "code", "time_zone", "version")
    readonly_fields = ("version",)
    fieldsets = (
        (None, {"fields": ("code", "title", "time_zone", "version")}),
        (_("Opening windows"), {"fields": WEEKDAYS}),
        (_("Days that differ"), {"fields": ("holidays", "makeup_workdays", "makeup_windows")}),
    )

    def save_model(self, request: HttpRequest, obj: ServiceCalendar, form: Any, change: bool) -> None:
        if change and form.has_changed():
            keep_version(obj.pk, now=timezone.now())
            obj.version += 1
        super().save_model(request, obj, form, change)
