"""A service calendar as people write it: windows as 09:00-12:00, 13:30-18:00, dates one a line."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.admin import OrganisationForm
from deadlines.models import ServiceCalendar
from deadlines.rules.calendars import WEEKDAYS, Calendar

WINDOW = re.compile(r"(\d{1,2}:\d{2})\s*[-–—~至到]\s*(\d{1,2}:\d{2})")
WINDOWS_HINT = gettext_lazy("For example 09:00-12:00, 13:30-18:00. Leave empty for a day of rest.")


class WindowsField(forms.CharField):
    """Opening windows of a day, stored as [["09:00", "12:00"], ...]."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, help_text=WINDOWS_HINT, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, list):
            return ", ".join(f"{start}-{end}" for start, end in value)
        return value

    def to_python(self, value: Any) -> Any:
        text = (super().to_python(value) or "").replace("：", ":").replace("，", ",")
        windows = [part.strip() for part in text.split(",") if part.strip()]
        parsed = [WINDOW.fullmatch(window) for window in windows]
        if None in parsed:
            wrong = windows[parsed.index(None)]
            raise forms.ValidationError(_("“%(text)s” is not a window. Write it like 09:00-12:00.") % {"text": wrong})
        return [[match[1].zfill(5), match[2].zfill(5)] for match in parsed if match]


class DatesField(forms.CharField):
    """Dates one a line, stored as ["2026-01-01", ...]."""

    widget = forms.Textarea

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, help_text=gettext_lazy("One date a line, like 2026-01-01."), **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        days = [day for day in re.split(r"[\s,，;]+", super().to_python(value) or "") if day]
        field = forms.DateField(input_formats=["%Y-%m-%d", "%Y/%m/%d"])
        parsed = []
        for day in days:
            try:
                found = field.to_python(day)
            except forms.ValidationError as error:
                raise forms.ValidationError(
                    _("“%(text)s” is not a date. Write it like 2026-01-01.") % {"text": day}
                ) from error
            if found is not None:
                parsed.append(found.isoformat())
        return sorted(set(parsed))


class ServiceCalendarForm(OrganisationForm):
    """Edits a calendar. A change makes a new version; due times that were promised stay as they are."""

    mon = WindowsField(label=gettext_lazy("Monday"))
    tue = WindowsField(label=gettext_lazy("Tuesday"))
    wed = WindowsField(label=gettext_lazy("Wednesday"))
    thu = WindowsField(label=gettext_lazy("Thursday"))
    fri = WindowsField(label=gettext_lazy("Friday"))
    sat = WindowsField(label=gettext_lazy("Saturday"))
    sun = WindowsField(label=gettext_lazy("Sunday"))
    holidays = DatesField(label=gettext_lazy("holidays"))
    makeup_workdays = DatesField(label=gettext_lazy("make-up workdays"))
    makeup_windows = WindowsField(label=gettext_lazy("windows of a make-up workday"))

    class Meta:
        model = ServiceCalendar
        fields = ("code", "title", "time_zone", "holidays", "makeup_workdays", "makeup_windows")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for day in WEEKDAYS:
            self.fields[day].initial = self.instance.weekly.get(day, [])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.errors:
            return cleaned
        self.instance.weekly = {day: cleaned[day] for day in WEEKDAYS}
        mapping = {
            "time_zone": cleaned["time_zone"],
            "weekly": self.instance.weekly,
            **{name: cleaned[name] for name in ("holidays", "makeup_workdays", "makeup_windows")},
        }
        try:
            Calendar.parse(mapping, code=cleaned["code"])
        except ValueError as error:
            raise forms.ValidationError(_("This calendar cannot be used: %(reason)s") % {"reason": error}) from error
        return cleaned
