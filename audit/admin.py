"""The base of every organisation's admin page: rights by role, history from our audit log."""

from typing import Any, ClassVar, cast

from django.conf import settings
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import NoReverseMatch, path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from audit import queries, services, words
from audit.export import MOST, as_csv
from audit.forms import LogFilterForm
from audit.models import AuditEntry
from tenancy import policy
from tenancy.stepping_up import recently_proven


class OrganisationForm(ModelForm):
    """Checks what is unique in an organisation at the form: Django leaves out rules with a field it does not show."""

    def _get_validation_exclusions(self) -> set[str]:
        return super()._get_validation_exclusions() - {"organisation"}  # type: ignore[misc]


class ChoosesWithinReach:
    """A field that chooses a row offers, and takes, what the member's own list of such rows shows: an id typed into the
    request instead would tie a row of another estate to one of theirs, and so show it."""

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        page = self.admin_site._registry.get(db_field.remote_field.model)  # type: ignore[attr-defined]
        if isinstance(page, OrganisationAdmin):
            kwargs.setdefault("queryset", page.get_queryset(request))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[misc]


def _asked_by(list_filter: Any) -> str:
    """The parameter of a filter: the field it names, or its own word."""
    if isinstance(list_filter, tuple | list):
        return str(list_filter[0])
    return str(getattr(list_filter, "parameter_name", list_filter))


class OrganisationAdmin(ChoosesWithinReach, admin.ModelAdmin):
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

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """What the list's own filters ask. Django allows every column of the row: so one could guess, digit by digit,
        what the page masks or leaves out."""
        offered = {_asked_by(each) for each in self.get_list_filter(request)}
        return lookup.split("__")[0] in offered and super().lookup_allowed(lookup, value, request)

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


class WorkedElsewhereAdmin(OrganisationAdmin):
    """Rows that are listed here and worked on on a page of their own, ``page``: every change is a verb there."""

    page: ClassVar[str] = ""
    list_display_links = None

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        row = self.get_object(request, object_id, None)
        if row is None or not self.has_view_permission(request, row):
            return super().change_view(request, object_id, form_url, extra_context)
        return redirect(self.page_of(row))

    def page_of(self, row: Any) -> str:
        return reverse(self.page, args=[row.pk])

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        return self.change_view(request, object_id)


class CappedPaginator(Paginator):
    """Counts no further than it can show: a log of millions opens as fast as one of hundreds."""

    most = 5000

    @cached_property
    def count(self) -> int:
        return cast("QuerySet[Any]", self.object_list)[: self.most].count()


class Narrowed(admin.SimpleListFilter):
    """Lets the changelist pass a field of the form on; the form narrows, see AuditEntryAdmin.get_queryset."""

    def __init__(self, request: HttpRequest, params: dict[str, Any], model: Any, model_admin: Any) -> None:
        super().__init__(request, params, model, model_admin)
        self.form: LogFilterForm = model_admin.form_of(request)

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return ()

    def has_output(self) -> bool:
        return False

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset

    @classmethod
    def of(cls, name: str) -> type["Narrowed"]:
        return type(f"Narrowed_{name}", (cls,), {"parameter_name": name, "title": name})


@admin.register(AuditEntry)
class AuditEntryAdmin(OrganisationAdmin):
    """The log in words: narrowed by action, person, kind and period, and exported as it is narrowed."""

    reads = "audit.read"
    list_display = ("at", "sentence", "object_link")
    list_display_links = ("sentence",)
    list_select_related = ("actor",)
    list_filter = tuple(Narrowed.of(name) for name in LogFilterForm.base_fields)
    search_fields = ("subject_label",)
    ordering = ("-at", "-id")
    paginator = CappedPaginator
    actions = None
    fields = readonly_fields = ("at", "sentence", "who", "object_link", "details", "action", "place")
    change_list_template = "admin/audit/auditentry/change_list.html"

    def get_urls(self) -> list[Any]:
        export = path("export/", self.admin_site.admin_view(self.export), name="audit_auditentry_export")
        return [export, *super().get_urls()]

    def form_of(self, request: HttpRequest) -> LogFilterForm:
        """One form a request, so that its choices are read once."""
        if not hasattr(request, "log_filter"):
            request.log_filter = LogFilterForm(request.GET, reader=request.membership)  # type: ignore[attr-defined]
        form: LogFilterForm = request.log_filter  # type: ignore[attr-defined]
        return form

    def get_queryset(self, request: HttpRequest) -> Any:
        rows = queries.as_read_by(super().get_queryset(request), request.membership)  # type: ignore[attr-defined]
        is_list = request.resolver_match is not None and request.resolver_match.url_name != "audit_auditentry_change"
        return self.form_of(request).narrow(rows) if is_list else rows

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        asked = request.GET.copy()
        for name in ("p", "o", "e", "all"):
            asked.pop(name, None)
        form = self.form_of(request)
        form.is_valid()
        title = capfirst(self.opts.verbose_name_plural)
        context = {"title": title, "log_filter": form, "asked": asked.urlencode(), **(extra_context or {})}
        return super().changelist_view(request, context)

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> Any:
        found = self.get_object(request, object_id)
        named = {"title": capfirst(self.opts.verbose_name), "subtitle": words.sentence(found) if found else None}
        return super().change_view(request, object_id, form_url, {**named, **(extra_context or {})})

    @method_decorator(require_safe)
    @method_decorator(recently_proven(back="admin:audit_auditentry_changelist"))
    def export(self, request: HttpRequest) -> HttpResponse:
        """The log as it is narrowed, newest first; that it was taken is an entry too."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        rows = self.get_queryset(request).select_related("actor").order_by("-at", "-id")
        if text := request.GET.get("q", ""):
            rows = rows.filter(subject_label__icontains=text[:120])
        found = list(rows[:MOST])
        services.record(
            action="auditlog.exported", subject=None, actor=request.membership, now=timezone.now(),  # type: ignore[attr-defined]
            changes={"rows": len(found)},
        )  # fmt: skip
        request.is_reading_noted = True  # type: ignore[attr-defined]
        response = HttpResponse(as_csv(found), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="audit-{timezone.localdate()}.csv"'
        response["Cache-Control"] = "private, no-store"
        return response

    @admin.display(description=_("what happened"))
    def sentence(self, entry: AuditEntry) -> str:
        return words.sentence(entry)

    @admin.display(description=_("who"))
    def who(self, entry: AuditEntry) -> str:
        if entry.actor_id is None or getattr(entry, "hides_actor", False):
            return words.who(entry)
        return format_html(
            '{} (<a href="../../?who={}">{}</a>)', words.who(entry), entry.actor_id, _("all their entries")
        )

    @admin.display(description=_("object"))
    def object_link(self, entry: AuditEntry) -> str:
        address = address_of(entry)
        named = words.what(entry)
        return format_html('<a href="{}">{}</a>', address, named) if address else named

    @admin.display(description=_("details"))
    def details(self, entry: AuditEntry) -> str:
        return format_html_join(mark_safe("<br>"), "{}: {}", words.details(entry)) or "-"

    @admin.display(description=_("place in the chain"))
    def place(self, entry: AuditEntry) -> str:
        seal = queries.seal_of(entry)
        if seal is None or seal.hash is None:
            return "-"
        return f"{seal.seq} · {bytes(seal.hash).hex()}"


def address_of(entry: AuditEntry) -> str:
    """Where the object is shown, as settings.AUDIT_PAGES says, else its form in the administration; empty for none."""
    route = settings.AUDIT_PAGES.get(entry.subject_type, "")
    if route == "":
        route = "admin:{}_{}_change".format(*entry.subject_type.split(".", 1))
    try:
        return reverse(route, args=[entry.subject_id])
    except NoReverseMatch:
        return ""
