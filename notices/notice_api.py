"""Notices for programs: the same drafts, approvals and sendings as on the pages, by the same rules and verbs."""

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
from notices import audience_queries, notice_queries
from notices.models import Notice
from notices.models.notice import Kind
from notices.rules.approval import may_oversee, may_write
from notices.rules.audience import Role
from notices.services import approving, composing, correcting
from notices.services.composing import Draft, Words
from owners.models import Unit
from tenancy.api.describing import CURSOR, page_of
from tenancy.api.endpoints import Endpoint
from tenancy.api.pages import Keyset
from tenancy.errors import NotAllowed, NotFound
from tenancy.models import Membership
from tenancy.policy import can
from tenancy.stepping_up import is_proven

NEWEST_FIRST = Keyset("created_at", is_falling=True)
IDS_AT_MOST = 5000


def _ids(hint: Any = "") -> serializers.ListField:
    return serializers.ListField(
        child=serializers.UUIDField(), required=False, default=list, max_length=IDS_AT_MOST, help_text=hint
    )


def _when(hint: Any = "") -> serializers.DateTimeField:
    return serializers.DateTimeField(required=False, allow_null=True, default=None, help_text=hint)


class AudienceSerializer(serializers.Serializer):
    """Places narrowed by floor and kind of unit, the roles meant there, and people picked one by one."""

    estates = _ids(gettext_lazy("Whole estates."))
    buildings = _ids(gettext_lazy("Single buildings."))
    units = _ids(gettext_lazy("Single units."))
    persons = _ids(gettext_lazy("People of the registry."))
    floor_from = serializers.IntegerField(required=False, allow_null=True, default=None)
    floor_to = serializers.IntegerField(required=False, allow_null=True, default=None)
    unit_kinds = serializers.ListField(
        child=serializers.ChoiceField(choices=Unit.Kind.choices), required=False, default=list
    )
    roles = serializers.ListField(
        child=serializers.ChoiceField(choices=Role.choices), required=False, default=lambda: ["owner", "occupant"]
    )
    unread_of = serializers.UUIDField(
        required=False, allow_null=True, default=None, help_text=gettext_lazy("Only who has not read this notice.")
    )


class WordsSerializer(serializers.Serializer):
    """Small Markdown with placeholders in braces. A language without a title is not written in."""

    title_en = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")
    body_en = serializers.CharField(max_length=20_000, required=False, allow_blank=True, default="")
    title_zh = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")
    body_zh = serializers.CharField(max_length=20_000, required=False, allow_blank=True, default="")

    def words(self) -> Words:
        said = self.validated_data
        return Words(said["title_en"], said["body_en"], said["title_zh"], said["body_zh"])


class DraftSerializer(WordsSerializer):
    audience = AudienceSerializer()
    kind = serializers.ChoiceField(choices=Kind.choices, required=False, default=Kind.ORDINARY)
    must_acknowledge = serializers.BooleanField(required=False, default=False)
    acknowledge_by = _when()
    event_starts_at = _when(gettext_lazy("When what it announces begins."))
    event_ends_at = _when()
    event_place = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")
    expires_at = _when(gettext_lazy("Until when it is of use."))
    is_on_board = serializers.BooleanField(required=False, default=True)
    files = HeldFilesField(required=False, default=list)

    def draft(self) -> Draft:
        said = self.validated_data
        names = (
            "kind", "must_acknowledge", "acknowledge_by", "event_starts_at", "event_ends_at", "event_place",
            "expires_at", "is_on_board",
        )  # fmt: skip
        audience = audience_queries.of_notice(said["audience"])
        fields = {name: said[name] for name in names}
        return Draft(words=self.words(), audience=audience, attachments=said["files"], **fields)


class NoticeVersionSerializer(serializers.Serializer):
    """The words, and why there are new ones."""

    number = serializers.IntegerField()
    title_en = serializers.CharField()
    body_en = serializers.CharField()
    title_zh = serializers.CharField()
    body_zh = serializers.CharField()
    reason = serializers.CharField()
    author = serializers.CharField(source="author.name")
    created_at = serializers.DateTimeField()


class ManagedNoticeRowSerializer(serializers.Serializer):
    """A notice in the staff's list."""

    id = serializers.UUIDField(source="pk")
    number = serializers.CharField(help_text=gettext_lazy("Given when it is let go; empty before."))
    kind = serializers.ChoiceField(choices=Kind.choices)
    state = serializers.ChoiceField(choices=Notice.State.choices)
    author = serializers.CharField(source="author.name")
    approver = serializers.CharField(source="approver.name", default="")
    created_at = serializers.DateTimeField()
    sends_at = serializers.DateTimeField(allow_null=True)
    sent_at = serializers.DateTimeField(allow_null=True)
    recipients_count = serializers.IntegerField()


class ManagedNoticeSerializer(ManagedNoticeRowSerializer):
    audience = serializers.DictField()
    must_acknowledge = serializers.BooleanField()
    acknowledge_by = serializers.DateTimeField(allow_null=True)
    event_starts_at = serializers.DateTimeField(allow_null=True)
    event_ends_at = serializers.DateTimeField(allow_null=True)
    event_place = serializers.CharField()
    expires_at = serializers.DateTimeField(allow_null=True)
    return_reason = serializers.CharField()
    withdrawal_reason = serializers.CharField()
    versions = NoticeVersionSerializer(source="versions.all", many=True)


class CountedSerializer(serializers.Serializer):
    """Whom an audience reaches now. The names are of the first few."""

    people = serializers.IntegerField()
    with_portal = serializers.IntegerField()
    with_email = serializers.IntegerField()
    with_neither = serializers.IntegerField()
    sample = serializers.ListField(child=serializers.CharField())


class WhenSerializer(serializers.Serializer):
    at = _when(gettext_lazy("When it is to leave; empty: after the seconds in which it can be undone."))


class WhySerializer(serializers.Serializer):
    reason = serializers.CharField(max_length=500)


class CorrectionSerializer(WordsSerializer):
    reason = serializers.CharField(max_length=500, help_text=gettext_lazy("The readers see it."))
    tell_again = serializers.BooleanField(required=False, default=False)


def _read(serializer: type[serializers.Serializer], request: Request) -> Any:
    said = serializer(data=request.data)
    said.is_valid(raise_exception=True)
    return said


class Managing(Endpoint):
    """What the endpoints of staff's notices have in common."""

    scopes: ClassVar = {"GET": "notices:manage", "*": "notices:manage"}

    def admit(self, member: Membership) -> None:
        if not may_oversee(member):
            raise NotAllowed(_("Your role does not write notices."))

    def admit_writer(self) -> None:
        """Before anything of the request is read: who may not write learns nothing of what would be wrong in it."""
        if not may_write(self.member):
            raise NotAllowed(_("Your role does not write notices."))

    def whole(self, notice_id: UUID) -> dict[str, Any]:
        """Raises NotFound for unknown, foreign and other estates' alike."""
        notice = notice_queries.notices_seen_by(self.member).filter(pk=notice_id).first()
        if notice is None:
            raise NotFound("no such notice")
        return dict(ManagedNoticeSerializer(notice).data)

    def held(self, notice_id: UUID) -> None:
        """Lock what is about to change, and refuse when the program read another version of it."""
        composing.locked(notice_id, self.member)
        self.check_version(lambda: self.whole(notice_id))

    def prove(self) -> None:
        """A browser's session asks who one is, as the pages do; a token was made after such a question."""
        if self.request.auth is None and not is_proven(self.request._request):
            raise NotAllowed(_("Confirm who you are first, on a page of your account."))


class ManagedNoticeList(Managing):
    @extend_schema(
        operation_id="managed_notices_list",
        summary=gettext_lazy("Notices of your estates, the newest first"),
        parameters=[CURSOR],
        responses=page_of(ManagedNoticeRowSerializer),
    )
    def get(self, request: Request) -> Response:
        rows, following = NEWEST_FIRST.page(request, notice_queries.notices_seen_by(self.member))
        return Response({"next": following, "results": ManagedNoticeRowSerializer(rows, many=True).data})

    @extend_schema(
        operation_id="managed_notices_begin",
        summary=gettext_lazy("Begin a notice"),
        request=DraftSerializer,
        responses={201: ManagedNoticeSerializer},
    )
    def post(self, request: Request) -> Response:
        self.admit_writer()
        said = DraftSerializer(data=request.data, context={"member": self.member})
        said.is_valid(raise_exception=True)
        notice = composing.write_draft(draft=said.draft(), actor=self.member, now=timezone.now())
        return Response(self.whole(notice.pk), status=201)


class ManagedNoticeCount(Managing):
    @extend_schema(
        operation_id="managed_notices_count",
        summary=gettext_lazy("Count whom an audience reaches"),
        request=AudienceSerializer,
        responses=CountedSerializer,
    )
    def post(self, request: Request) -> Response:
        self.admit_writer()
        audience = audience_queries.of_notice(_read(AudienceSerializer, request).validated_data)
        composing.check_audience(audience, self.member)
        counted = audience_queries.counted(audience, day=timezone.localdate())
        names = [name for name, _units in counted.sample]
        return Response(CountedSerializer({**vars(counted), "sample": names}).data)


class ManagedNoticeDetail(Managing):
    @extend_schema(
        operation_id="managed_notices_read",
        summary=gettext_lazy("One notice with its versions"),
        responses=ManagedNoticeSerializer,
    )
    def get(self, request: Request, notice_id: UUID) -> Response:
        return Response(self.whole(notice_id))

    @extend_schema(
        operation_id="managed_notices_change",
        summary=gettext_lazy("Write a draft anew"),
        request=DraftSerializer,
        responses=ManagedNoticeSerializer,
    )
    def post(self, request: Request, notice_id: UUID) -> Response:
        self.held(notice_id)
        self.admit_writer()
        said = DraftSerializer(data=request.data, context={"member": self.member})
        said.is_valid(raise_exception=True)
        composing.change_draft(notice_id=notice_id, draft=said.draft(), actor=self.member, now=timezone.now())
        return self.versioned(self.whole(notice_id))


def _act(
    name: str, summary: Any, body: type[serializers.Serializer] | None, verb: Any, *, action: str, proven: bool
) -> type[Endpoint]:
    """An endpoint of one verb: what is read of the request goes to it by name."""

    class Act(Managing):
        @extend_schema(
            operation_id=f"managed_notices_{name}", summary=summary, request=body, responses=ManagedNoticeSerializer
        )
        def post(self, request: Request, notice_id: UUID) -> Response:
            self.held(notice_id)
            if not can(self.member, action):
                raise NotAllowed(_("Your role does not do this with notices."))
            if proven:
                self.prove()
            said = _read(body, request) if body else None
            verb(notice_id=notice_id, actor=self.member, now=timezone.now(), **_given(said))
            return self.versioned(self.whole(notice_id))

    Act.__name__ = Act.__qualname__ = f"ManagedNotice{name.title()}"
    return Act


def _given(said: Any) -> dict[str, Any]:
    if said is None:
        return {}
    if isinstance(said, CorrectionSerializer):
        given = said.validated_data
        return {"words": said.words(), "reason": given["reason"], "tell_again": given["tell_again"]}
    return dict(said.validated_data)


ACTS: dict[str, type[Endpoint]] = {
    name: _act(name, summary, body, verb, action=action, proven=proven)
    for name, summary, body, verb, action, proven in (
        (
            "send",
            gettext_lazy("Let a draft go, or hand it in for approval"),
            WhenSerializer,
            approving.send_or_submit,
            "notice.write",
            True,
        ),
        (
            "approve",
            gettext_lazy("Approve somebody else's notice"),
            None,
            approving.approve_notice,
            "notice.approve",
            True,
        ),
        (
            "return",
            gettext_lazy("Return a notice to its author"),
            WhySerializer,
            approving.return_notice,
            "notice.approve",
            False,
        ),
        (
            "undo",
            gettext_lazy("Take a notice back before it leaves"),
            None,
            approving.undo_sending,
            "notice.write",
            False,
        ),
        (
            "withdraw",
            gettext_lazy("Withdraw a sent notice"),
            WhySerializer,
            correcting.withdraw_notice,
            "notice.send",
            True,
        ),
        (
            "correct",
            gettext_lazy("Correct a sent notice"),
            CorrectionSerializer,
            correcting.correct_notice,
            "notice.send",
            True,
        ),
        ("discard", gettext_lazy("Discard a draft"), None, composing.discard_draft, "notice.write", False),
    )
}
