"""The base of every organisation's admin page: rights by role, history from our audit log."""

from typing import Any, ClassVar

from django.contrib import admin
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils import timezone

from audit import services
from audit.models import AuditEntry
from tenancy import policy


class OrganisationForm(ModelForm):
    """Checks what is unique in an organisation at the form: Django leaves out rules with a field it does not show."""

    def _get_validation_exclusions(self) -> set[str]:
        return super()._get_validation_exclusions() - {"organisation"}  # type: ignore[misc]


class OrganisationAdmin(admin.ModelAdmin):
    """Rights come from the policy. Everything that is saved leaves an audit entry.

    ``reads`` and ``writes`` are the actions of the policy that open and change the rows; without one, nobody does.
    """

    form = OrganisationForm
    show_full_result_count = False
    list_per_page = 50
    reads: ClassVar[str] = ""
    writes: ClassVar[str] = ""

    def _may(self, request: HttpRequest, action: str, obj: Any = None) -> bool:
        return bool(action) and policy.can(request.membership, action, obj)  # type: ignore[attr-defined]

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self._may(request, self.reads)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request, self.reads, obj)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self._may(request, self.writes)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request, self.writes, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request, self.writes, obj)

    # The stock history stores names of objects outside the organisation's walls: ours takes its place.
    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        return self._record(request, obj, "added", {})

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        fields = [
            name for part in message if isinstance(part, dict) for name in part.get("changed", {}).get("fields", [])
        ]
        return self._record(request, obj, "changed", {"fields": [str(name) for name in fields]})

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        return [self._record(request, obj, "deleted", {}) for obj in queryset]

    def _record(self, request: HttpRequest, obj: Any, action: str, changes: dict[str, Any]) -> AuditEntry:
        return services.record(
            action=f"{obj._meta.model_name}.{action}",
            subject=obj,
            actor=request.membership,  # type: ignore[attr-defined]
            now=timezone.now(),
            changes=changes,
        )


@admin.register(AuditEntry)
class AuditEntryAdmin(OrganisationAdmin):
    reads = "audit.read"
    list_display = ("at", "actor", "action", "subject_type", "subject_label")
    list_select_related = ("actor",)
    list_filter = ("action",)
    search_fields = ("subject_label",)
    date_hierarchy = None
