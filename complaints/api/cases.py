"""Complaints: the list, one of them, and every act on it."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from complaints import case_queries, desk_queries, portal_queries, queries, triage_queries
from complaints.acts import ACTS, may_close_unvisited
from complaints.api import filing, shapes
from complaints.api.sent import SENT, SENT_BY_OWNER, NothingSerializer
from complaints.conditions import Case
from complaints.joining_queries import about
from complaints.models import Category, Complaint
from complaints.models.settings import Priority
from complaints.performing import check, perform
from complaints.rules.veiling import veiled
from complaints.services import closing, converting, talking, watching
from owners.services.reading import note_reading
from tenancy.api.describing import CURSOR, page_of
from tenancy.api.endpoints import Endpoint
from tenancy.api.pages import NEWEST_FIRST
from tenancy.errors import NotAllowed, NotFound
from tenancy.models import Membership

NUMBER = OpenApiParameter("number", {"type": "string", "pattern": "^[-a-zA-Z0-9_]+$"}, OpenApiParameter.PATH)


class NarrowedSerializer(serializers.Serializer):
    """What the list is narrowed to."""

    q = serializers.CharField(
        required=False, allow_blank=True, max_length=120, help_text=gettext_lazy("Words that must all be found.")
    )
    is_open = serializers.BooleanField(required=False)
    kind = serializers.ChoiceField(choices=Complaint.Kind.choices, required=False)
    state = serializers.ChoiceField(choices=Complaint.State.choices, required=False)
    priority = serializers.ChoiceField(
        choices=Priority.choices, required=False, help_text=gettext_lazy("Only for staff.")
    )
    category = serializers.SlugField(required=False, max_length=40)
    estate_id = serializers.UUIDField(required=False)
    building_id = serializers.UUIDField(required=False)
    handler_id = serializers.UUIDField(required=False, help_text=gettext_lazy("Only for staff."))

    def narrowed(self, found: QuerySet[Complaint], member: Membership) -> QuerySet[Complaint]:
        said = dict(self.validated_data)
        words, code = said.pop("q", ""), said.pop("category", "")
        if not member.is_staff_role:  # what their own list does not say
            said.pop("priority", None)
            said.pop("handler_id", None)
        if code:
            said["category__code"] = code
        found = found.filter(**said)
        return triage_queries.searched(found, words, reader=member) if words else found


class ComplaintList(Endpoint):
    scopes: ClassVar = {"GET": "complaints:read", "POST": "complaints:write"}

    @extend_schema(
        operation_id="complaints_list",
        summary=gettext_lazy("Complaints, the newest first"),
        description=gettext_lazy(
            "Staff see those of their estates, engineers those they handle, all others their own."
        ),
        parameters=[NarrowedSerializer, CURSOR],
        responses=page_of(shapes.ComplaintInListSerializer),
    )
    def get(self, request: Request) -> Response:
        narrowed = NarrowedSerializer(data=request.query_params.dict())
        narrowed.is_valid(raise_exception=True)
        seen = queries.list_rows(narrowed.narrowed(queries.visible_to(self.member), self.member))
        rows, following = NEWEST_FIRST.page(request, seen)
        is_desk, now = self.member.is_staff_role, timezone.now()
        return Response(
            {
                "next": following,
                "results": [shapes.row(each, reader=self.member, is_desk=is_desk, now=now) for each in rows],
            }
        )

    @extend_schema(
        operation_id="complaints_file",
        summary=gettext_lazy("File a complaint of your own"),
        description=gettext_lazy(
            "Name one of your units, or a building or estate and the place in words. Of an anonymous complaint neither "
            "your name nor your unit is stored: keep the link."
        ),
        request=filing.OwnFilingSerializer,
        responses={201: filing.FiledSerializer},
    )
    def post(self, request: Request) -> Response:
        if self.member.is_staff_role:
            raise NotAllowed(_("Staff enter complaints for somebody: use the address “enter”."))
        return filing.filed(self, filing.OwnFilingSerializer)


class ComplaintEntry(Endpoint):
    scopes: ClassVar = {"*": "complaints:write"}

    def admit(self, member: Membership) -> None:
        filing.check_may_enter(member)

    @extend_schema(
        operation_id="complaints_enter",
        summary=gettext_lazy("Enter a complaint for somebody"),
        description=gettext_lazy("What was said on the phone or at the counter, for a person of the registry or not."),
        request=filing.EnteredFilingSerializer,
        responses={201: filing.FiledSerializer},
    )
    def post(self, request: Request) -> Response:
        return filing.filed(self, filing.EnteredFilingSerializer)


# -- one complaint ---------------------------------------------------------------------------------------------------


def worked_case(member: Membership, number: str) -> Case:
    """As staff see it. Raises NotFound for unknown, foreign and not for this member alike."""
    complaint = case_queries.case_by_number(member, number)
    if complaint is None:
        raise NotFound("no such complaint")
    return Case(complaint, member, timezone.now(), may_close_unvisited(complaint), tuple(about(complaint)))


def own_case(member: Membership, number: str) -> Case:
    """As its complainant sees it. Raises NotFound."""
    return Case(portal_queries.own_by_number(member, number), member, timezone.now())


class ComplaintDetail(Endpoint):
    scopes: ClassVar = {"GET": "complaints:read"}

    @extend_schema(
        operation_id="complaints_read",
        summary=gettext_lazy("One complaint"),
        parameters=[NUMBER],
        responses=shapes.ComplaintSerializer,
    )
    def get(self, request: Request, number: str) -> Response:
        is_desk = self.member.is_staff_role
        try:
            case = worked_case(self.member, number) if is_desk else own_case(self.member, number)
        except NotFound:
            if not is_desk:
                raise
            case, is_desk = own_case(self.member, number), False
        note_reading(actor=self.member, what="complaint", subject=case.complaint, now=case.now)
        return Response(shapes.whole(case, is_desk=is_desk))


class Acting(Endpoint):
    """What the acts of both sides have in common."""

    scopes: ClassVar = {"*": "complaints:write"}
    knows_version = True
    code: str = ""
    is_desk = True
    sent: type[serializers.Serializer] = NothingSerializer

    def find(self, number: str) -> Case:
        return worked_case(self.member, number) if self.is_desk else own_case(self.member, number)

    def act(self, number: str) -> Response:
        """Find, check the version, read what was sent, do it, and show the complaint as it is then."""
        case = self.find(number)
        if "If-Match" in self.request.headers:
            Complaint.objects.select_for_update(of=("self",)).get(pk=case.complaint.pk)
            case = self.find(number)
            self.check_version(lambda: shapes.whole(case, is_desk=self.is_desk))
        said = self.sent(data=self.request.data, context={"member": self.member})
        self.perform(case, said)
        try:
            case = self.find(number)
        except NotFound:  # whoever gave it back sees it once more, as it is now
            case = replace(case, complaint=veiled(Complaint.objects.get(pk=case.complaint.pk), self.member))
        after = shapes.whole(case, is_desk=self.is_desk)
        return self.versioned(after)

    def perform(self, case: Case, said: serializers.Serializer) -> None:
        raise NotImplementedError


class StaffAct(Acting):
    def perform(self, case: Case, said: serializers.Serializer) -> None:
        chosen = ACTS[self.code]
        check(chosen, case)
        said.is_valid(raise_exception=True)
        perform(self.code, case, said.validated_data)

    def admit(self, member: Membership) -> None:
        if not member.is_staff_role:
            raise NotAllowed(_("This is done by the staff of the property management."))


class Unwatching(StaffAct):
    """One's own watch is taken back also of a case that one may no longer read; of that nothing is shown."""

    def act(self, number: str) -> Response:
        watch = desk_queries.watch_out_of_sight(self.member, number)
        if watch is None:
            return super().act(number)
        watching.unwatch_case(complaint_id=watch.complaint_id, actor=self.member, now=timezone.now())
        return Response(status=204)


class OwnerAct(Acting):
    is_desk = False

    def perform(self, case: Case, said: serializers.Serializer) -> None:
        said.is_valid(raise_exception=True)
        VERBS[self.code](complaint_id=case.complaint.pk, actor=case.actor, now=case.now, **said.validated_data)


VERBS: dict[str, Callable[..., Any]] = {
    "words": talking.add_words,
    "solved": closing.say_solved,
    "not-solved": closing.say_not_solved,
    "second-look": closing.ask_second_look,
    "complain": converting.complain_of_request,
}
OWNER_SUMMARIES = {
    "words": gettext_lazy("Add words or files to your complaint"),
    "solved": gettext_lazy("Say that it is solved"),
    "not-solved": gettext_lazy("Say that it is not solved"),
    "second-look": gettext_lazy("Ask for a second look by somebody else"),
    "complain": gettext_lazy("Make your request a complaint"),
}


def _endpoint(code: str, kind: type[Acting], body: type[serializers.Serializer], summary: Any) -> type[Acting]:
    """The endpoint of one act, described for the schema."""

    shown: Any = shapes.ComplaintSerializer
    if kind is Unwatching:
        shown = {200: shown, 204: None}

    @extend_schema(
        operation_id=f"complaints_{code.replace('-', '_')}",
        summary=summary,
        parameters=[NUMBER],
        request=None if body is NothingSerializer else body,
        responses=shown,
    )
    def post(self: Acting, request: Request, number: str) -> Response:
        return self.act(number)

    name = "".join(part.title() for part in code.split("-"))
    return type(f"{name}Act", (kind,), {"code": code, "sent": body, "post": post})


STAFF_ACTS = {
    code: _endpoint(code, Unwatching if code == "unwatch" else StaffAct, body, ACTS[code].label)
    for code, body in SENT.items()
}
OWNER_ACTS = {code: _endpoint(code, OwnerAct, body, OWNER_SUMMARIES[code]) for code, body in SENT_BY_OWNER.items()}


class CategorySerializer(shapes.CategoryBriefSerializer):
    content_class = serializers.ChoiceField(choices=Category.ContentClass.choices)
    priority = serializers.ChoiceField(choices=Priority.choices)


class CategoryList(Endpoint):
    scopes: ClassVar = {"GET": "complaints:read"}

    @extend_schema(
        operation_id="categories_list",
        summary=gettext_lazy("What a complaint can be about"),
        responses=page_of(CategorySerializer),
    )
    def get(self, request: Request) -> Response:
        rows = CategorySerializer(queries.categories(), many=True).data
        return Response({"next": None, "results": rows})
