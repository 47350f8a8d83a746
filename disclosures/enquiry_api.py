"""What staff do with enquiries, for programs: answer with where it is written, open to all without names, take back."""

from collections.abc import Callable
from typing import Any, ClassVar
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from disclosures import article_queries
from disclosures.library_api import Enquiries, EnquirySerializer
from disclosures.models import Enquiry
from disclosures.services import enquiring
from disclosures.services.enquiring import Sources
from tenancy.errors import DomainError, NotAllowed, NotFound
from tenancy.models import Membership
from tenancy.policy import can


class EnquiryAnsweredSerializer(serializers.Serializer):
    """The answer, and where it is written: clauses by their ids, and whole articles in the version in force."""

    words = serializers.CharField(max_length=6000)
    clauses = serializers.ListField(child=serializers.UUIDField(), max_length=20, default=list)
    articles = serializers.ListField(child=serializers.UUIDField(), max_length=20, default=list)


class EnquiryOpenedSerializer(serializers.Serializer):
    """Question and answer as all may read them: no name, unit or number of whoever asked."""

    question = serializers.CharField(max_length=4000)
    answer = serializers.CharField(max_length=6000)
    only_check = serializers.BooleanField(
        default=False, help_text=gettext_lazy("Say whether a name stands in it, and open nothing.")
    )


class EnquiryPublicSerializer(EnquirySerializer):
    """``is_checked`` says that no name was found; ``published_at`` is empty until it is open to all."""

    is_checked = serializers.BooleanField()
    published_at = serializers.DateTimeField(allow_null=True)
    public_question = serializers.CharField()
    public_answer = serializers.CharField()


class StaffActing(Enquiries):
    """An act of staff on one enquiry: seen, allowed, its version asked with its row held, done, shown as it is then."""

    action: ClassVar[str] = "enquiry.answer"

    def admit(self, member: Membership) -> None:
        if not can(member, "enquiry.read"):
            raise NotFound("no enquiries of others for this member")

    def act(self, enquiry_id: UUID, do: Callable[[], Any]) -> dict[str, Any]:
        self.whole(enquiry_id)
        if not can(self.member, self.action, Enquiry.objects.get(pk=enquiry_id)):
            raise NotAllowed(_("You may read this enquiry, but not do this to it."))
        if "If-Match" in self.request.headers:
            Enquiry.objects.select_for_update(of=("self",)).get(pk=enquiry_id)
            self.check_version(lambda: self.whole(enquiry_id))
        do()
        return self.whole(enquiry_id)


class EnquiryAnswer(StaffActing):
    @extend_schema(
        operation_id="enquiry_answer",
        summary=gettext_lazy("Answer what was asked last, and say where it is written"),
        request=EnquiryAnsweredSerializer,
        responses=EnquirySerializer,
    )
    def post(self, request: Request, enquiry_id: UUID) -> Response:
        def do() -> None:
            given = EnquiryAnsweredSerializer(data=request.data)
            given.is_valid(raise_exception=True)
            said: dict[str, Any] = dict(given.validated_data)
            versions = article_queries.versions_in_force(said["articles"])
            if len(versions) != len(set(said["articles"])):
                raise DomainError(_("One of the articles is not in force any more. Choose again."), code="articles")
            sources = Sources(tuple(said["clauses"]), tuple(version.pk for version in versions.values()))
            enquiring.answer(
                enquiry_id=enquiry_id, words=said["words"], sources=sources, actor=self.member, now=timezone.now()
            )

        return self.versioned(self.act(enquiry_id, do))


class EnquiryOpen(StaffActing):
    action = "enquiry.publish"

    @extend_schema(
        operation_id="enquiry_open",
        summary=gettext_lazy("Open a question and its answer to all of the estate, once no name stands in them"),
        request=EnquiryOpenedSerializer,
        responses=EnquiryPublicSerializer,
    )
    def post(self, request: Request, enquiry_id: UUID) -> Response:
        def do() -> None:
            given = EnquiryOpenedSerializer(data=request.data)
            given.is_valid(raise_exception=True)
            said: dict[str, Any] = dict(given.validated_data)
            verb = enquiring.check_opening if said.pop("only_check") else enquiring.open_to_all
            verb(enquiry_id=enquiry_id, actor=self.member, now=timezone.now(), **said)

        return Response(self.public(self.act(enquiry_id, do), enquiry_id))

    def public(self, said: dict[str, Any], enquiry_id: UUID) -> dict[str, Any]:
        stands = Enquiry.objects.filter(pk=enquiry_id).values("published_at", "public_question", "public_answer").get()
        return {**said, **stands, "is_checked": True}


class EnquiryTakenBack(StaffActing):
    action = "enquiry.publish"

    @extend_schema(
        operation_id="enquiry_take_back",
        summary=gettext_lazy("No longer show a question and its answer to all"),
        request=None,
        responses=EnquirySerializer,
    )
    def post(self, request: Request, enquiry_id: UUID) -> Response:
        return self.versioned(
            self.act(
                enquiry_id,
                lambda: enquiring.take_back(enquiry_id=enquiry_id, actor=self.member, now=timezone.now()),
            )
        )
