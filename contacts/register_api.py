"""The communication register for programs: the same entries, rules and verbs as on the pages."""

from dataclasses import fields, replace
from typing import Any, ClassVar
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from attachments.api import HeldFilesField
from attachments.queries import of_subject
from contacts import register_queries as queries
from contacts.models import CommunicationRecord as Record
from contacts.queries import parties_visible_to
from contacts.register_forms import FIELDS
from contacts.register_lines import who
from contacts.rules.phones import UnknownNumberError, normal
from contacts.services import register
from contacts.services.register import AMENDABLE, Contact
from owners.models import Estate, Unit
from owners.queries import estates_visible_to, people_visible_to
from owners.services.imports import phone_region
from tenancy.api.describing import CURSOR, page_of
from tenancy.api.endpoints import Endpoint
from tenancy.api.pages import Keyset
from tenancy.errors import NotAllowed, NotFound
from tenancy.models import Membership
from tenancy.policy import can

NEWEST_FIRST = Keyset("occurred_at", is_falling=True)


class EntryRowSerializer(serializers.Serializer):
    """One contact: with whom as far as the reader may know, which way, about what."""

    id = serializers.UUIDField(source="pk")
    number = serializers.CharField()
    estate = serializers.UUIDField(source="estate_id")
    who = serializers.CharField(source="shown_who")
    party_type = serializers.ChoiceField(choices=Record.PartyType.choices)
    direction = serializers.ChoiceField(choices=Record.Direction.choices)
    form = serializers.ChoiceField(choices=Record.Form.choices)
    channel = serializers.ChoiceField(choices=Record.Channel.choices)
    methods = serializers.ListField(child=serializers.CharField())
    content = serializers.ChoiceField(choices=Record.Content.choices)
    subject = serializers.CharField()
    occurred_at = serializers.DateTimeField()
    state = serializers.ChoiceField(choices=Record.State.choices)
    is_late = serializers.BooleanField(help_text=gettext_lazy("Written down late."))
    answer_due_on = serializers.DateField(allow_null=True)
    answered_at = serializers.DateTimeField(allow_null=True)


class AmendmentSerializer(serializers.Serializer):
    at = serializers.DateTimeField()
    by = serializers.CharField(source="by.name")
    reason = serializers.CharField()
    before = serializers.DictField(child=serializers.CharField(), help_text=gettext_lazy("How it read before."))


class EntryTaskSerializer(serializers.Serializer):
    """What one of us does because of a contact, by a day."""

    id = serializers.UUIDField(source="pk")
    task = serializers.CharField()
    assignee = serializers.UUIDField(source="assignee_id")
    assignee_name = serializers.CharField(source="assignee.name")
    due_on = serializers.DateField()
    done_at = serializers.DateTimeField(allow_null=True)
    outcome = serializers.CharField()


class EntrySerializer(EntryRowSerializer):
    unit = serializers.UUIDField(source="unit_id", allow_null=True)
    party = serializers.UUIDField(source="party_id", allow_null=True)
    summary = serializers.CharField()
    request = serializers.CharField()
    participants = serializers.CharField()
    non_verbal_note = serializers.CharField()
    confidentiality = serializers.ChoiceField(choices=Record.Confidentiality.choices)
    recorded_at = serializers.DateTimeField()
    recorded_by = serializers.CharField(source="recorded_by.name")
    letter_number = serializers.CharField()
    their_reference = serializers.CharField()
    dated_on = serializers.DateField(allow_null=True, help_text=gettext_lazy("The day on the letter."))
    addressee = serializers.CharField(help_text=gettext_lazy("Name and address on the letter."))
    letter_text = serializers.CharField(help_text=gettext_lazy("Text of a letter that goes out."))
    case_number = serializers.CharField(source="linked_number")
    needs_answer = serializers.BooleanField()
    no_answer_reason = serializers.CharField()
    files = serializers.ListField(child=serializers.UUIDField())
    amendments = AmendmentSerializer(many=True)
    tasks = EntryTaskSerializer(many=True)


class EntryWrittenSerializer(serializers.Serializer):
    """What was said. Form and methods follow from the way of contact when they are left out."""

    estate = serializers.UUIDField()
    party_type = serializers.ChoiceField(choices=Record.PartyType.choices)
    channel = serializers.ChoiceField(choices=Record.Channel.choices)
    content = serializers.ChoiceField(choices=Record.Content.choices)
    subject = serializers.CharField(max_length=200)
    summary = serializers.CharField(max_length=5000)
    occurred_at = serializers.DateTimeField()
    direction = serializers.ChoiceField(choices=Record.Direction.choices, required=False)
    form = serializers.ChoiceField(choices=Record.Form.choices, required=False)
    methods = serializers.ListField(
        child=serializers.ChoiceField(choices=Record.Method.choices), max_length=5, required=False
    )
    unit = serializers.UUIDField(required=False, allow_null=True)
    person = serializers.UUIDField(required=False, allow_null=True)
    party = serializers.UUIDField(required=False, allow_null=True)
    name_given = serializers.CharField(max_length=200, required=False, allow_blank=True)
    phone_given = serializers.CharField(max_length=32, required=False, allow_blank=True)
    participants = serializers.CharField(max_length=500, required=False, allow_blank=True)
    request = serializers.CharField(max_length=2000, required=False, allow_blank=True)
    non_verbal_note = serializers.CharField(max_length=1000, required=False, allow_blank=True)
    recording = serializers.ChoiceField(choices=Record.Recording.choices, required=False)
    confidentiality = serializers.ChoiceField(choices=Record.Confidentiality.choices, required=False)
    case_number = serializers.CharField(max_length=40, required=False, allow_blank=True)
    their_reference = serializers.CharField(max_length=80, required=False, allow_blank=True)
    dated_on = serializers.DateField(required=False, allow_null=True, help_text=gettext_lazy("The day on the letter."))
    addressee = serializers.CharField(
        max_length=500, required=False, allow_blank=True, help_text=gettext_lazy("Name and address on the letter.")
    )
    letter_text = serializers.CharField(
        max_length=10000, required=False, allow_blank=True,
        help_text=gettext_lazy("Text of a letter that goes out."),
    )  # fmt: skip
    answer_due_on = serializers.DateField(required=False, allow_null=True)

    def validate_phone_given(self, text: str) -> str:
        """In any writing; what is kept of it is the same as from the page, or nobody would find the caller by it."""
        try:
            return normal(text, self.context["region"]) if text.strip() else ""
        except UnknownNumberError as error:
            raise serializers.ValidationError(_("This is no phone number we know.")) from error

    def said(self, member: Membership) -> dict[str, Any]:
        """With the rows that are named, as far as the member may see them. Raises ValidationError at the field."""
        said: dict[str, Any] = dict(self.validated_data)
        seen = {
            "estate": estates_visible_to(member), "party": parties_visible_to(member).filter(is_active=True),
            "unit": Unit.objects.filter(estate__in=estates_visible_to(member)), "person": people_visible_to(member),
        }  # fmt: skip
        for name, rows in seen.items():
            if said.get(name) is not None:
                found = rows.filter(pk=said[name]).first()
                if found is None:
                    raise serializers.ValidationError({name: [_("There is no such thing that you may see.")]})
                said[name] = found
        return said


class EntryTakenSerializer(EntryWrittenSerializer):
    answer_to = serializers.UUIDField(
        required=False, allow_null=True, default=None, help_text=gettext_lazy("The entry that this one answers.")
    )
    is_letter = serializers.BooleanField(
        required=False, default=False, help_text=gettext_lazy("An official letter: it gets a number of its own.")
    )
    files = HeldFilesField(required=False, default=list)


class EntryAmendedSerializer(EntryWrittenSerializer):
    """What is to read otherwise; what is left out stays. Where it lies is not changed."""

    reason = serializers.CharField(max_length=500)
    files = HeldFilesField(required=False, default=list)

    def get_fields(self) -> dict[str, Any]:
        found: dict[str, Any] = super().get_fields()
        del found["estate"]
        for name, field in found.items():
            if name not in ("reason", "files"):
                field.required = False
        return found


class SettledSerializer(serializers.Serializer):
    reason = serializers.CharField(max_length=500, help_text=gettext_lazy("Why no answer is needed."))


class TakenBackSerializer(serializers.Serializer):
    reason = serializers.CharField(max_length=500, help_text=gettext_lazy("Why an answer is needed after all."))


class SoughtEntrySerializer(serializers.Serializer):
    """What the list is narrowed to."""

    q = serializers.CharField(required=False, allow_blank=True, max_length=100)
    form = serializers.ChoiceField(choices=Record.Form.choices, required=False)
    method = serializers.ChoiceField(choices=Record.Method.choices, required=False)
    content = serializers.ChoiceField(choices=Record.Content.choices, required=False)
    direction = serializers.ChoiceField(choices=Record.Direction.choices, required=False)
    party_type = serializers.ChoiceField(choices=Record.PartyType.choices, required=False)
    state = serializers.ChoiceField(choices=Record.State.choices, required=False)
    estate = serializers.UUIDField(required=False)
    since = serializers.DateField(required=False)
    until = serializers.DateField(required=False)


class Register(Endpoint):
    """For the roles that read the register; for others there is nothing here."""

    scopes: ClassVar = {"GET": "contacts:read", "*": "contacts:write"}
    fields_refused: ClassVar = FIELDS

    def admit(self, member: Membership) -> None:
        if not can(member, "register.read"):
            raise NotFound("no register for this member")

    def around(self, request: Request) -> dict[str, Any]:
        """Who writes, and in which country numbers without a + are."""
        return {"member": self.member, "region": phone_region(request._request.organisation)}

    def must_write(self) -> None:
        if not can(self.member, "register.write"):
            raise NotAllowed(_("Your role does not write in the register."))

    def whole(self, record_id: UUID) -> dict[str, Any]:
        """Raises NotFound for unknown, foreign, other estates' and hidden entries alike."""
        row: Any = register.readable(record_id, self.member)
        row.shown_who = who(row, self.member)
        row.tasks = list(row.follow_ups.select_related("assignee"))
        row.files = [file.pk for file in of_subject(register.FILES_OF, row.pk) if file.is_clean]
        return dict(EntrySerializer(row, context={"member": self.member}).data) | {
            "amendments": AmendmentSerializer(row.amendments.select_related("by"), many=True).data
        }


class EntryList(Register):
    @extend_schema(
        operation_id="register_list",
        summary=gettext_lazy("Contacts, the newest first"),
        parameters=[SoughtEntrySerializer, CURSOR],
        responses=page_of(EntryRowSerializer),
    )
    def get(self, request: Request) -> Response:
        asked = SoughtEntrySerializer(data=request.query_params.dict())
        asked.is_valid(raise_exception=True)
        said: dict[str, Any] = dict(asked.validated_data)
        estate: Estate | None = None
        if key := said.pop("estate", None):
            estate = estates_visible_to(self.member).filter(pk=key).first()
            if estate is None:
                raise NotFound("no such estate")
        rows = queries.listed(self.member, queries.Wanted(text=said.pop("q", ""), estate=estate, **said))
        page, following = NEWEST_FIRST.page(request, rows)
        for row in page:
            row.shown_who = who(row, self.member)
        return Response({"next": following, "results": EntryRowSerializer(page, many=True).data})

    @extend_schema(
        operation_id="register_write",
        summary=gettext_lazy("Write a contact down"),
        request=EntryTakenSerializer,
        responses={201: EntrySerializer},
    )
    def post(self, request: Request) -> Response:
        self.must_write()  # before anything of the request is read
        given = EntryTakenSerializer(data=request.data, context=self.around(request))
        given.is_valid(raise_exception=True)
        said = given.said(self.member)
        files, answer_to = said.pop("files"), said.pop("answer_to")
        row = register.enter_contact(
            contact=Contact(**said), files=files, answer_to=answer_to, actor=self.member, now=timezone.now()
        )
        return Response(self.whole(row.pk), status=201, headers={"Location": f"/api/v1/register/{row.pk}/"})


class EntryDetail(Register):
    knows_version: ClassVar[bool] = True

    @extend_schema(operation_id="register_read", summary=gettext_lazy("One contact"), responses=EntrySerializer)
    def get(self, request: Request, record_id: UUID) -> Response:
        return Response(self.whole(record_id))

    @extend_schema(
        operation_id="register_amend",
        summary=gettext_lazy("Amend an entry with a reason; how it read before stays"),
        request=EntryAmendedSerializer,
        responses=EntrySerializer,
    )
    def post(self, request: Request, record_id: UUID) -> Response:
        row = register.writable(record_id, self.member)
        self.check_version(lambda: self.whole(record_id))
        given = EntryAmendedSerializer(data=request.data, context=self.around(request))
        given.is_valid(raise_exception=True)
        said = given.said(self.member)
        files, reason = said.pop("files"), said.pop("reason")
        present = Contact(
            **{name: getattr(row, name) for name in AMENDABLE}, estate=row.estate, case_number=row.linked_number
        )
        known = {each.name for each in fields(Contact)}
        register.amend(
            record_id=record_id, contact=replace(present, **{k: v for k, v in said.items() if k in known}),
            reason=reason, version=None, files=files, actor=self.member, now=timezone.now(),
        )  # fmt: skip
        return self.versioned(self.whole(record_id))


class EntrySettled(Register):
    @extend_schema(
        operation_id="register_settle",
        summary=gettext_lazy("Say why a written contact needs no answer"),
        request=SettledSerializer,
        responses=EntrySerializer,
    )
    def post(self, request: Request, record_id: UUID) -> Response:
        register.writable(record_id, self.member)
        self.check_version(lambda: self.whole(record_id))
        given = SettledSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        register.settle_without_answer(
            record_id=record_id, reason=given.validated_data["reason"], actor=self.member, now=timezone.now()
        )
        return self.versioned(self.whole(record_id))


class EntryTakenBack(Register):
    knows_version: ClassVar[bool] = True

    @extend_schema(
        operation_id="register_take_back",
        summary=gettext_lazy("Take back that no answer is needed: the contact waits for one again"),
        request=TakenBackSerializer,
        responses=EntrySerializer,
    )
    def post(self, request: Request, record_id: UUID) -> Response:
        register.writable(record_id, self.member)
        self.check_version(lambda: self.whole(record_id))
        given = TakenBackSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        register.take_back_settling(
            record_id=record_id, reason=given.validated_data["reason"], actor=self.member, now=timezone.now()
        )
        return self.versioned(self.whole(record_id))
