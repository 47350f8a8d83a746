"""The base of every organisation's admin page: rights by role, history from our audit log."""

from typing import Any, ClassVar

from django.contrib import admin
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils import timezone

from audit import services
from audit.models import AuditEntry
from tenancy.models import Membership

Role = Membership.Role


class OrganisationForm(ModelForm):
    """Checks what is unique in an organisation at the form: Django leaves out rules with a field it does not show."""

    def _get_validation_exclusions(self) -> set[str]:
        return super()._get_validation_exclusions() - {"organisation"}  # type: ignore[misc]


class OrganisationAdmin(admin.ModelAdmin):
    """Rights come from the membership's role. Everything that is saved leaves an audit entry."""

    form = OrganisationForm
    show_full_result_count = False
    list_per_page = 50
    readers: ClassVar[frozenset[str]] = Membership.STAFF
    writers: ClassVar[frozenset[str]] = frozenset({Role.ADMIN})

    def _role(self, request: HttpRequest) -> str:
        membership = request.membership  # type: ignore[attr-defined]
        return membership.role if membership is not None else ""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self._role(request) in self.readers

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._role(request) in self.readers

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._role(request) in self.writers

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._role(request) in self.writers

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._role(request) in self.writers

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
    readers = frozenset({Role.ADMIN, Role.AUDITOR, Role.MANAGER, Role.QUALITY})
    writers = frozenset()
    list_display = ("at", "actor", "action", "subject_type", "subject_label")
    list_select_related = ("actor",)
    list_filter = ("action",)
    search_fields = ("subject_label",)
    date_hierarchy = None
