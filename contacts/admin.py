"""Outside parties and contacts are listed here; they are worked on on their own pages."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from audit.admin import WorkedElsewhereAdmin
from contacts import queries, register_queries
from contacts.models import CommunicationRecord, OutsideParty


@admin.register(OutsideParty)
class OutsidePartyAdmin(WorkedElsewhereAdmin):
    """Read only: every change is a verb, on the party's page."""

    reads = "contact.read"
    page = "contacts:party"
    list_display = ("party", "kind", "branch", "serves_everywhere", "is_active", "changed_at")
    list_filter = ("kind", "is_active")
    search_fields = ("name",)
    ordering = ("name", "id")

    def get_queryset(self, request: HttpRequest) -> QuerySet[OutsideParty]:
        return queries.parties_visible_to(request.membership).order_by(*self.ordering)  # type: ignore[attr-defined]

    @admin.display(description=_("outside party"), ordering="name")
    def party(self, row: OutsideParty) -> SafeString:
        return format_html('<a href="{}">{}</a>', reverse("contacts:party", args=[row.pk]), row.name)


@admin.register(CommunicationRecord)
class CommunicationRecordAdmin(WorkedElsewhereAdmin):
    """Read only: entries are amended with a reason, on their page."""

    reads = "register.read"
    page = "register:entry"
    list_display = ("entry", "occurred_at", "estate", "party_type", "channel", "direction", "content", "state")
    list_filter = ("channel", "direction", "content", "state", "is_late")
    search_fields = ("number", "subject")
    ordering = ("-occurred_at", "-id")

    def get_queryset(self, request: HttpRequest) -> QuerySet[CommunicationRecord]:
        rows = register_queries.records_visible_to(request.membership)  # type: ignore[attr-defined]
        return rows.select_related("estate").order_by(*self.ordering)

    @admin.display(description=_("register entry"), ordering="number")
    def entry(self, row: CommunicationRecord) -> SafeString:
        return format_html('<a href="{}">{}</a>', reverse("register:entry", args=[row.pk]), row.number)
