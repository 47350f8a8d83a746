"""The staff's list of places with a label: kept, printed, renewed, switched off."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ActionForm
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from audit.admin import OrganisationForm
from audit.services import record
from complaints import labels, place_queries
from complaints.models import Category, Place
from complaints.services import places as keeping
from notices.paper.pdf import PartsMissingError
from owners.admin import OfEstatesAdmin
from tenancy.errors import DomainError
from tenancy.policy import can


class PlaceAdminForm(OrganisationForm):
    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or self.cleaned_data
        estate, building = said.get("estate"), said.get("building")
        if estate and building and building.estate_id != estate.pk:
            self.add_error("building", _("This building stands in another estate."))
        return said


class LabelForm(ActionForm):
    sheet = forms.ChoiceField(label=_("Label sheet"), required=False)
    language = forms.ChoiceField(
        label=_("Language of the labels"),
        choices=[(labels.BOTH, _("Both")), ("en", "English"), ("zh-hans", "简体中文")],
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sheet: Any = self.fields["sheet"]
        sheet.choices = [(key, kind.title) for key, kind in labels.sheets().items()]


@admin.register(Place)
class PlaceAdmin(OfEstatesAdmin):
    form = PlaceAdminForm
    reads, writes = "place.read", "place.change"
    list_display = ("name_en", "name_zh", "estate", "building", "category", "link", "is_active")
    list_filter = ("is_active", "category")
    list_select_related = ("estate", "building", "category")
    search_fields = ("name_en", "name_zh", "code", "building__name", "estate__name")
    fields = ("estate", "building", "name_en", "name_zh", "category", "is_active")
    action_form = LabelForm
    actions = ("print_labels", "renew_codes", "switch_off", "switch_on")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Place]:
        seen = place_queries.places_visible_to(request.membership)  # type: ignore[attr-defined]
        return seen.order_by("estate__name", "building__code", "name_en", "id")

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "category":
            kwargs["queryset"] = Category.objects.filter(is_active=True)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A label that still hangs somewhere is switched off instead: its code must never be another place's."""
        return False

    def has_change_action_permission(self, request: HttpRequest) -> bool:
        return can(request.membership, self.writes)  # type: ignore[attr-defined]

    @admin.display(description=_("label"), ordering="code")
    def link(self, row: Place) -> SafeString:
        return format_html('<a href="{}">{}</a>', reverse("places:scan", args=[row.code]), row.code)

    @admin.action(description=_("Print labels"), permissions=["view"])
    def print_labels(self, request: HttpRequest, queryset: QuerySet[Place]) -> HttpResponse | None:
        actor = request.membership  # type: ignore[attr-defined]
        found = place_queries.places_to_print(actor, queryset.values_list("pk", flat=True))
        sheet = labels.sheets().get(request.POST.get("sheet", ""))
        language = request.POST.get("language", "")
        if sheet is None or language not in labels.LANGUAGES:
            self.message_user(request, _("Choose a sheet and a language."), messages.WARNING)
            return None
        if not found:
            self.message_user(request, _("All of these are switched off; there is nothing to print."), messages.WARNING)
            return None
        if len(found) > labels.MOST:
            words = _("These are %(n)s labels. Print at most %(most)s at once.") % {
                "n": len(found),
                "most": labels.MOST,
            }
            self.message_user(request, words, messages.WARNING)
            return None
        organisation = request.organisation  # type: ignore[attr-defined]
        try:
            document = labels.labels_pdf(found, sheet=sheet, language=language, organisation=organisation)
        except PartsMissingError:
            self.message_user(request, _("This server cannot make PDF files now. Ask its operator."), messages.ERROR)
            return None
        record(action="place.labels_printed", subject=None, actor=actor, now=timezone.now(),
               changes={"places": len(found)})  # fmt: skip
        response = HttpResponse(document, content_type="application/pdf")
        response["Content-Disposition"] = 'attachment; filename="labels.pdf"'
        response["Cache-Control"] = "private, no-store"
        return response

    @admin.action(description=_("Renew the codes (labels that hang stop working)"), permissions=["change_action"])
    def renew_codes(self, request: HttpRequest, queryset: QuerySet[Place]) -> None:
        done = self._each(request, queryset, keeping.renew_code)
        if done:
            words = ngettext("%(n)s code is new. Print its label.", "%(n)s codes are new. Print their labels.", done)
            self.message_user(request, words % {"n": done}, messages.SUCCESS)

    @admin.action(description=_("Switch off"), permissions=["change_action"])
    def switch_off(self, request: HttpRequest, queryset: QuerySet[Place]) -> None:
        if self._each(request, queryset, keeping.switch, to=False):
            self.message_user(request, _("Switched off: whoever scans them is told so."), messages.SUCCESS)

    @admin.action(description=_("Switch on"), permissions=["change_action"])
    def switch_on(self, request: HttpRequest, queryset: QuerySet[Place]) -> None:
        if self._each(request, queryset, keeping.switch, to=True):
            self.message_user(request, _("Switched on, with the labels they have."), messages.SUCCESS)

    def _each(self, request: HttpRequest, queryset: QuerySet[Place], verb: Any, **given: Any) -> int:
        actor, now, done = request.membership, timezone.now(), 0  # type: ignore[attr-defined]
        for pk in queryset.values_list("pk", flat=True):
            try:
                verb(place_id=pk, actor=actor, now=now, **given)
                done += 1
            except DomainError as error:
                self.message_user(request, str(error), messages.WARNING)
        return done
