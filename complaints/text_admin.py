"""The ready replies, as administrators keep them."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from audit.admin import OrganisationAdmin, OrganisationForm
from complaints.models import CannedReply, Checklist, Task
from complaints.rules.texts import FIELDS, unknown_fields
from complaints.shipped import shipped_defaults

STEP = Task._meta.get_field("text").max_length or 0


class CannedReplyForm(OrganisationForm):
    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if not said.get("body_en") and not said.get("body_zh") and not self.errors:
            self.add_error("body_en", _("Write the text in one language at least."))
        known = ", ".join(f"{{{name}}}" for name in FIELDS)
        for field in ("body_en", "body_zh"):
            if strange := unknown_fields(said.get(field) or ""):
                told = _("%(names)s is no field. There are: %(known)s.") % {"names": ", ".join(strange), "known": known}
                self.add_error(field, told)
        return said


@admin.register(CannedReply)
class CannedReplyAdmin(OrganisationAdmin):
    form = CannedReplyForm
    reads, writes = "complaint_settings.read", "complaint_settings.change"
    list_display = ("title", "category", "position", "is_active")
    list_filter = ("is_active", "category")
    list_select_related = ("category",)
    search_fields = ("title", "body_en", "body_zh")
    fields = ("title", "category", "body_en", "body_zh", "position", "is_active")


class ChecklistForm(OrganisationForm):
    def clean_steps(self) -> str:
        steps: str = self.cleaned_data["steps"]
        lines = [line.strip() for line in steps.splitlines() if line.strip()]
        if any(len(line) > STEP for line in lines):
            raise ValidationError(_("A step has %(most)d signs at most."), params={"most": STEP})
        if len(lines) > shipped_defaults()["tasks_of_a_case"]:
            raise ValidationError(
                _("A case has %(most)d tasks at most."), params={"most": shipped_defaults()["tasks_of_a_case"]}
            )
        return "\n".join(lines)


@admin.register(Checklist)
class ChecklistAdmin(OrganisationAdmin):
    form = ChecklistForm
    reads, writes = "complaint_settings.read", "complaint_settings.change"
    list_display = ("title", "category", "position", "is_active")
    list_filter = ("is_active", "category")
    list_select_related = ("category",)
    search_fields = ("title", "steps")
    fields = ("title", "category", "steps", "position", "is_active")
