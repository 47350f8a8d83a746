"""What is sent to file a complaint, checked as the two forms do it, and what is answered."""

from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import serializers
from rest_framework.response import Response

from attachments.api import HeldFilesField
from complaints import portal_queries, queries
from complaints.joining_queries import in_force
from complaints.models import Category, Complaint
from complaints.models.settings import Priority
from complaints.outages_near import lasting_for
from complaints.rules import moving
from complaints.services.intake import ABOUT_STAFF, Filing, file_complaint
from complaints.services.me_too import file_with
from contacts.outage_forms import BRANCHES
from owners.models import Building, Estate, Person, Unit
from owners.queries import estates_visible_to, people_visible_to, person_of, units_of, units_of_person
from owners.registry.problems import Wrong
from owners.registry.values import read_phone
from owners.services.imports import phone_region
from tenancy.api.endpoints import Endpoint
from tenancy.errors import NotAllowed
from tenancy.models import Membership
from tenancy.origins import origin_of

Channel = Complaint.Channel


class OutageNearSerializer(serializers.Serializer):
    """Something that is off where the complaint is, or will be, and may be what it is about."""

    id = serializers.UUIDField(source="pk")
    number = serializers.CharField()
    branch = serializers.ChoiceField(choices=BRANCHES)
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField(allow_null=True, help_text=gettext_lazy("Empty when nobody knows yet."))
    cause = serializers.CharField()


class FiledSerializer(serializers.Serializer):
    """What the complainant keeps."""

    number = serializers.CharField()
    state = serializers.ChoiceField(choices=Complaint.State.choices)
    received_at = serializers.DateTimeField()
    next_due_at = serializers.DateTimeField(allow_null=True, help_text=gettext_lazy("By when it is confirmed."))
    follow_link = serializers.URLField(help_text=gettext_lazy("Opens the complaint without an account."))
    is_joined = serializers.BooleanField(
        help_text=gettext_lazy("Whether it is dealt with together with the one named as leading.")
    )
    outages = OutageNearSerializer(many=True, help_text=gettext_lazy("What is off there and may be what it is about."))


def _id(hint: Any = "") -> serializers.UUIDField:
    return serializers.UUIDField(required=False, allow_null=True, default=None, help_text=hint)


def wrong(field: str, words: str) -> serializers.ValidationError:
    return serializers.ValidationError({field: [words]})


class FilingSerializer(serializers.Serializer):
    """Where it is, what it is about, what happened."""

    kind = serializers.ChoiceField(
        choices=Complaint.Kind.choices, required=False, default=Complaint.Kind.COMPLAINT,
        help_text=gettext_lazy("A request is a first word that something is to be done; it has lighter steps."),
    )  # fmt: skip
    unit = _id(gettext_lazy("A unit implies its building and estate."))
    building = _id(gettext_lazy("For a common part."))
    estate = _id(gettext_lazy("For grounds, gate or garage."))
    place = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")
    category = serializers.CharField(max_length=40, help_text=gettext_lazy("The code of a category."))
    description = serializers.CharField(max_length=5000)
    demand = serializers.CharField(max_length=2000, required=False, allow_blank=True, default="")
    subject_staff = _id(gettext_lazy("The member of staff it is about. They neither handle nor see it."))
    is_anonymous = serializers.BooleanField(required=False, default=False)
    is_confidential = serializers.BooleanField(
        required=False, default=False, help_text=gettext_lazy("Only those who decide on it see who filed it.")
    )
    files = HeldFilesField(required=False, default=list)
    leading = _id(
        gettext_lazy("An open case that was offered as alike: both are dealt with together. Ignored once it is gone.")
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        member: Membership = self.context["member"]
        if attrs["kind"] == Complaint.Kind.REQUEST and attrs["subject_staff"] is not None:
            raise wrong("kind", str(ABOUT_STAFF))
        self.estates = {each.pk: each for each in estates_visible_to(member).select_related("calendar")}
        return {
            **attrs,
            "category": self._category(attrs["category"]),
            "subject_staff": self._staff(attrs["subject_staff"]),
        }

    @staticmethod
    def _category(code: str) -> Category:
        found = queries.categories().filter(code=code).first()
        if found is None:
            raise wrong("category", _("Choose what it is about."))
        return found

    def _staff(self, key: UUID | None) -> Membership | None:
        if key is None:
            return None
        found = portal_queries.staff_known_in(self.estates.values()).filter(pk=key).first()
        if found is None:
            raise wrong("subject_staff", _("There is no such member of staff here."))
        return found

    def spot(self, attrs: dict[str, Any]) -> tuple[Estate, Building | None] | None:
        """The estate and building named for a common part; None when neither is."""
        if attrs["building"] is not None:
            found = portal_queries.buildings_of(list(self.estates.values())).filter(pk=attrs["building"]).first()
            if found is None:
                raise wrong("building", _("Choose the building."))
            return self.estates[found.estate_id], found
        if attrs["estate"] is not None:
            if attrs["estate"] not in self.estates:
                raise wrong("estate", _("There is no such estate here."))
            return self.estates[attrs["estate"]], None
        return None

    def placed(self, attrs: dict[str, Any], unit: Unit | None) -> dict[str, Any]:
        """Where it is. An anonymous complaint names the building alone: a unit would name the household."""
        if unit is not None:
            estate = self.estates.get(unit.estate_id, unit.estate)
            return {"estate": estate, "building": unit.building, "unit": None if attrs["is_anonymous"] else unit}
        spot = self.spot(attrs)
        if spot is None:
            raise wrong("building", _("Choose where it is."))
        return {"estate": spot[0], "building": spot[1], "unit": None, "place": attrs["place"].strip()}

    def said(self, attrs: dict[str, Any]) -> dict[str, Any]:
        names = ("kind", "category", "description", "demand", "is_anonymous", "is_confidential", "subject_staff")
        return {name: attrs[name] for name in names}


class OwnFilingSerializer(FilingSerializer):
    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        attrs = super().validate(attrs)
        member: Membership = self.context["member"]
        person = person_of(member)
        if person is None or not self.estates:
            raise NotAllowed(_("Ask for your unit first: without one there is nothing to complain of here."))
        unit = None
        if attrs["unit"] is not None:
            unit = next((each for each, _relation in units_of(member) if each.pk == attrs["unit"]), None)
            if unit is None:
                raise wrong("unit", _("Choose one of your units."))
        elif not attrs["place"].strip():
            raise wrong("place", _("Say where it is, for example lift 2."))
        return {
            "files": attrs["files"],
            "leading": attrs["leading"],
            "filing": Filing(
                **self.said(attrs), **self.placed(attrs, unit), channel=Channel.PORTAL, complainant=person,
                filing_key=self.context["filing_key"],
            ),
        }  # fmt: skip


class EnteredFilingSerializer(FilingSerializer):
    channel = serializers.ChoiceField(choices=[each for each in Channel.choices if each[0] != Channel.PORTAL])
    priority = serializers.ChoiceField(
        choices=Priority.choices, required=False, allow_blank=True, default="",
        help_text=gettext_lazy("As usual for the category when it is not given."),
    )  # fmt: skip
    complainant = _id(gettext_lazy("A person of the registry."))
    caller_name = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")
    caller_phone = serializers.CharField(max_length=40, required=False, allow_blank=True, default="")

    def validate_caller_phone(self, value: str) -> str:
        try:
            return read_phone(value, phone_region(self.context["member"].organisation))
        except Wrong as error:
            raise serializers.ValidationError(
                _("Write the number with its area code, abroad with + and country code.")
            ) from error

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        attrs = super().validate(attrs)
        person, unit = self._person(attrs), None
        if attrs["unit"] is not None:
            held = units_of_person(person, timezone.localdate()) if person else []
            unit = next((each for each in held if each.pk == attrs["unit"] and each.estate_id in self.estates), None)
            if unit is None:
                raise wrong("unit", _("This is no unit of the complainant's."))
        caller = {} if person else {name: attrs[name].strip() for name in ("caller_name", "caller_phone")}
        return {
            "files": attrs["files"],
            "leading": attrs["leading"],
            "filing": Filing(
                **self.said(attrs), **self.placed(attrs, unit), **caller, channel=attrs["channel"],
                priority=attrs["priority"], complainant=person, filing_key=self.context["filing_key"],
            ),
        }  # fmt: skip

    def _person(self, attrs: dict[str, Any]) -> Person | None:
        if attrs["complainant"] is None:
            if not attrs["is_anonymous"] and not attrs["caller_name"].strip():
                raise wrong("caller_name", _("Write the name, or that they want to stay anonymous."))
            return None
        found: Person | None = people_visible_to(self.context["member"]).filter(pk=attrs["complainant"]).first()
        if found is None:
            raise wrong("complainant", _("Search again and choose who complains."))
        return found


def check_may_enter(member: Membership) -> None:
    """Raises NotAllowed."""
    if not member.is_staff_role or not moving.may_enter(member):
        raise NotAllowed(_("Only staff who take complaints enter them for others."))


def filed(endpoint: Endpoint, sent: type[FilingSerializer]) -> Response:
    """Check what was sent, file it, and say what to keep.

    The key of the request is also the filing's, as a form's is. An anonymous complaint is found again by that alone:
    an answer kept beside the member would say whose it is.
    """
    member, request = endpoint.member, endpoint.request
    key = request.headers.get("Idempotency-Key")
    context = {"member": member, "filing_key": uuid5(NAMESPACE_URL, f"idempotency:{key}") if key else None}
    said = sent(data=request.data, context=context)
    said.is_valid(raise_exception=True)
    wanted: Filing = said.validated_data["filing"]
    if wanted.is_anonymous:
        endpoint.forget_answer()
    given: dict[str, Any] = {
        "filing": wanted, "actor": member, "now": timezone.now(), "attachments": said.validated_data["files"],
    }  # fmt: skip
    leading = said.validated_data["leading"]
    complaint = file_with(leading_id=leading, **given) if leading else file_complaint(**given)
    follow = reverse("complaints:follow", args=[queries.follow_token(complaint)])
    shown = {
        "number": complaint.number,
        "state": complaint.state,
        "received_at": complaint.received_at,
        "next_due_at": complaint.next_due_at,
        "follow_link": f"{origin_of(request._request.organisation)}{follow}",
        "is_joined": bool(leading) and in_force(complaint) is not None,
        "outages": lasting_for(wanted, given["now"]),
    }
    location = {} if complaint.is_anonymous else {"Location": reverse("api:complaint", args=[complaint.number])}
    return Response(FiledSerializer(shown).data, status=201, headers=location)
