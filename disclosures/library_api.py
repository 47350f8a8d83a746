"""Articles and enquiries for programs: what the pages show, found by the same search, asked by the same verbs."""

from typing import Any, ClassVar
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from disclosures import article_queries
from disclosures import enquiry_queries as queries
from disclosures.article_search import Hit, hits_by_keys, search
from disclosures.models import Article, ArticleVersion, Clause, Enquiry
from disclosures.rules.citing import citation
from disclosures.services import enquiring
from disclosures.services.enquiring import Asking
from tenancy.api.describing import CURSOR, page_of
from tenancy.api.endpoints import Endpoint
from tenancy.api.pages import Keyset
from tenancy.errors import NotFound
from tenancy.models import Membership
from tenancy.policy import can

BY_CHANGE = Keyset("changed_at", is_falling=True)
BY_PLACE = Keyset("place", read=int)
NEWEST_FIRST = Keyset("moved_at", is_falling=True)
HITS = 20


class ArticleRowSerializer(serializers.Serializer):
    id = serializers.UUIDField(source="pk")
    kind = serializers.ChoiceField(choices=Article.Kind.choices)
    language = serializers.ChoiceField(choices=Article.Language.choices)
    title = serializers.CharField()
    state = serializers.ChoiceField(choices=Article.State.choices)
    changed_at = serializers.DateTimeField()


class ArticleSerializer(ArticleRowSerializer):
    """An article as it is in force; ``estates`` is empty where it holds in all of them."""

    estates = serializers.ListField(child=serializers.UUIDField())
    version = serializers.IntegerField(allow_null=True)
    source = serializers.CharField()
    valid_from = serializers.DateField(allow_null=True)
    published_at = serializers.DateTimeField(allow_null=True)
    my_vote = serializers.BooleanField(allow_null=True, help_text=gettext_lazy("Whether you said that it helped."))
    helped = serializers.IntegerField(allow_null=True, help_text=gettext_lazy("How many said so; for staff."))
    helped_not = serializers.IntegerField(allow_null=True, help_text=gettext_lazy("How many said that it did not."))


class ArticleClauseSerializer(serializers.Serializer):
    """A heading, a numbered clause or text without a number; ``key`` is its address within the article."""

    id = serializers.UUIDField(source="pk")
    place = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=Clause.Kind.choices)
    level = serializers.IntegerField()
    key = serializers.CharField()
    number = serializers.CharField()
    plain_number = serializers.CharField()
    heading = serializers.CharField()
    body = serializers.CharField()


class ArticleHitSerializer(serializers.Serializer):
    article = serializers.UUIDField(source="version.article_id")
    clause = serializers.UUIDField(source="clause.pk", default=None, allow_null=True)
    key = serializers.CharField(source="clause.key", default="")
    cited = serializers.CharField(help_text=gettext_lazy("How it is cited, in English."))
    snippet = serializers.CharField()


class ArticleHitsSerializer(serializers.Serializer):
    results = ArticleHitSerializer(many=True)


class SoughtArticleSerializer(serializers.Serializer):
    kind = serializers.ChoiceField(choices=Article.Kind.choices, required=False)


class SearchedArticleSerializer(serializers.Serializer):
    q = serializers.CharField(max_length=200)
    kind = serializers.ChoiceField(choices=Article.Kind.choices, required=False)


class EnquiryCitationSerializer(serializers.Serializer):
    article = serializers.UUIDField(source="version.article_id")
    version = serializers.IntegerField(source="version.number")
    clause = serializers.UUIDField(source="clause_id", allow_null=True)


class EnquiryTurnSerializer(serializers.Serializer):
    question = serializers.CharField()
    asked_at = serializers.DateTimeField()
    answer = serializers.CharField()
    answered_at = serializers.DateTimeField(allow_null=True)
    citations = EnquiryCitationSerializer(many=True)


class EnquiryRowSerializer(serializers.Serializer):
    id = serializers.UUIDField(source="pk")
    number = serializers.CharField()
    estate = serializers.UUIDField(source="estate_id")
    topic = serializers.ChoiceField(choices=Enquiry.Topic.choices)
    channel = serializers.ChoiceField(choices=Enquiry.Channel.choices)
    state = serializers.ChoiceField(choices=Enquiry.State.choices)
    question = serializers.CharField()
    asked_at = serializers.DateTimeField()
    due_on = serializers.DateField()
    moved_at = serializers.DateTimeField()
    complaint_number = serializers.CharField()


class EnquirySerializer(EnquiryRowSerializer):
    handler = serializers.UUIDField(allow_null=True, help_text=gettext_lazy("The membership that answers; for staff."))
    turns = EnquiryTurnSerializer(many=True)


class EnquiryAskedSerializer(serializers.Serializer):
    """``estate`` may be left out by who is at home in one alone."""

    estate = serializers.UUIDField(required=False)
    topic = serializers.ChoiceField(choices=Enquiry.Topic.choices)
    question = serializers.CharField(max_length=4000)
    article = serializers.UUIDField(required=False, help_text=gettext_lazy("What it is asked of, as it is in force."))
    clause = serializers.UUIDField(required=False, help_text=gettext_lazy("A clause of an article in force."))


class Articles(Endpoint):
    """For whoever reads articles; for others there is nothing here."""

    scopes: ClassVar = {"GET": "articles:read"}

    def admit(self, member: Membership) -> None:
        if not can(member, "article.read"):
            raise NotFound("no articles for this member")

    def found(self, article_id: UUID) -> Article:
        row = article_queries.articles_visible_to(self.member).filter(pk=article_id).first()
        if row is None:
            raise NotFound("no such article")
        return row


class ArticleList(Articles):
    @extend_schema(
        operation_id="articles_list",
        summary=gettext_lazy("Articles in force, what changed last first"),
        parameters=[SoughtArticleSerializer, CURSOR],
        responses=page_of(ArticleRowSerializer),
    )
    def get(self, request: Request) -> Response:
        asked = SoughtArticleSerializer(data=request.query_params.dict())
        asked.is_valid(raise_exception=True)
        rows = article_queries.listed(self.member, kind=asked.validated_data.get("kind", ""))
        page, following = BY_CHANGE.page(request, rows)
        return Response({"next": following, "results": ArticleRowSerializer(page, many=True).data})


class ArticleSearch(Articles):
    @extend_schema(
        operation_id="articles_search",
        summary=gettext_lazy("Clauses and articles that hold words, the best first"),
        parameters=[SearchedArticleSerializer],
        responses=ArticleHitsSerializer,
    )
    def get(self, request: Request) -> Response:
        asked = SearchedArticleSerializer(data=request.query_params.dict())
        asked.is_valid(raise_exception=True)
        said: dict[str, Any] = dict(asked.validated_data)
        hits: list[Any] = list(search(self.member, said["q"], kind=said.get("kind", ""), most=HITS))
        for hit in hits:
            hit.cited, hit.snippet = _cited(hit), "".join(text for text, _marked in hit.pieces)
        return Response({"results": ArticleHitSerializer(hits, many=True).data})


def _cited(hit: Hit) -> str:
    number = (hit.clause.number or hit.clause.heading, hit.clause.plain_number) if hit.clause else ("", "")
    return citation(hit.version.called, *number)


class ArticleDetail(Articles):
    @extend_schema(
        operation_id="article_read", summary=gettext_lazy("One article as it is in force"), responses=ArticleSerializer
    )
    def get(self, request: Request, article_id: UUID) -> Response:
        row: Any = self.found(article_id)
        version = article_queries.version_in_force(row)
        said = dict(ArticleRowSerializer(row).data)
        said |= {
            "estates": sorted(str(key) for key in row.estate_ids), "version": version.number if version else None,
            "source": version.source if version else "", "valid_from": version.valid_from if version else None,
            "published_at": version.published_at if version else None,
            "my_vote": article_queries.vote_of(row, self.member), "helped": None, "helped_not": None,
        }  # fmt: skip
        if self.member.is_staff_role:
            said |= article_queries.votes_on(row)
        return Response(said)


class ArticleClauses(Articles):
    @extend_schema(
        operation_id="article_clauses",
        summary=gettext_lazy("Headings and clauses of the version in force, in their order"),
        parameters=[CURSOR],
        responses=page_of(ArticleClauseSerializer),
    )
    def get(self, request: Request, article_id: UUID) -> Response:
        version = article_queries.version_in_force(self.found(article_id))
        rows = version.clauses.all() if version else Clause.objects.none()
        page, following = BY_PLACE.page(request, rows)
        return Response({"next": following, "results": ArticleClauseSerializer(page, many=True).data})


class Enquiries(Endpoint):
    """Staff: those of their estates. Whoever asks: their own."""

    scopes: ClassVar = {"GET": "enquiries:read", "*": "enquiries:write"}

    def admit(self, member: Membership) -> None:
        if not (can(member, "enquiry.read") or can(member, "enquiry.ask")):
            raise NotFound("no enquiries for this member")

    def rows(self) -> Any:
        seen = queries.enquiries_visible_to if can(self.member, "enquiry.read") else queries.own_enquiries
        return seen(self.member)

    def whole(self, enquiry_id: UUID) -> dict[str, Any]:
        row: Any = self.rows().filter(pk=enquiry_id).first()
        if row is None:
            raise NotFound("no such enquiry")
        said = dict(EnquiryRowSerializer(row).data)
        said["handler"] = row.handler_id if self.member.is_staff_role else None
        return said | {"turns": EnquiryTurnSerializer(queries.turns_of(row), many=True).data}


class EnquiryList(Enquiries):
    @extend_schema(
        operation_id="enquiries_list",
        summary=gettext_lazy("Enquiries, what moved last first"),
        parameters=[CURSOR],
        responses=page_of(EnquiryRowSerializer),
    )
    def get(self, request: Request) -> Response:
        page, following = NEWEST_FIRST.page(request, self.rows())
        return Response({"next": following, "results": EnquiryRowSerializer(page, many=True).data})

    @extend_schema(
        operation_id="enquiry_ask",
        summary=gettext_lazy("Ask a question of one's own"),
        request=EnquiryAskedSerializer,
        responses={201: EnquirySerializer},
    )
    def post(self, request: Request) -> Response:
        if not can(self.member, "enquiry.ask"):
            raise NotFound("staff enter enquiries on their page")
        given = EnquiryAskedSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        said: dict[str, Any] = dict(given.validated_data)
        estates = {estate.pk: estate for estate in queries.estates_asked_in(self.member)}
        key = said.get("estate") or (next(iter(estates)) if len(estates) == 1 else None)
        if key not in estates:
            raise NotFound("no such estate")
        version, clause = _asked_of(self.member, said)
        asking = Asking(
            estate=estates[key], topic=said["topic"], question=said["question"], of=version, of_clause=clause
        )
        row = enquiring.ask(asking=asking, actor=self.member, now=timezone.now())
        return Response(self.whole(row.pk), status=201)


def _asked_of(member: Membership, said: dict[str, Any]) -> tuple[ArticleVersion | None, Clause | None]:
    """The clause, or the article, as it is in force and the member reads it. Raises NotFound."""
    keys = [f"clause:{said['clause']}"] if "clause" in said else []
    if "article" in said and not keys:
        version = article_queries.versions_in_force([said["article"]]).get(said["article"])
        keys = [f"version:{version.pk if version else said['article']}"]
    if not keys:
        return None, None
    hit = next(iter(hits_by_keys(member, keys)), None)
    if hit is None:
        raise NotFound("no such article")
    return hit.version, hit.clause


class EnquiryDetail(Enquiries):
    @extend_schema(
        operation_id="enquiry_read",
        summary=gettext_lazy("One enquiry with its questions and answers"),
        responses=EnquirySerializer,
    )
    def get(self, request: Request, enquiry_id: UUID) -> Response:
        return Response(self.whole(enquiry_id))
