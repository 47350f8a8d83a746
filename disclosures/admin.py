"""What is made known, promised, asked and answered is listed here; it is worked on on pages of its own."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from audit.admin import WorkedElsewhereAdmin
from disclosures import (
    article_queries,
    campaign_queries,
    enquiry_queries,
    fee_queries,
    publication_queries,
    publicduty_queries,
    queries,
    standard_queries,
)
from disclosures.models import (
    AccountStatement,
    Article,
    Campaign,
    Enquiry,
    FeeSchedule,
    Publication,
    PublicationTask,
    ServiceStandard,
)
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


@admin.register(Article)
class ArticleAdmin(WorkedElsewhereAdmin):
    """Read only: a change is a version, written and published on its page."""

    reads = "article.read"
    page = "disclosures:article"
    list_display = ("article", "kind", "language", "state", "keeper", "review_on", "changed_at")
    list_filter = ("kind", "language", "state")
    search_fields = ("title",)
    ordering = ("title", "id")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Article]:
        rows = article_queries.articles_visible_to(request.membership)  # type: ignore[attr-defined]
        return rows.select_related("keeper").order_by(*self.ordering)

    @admin.display(description=_("article"), ordering="title")
    def article(self, row: Article) -> SafeString:
        return format_html('<a href="{}">{}</a>', self.page_of(row), row)


@admin.register(Enquiry)
class EnquiryAdmin(WorkedElsewhereAdmin):
    """Read only, and without who asked: it is answered on its page."""

    reads = "enquiry.read"
    page = "enquiries:enquiry"
    list_display = ("enquiry", "estate", "topic", "channel", "state", "handler", "due_on", "moved_at")
    list_filter = ("topic", "channel", "state")
    search_fields = ("number",)
    ordering = ("-moved_at", "-id")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Enquiry]:
        rows = enquiry_queries.enquiries_visible_to(request.membership)  # type: ignore[attr-defined]
        return rows.select_related("estate", "handler").order_by(*self.ordering)

    @admin.display(description=_("enquiry"), ordering="number")
    def enquiry(self, row: Enquiry) -> SafeString:
        return format_html('<a href="{}">{}</a>', self.page_of(row), row)


@admin.register(FeeSchedule)
class FeeScheduleAdmin(WorkedElsewhereAdmin):
    """Read only: what is published is never changed, and a change is a version."""

    reads = "fee.read"
    page = "disclosures:fee_schedule"
    list_display = ("schedule", "estate", "unit_kind", "version", "valid_from", "currency", "state")
    list_filter = ("state",)
    search_fields = ("number",)
    ordering = ("-valid_from", "-id")

    def get_queryset(self, request: HttpRequest) -> QuerySet[FeeSchedule]:
        rows = fee_queries.schedules_visible_to(request.membership)  # type: ignore[attr-defined]
        return rows.select_related("estate").order_by(*self.ordering)

    @admin.display(description=_("fee schedule"), ordering="number")
    def schedule(self, row: FeeSchedule) -> SafeString:
        return format_html('<a href="{}">{}</a>', self.page_of(row), row)


@admin.register(Publication)
class PublicationAdmin(WorkedElsewhereAdmin):
    """Read only: two people withdraw it, on its page."""

    reads = "publication.read"
    page = "disclosures:publication"
    list_display = ("publication", "title", "estate", "kind", "state", "start_on", "min_until", "end_on")
    list_filter = ("kind", "state")
    search_fields = ("number", "title_en", "title_zh")
    ordering = ("-moved_at", "-id")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Publication]:
        rows = publication_queries.publications_visible_to(request.membership)  # type: ignore[attr-defined]
        return rows.select_related("estate").order_by(*self.ordering)

    @admin.display(description=_("publication"), ordering="number")
    def publication(self, row: Publication) -> SafeString:
        return format_html('<a href="{}">{}</a>', self.page_of(row), row)

    @admin.display(description=_("title"))
    def title(self, row: Publication) -> str:
        return publication_queries.title_of(row)


@admin.register(PublicationTask)
class PublicationTaskAdmin(WorkedElsewhereAdmin):
    """Read only: reckoned from the plan of the estate, and kept by what is published."""

    reads = "publicduty.read"
    list_display = ("task", "estate", "period_from", "period_to", "due_on", "kept_on")
    list_filter = (("kept_on", admin.EmptyFieldListFilter),)
    search_fields = ("kind",)
    ordering = ("-due_on", "-id")

    def get_queryset(self, request: HttpRequest) -> QuerySet[PublicationTask]:
        rows = publicduty_queries.tasks_visible_to(request.membership)  # type: ignore[attr-defined]
        return rows.select_related("estate").order_by(*self.ordering)

    def page_of(self, row: PublicationTask) -> str:
        """What keeps it, or the list of all duties until something does."""
        if row.publication_id:
            return reverse("disclosures:publication", args=[row.publication_id])
        return reverse("disclosures:duties")

    @admin.display(description=_("task of publication"), ordering="kind")
    def task(self, row: PublicationTask) -> SafeString:
        return format_html('<a href="{}">{}</a>', self.page_of(row), publicduty_queries.title_of_task(row))
