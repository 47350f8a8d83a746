"""The registry and the members in the administration: single corrections, beside the import."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from audit.admin import ChoosesWithinReach, OrganisationAdmin, OrganisationForm
from owners import queries, rules
from owners.models import Building, Estate, EstateAssignment, Occupancy, Ownership, Person, RegistryImport, Unit
from owners.services.staff import add_member, is_last_administrator
from tenancy.models import Membership, User
from tenancy.names import sees_names
from tenancy.policy import can
from tenancy.stepping_up import ProvenWrites

Role = Membership.Role


class OfEstatesAdmin(OrganisationAdmin):
    """Rows of the member's estates and buildings only, in lists and in every field that chooses one."""

    reads, writes = "registry.read", "registry.correct"
    building_path: ClassVar[str] = "building"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        member: Membership = request.membership  # type: ignore[attr-defined]
        rows = super().get_queryset(request)
        if rules.sees_all_estates(member):
            return rows
        near = queries.within(rules.registry_reach(member), building=self.building_path)
        return rows.filter(near, estate__in=queries.estates_visible_to(member))

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Neither a new row nor a moved one lies where the member has no right to write."""
        if not self._may(request, self.writes, obj):
            raise PermissionDenied
        super().save_model(request, obj, form, change)


class RowInline(ChoosesWithinReach, admin.TabularInline):
    """Rows that belong to the page's object; who may change the one may change the others."""

    extra = 0
    writes: ClassVar[str] = "registry.correct"

    def _may(self, request: HttpRequest) -> bool:
        return can(request.membership, self.writes)  # type: ignore[attr-defined]

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return rules.may_read_registry(request.membership)  # type: ignore[attr-defined]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request)


class AssignmentForm(OrganisationForm):
    """Of one building only when it is one of the estate's."""

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        estate, building = said.get("estate"), said.get("building")
        if estate and building and building.estate_id != estate.pk:
            self.add_error("building", _("This building belongs to another estate."))
        return said


class AssignmentInline(RowInline):
    model = EstateAssignment
    form = AssignmentForm
    autocomplete_fields = ("membership", "building")
    fields = ("membership", "building")
    writes = "estate.change"


class PeopleInline(RowInline):
    """Names people: not for who sees no names, as on the registry's own pages."""

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_view_permission(request, obj) and sees_names(request.membership)  # type: ignore[attr-defined]


class OwnershipInline(PeopleInline):
    model = Ownership
    autocomplete_fields = ("person",)
    fields = ("person", "share_numerator", "share_denominator", "is_voter", "from_on", "to_on")


class OccupancyInline(PeopleInline):
    model = Occupancy
    autocomplete_fields = ("person",)
    fields = ("person", "kind", "from_on", "to_on")


@admin.register(Estate)
class EstateAdmin(ProvenWrites, OfEstatesAdmin):
    writes = "estate.change"
    list_display = ("name", "code", "calendar", "is_active")
    list_select_related = ("calendar",)
    list_filter = ("is_active",)
    search_fields = ("name", "code")
    fields = ("name", "code", "address", "calendar", "is_active")
    inlines = (AssignmentInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        member: Membership = request.membership  # type: ignore[attr-defined]
        estates = admin.ModelAdmin.get_queryset(self, request)
        if rules.sees_all_estates(member):
            return estates
        return estates.filter(pk__in=queries.estates_visible_to(member))


@admin.register(Building)
class BuildingAdmin(OfEstatesAdmin):
    building_path = "pk"
    list_display = ("name", "code", "estate", "floors_above_ground", "lifts", "completed_on")
    list_select_related = ("estate",)
    list_filter = (("estate", admin.RelatedOnlyFieldListFilter),)
    search_fields = ("name", "code")
    fields = ("estate", "code", "name", "floors_above_ground", "sections", "lifts", "completed_on", "address")


@admin.register(Unit)
class UnitAdmin(OfEstatesAdmin):
    list_display = ("code", "estate", "building", "kind", "exclusive_area", "status")
    list_select_related = ("estate", "building")
    list_filter = ("kind", "status", ("estate", admin.RelatedOnlyFieldListFilter))
    search_fields = ("code", "number")
    ordering = ("code", "id")
    autocomplete_fields = ("building",)
    fields = (
        "estate", "building", "code", "section", "floor", "number", "kind", "exclusive_area", "status", "delivered_on",
    )  # fmt: skip
    inlines = (OwnershipInline, OccupancyInline)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        day = timezone.localdate()
        held = list(queries.current_ownerships(day).filter(unit=form.instance))
        if held and sum(row.share for row in held) != 1:
            self.message_user(request, _("The shares of this unit do not make 1."), level="WARNING")
        if held and sum(row.is_voter for row in held) != 1:
            self.message_user(request, _("Exactly one owner votes for a unit."), level="WARNING")


@admin.register(Person)
class PersonAdmin(OrganisationAdmin):
    # The auditor reads people on the registry's pages, where contacts are masked and every reading is logged.
    reads, writes = "person.open", "person.correct"
    list_display = ("name", "kind", "phone", "email", "signs_in")
    list_filter = ("kind", "language")
    search_fields = ("name",)
    search_help_text = _("Name, phone or unit")
    ordering = ("name", "id")
    fields = ("name", "kind", "reference", "phone", "email", "language", "postal_address")

    @admin.display(boolean=True, description=_("signs in"))
    def signs_in(self, person: Person) -> bool:
        return person.membership_id is not None

    def get_queryset(self, request: HttpRequest) -> QuerySet[Person]:
        return queries.people_visible_to(request.membership).order_by(*self.ordering)  # type: ignore[attr-defined]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Person], search_term: str
    ) -> tuple[QuerySet[Person], bool]:
        units = queries.units_in_reach(request.membership)  # type: ignore[attr-defined]
        wanted = queries.matching(search_term, units, timezone.localdate())
        return (queryset.filter(wanted) if wanted is not None else queryset), False


class MemberForm(OrganisationForm):
    """A member; a new one is named by the address they will sign in with."""

    email = forms.EmailField(label=_("e-mail address"), help_text=_("A code to sign in is sent there."), required=False)

    class Meta:
        model = Membership
        fields = ("name", "role", "post", "all_estates", "is_active")

    def clean_email(self) -> str:
        email = str(self.cleaned_data["email"]).strip().lower()
        if self.instance._state.adding:
            if not email:
                raise forms.ValidationError(_("Write the address they will sign in with."))
            if Membership.objects.filter(user__in=User.objects.filter(email=email)).exists():
                raise forms.ValidationError(_("%(email)s is a member already.") % {"email": email})
        return email

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        keeps = said.get("role") == Role.ADMIN and said.get("is_active", True)
        if not keeps and self.instance_was_administrator() and is_last_administrator(self.instance):
            raise forms.ValidationError(
                _("Nobody else administers this organisation. Name another administrator first.")
            )
        return said

    def instance_was_administrator(self) -> bool:
        return Membership.objects.filter(pk=self.instance.pk, role=Role.ADMIN, is_active=True).exists()


class EstatesOfMemberInline(RowInline):
    model = EstateAssignment
    form = AssignmentForm
    autocomplete_fields = ("estate", "building")
    fields = ("estate", "building")
    writes = "member.change"


@admin.register(Membership)
class MembershipAdmin(ProvenWrites, OrganisationAdmin):
    reads, writes = "member.read", "member.change"
    form = MemberForm
    list_display = ("name", "role", "post", "all_estates", "is_active")
    list_filter = ("role", "is_active", "all_estates")
    search_fields = ("name", "user__email")
    ordering = ("name", "id")
    inlines = (EstatesOfMemberInline,)

    def get_fields(self, request: HttpRequest, obj: Membership | None = None) -> Any:
        first = ["email"] if obj is None else ["address"]
        helped = ["second_factor"] if obj is not None and can(request.membership, "member.reset_factor") else []  # type: ignore[attr-defined]
        last = ["privacy"] if obj is not None and can(request.membership, "privacy.answer") else []  # type: ignore[attr-defined]
        return [*first, "name", "role", "post", "all_estates", "is_active", *helped, *last]

    def get_readonly_fields(self, request: HttpRequest, obj: Membership | None = None) -> tuple[str, ...]:
        return () if obj is None else ("address", "second_factor", "privacy")

    @admin.display(description=_("second factor"))
    def second_factor(self, member: Membership) -> str:
        words = _("Help somebody who lost it")
        return format_html('<a href="/registry/members/{}/second-factor/">{}</a>', member.pk, words)

    @admin.display(description=_("privacy"))
    def privacy(self, member: Membership) -> str:
        """The room above is reached by its address, as from a page."""
        words = _("Requests, a copy, legal hold, erasure")
        return format_html('<a href="/privacy/members/{}/">{}</a>', member.pk, words)

    @admin.display(description=_("e-mail address"))
    def address(self, member: Membership) -> str:
        return member.user.email

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What a member did stays theirs: one who leaves is made inactive."""
        return False

    def save_model(self, request: HttpRequest, obj: Membership, form: Any, change: bool) -> None:
        if change:
            super().save_model(request, obj, form, change)
            return
        made = add_member(
            email=form.cleaned_data["email"], name=obj.name, role=obj.role, post=obj.post, all_estates=obj.all_estates,
            actor=request.membership, now=timezone.now(),  # type: ignore[attr-defined]
        )  # fmt: skip
        # The page goes on with the row that the service wrote.
        obj.pk, obj.user, obj._state.adding = made.pk, made.user, False

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """The service has written the entry."""


@admin.register(RegistryImport)
class RegistryImportAdmin(OrganisationAdmin):
    reads = "registry.list_imports"
    list_display = ("file_name", "state", "estate", "rows_total", "created_at", "created_by")
    list_select_related = ("estate", "created_by")
    list_filter = ("state",)
    ordering = ("-created_at", "-id")
    fields = (
        "file_name",
        "state",
        "estate",
        "rows_total",
        "created_at",
        "created_by",
        "finished_at",
        "undo_until",
        "page",
    )
    readonly_fields = ("page",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[RegistryImport]:
        return queries.imports_listed_for(request.membership).order_by(*self.ordering)  # type: ignore[attr-defined]

    @admin.display(description=_("page"))
    def page(self, row: RegistryImport) -> str:
        return format_html('<a href="{}">{}</a>', reverse("owners:import", args=[row.pk]), row.file_name)
