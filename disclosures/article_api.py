"""More of one article for programs: its versions as they stood, and whether it helped."""

from typing import Any, ClassVar
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from disclosures import article_queries
from disclosures.account_acts_api import HelpedSerializer
from disclosures.library_api import Articles
from disclosures.models import ArticleVersion
from disclosures.services import articles
from tenancy.api.describing import CURSOR, page_of
from tenancy.api.pages import Keyset
from tenancy.errors import NotFound

NEWEST_FIRST = Keyset("number", is_falling=True, read=int)
State = ArticleVersion.State
SHOWN = [(state.value, state.label) for state in (State.PUBLISHED, State.SUPERSEDED)]


class ArticleVersionRowSerializer(serializers.Serializer):
    number = serializers.IntegerField()
    title = serializers.CharField()
    source = serializers.CharField()
    valid_from = serializers.DateField(allow_null=True)
    note = serializers.CharField(help_text=gettext_lazy("What is new in it."))
    state = serializers.ChoiceField(choices=SHOWN)
    published_at = serializers.DateTimeField(allow_null=True)
    superseded_at = serializers.DateTimeField(allow_null=True)


class ArticleVersionSerializer(ArticleVersionRowSerializer):
    text = serializers.CharField(help_text=gettext_lazy("As it stood, whole."))


class ArticleVersions(Articles):
    @extend_schema(
        operation_id="article_versions",
        summary=gettext_lazy("All versions of an article that were ever published, the newest first"),
        parameters=[CURSOR],
        responses=page_of(ArticleVersionRowSerializer),
    )
    def get(self, request: Request, article_id: UUID) -> Response:
        page, following = NEWEST_FIRST.page(request, article_queries.versions_of(self.found(article_id)))
        return Response({"next": following, "results": ArticleVersionRowSerializer(page, many=True).data})


class ArticleVersionDetail(Articles):
    @extend_schema(
        operation_id="article_version",
        summary=gettext_lazy("One version of an article as it stood"),
        responses=ArticleVersionSerializer,
    )
    def get(self, request: Request, article_id: UUID, number: int) -> Response:
        rows: Any = self.found(article_id).versions.exclude(state=State.DRAFT)
        row = rows.filter(number=number).first()
        if row is None:
            raise NotFound("no such version")
        return Response(ArticleVersionSerializer(row).data)


class ArticleVoted(Articles):
    scopes: ClassVar = {"*": "enquiries:write"}

    @extend_schema(
        operation_id="article_vote",
        summary=gettext_lazy("Say whether an article helped"),
        request=HelpedSerializer,
        responses=HelpedSerializer,
    )
    def post(self, request: Request, article_id: UUID) -> Response:
        row = self.found(article_id)
        given = HelpedSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        said = articles.vote(article_id=row.pk, actor=self.member, now=timezone.now(), **given.validated_data)
        return Response({"was_helpful": said.was_helpful})
