"""Account statements, service standards and campaigns are listed here; they are worked on on their own pages."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from audit.admin import WorkedElsewhereAdmin
from disclosures import campaign_queries, queries, standard_queries
from disclosures.models import AccountStatement, Campaign, ServiceStandard
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


@admin.register(Campaign)
class CampaignAdmin(WorkedElsewhereAdmin):
    """Read only: it is prepared, begun and ended on its page."""

    reads = "campaign.read"
    page = "disclosures:campaign"
    list_display = ("campaign", "state", "from_on", "to_on", "keeper")
    list_filter = ("state",)
    search_fields = ("name_en", "name_zh")
    ordering = ("-from_on", "-id")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Campaign]:
        rows = campaign_queries.campaigns_visible_to(request.membership)  # type: ignore[attr-defined]
        return rows.select_related("keeper").order_by(*self.ordering)

    @admin.display(description=_("campaign"), ordering="name_en")
    def campaign(self, row: Campaign) -> SafeString:
        name = campaign_queries.name_of(row)
        return format_html('<a href="{}">{}</a>', reverse("disclosures:campaign", args=[row.pk]), name)
