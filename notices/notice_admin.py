"""What an administrator sets for notices; notices themselves are only listed here, and worked on on their own pages."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from audit.admin import OrganisationAdmin, OrganisationForm, WorkedElsewhereAdmin
from notices.models import ChainStep, Notice, NoticeSettings, NoticeTemplate, Segment
from notices.notice_queries import notices_seen_by
from notices.rules.placeholders import unknown_placeholders


@admin.register(Notice)
class NoticeAdmin(WorkedElsewhereAdmin):
    """Read only: every move of a notice is a verb, on its page."""

    reads = "notice.oversee"
    page = "notices:manage_notice"
    list_display = ("notice", "kind", "state", "author", "approver", "recipients_count", "created_at")
    list_filter = ("state", "kind")
    search_fields = ("number__startswith",)
    ordering = ("-created_at",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Notice]:
        return notices_seen_by(request.membership)  # type: ignore[attr-defined]

    @admin.display(description=_("notice"), ordering="number")
    def notice(self, row: Notice) -> SafeString:
        return format_html('<a href="{}">{}</a>', reverse("notices:manage_notice", args=[row.pk]), str(row))


@admin.register(NoticeSettings)
class NoticeSettingsAdmin(OrganisationAdmin):
    reads, writes = "notice_settings.read", "notice_settings.change"
    list_display = ("__str__", "approval_over", "undo_seconds", "quiet_from", "quiet_until", "digest_at")
    fields = (
        "approval_over", "undo_seconds", "quiet_from", "quiet_until", "digest_at", "envelope", "letter_sender",
        "campaign_days",
    )  # fmt: skip

    def has_add_permission(self, request: HttpRequest) -> bool:
        """One row an organisation. Elsewhere than on its own pages nobody asks, so the index needs no statement."""
        match = request.resolver_match
        is_here = match is not None and (match.url_name or "").startswith("notices_noticesettings")
        return super().has_add_permission(request) and not (is_here and NoticeSettings.objects.exists())

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(ChainStep)
class ChainStepAdmin(OrganisationAdmin):
    reads, writes = "notice_settings.read", "notice_settings.change"
    list_display = ("kind", "position", "channel", "after_minutes")
    list_display_links = ("kind", "position")
    list_filter = ("kind",)
    fields = ("kind", "position", "channel", "after_minutes")


class TemplateForm(OrganisationForm):
    def clean(self) -> dict[str, Any]:
        """Unknown words in braces are found here, not by the first reader."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        for name in ("title_en", "body_en", "title_zh", "body_zh"):
            if unknown := unknown_placeholders(said.get(name) or ""):
                names = ", ".join(f"{{{word}}}" for word in unknown)
                self.add_error(name, _("These words in braces mean nothing here: %(names)s.") % {"names": names})
        return said


@admin.register(NoticeTemplate)
class NoticeTemplateAdmin(OrganisationAdmin):
    form = TemplateForm
    reads, writes = "notice_settings.read", "notice_settings.change"
    list_display = ("name_en", "name_zh", "kind", "position", "is_active")
    list_filter = ("kind", "is_active")
    search_fields = ("name_en", "name_zh", "code")
    fields = (
        "code", "name_en", "name_zh", "kind", "title_en", "body_en", "title_zh", "body_zh", "must_acknowledge",
        "position", "is_active",
    )  # fmt: skip


@admin.register(Segment)
class SegmentAdmin(OrganisationAdmin):
    """Kept, and written anew under the same name, from the composer."""

    reads = "notice_settings.read"
    list_display = ("name", "owner", "is_shared", "created_at")
    list_select_related = ("owner",)
    search_fields = ("name",)
    fields = readonly_fields = ("name", "owner", "is_shared", "created_at")
