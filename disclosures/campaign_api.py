"""Campaigns for programs: what the pages show, and whom they reached as numbers. Read only."""

from typing import Any, ClassVar
from uuid import UUID

from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from disclosures import campaign_queries as queries
from disclosures.campaign_reach import reach_of, readers_counted_for
from disclosures.models import Campaign
from tenancy.api.describing import CURSOR, page_of
from tenancy.api.endpoints import Endpoint
from tenancy.api.pages import Keyset
from tenancy.errors import NotFound
from tenancy.models import Membership
from tenancy.policy import can

BY_CHANGE = Keyset("changed_at", is_falling=True)


class CampaignRowSerializer(serializers.Serializer):
    """Articles explained to an audience for some time."""

    id = serializers.UUIDField(source="pk")
    name_en = serializers.CharField()
    name_zh = serializers.CharField()
    words_en = serializers.CharField()
    words_zh = serializers.CharField()
    state = serializers.ChoiceField(choices=Campaign.State.choices)
    from_on = serializers.DateField()
    to_on = serializers.DateField()
    started_at = serializers.DateTimeField(allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True)
    changed_at = serializers.DateTimeField()


class CampaignArticleSerializer(serializers.Serializer):
    article = serializers.UUIDField(source="article_id")
    version = serializers.IntegerField(
        source="version.number", help_text=gettext_lazy("The version in force when it began.")
    )
    title = serializers.CharField(source="version.title")


class CampaignPlaceSerializer(serializers.Serializer):
    estate = serializers.UUIDField(source="estate_id")
    building = serializers.UUIDField(source="building_id", allow_null=True)


class CampaignPlaceReachSerializer(CampaignPlaceSerializer):
    """People of one building; empty where so few were addressed that each would be known."""

    estate = serializers.UUIDField(source="estate_id", allow_null=True)
    addressed = serializers.IntegerField(allow_null=True)
    got = serializers.IntegerField(allow_null=True)
    read = serializers.IntegerField(allow_null=True)


class CampaignChannelReachSerializer(serializers.Serializer):
    code = serializers.CharField(
        help_text=gettext_lazy("campaign is the portal's own page, else a channel of notices.")
    )
    sent = serializers.IntegerField()
    got = serializers.IntegerField()
    read = serializers.IntegerField()


class CampaignArticleReachSerializer(serializers.Serializer):
    article = serializers.UUIDField(source="article_id")
    read = serializers.IntegerField()


class CampaignBoardReachSerializer(serializers.Serializer):
    estate = serializers.UUIDField(source="estate_id")
    publication = serializers.UUIDField(source="publication_id")
    boards = serializers.IntegerField()
    with_photo = serializers.IntegerField()


class CampaignReachSerializer(serializers.Serializer):
    """People, each counted once; of the places that the reader looks after."""

    addressed = serializers.IntegerField()
    got = serializers.IntegerField(allow_null=True)
    read = serializers.IntegerField(allow_null=True)
    opened = serializers.IntegerField(allow_null=True, help_text=gettext_lazy("Of those, who opened an article."))
    places = CampaignPlaceReachSerializer(many=True)
    channels = CampaignChannelReachSerializer(many=True)
    articles = CampaignArticleReachSerializer(many=True)
    boards = CampaignBoardReachSerializer(many=True)


class CampaignSerializer(CampaignRowSerializer):
    """``reach`` is empty before it begins, and for who does not see it."""

    places = CampaignPlaceSerializer(many=True, source="places_meant")
    articles = CampaignArticleSerializer(many=True)
    reach = CampaignReachSerializer(allow_null=True)


class Campaigns(Endpoint):
    """For whoever reads campaigns; for others there is nothing here."""

    scopes: ClassVar = {"GET": "articles:read"}

    def admit(self, member: Membership) -> None:
        if not can(member, "campaign.read"):
            raise NotFound("no campaigns for this member")


class CampaignList(Campaigns):
    @extend_schema(
        operation_id="campaigns_list",
        summary=gettext_lazy("Campaigns, what changed last first"),
        parameters=[CURSOR],
        responses=page_of(CampaignRowSerializer),
    )
    def get(self, request: Request) -> Response:
        page, following = BY_CHANGE.page(request, queries.campaigns_visible_to(self.member))
        return Response({"next": following, "results": CampaignRowSerializer(page, many=True).data})


class CampaignDetail(Campaigns):
    @extend_schema(
        operation_id="campaign_read",
        summary=gettext_lazy("One campaign with its articles, and whom it reached"),
        responses=CampaignSerializer,
    )
    def get(self, request: Request, campaign_id: UUID) -> Response:
        row: Any = queries.campaigns_visible_to(self.member).filter(pk=campaign_id).first()
        if row is None:
            raise NotFound("no such campaign")
        said = dict(CampaignRowSerializer(row).data)
        said["places"] = CampaignPlaceSerializer(row.places_meant.all(), many=True).data
        said["articles"] = CampaignArticleSerializer(queries.articles_of(row), many=True).data
        seen = row.is_shown and can(self.member, "campaign.reach", row)
        reach = reach_of(row, readers_counted_for(self.member, row)) if seen else None
        return Response(said | {"reach": CampaignReachSerializer(reach).data if reach else None})
