"""What becomes of enquiries, for programs: asked back, settled, taken, given on, closed; what lies open to all."""

from typing import Any, ClassVar
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from disclosures import enquiry_queries as queries
from disclosures import vote_queries
from disclosures.account_acts_api import HelpedSerializer
from disclosures.enquiry_api import StaffActing
from disclosures.library_api import Enquiries, EnquirySerializer
from disclosures.models import Enquiry
from disclosures.services import enquiring, voting
from tenancy.api.describing import CURSOR, page_of
from tenancy.api.endpoints import Endpoint
from tenancy.api.pages import Keyset
from tenancy.errors import NotFound
from tenancy.models import Membership
from tenancy.policy import can

LAST_OPENED_FIRST = Keyset("published_at", is_falling=True)


class AskedBackSerializer(serializers.Serializer):
    question = serializers.CharField(max_length=4000, help_text=gettext_lazy("What is still open."))


class EnquiryAssignedSerializer(serializers.Serializer):
    handler = serializers.UUIDField(help_text=gettext_lazy("A membership that answers enquiries of this estate."))


class OpenedEnquirySerializer(serializers.Serializer):
    """A question and its answer as all of the estate read them; nobody is named."""

    id = serializers.UUIDField(source="pk")
    estate = serializers.UUIDField(source="estate_id")
    topic = serializers.ChoiceField(choices=Enquiry.Topic.choices)
    question = serializers.CharField(source="public_question")
    answer = serializers.CharField(source="public_answer")
    published_at = serializers.DateTimeField()
    my_vote = serializers.BooleanField(allow_null=True, help_text=gettext_lazy("Whether you said that it helped."))


class SoughtOpenedSerializer(serializers.Serializer):
    q = serializers.CharField(
        required=False, allow_blank=True, max_length=100, help_text=gettext_lazy("Words that must all be found.")
    )


class AskerActing(Enquiries):
    """An act of whoever asked on their own enquiry; staff do it on behalf of nobody."""

    knows_version = True

    def admit(self, member: Membership) -> None:
        if not can(member, "enquiry.ask"):
            raise NotFound("no enquiries of their own for this member")

    def held(self, enquiry_id: UUID) -> None:
        self.whole(enquiry_id)
        if "If-Match" in self.request.headers:
            Enquiry.objects.select_for_update(of=("self",)).get(pk=enquiry_id)
            self.check_version(lambda: self.whole(enquiry_id))


class EnquiryBack(AskerActing):
    @extend_schema(
        operation_id="enquiry_back",
        summary=gettext_lazy("It is not answered: say what is still open"),
        request=AskedBackSerializer,
        responses=EnquirySerializer,
    )
    def post(self, request: Request, enquiry_id: UUID) -> Response:
        self.held(enquiry_id)
        given = AskedBackSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        enquiring.ask_back(enquiry_id=enquiry_id, actor=self.member, now=timezone.now(), **given.validated_data)
        return self.versioned(self.whole(enquiry_id))


class EnquirySettled(AskerActing):
    @extend_schema(
        operation_id="enquiry_settled",
        summary=gettext_lazy("It is answered: closed"),
        request=None,
        responses=EnquirySerializer,
    )
    def post(self, request: Request, enquiry_id: UUID) -> Response:
        self.held(enquiry_id)
        enquiring.settle(enquiry_id=enquiry_id, actor=self.member, now=timezone.now())
        return self.versioned(self.whole(enquiry_id))


class EnquiryTaken(StaffActing):
    @extend_schema(
        operation_id="enquiry_take",
        summary=gettext_lazy("Take it: you answer it"),
        request=None,
        responses=EnquirySerializer,
    )
    def post(self, request: Request, enquiry_id: UUID) -> Response:
        return self.versioned(self.act(enquiry_id, lambda: self.give(enquiry_id, self.member.pk)))

    def give(self, enquiry_id: UUID, handler_id: UUID) -> None:
        enquiring.assign(enquiry_id=enquiry_id, handler_id=handler_id, actor=self.member, now=timezone.now())


class EnquiryAssigned(EnquiryTaken):
    fields_refused = frozenset({"handler"})

    @extend_schema(
        operation_id="enquiry_assign",
        summary=gettext_lazy("Give it to somebody who answers"),
        request=EnquiryAssignedSerializer,
        responses=EnquirySerializer,
    )
    def post(self, request: Request, enquiry_id: UUID) -> Response:
        def do() -> None:
            given = EnquiryAssignedSerializer(data=request.data)
            given.is_valid(raise_exception=True)
            self.give(enquiry_id, given.validated_data["handler"])

        return self.versioned(self.act(enquiry_id, do))


class EnquiryClosed(StaffActing):
    @extend_schema(
        operation_id="enquiry_close",
        summary=gettext_lazy("Close what has been answered"),
        request=None,
        responses=EnquirySerializer,
    )
    def post(self, request: Request, enquiry_id: UUID) -> Response:
        def do() -> None:
            enquiring.close(enquiry_id=enquiry_id, actor=self.member, now=timezone.now())

        return self.versioned(self.act(enquiry_id, do))


# -- open to all -------------------------------------------------------------------------------------------------------


class OpenToAll(Endpoint):
    """For whoever is at home there; for others there is nothing here."""

    scopes: ClassVar = {"GET": "enquiries:read", "*": "enquiries:write"}

    def admit(self, member: Membership) -> None:
        if not can(member, "enquiry.here"):
            raise NotFound("nothing is open to this member")

    def with_votes(self, rows: list[Any]) -> Any:
        said = vote_queries.enquiry_votes_of(self.member, [row.pk for row in rows])
        for row in rows:
            row.my_vote = said.get(row.pk)
        return OpenedEnquirySerializer(rows, many=True).data


class OpenedEnquiries(OpenToAll):
    @extend_schema(
        operation_id="enquiries_opened",
        summary=gettext_lazy("Questions and answers that lie open to all of the estate, the newest first"),
        parameters=[SoughtOpenedSerializer, CURSOR],
        responses=page_of(OpenedEnquirySerializer),
    )
    def get(self, request: Request) -> Response:
        asked = SoughtOpenedSerializer(data=request.query_params.dict())
        asked.is_valid(raise_exception=True)
        rows = queries.opened_listed(self.member, words=asked.validated_data.get("q", ""))
        page, following = LAST_OPENED_FIRST.page(request, rows)
        return Response({"next": following, "results": self.with_votes(page)})


class EnquiryVoted(OpenToAll):
    @extend_schema(
        operation_id="enquiry_vote",
        summary=gettext_lazy("Say whether an answer that lies open to all helped"),
        request=HelpedSerializer,
        responses=OpenedEnquirySerializer,
    )
    def post(self, request: Request, enquiry_id: UUID) -> Response:
        if not queries.opened_to(self.member).filter(pk=enquiry_id).exists():
            raise NotFound("no such question")
        given = HelpedSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        voting.vote_on_enquiry(enquiry_id=enquiry_id, actor=self.member, now=timezone.now(), **given.validated_data)
        return Response(self.with_votes(list(queries.opened_to(self.member).filter(pk=enquiry_id)))[0])
