"""Outages for programs: the same steps as on the pages, by the same rules and verbs."""

from typing import Any, ClassVar
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from contacts import outage_queries
from contacts.api import AreaSerializer
from contacts.models import Outage
from contacts.outage_forms import BRANCHES
from contacts.services import outages, relaying
from contacts.services.outages import Change, OutageFacts
from notices.notice_api import WordsSerializer
from owners.queries import person_of
from tenancy.api.describing import CURSOR, page_of
from tenancy.api.endpoints import Endpoint
from tenancy.api.pages import Keyset
from tenancy.errors import NotAllowed, NotFound
from tenancy.models import Membership
from tenancy.policy import can
from tenancy.stepping_up import is_proven

NEWEST_FIRST = Keyset("starts_at", is_falling=True)
SOURCES = [choice for choice in Outage.Source.choices if choice[0] != Outage.Source.FORM]
END_HINT = gettext_lazy("Empty when nobody knows yet.")


class OutageRowSerializer(serializers.Serializer):
    """What is off, where and when, and how far telling people of it is."""

    id = serializers.UUIDField(source="pk")
    number = serializers.CharField()
    state = serializers.ChoiceField(choices=Outage.State.choices)
    branch = serializers.ChoiceField(choices=BRANCHES)
    party = serializers.UUIDField(source="party_id", allow_null=True)
    party_name = serializers.CharField(source="party.name", default="")
    is_planned = serializers.BooleanField()
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField(allow_null=True)
    areas = AreaSerializer(many=True, source="places_shown")
    received_at = serializers.DateTimeField()
    relay_due_at = serializers.DateTimeField()
    relayed_at = serializers.DateTimeField(allow_null=True, help_text=gettext_lazy("When its notice left."))
    restored_at = serializers.DateTimeField(allow_null=True)


class OutageSerializer(OutageRowSerializer):
    cause = serializers.CharField()
    source = serializers.ChoiceField(choices=Outage.Source.choices)
    verified_at = serializers.DateTimeField(allow_null=True)
    verified_words = serializers.CharField()
    notice = serializers.UUIDField(source="notice_id", allow_null=True)
    notice_state = serializers.CharField(source="notice.state", default="")
    restored_notice = serializers.UUIDField(source="restored_notice_id", allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)
    withdrawn_at = serializers.DateTimeField(allow_null=True)
    withdrawal_reason = serializers.CharField()


class OutageHereSerializer(serializers.Serializer):
    """What residents are told of it."""

    id = serializers.UUIDField(source="pk")
    number = serializers.CharField()
    branch = serializers.ChoiceField(choices=BRANCHES)
    party_name = serializers.CharField(source="party.name", default="")
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField(allow_null=True)
    restored_at = serializers.DateTimeField(allow_null=True)
    cause = serializers.CharField()
    is_followed = serializers.BooleanField()


class OutageTakenSerializer(serializers.Serializer):
    """What was said of an outage."""

    branch = serializers.ChoiceField(choices=BRANCHES)
    party = serializers.UUIDField(required=False, allow_null=True, default=None)
    is_planned = serializers.BooleanField(required=False, default=True)
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField(required=False, allow_null=True, default=None, help_text=END_HINT)
    areas = AreaSerializer(many=True, allow_empty=False)
    cause = serializers.CharField(max_length=1000, required=False, allow_blank=True, default="")
    source = serializers.ChoiceField(choices=SOURCES, required=False, default=Outage.Source.PHONE)
    received_at = serializers.DateTimeField(
        required=False, allow_null=True, default=None, help_text=gettext_lazy("Empty for now; never ahead.")
    )

    def facts(self, now: Any) -> OutageFacts:
        said = dict(self.validated_data)
        areas = tuple((area["estate_id"], area.get("building_id")) for area in said.pop("areas"))
        party, received = said.pop("party"), said.pop("received_at") or now
        return OutageFacts(**said, areas=areas, party_id=party, received_at=received)


class OutageVerifiedSerializer(serializers.Serializer):
    words = serializers.CharField(max_length=500, required=False, allow_blank=True, default="")


class OutageChangedSerializer(serializers.Serializer):
    """All of it as it is now. Who was told of it is told again."""

    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField(allow_null=True, help_text=END_HINT)
    cause = serializers.CharField(max_length=1000, allow_blank=True)
    reason = serializers.CharField(max_length=500, required=False, allow_blank=True, default="")


class OutageRelayedSerializer(WordsSerializer):
    """The words of its notice; without any, ours in both languages."""

    is_urgent = serializers.BooleanField(required=False, default=False)


class OutageRestoredSerializer(serializers.Serializer):
    restored_at = serializers.DateTimeField(required=False, allow_null=True, default=None)


class OutageWithdrawnSerializer(serializers.Serializer):
    reason = serializers.CharField(max_length=500)


class SoughtOutageSerializer(serializers.Serializer):
    """What the list is narrowed to."""

    q = serializers.CharField(required=False, allow_blank=True, max_length=100)
    state = serializers.ChoiceField(choices=Outage.State.choices, required=False)
    branch = serializers.ChoiceField(choices=BRANCHES, required=False)


class Outages(Endpoint):
    """For the roles that see outages; for others there is nothing here."""

    scopes: ClassVar = {"GET": "contacts:read", "*": "contacts:write"}

    def admit(self, member: Membership) -> None:
        if not can(member, "outage.read"):
            raise NotFound("no outages for this member")

    def whole(self, outage_id: UUID) -> dict[str, Any]:
        """Raises NotFound for unknown, foreign and other estates' alike."""
        rows = outage_queries.whole(outage_queries.outages_visible_to(self.member))
        outage = rows.filter(pk=outage_id).first()
        if outage is None:
            raise NotFound("no such outage")
        return dict(OutageSerializer(outage).data)

    def held(self, outage_id: UUID, action: str) -> None:
        """Lock what is about to change, and refuse when the program read another version of it."""
        outages.locked_for(outage_id, action, self.member)
        self.check_version(lambda: self.whole(outage_id))

    def prove(self) -> None:
        """A browser's session asks who one is, as the pages do; a token was made after such a question."""
        if self.request.auth is None and not is_proven(self.request._request):
            raise NotAllowed(_("Confirm who you are first, on a page of your account."))


class OutageList(Outages):
    @extend_schema(
        operation_id="outages_list",
        summary=gettext_lazy("Outages where you work, what begins last first"),
        parameters=[SoughtOutageSerializer, CURSOR],
        responses=page_of(OutageRowSerializer),
    )
    def get(self, request: Request) -> Response:
        said = SoughtOutageSerializer(data=request.query_params.dict())
        said.is_valid(raise_exception=True)
        wanted = said.validated_data
        rows = outage_queries.found(
            self.member, text=wanted.get("q", ""), state=wanted.get("state", ""), branch=wanted.get("branch", "")
        )
        page, following = NEWEST_FIRST.page(request, rows)
        return Response({"next": following, "results": OutageRowSerializer(page, many=True).data})

    @extend_schema(
        operation_id="outages_take",
        summary=gettext_lazy("Take an outage down"),
        request=OutageTakenSerializer,
        responses={201: OutageSerializer},
    )
    def post(self, request: Request) -> Response:
        outages.must_take(self.member)  # before anything of the request is read
        said, now = OutageTakenSerializer(data=request.data), timezone.now()
        said.is_valid(raise_exception=True)
        outage = outages.receive(facts=said.facts(now), form_key=None, actor=self.member, now=now)
        return Response(self.whole(outage.pk), status=201, headers={"Location": f"/api/v1/outages/{outage.pk}/"})


class OutageDetail(Outages):
    knows_version: ClassVar[bool] = True

    @extend_schema(operation_id="outages_read", summary=gettext_lazy("An outage"), responses=OutageSerializer)
    def get(self, request: Request, outage_id: UUID) -> Response:
        return Response(self.whole(outage_id))

    @extend_schema(
        operation_id="outages_change",
        summary=gettext_lazy("Write other times or another cause"),
        request=OutageChangedSerializer,
        responses=OutageSerializer,
    )
    def post(self, request: Request, outage_id: UUID) -> Response:
        self.held(outage_id, "outage.write")
        self.prove()
        said = OutageChangedSerializer(data=request.data)
        said.is_valid(raise_exception=True)
        change = Change(**said.validated_data)
        outages.change(outage_id=outage_id, said=change, actor=self.member, now=timezone.now())
        return self.versioned(self.whole(outage_id))


def _verify(said: Any, **told: Any) -> None:
    outages.verify(words=said.validated_data["words"], **told)


def _relay(said: Any, **told: Any) -> None:
    words = said.words()
    relaying.relay(
        words=words if any(vars(words).values()) else None, is_urgent=said.validated_data["is_urgent"], **told
    )


def _restore(said: Any, **told: Any) -> None:
    relaying.restore(restored_at=said.validated_data["restored_at"] or told["now"], **told)


def _close(said: Any, **told: Any) -> None:
    outages.close(**told)


def _withdraw(said: Any, **told: Any) -> None:
    outages.withdraw(reason=said.validated_data["reason"], **told)


def _act(name: str, summary: Any, body: Any, do: Any, *, action: str, proven: bool) -> type[Endpoint]:
    """An endpoint of one verb."""

    class Act(Outages):
        @extend_schema(operation_id=f"outages_{name}", summary=summary, request=body, responses=OutageSerializer)
        def post(self, request: Request, outage_id: UUID) -> Response:
            self.held(outage_id, action)
            if proven:
                self.prove()
            said = body(data=request.data) if body else None
            if said is not None:
                said.is_valid(raise_exception=True)
            do(said, outage_id=outage_id, actor=self.member, now=timezone.now())
            return self.versioned(self.whole(outage_id))

    Act.__name__ = Act.__qualname__ = f"Outage{name.title()}"
    return Act


ACTS: dict[str, type[Endpoint]] = {
    name: _act(name, summary, body, do, action=f"outage.{right}", proven=proven)
    for name, summary, body, do, right, proven in (
        ("verify", gettext_lazy("Note that it is true"), OutageVerifiedSerializer, _verify, "write", False),
        ("relay", gettext_lazy("Have the people concerned told"), OutageRelayedSerializer, _relay, "relay", True),
        ("restore", gettext_lazy("Note that it is over"), OutageRestoredSerializer, _restore, "write", True),
        ("close", gettext_lazy("Close it"), None, _close, "write", False),
        ("withdraw", gettext_lazy("It was called off"), OutageWithdrawnSerializer, _withdraw, "write", True),
    )
}


class OutagesHere(Endpoint):
    scopes: ClassVar = {"GET": "notices:read"}

    @extend_schema(
        operation_id="outages_here",
        summary=gettext_lazy("What is off, or will be, where you are at home"),
        responses=OutageHereSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        rows: list[Any] = list(outage_queries.shown_at_home(self.member, timezone.now()))
        followed = outage_queries.followed_by(person_of(self.member), rows)
        for row in rows:
            row.is_followed = row.pk in followed
        return Response(OutageHereSerializer(rows, many=True).data)


class OutageFollow(Endpoint):
    scopes: ClassVar = {"*": "complaints:write"}

    @extend_schema(
        operation_id="outages_follow",
        summary=gettext_lazy("Be told when it is over"),
        request=None,
        responses={204: None},
    )
    def post(self, request: Request, outage_id: UUID) -> Response:
        outages.follow(outage_id=outage_id, actor=self.member, now=timezone.now())
        return Response(status=204)

    @extend_schema(operation_id="outages_unfollow", summary=gettext_lazy("Be told no more"), responses={204: None})
    def delete(self, request: Request, outage_id: UUID) -> Response:
        outages.unfollow(outage_id=outage_id, actor=self.member, now=timezone.now())
        return Response(status=204)
