"""Account statements and service standards are listed here; they are worked on on their own pages."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from audit.admin import WorkedElsewhereAdmin
from disclosures import queries, standard_queries
from disclosures.models import AccountStatement, ServiceStandard
from disclosures.standard_queries import version_on


@admin.register(AccountStatement)
class AccountStatementAdmin(WorkedElsewhereAdmin):
    """Read only: it goes from step to step on its page, and what is published is never changed."""

    reads = "statement.read"
    page = "disclosures:statement"
    list_display = ("account", "estate", "kind", "from_on", "to_on", "closing", "currency", "state", "moved_at")
    list_filter = ("kind", "state")
    search_fields = ("number",)
    ordering = ("-to_on", "-id")

    def get_queryset(self, request: HttpRequest) -> QuerySet[AccountStatement]:
        rows = queries.statements_visible_to(request.membership)  # type: ignore[attr-defined]
        return rows.select_related("estate").order_by(*self.ordering)

    @admin.display(description=_("account statement"), ordering="number")
    def account(self, row: AccountStatement) -> SafeString:
        return format_html('<a href="{}">{}</a>', reverse("disclosures:statement", args=[row.pk]), row)


@admin.register(ServiceStandard)
class ServiceStandardAdmin(WorkedElsewhereAdmin):
    """Read only: a change is a version, on the promise's page."""

    reads = "standard.read"
    page = "disclosures:standard"
    list_display = ("promise", "estate", "created_at", "ends_on")
    ordering = ("-created_at", "-id")

    def get_queryset(self, request: HttpRequest) -> QuerySet[ServiceStandard]:
        rows = standard_queries.standards_visible_to(request.membership)  # type: ignore[attr-defined]
        return standard_queries.with_versions(rows).order_by(*self.ordering)

    @admin.display(description=_("service standard"), ordering="created_at")
    def promise(self, row: ServiceStandard) -> SafeString:
        shown = version_on(row, row.created_at.date())
        return format_html('<a href="{}">{}</a>', reverse("disclosures:standard", args=[row.pk]), shown or "–")
