"""Entries of the register that are begun, for programs: the drafts of the page, each its writer's alone."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from attachments.api import HeldFilesField
from attachments.queries import of_subject
from contacts.draft_forms import NAMES, SEVERAL, form_of_draft, has_words
from contacts.draft_queries import drafts_of, written_from
from contacts.models import CommunicationRecord, EntryDraft
from contacts.register_api import EntrySerializer, Register
from contacts.register_forms import FIELDS, EntryForm
from contacts.services import drafts, register
from tenancy.api.describing import CURSOR, page_of
from tenancy.api.pages import Keyset
from tenancy.errors import NotFound
from tenancy.models import Membership, uuid7
from tenancy.policy import can

LAST_KEPT_FIRST = Keyset("kept_at", is_falling=True)
# What the form calls otherwise than programs do.
OF_FORM = {"answer_to": "answers"}
FREE = {"required": False, "allow_blank": True, "trim_whitespace": False}
WHO = gettext_lazy(
    "Whom it was with: p:PERSON:UNIT, c:CONTACT PERSON, o:OUTSIDE PARTY (their ids), or “unlisted” with name_given."
)


class SaidSerializer(serializers.Serializer):
    """The fields of the form as they were typed: nothing is judged before the draft is finished."""

    def get_fields(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name in (*NAMES, "answer_to"):
            said = EntryForm.base_fields[name].label if name in EntryForm.base_fields else None
            words = WHO if name == "who" else said or gettext_lazy("The entry that this one answers.")
            if name in SEVERAL:
                one = serializers.CharField(max_length=200)
                found[name] = serializers.ListField(child=one, max_length=20, required=False, help_text=words)
            elif name == "is_letter":
                found[name] = serializers.BooleanField(required=False, help_text=words)
            else:
                found[name] = serializers.CharField(help_text=words, **FREE)
        return found

    def validate_occurred_at(self, text: str) -> str:
        """A moment with its zone becomes what a clock on the wall said, as the page has it."""
        try:
            at = parse_datetime(text.strip())
            return timezone.localtime(at).strftime("%Y-%m-%dT%H:%M") if at is not None and at.tzinfo else text
        except (ValueError, OverflowError):
            return text


class DraftRowSerializer(serializers.Serializer):
    """One's own only."""

    id = serializers.UUIDField(source="entry_key")
    title = serializers.CharField(help_text=gettext_lazy("What it is about, as far as that was typed."))
    whom = serializers.CharField()
    begun_at = serializers.DateTimeField()
    kept_at = serializers.DateTimeField()


class DraftSerializer(DraftRowSerializer):
    said = SaidSerializer()
    files = serializers.ListField(child=serializers.UUIDField())


class DraftKeptSerializer(serializers.Serializer):
    """What is typed. A field that is left out stays as it was, an empty one takes away what it said."""

    said = SaidSerializer(required=False)
    files = HeldFilesField(required=False, default=list)

    def merged(self, before: dict[str, list[str]]) -> dict[str, list[str]]:
        """What a draft says now, as the form has it."""
        said = dict(before)
        for name, value in self.validated_data.get("said", {}).items():
            told = value if name in SEVERAL else ["on" if value is True else value or ""]
            said[OF_FORM.get(name, name)] = told
        return {name: values for name, values in said.items() if any(values)}


def said_for_programs(draft: EntryDraft) -> dict[str, Any]:
    """What was typed, by the names that programs know, always in the same order: a version is read from it."""
    shown: dict[str, Any] = {}
    for name in (*NAMES, "answer_to"):
        values = draft.said.get(OF_FORM.get(name, name))
        if values:
            shown[name] = values if name in SEVERAL else name == "is_letter" or values[0]
    return shown


class Drafts(Register):
    """For the roles that write in the register; nobody finds a draft of somebody else."""

    fields_refused: ClassVar = FIELDS | {"summary"}

    def admit(self, member: Membership) -> None:
        if not can(member, "register.draft"):
            raise NotFound("no drafts for this member")

    def shown(self, draft: EntryDraft) -> dict[str, Any]:
        row: Any = draft
        files = [file.pk for file in of_subject(drafts.FILES_OF, draft.pk) if file.is_clean]
        return {
            **DraftRowSerializer(row).data,
            "said": said_for_programs(draft),
            "files": [str(key) for key in files],
        }

    def taken(self, request: Request) -> DraftKeptSerializer:
        given = DraftKeptSerializer(data=request.data, context=self.around(request))
        given.is_valid(raise_exception=True)
        return given

    def kept(
        self, entry_key: UUID, given: DraftKeptSerializer, before: dict[str, list[str]], now: datetime
    ) -> EntryDraft:
        said, files = given.merged(before), given.validated_data["files"]
        if not before and not files and not has_words(said):
            raise serializers.ValidationError({"said": [_("Nothing is written yet.")]})
        draft = drafts.keep_draft(entry_key=entry_key, said=said, actor=self.member, now=now, files=files)
        if draft is None:
            raise NotFound("written down meanwhile")
        return draft


class DraftList(Drafts):
    @extend_schema(
        operation_id="register_drafts",
        summary=gettext_lazy("What you have begun of entries, the last kept before the others"),
        parameters=[CURSOR],
        responses=page_of(DraftRowSerializer),
    )
    def get(self, request: Request) -> Response:
        page, following = LAST_KEPT_FIRST.page(request, drafts_of(self.member))
        return Response({"next": following, "results": DraftRowSerializer(page, many=True).data})

    @extend_schema(
        operation_id="register_draft_begin",
        summary=gettext_lazy("Keep what is begun of an entry, however incomplete"),
        request=DraftKeptSerializer,
        responses={201: DraftSerializer},
    )
    def post(self, request: Request) -> Response:
        draft = self.kept(uuid7(), self.taken(request), {}, timezone.now())
        answer = self.versioned(self.shown(draft))
        answer.status_code, answer["Location"] = 201, f"/api/v1/register/drafts/{draft.entry_key}/"
        return answer


class DraftDetail(Drafts):
    knows_version: ClassVar[bool] = True
    needs_version: ClassVar[bool] = True

    @extend_schema(operation_id="register_draft", summary=gettext_lazy("One of your drafts"), responses=DraftSerializer)
    def get(self, request: Request, entry_key: UUID) -> Response:
        draft = drafts_of(self.member).filter(entry_key=entry_key).first()
        if draft is None:
            raise NotFound("no such draft")
        return Response(self.shown(draft))

    @extend_schema(
        operation_id="register_draft_change",
        summary=gettext_lazy("Go on with a draft"),
        request=DraftKeptSerializer,
        responses=DraftSerializer,
    )
    def post(self, request: Request, entry_key: UUID) -> Response:
        draft = drafts.draft_to_change(entry_key, self.member)
        self.check_version(lambda: self.shown(draft))
        kept = self.kept(entry_key, self.taken(request), draft.said, timezone.now())
        return self.versioned(self.shown(kept))

    @extend_schema(
        operation_id="register_draft_discard",
        summary=gettext_lazy("Discard a draft with its files"),
        responses={204: None},
    )
    def delete(self, request: Request, entry_key: UUID) -> Response:
        draft = drafts.draft_to_change(entry_key, self.member)
        self.check_version(lambda: self.shown(draft))
        drafts.discard_draft(entry_key=entry_key, actor=self.member, now=timezone.now())
        return Response(status=204)


class DraftFinished(Drafts):
    knows_version: ClassVar[bool] = True
    needs_version: ClassVar[bool] = True

    @extend_schema(
        operation_id="register_draft_finish",
        summary=gettext_lazy("Write a draft down as an entry, by the checks of the form; once"),
        request=None,
        responses={201: EntrySerializer},
    )
    def post(self, request: Request, entry_key: UUID) -> Response:
        try:
            draft = drafts.draft_to_change(entry_key, self.member)
        except NotFound:
            row = written_from(self.member, entry_key)
            if row is None:
                raise
        else:
            self.check_version(lambda: self.shown(draft))
            row = self._written(request, draft)
        return Response(self.whole(row.pk), status=201, headers={"Location": f"/api/v1/register/{row.pk}/"})

    def _written(self, request: Request, draft: EntryDraft) -> CommunicationRecord:
        """Raises ValidationError that names the fields as programs do."""
        now, region = timezone.now(), self.around(request)["region"]
        answered = register.answered_by(draft, self.member)
        form = form_of_draft(draft, answered, member=self.member, region=region, now=now)
        if not form.is_valid():
            raise serializers.ValidationError(
                {
                    "non_field_errors" if name == "__all__" else name: [str(each) for each in said]
                    for name, said in form.errors.items()
                }
            )
        return register.enter_contact(
            contact=form.contact(), actor=self.member, now=now, entry_key=draft.entry_key,
            answer_to=answered.pk if answered else None,
        )  # fmt: skip
