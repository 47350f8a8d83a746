"""What an administrator sets for complaints; complaints themselves are only listed here, and worked on in triage."""

from typing import Any

from django.contrib import admin
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from audit.admin import OrganisationAdmin
from complaints import mail_admin, place_admin, text_admin, triage_queries  # noqa: F401 (they register their pages)
from complaints.models import Absence, Category, Complaint, HandlingRules, LadderStep, ServiceLevel
from complaints.queries import worked_complaints


@admin.register(Category)
class CategoryAdmin(OrganisationAdmin):
    reads, writes = "complaint_settings.read", "complaint_settings.change"
    list_display = ("name_en", "name_zh", "content_class", "priority", "position", "is_active")
    list_filter = ("content_class", "priority", "is_active")
    search_fields = ("name_en", "name_zh", "code")
    fields = ("name_en", "name_zh", "code", "content_class", "priority", "position", "is_active")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Complaints name their category for ever: one that is no longer wanted is made inactive."""
        return False


@admin.register(ServiceLevel)
class ServiceLevelAdmin(OrganisationAdmin):
    reads, writes = "complaint_settings.read", "complaint_settings.change"
    list_display = ("kind", "priority", "amount", "measure", "estate", "basis")
    list_filter = ("kind", "priority")
    list_select_related = ("estate",)
    fields = ("estate", "kind", "priority", "amount", "measure", "basis")


@admin.register(LadderStep)
class LadderStepAdmin(OrganisationAdmin):
    reads, writes = "complaint_settings.read", "complaint_settings.change"
    list_display = ("level", "content_class", "priority", "member", "percent", "working_days_after", "position")
    list_filter = ("content_class", "priority")
    list_select_related = ("member",)
    fields = ("content_class", "priority", "level", "member", "percent", "working_days_after", "position")


@admin.register(HandlingRules)
class HandlingRulesAdmin(OrganisationAdmin):
    """One row: how long one waits, extends, asks again."""

    reads, writes = "complaint_settings.read", "complaint_settings.change"
    list_display = ("__str__", "pause_complainant_days", "extension_days", "reopen_days", "silence_close_days")
    fieldsets = (
        (_("Waiting"), {"fields": ("pause_complainant_days", "pause_access_days", "pause_party_days")}),
        (_("More time and the next word"), {"fields": ("extension_days", "update_days")}),
        (
            _("After the answer"),
            {
                "fields": (
                    "failed_attempts", "good_rating", "low_rating_days", "silence_remind_days", "silence_close_days",
                    "reopen_days",
                )
            },
        ),
        (
            _("Second look and beyond"),
            {"fields": ("stage_2_accept_days", "stage_2_answer_days", "outside_bodies_en", "outside_bodies_zh")},
        ),
        (_("What nobody takes up"), {"fields": ("unacknowledged_minutes", "untouched_minutes")}),
    )  # fmt: skip

    def has_add_permission(self, request: HttpRequest) -> bool:
        """An organisation has one; it is made with the first numbers. Asked on its own pages alone."""
        is_here = "/handlingrules/" in request.path
        return is_here and super().has_add_permission(request) and not HandlingRules.objects.exists()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Absence)
class AbsenceAdmin(OrganisationAdmin):
    reads, writes = "complaint_settings.read", "complaint_settings.change"
    list_display = ("membership", "from_on", "to_on", "deputy")
    list_select_related = ("membership", "deputy")
    search_fields = ("membership__name",)
    fields = ("membership", "from_on", "to_on", "deputy")


class CappedPaginator(Paginator):
    """Never counts a million rows: pages beyond ten thousand rows are reached by narrowing."""

    @cached_property
    def count(self) -> int:
        rows: Any = self.object_list
        return int(rows[:10_000].count())


@admin.register(Complaint)
class ComplaintAdmin(OrganisationAdmin):
    """Read only: every move of a complaint is a verb, on its page in triage."""

    reads = "complaint.read"
    paginator = CappedPaginator
    list_display = ("case", "state", "priority", "category", "estate", "handler", "received_at")
    list_display_links = None
    list_filter = ("state", "priority")
    list_select_related = ("category", "estate", "handler")
    search_fields = ("number__startswith",)
    ordering = ("-received_at", "-id")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Complaint]:
        return worked_complaints(request.membership)  # type: ignore[attr-defined]

    @admin.display(description=_("number"), ordering="number")
    def case(self, complaint: Complaint) -> SafeString:
        return format_html('<a href="{}">{}</a>', reverse("triage:case", args=[complaint.number]), complaint.number)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        found = triage_queries.number_of(request.membership, object_id)  # type: ignore[attr-defined]
        return redirect("triage:case", found) if found else redirect("admin:complaints_complaint_changelist")

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return self.change_view(request, object_id)
