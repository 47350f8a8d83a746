"""Rules of assignment and absences, as managers and staff fill them in."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.models import AssignmentRule, Category
from complaints.services.assigning import RuleFacts
from owners.models import Building, Estate
from tenancy.models import Membership


class PlaceChoice:
    """Everywhere, an estate, or a building of it, as one list."""

    def __init__(self, estates: Sequence[Estate], buildings: Iterable[Building], *, everywhere: bool) -> None:
        self.estates = {f"estate:{estate.pk}": estate for estate in estates}
        self.buildings = {f"building:{building.pk}": building for building in buildings}
        self.everywhere = everywhere

    def choices(self) -> list[Any]:
        groups: list[Any] = [("", _("Everywhere") if self.everywhere else _("Choose"))]
        for key, estate in self.estates.items():
            inside = [(name, one.name) for name, one in self.buildings.items() if one.estate_id == estate.pk]
            groups.append((estate.name, [(key, _("The whole estate")), *inside]))
        return groups

    def chosen(self, key: str) -> tuple[Estate | None, Building | None]:
        building = self.buildings.get(key)
        return (building.estate, building) if building else (self.estates.get(key), None)

    @staticmethod
    def key_of(rule: AssignmentRule) -> str:
        if rule.building_id:
            return f"building:{rule.building_id}"
        return f"estate:{rule.estate_id}" if rule.estate_id else ""


class RuleForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("Name of the rule"),
        max_length=80,
        help_text=gettext_lazy("For example lifts. It stands in the story of each case it assigns."),
    )
    place = forms.ChoiceField(label=gettext_lazy("Where"), required=False)
    place_words = forms.CharField(
        label=gettext_lazy("Words of the place"),
        max_length=300,
        required=False,
        help_text=gettext_lazy(
            "For example garage, 车库, ramp: one of them is enough. Compared with what was typed for the place; capitals and "
            "full width make no difference. Empty: any place."
        ),
    )
    category = forms.ChoiceField(label=gettext_lazy("About what"), required=False)
    role = forms.ChoiceField(
        label=gettext_lazy("To whom"),
        required=False,
        help_text=gettext_lazy("Of a role: whoever holds it and works where the case is, also who joins later."),
    )
    members = forms.MultipleChoiceField(
        label=gettext_lazy("Which people"), required=False, widget=forms.CheckboxSelectMultiple
    )
    sharing = forms.ChoiceField(
        label=gettext_lazy("Who is next"),
        required=False,
        choices=AssignmentRule.Sharing.choices,
        widget=forms.RadioSelect,
        help_text=gettext_lazy("For somebody away their deputy."),
    )
    is_active = forms.BooleanField(label=gettext_lazy("In force"), required=False)

    def __init__(
        self,
        *args: Any,
        places: PlaceChoice,
        categories: Iterable[Category],
        staff: Iterable[Membership],
        roles: Iterable[str],
        rule: AssignmentRule | None = None,
        **kwargs: Any,
    ) -> None:
        if rule is not None:
            kwargs.setdefault("initial", _initial(rule))
        else:
            kwargs.setdefault("initial", {"sharing": AssignmentRule.Sharing.LOAD, "is_active": True})
        super().__init__(*args, **kwargs)
        self.places = places
        self.categories = {str(category.pk): category for category in categories}
        self.staff = {str(member.pk): member for member in staff}
        fields: Any = self.fields
        fields["place"].choices = places.choices()
        fields["place"].required = not places.everywhere
        own_alone = _("You keep the rules of your own estates alone. Choose one of them.")
        fields["place"].error_messages["required"] = own_alone
        kinds = [(key, category.name) for key, category in self.categories.items()]
        fields["category"].choices = [("", _("Anything")), *kinds]
        titles = dict(Membership.Role.choices)
        everybody = [(role, _("Everybody of a role: %(role)s") % {"role": titles[role]}) for role in roles]
        fields["role"].choices = [("", _("The people chosen below")), *everybody]
        fields["members"].choices = [
            (key, f"{member.name}, {member.post or member.get_role_display()}") for key, member in self.staff.items()
        ]

    def facts(self) -> RuleFacts:
        said = self.cleaned_data
        estate, building = self.places.chosen(said["place"])
        return RuleFacts(
            name=said["name"], members=[self.staff[key] for key in said["members"]], estate=estate, building=building,
            category=self.categories.get(said["category"]), place_words=said["place_words"], role=said["role"],
            sharing=said["sharing"] or AssignmentRule.Sharing.LOAD, is_active=said["is_active"],
        )  # fmt: skip


def _initial(rule: AssignmentRule) -> dict[str, Any]:
    return {
        "name": rule.name, "place": PlaceChoice.key_of(rule), "category": str(rule.category_id or ""),
        "members": [] if rule.role else [str(turn.member_id) for turn in rule.turns.all()], "role": rule.role,
        "place_words": rule.place_words, "sharing": rule.sharing, "is_active": rule.is_active,
    }  # fmt: skip


class TryForm(forms.Form):
    place = forms.ChoiceField(label=gettext_lazy("Where"), required=False)
    words = forms.CharField(label=gettext_lazy("Place in words"), max_length=200, required=False)
    category = forms.ChoiceField(label=gettext_lazy("About what"), required=False)

    def __init__(self, *args: Any, places: PlaceChoice, categories: Iterable[Category], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.places = places
        self.categories = {str(category.pk): category for category in categories}
        fields: Any = self.fields
        fields["place"].choices = [("", _("Choose")), *places.choices()[1:]]
        fields["category"].choices = [
            ("", _("Choose")), *((key, category.name) for key, category in self.categories.items())
        ]  # fmt: skip


class AbsenceForm(forms.Form):
    member = forms.ChoiceField(label=gettext_lazy("Who is away?"))
    from_on = forms.DateField(
        label=gettext_lazy("First day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    to_on = forms.DateField(
        label=gettext_lazy("Last day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    deputy = forms.ChoiceField(
        label=gettext_lazy("Who stands in?"),
        required=False,
        help_text=gettext_lazy("Gets what would be assigned or passed on meanwhile. What they have in hand stays."),
    )

    def __init__(
        self, *args: Any, actor: Membership, staff: Iterable[Membership], may_others: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.staff = {str(member.pk): member for member in staff}
        self.staff.setdefault(str(actor.pk), actor)
        rows = [(key, member.name) for key, member in self.staff.items()]
        fields: Any = self.fields
        fields["member"].choices = rows if may_others else [(str(actor.pk), actor.name)]
        fields["member"].initial = str(actor.pk)
        fields["deputy"].choices = [("", _("Nobody")), *rows]
