"""What is filled in when a contact is written down, amended, answered or settled."""

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from attachments.forms import UploadsField, UploadsFormMixin
from contacts.forms import PhoneField, WithPhones, check_year, day
from contacts.models import CommunicationRecord as Record
from contacts.models import ContactPerson, OutsideParty
from contacts.services.register import Contact
from owners.models import Building, Estate, Person, Unit
from tenancy.models import Membership

UNLISTED = "unlisted"
# Refusals that stand at the field of their name.
FIELDS = frozenset({
    "occurred_at", "is_letter", "direction", "case_number", "reason", "unit", "entry_key", "dated_on", "answer_due_on",
})  # fmt: skip
OF_KIND = {
    OutsideParty.Kind.CONSTRUCTION_UNIT: Record.PartyType.CONSTRUCTION_UNIT,
    OutsideParty.Kind.UTILITY: Record.PartyType.UTILITY,
    OutsideParty.Kind.PROFESSIONAL: Record.PartyType.PROFESSIONAL,
    OutsideParty.Kind.GOVERNMENT: Record.PartyType.GOVERNMENT,
    OutsideParty.Kind.STREET_OFFICE: Record.PartyType.GOVERNMENT,
    OutsideParty.Kind.RESIDENTS_COMMITTEE: Record.PartyType.GOVERNMENT,
    OutsideParty.Kind.OTHER: Record.PartyType.OTHER,
}


class Whom:
    """Somebody a contact can be with: a person in a unit, an outside party, or somebody there."""

    def __init__(
        self, *, person: Person | None = None, unit: Unit | None = None, is_owner: bool = False,
        party: OutsideParty | None = None, contact: ContactPerson | None = None,
    ) -> None:  # fmt: skip
        self.person, self.unit, self.is_owner, self.party, self.contact = person, unit, is_owner, party, contact

    @property
    def value(self) -> str:
        if self.person is not None:
            return f"p:{self.person.pk}:{self.unit.pk if self.unit else ''}"
        return f"c:{self.contact.pk}" if self.contact else f"o:{self.party.pk}"  # type: ignore[union-attr]

    @property
    def words(self) -> str:
        if self.person is not None:
            parts = [self.person.name, _unit_words(self.unit) if self.unit else "", str(self.person.phone or "")]
        elif self.contact is not None:
            parts = [self.contact.name, self.contact.post, self.contact.party.name]
        else:
            parts = [self.party.name, str(self.party.get_kind_display())]  # type: ignore[union-attr]
        return " · ".join(part for part in parts if part)

    @property
    def party_type(self) -> str:
        if self.person is not None:
            return Record.PartyType.OWNER if self.is_owner or self.unit is None else Record.PartyType.OCCUPANT
        party = self.contact.party if self.contact else self.party
        return OF_KIND[OutsideParty.Kind(party.kind)]  # type: ignore[union-attr]


def _unit_words(unit: Unit) -> str:
    return f"{unit.estate.name} {unit.code}"


def choices_of(
    people: Iterable[Person], contacts: Iterable[ContactPerson], parties: Iterable[OutsideParty], estates: set[Any]
) -> dict[str, Whom]:
    """Everybody found, under the value of their radio button: a person with each unit they have in these estates."""
    found: list[Whom] = []
    for person in people:
        owned = {row.unit.pk: row.unit for row in getattr(person, "owned_now", [])}
        units = owned | {row.unit.pk: row.unit for row in getattr(person, "occupied_now", [])}
        near = [unit for unit in units.values() if unit.estate_id in estates]
        found += [Whom(person=person, unit=unit, is_owner=unit.pk in owned) for unit in near]
        if not near:
            found.append(Whom(person=person))
    found += [Whom(contact=contact, party=contact.party) for contact in contacts]
    found += [Whom(party=party) for party in parties]
    return {whom.value: whom for whom in found}


def moment(**given: Any) -> forms.DateTimeField:
    widget = forms.DateTimeInput(
        attrs={"type": "datetime-local", "class": "input-short", "data-keep": "always"}, format="%Y-%m-%dT%H:%M"
    )
    formats = ["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"]
    return forms.DateTimeField(widget=widget, input_formats=formats, validators=[check_year], **given)


def plain_text(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class EntryForm(WithPhones, UploadsFormMixin, forms.Form):
    """One contact. When it is amended, whom it was with stays unless somebody else is searched and chosen."""

    entry_key = forms.UUIDField(
        widget=forms.HiddenInput(attrs={"data-keep": "key"}), initial=uuid.uuid4, required=False
    )
    # Which copy of the form this is, on one device, and what the draft said that it began with.
    copy = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4, required=False)
    read = forms.CharField(widget=forms.HiddenInput, max_length=64, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    who = forms.ChoiceField(
        label=gettext_lazy("Whom was it with?"),
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Choose whom it was with, or say that they are not listed."),
            "invalid_choice": gettext_lazy("Search again and choose whom it was with."),
        },
    )
    name_given = forms.CharField(label=gettext_lazy("Name"), max_length=200, required=False)
    phone_given = PhoneField(label=gettext_lazy("Phone"))
    party_type = forms.ChoiceField(label=gettext_lazy("Who is that?"), required=False)
    channel = forms.ChoiceField(label=gettext_lazy("Way"), choices=Record.Channel.choices, initial=Record.Channel.PHONE)
    direction = forms.ChoiceField(
        label=gettext_lazy("Who began?"), choices=Record.Direction.choices, initial=Record.Direction.IN
    )
    content = forms.ChoiceField(
        label=gettext_lazy("What is it about?"),
        choices=[("", gettext_lazy("Choose")), *Record.Content.choices],
        error_messages={"required": gettext_lazy("Choose what it is about.")},
    )
    summary = forms.CharField(
        label=gettext_lazy("What was said?"), max_length=5000, widget=plain_text(4),
        error_messages={"required": gettext_lazy("Write what was said. A sentence is enough.")},
    )  # fmt: skip
    occurred_at = moment(label=gettext_lazy("When was it?"))
    estate = forms.ChoiceField(
        label=gettext_lazy("Estate"), required=False,
        help_text=gettext_lazy("Of a unit chosen above it is known."),
    )  # fmt: skip
    subject = forms.CharField(
        label=gettext_lazy("Subject"), max_length=200, required=False,
        help_text=gettext_lazy("Empty: the first words of what was said."),
    )  # fmt: skip
    request = forms.CharField(
        label=gettext_lazy("What do they ask for?"), max_length=2000, required=False, widget=plain_text(2)
    )
    non_verbal_note = forms.CharField(
        label=gettext_lazy("What was seen"), max_length=1000, required=False, widget=plain_text(2),
        help_text=gettext_lazy("Facts only, for example: came with two neighbours, left before the end."),
    )  # fmt: skip
    participants = forms.CharField(label=gettext_lazy("Who else was there?"), max_length=500, required=False)
    form = forms.ChoiceField(
        label=gettext_lazy("Form"), required=False,
        choices=[("", gettext_lazy("As usual for the way")), *Record.Form.choices],
    )  # fmt: skip
    methods = forms.MultipleChoiceField(
        label=gettext_lazy("What we did"), required=False, choices=Record.Method.choices,
        widget=forms.CheckboxSelectMultiple, help_text=gettext_lazy("Nothing ticked: as usual for the way."),
    )  # fmt: skip
    recording = forms.ChoiceField(
        label=gettext_lazy("Was the call recorded?"), required=False, choices=Record.Recording.choices
    )
    case_number = forms.CharField(
        label=gettext_lazy("Number of the case, notice or dealing it belongs to"), max_length=40, required=False
    )
    confidentiality = forms.ChoiceField(
        label=gettext_lazy("Who may read it?"), required=False, choices=Record.Confidentiality.choices
    )
    subject_staff = forms.ChoiceField(
        label=gettext_lazy("Is it about a member of our staff?"), required=False,
        help_text=gettext_lazy("Then it is restricted, and they never see it."),
    )  # fmt: skip
    is_letter = forms.BooleanField(
        label=gettext_lazy("Register it as an official letter"), required=False,
        help_text=gettext_lazy("It gets a number of the letters that came in or went out. Attach the scan."),
    )  # fmt: skip
    their_reference = forms.CharField(label=gettext_lazy("Their reference"), max_length=80, required=False)
    dated_on = day(label=gettext_lazy("Date of the letter"), required=False)
    addressee = forms.CharField(
        label=gettext_lazy("Name and address on the letter"), max_length=500, required=False, widget=plain_text(3)
    )
    letter_text = forms.CharField(
        label=gettext_lazy("Text of a letter that goes out"), max_length=10000, required=False, widget=plain_text(8),
        help_text=gettext_lazy("Printed under our letterhead as a PDF."),
    )  # fmt: skip
    answer_due_on = day(
        label=gettext_lazy("Answer due"), required=False,
        help_text=gettext_lazy("Empty: as usual for what came in writing."),
    )  # fmt: skip
    reason = forms.CharField(
        label=gettext_lazy("Why is it changed?"), max_length=500,
        error_messages={"required": gettext_lazy("Say why it is changed.")},
    )  # fmt: skip
    documents = UploadsField(label=gettext_lazy("Photos, scans, voice memos"), audience="staff", with_recordings=True)

    def __init__(
        self, *args: Any, found: dict[str, Whom], estates: Sequence[Estate], staff: Iterable[Membership],
        actor: Membership, now: datetime, region: str, amended: Record | None = None, **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, actor=actor, now=now, region=region, **kwargs)
        self.found, self.amended, self.writer = found, amended, actor
        self.estates = {str(estate.pk): estate for estate in estates}
        self.staff = {str(member.pk): member for member in staff}
        listed = [(value, whom.words) for value, whom in found.items()]
        kept = [("kept", _("As it is"))] if amended else []
        self._offer("who", [*kept, *listed, (UNLISTED, _("Not listed"))])
        self._offer("party_type", [("", _("Choose")), *Record.PartyType.choices])
        self._offer("estate", [("", _("Choose")), *((key, estate.name) for key, estate in self.estates.items())])
        self._offer("subject_staff", [("", _("No")), *((key, member.name) for key, member in self.staff.items())])
        for name in ("reason", "version") if amended is None else ("is_letter", "estate", "entry_key", "copy", "read"):
            del self.fields[name]
        if amended is None and len(self.estates) == 1:
            self.fields["estate"].initial = next(iter(self.estates))

    def _offer(self, name: str, choices: Iterable[tuple[Any, Any]]) -> None:
        field: Any = self.fields[name]
        field.choices = choices

    def clean_occurred_at(self) -> datetime:
        moment_given: datetime = self.cleaned_data["occurred_at"]
        if moment_given > timezone.now():
            raise forms.ValidationError(_("This is still to come. Write down when it was."))
        return moment_given

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        who = said.get("who")
        if who == UNLISTED:
            if not said.get("party_type"):
                self.add_error("party_type", _("Choose who that is."))
            if not said.get("name_given", "").strip() and "name_given" not in self.errors:
                self.add_error("name_given", _("Write a name, or what they said of themselves."))
        is_placed = self.amended is not None or self._unit(who) is not None or bool(said.get("estate"))
        if who and not is_placed and "estate" not in self.errors:
            self.add_error("estate", _("Choose the estate it is about."))
        return said

    def _unit(self, who: str | None) -> Unit | None:
        return self.found[who].unit if who in self.found else None

    def contact(self) -> Contact:
        """What is said, for the verbs. For a valid form."""
        said = dict(self.cleaned_data)
        for name in ("entry_key", "copy", "read", "version", "reason", "documents"):
            said.pop(name, None)
        who, said["subject_staff"] = said.pop("who"), self.staff.get(said["subject_staff"])
        said["recording"] = said["recording"] or Record.Recording.NONE
        said["confidentiality"] = said["confidentiality"] or Record.Confidentiality.STAFF
        said["subject"] = said["subject"].strip() or first_words(said["summary"])
        said["summary"], said["case_number"] = said["summary"].strip(), said["case_number"].strip()
        said |= self._whom(who)
        chosen = said.pop("estate", "")
        unit = said.get("unit")
        said["estate"] = self.amended.estate if self.amended else unit.estate if unit else self.estates[chosen]
        return Contact(**said)

    def _whom(self, who: str) -> dict[str, Any]:
        if who == "kept" and self.amended is not None:
            names = ("person", "unit", "building", "party", "contact", "party_type")
            return {name: getattr(self.amended, name) for name in names}
        whom = self.found.get(who)
        if whom is None:
            return {"building": _building(self.amended)}
        known: dict[str, Any] = {
            "person": whom.person, "unit": whom.unit, "building": whom.unit.building if whom.unit else None,
            "party": whom.party, "contact": whom.contact, "party_type": whom.party_type,
        }  # fmt: skip
        return known | {"name_given": "", "phone_given": ""}


def _building(amended: Record | None) -> Building | None:
    return amended.building if amended else None


def first_words(summary: str) -> str:
    """The first line of what was said, cut at a word where there are words, in at most 80 signs."""
    line = summary.strip().splitlines()[0].strip() if summary.strip() else ""
    if len(line) <= 80:
        return line
    cut = line[:80]
    return (cut.rsplit(" ", 1)[0] if " " in cut else cut) + "…"


def initial_of(row: Record) -> dict[str, Any]:
    """What an entry says, as the form that amends it begins."""
    names = (
        "name_given", "phone_given", "party_type", "channel", "direction", "content", "summary", "subject", "request",
        "non_verbal_note", "participants", "form", "methods", "recording", "confidentiality", "their_reference",
        "dated_on", "addressee", "letter_text", "answer_due_on", "occurred_at", "version",
    )  # fmt: skip
    said = {name: getattr(row, name) for name in names}
    return said | {"who": "kept", "case_number": row.linked_number, "subject_staff": str(row.subject_staff_id or "")}


class FilterForm(forms.Form):
    """What the register or a timeline is narrowed to."""

    q = forms.CharField(label=gettext_lazy("Words, name or number"), required=False, max_length=100)
    form = forms.ChoiceField(
        label=gettext_lazy("Form"), required=False, choices=[("", gettext_lazy("All")), *Record.Form.choices]
    )
    method = forms.ChoiceField(
        label=gettext_lazy("Method"), required=False, choices=[("", gettext_lazy("All")), *Record.Method.choices]
    )
    content = forms.ChoiceField(
        label=gettext_lazy("Content"), required=False, choices=[("", gettext_lazy("All")), *Record.Content.choices]
    )
    direction = forms.ChoiceField(
        label=gettext_lazy("Direction"), required=False,
        choices=[("", gettext_lazy("All")), *Record.Direction.choices],
    )  # fmt: skip
    party_type = forms.ChoiceField(
        label=gettext_lazy("With"), required=False, choices=[("", gettext_lazy("All")), *Record.PartyType.choices]
    )
    state = forms.ChoiceField(
        label=gettext_lazy("State"), required=False, choices=[("", gettext_lazy("All")), *Record.State.choices]
    )
    estate = forms.ChoiceField(label=gettext_lazy("Estate"), required=False)
    since = day(label=gettext_lazy("From"), required=False)
    until = day(label=gettext_lazy("To"), required=False)

    def __init__(self, *args: Any, estates: Iterable[Estate] = (), without: Iterable[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["estate"]
        field.choices = [("", _("Any estate")), *((str(estate.pk), estate.name) for estate in estates)]
        for name in without:
            del self.fields[name]


class SettleForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Why is no answer needed?"), max_length=500,
        error_messages={"required": gettext_lazy("Say why no answer is needed.")},
    )  # fmt: skip


class TakeBackForm(forms.Form):
    settled_at = forms.CharField(widget=forms.HiddenInput, max_length=40, required=False)
    reason = forms.CharField(
        label=gettext_lazy("Why is an answer needed after all?"), max_length=500,
        error_messages={"required": gettext_lazy("Say why an answer is needed after all.")},
    )  # fmt: skip

    def clean_settled_at(self) -> datetime | None:
        """When that was said which is taken back; nothing when the form does not know."""
        try:
            at = parse_datetime(self.cleaned_data["settled_at"])
        except ValueError:
            return None
        return at if at is not None and at.tzinfo else None


class FollowUpForm(forms.Form):
    task = forms.CharField(
        label=gettext_lazy("What is to be done?"), max_length=500,
        error_messages={"required": gettext_lazy("Write what is to be done.")},
    )  # fmt: skip
    assignee = forms.ChoiceField(label=gettext_lazy("Who does it?"))
    due_on = day(label=gettext_lazy("By when?"))

    def __init__(self, *args: Any, staff: Iterable[Membership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.staff = {str(member.pk): member for member in staff}
        field: Any = self.fields["assignee"]
        field.choices = [("", _("Choose")), *((key, member.name) for key, member in self.staff.items())]


class OutcomeForm(forms.Form):
    outcome = forms.CharField(
        label=gettext_lazy("What came of it?"), max_length=500,
        error_messages={"required": gettext_lazy("Write what came of it.")},
    )  # fmt: skip
