"""What is done with publications by programs: published, noted where they hang, withdrawn by two people."""

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

from attachments.api import HeldFilesField
from disclosures.models import Publication, PublicationPlace
from disclosures.publishing_api import OfPublications, PublicationSerializer
from disclosures.services import placing, publications, withdrawing
from disclosures.services.placing import Spot
from tenancy.errors import NotAllowed, NotFound
from tenancy.policy import can

Kind = PublicationPlace.Kind
NOTED = [(kind.value, kind.label) for kind in (Kind.BOARD, Kind.MAIL)]


class PlaceNotedSerializer(serializers.Serializer):
    """The portal shows it by itself; noted are boards and mail."""

    kind = serializers.ChoiceField(choices=NOTED, default=Kind.BOARD.value)
    where = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")
    from_on = serializers.DateField()
    to_on = serializers.DateField(
        required=False, allow_null=True, default=None, help_text=gettext_lazy("Empty while it hangs there.")
    )
    entry_key = serializers.UUIDField(
        required=False, allow_null=True, default=None, help_text=gettext_lazy("The same key again notes it once.")
    )
    files = HeldFilesField(required=False, default=list)


class PlaceAmendedSerializer(serializers.Serializer):
    to_on = serializers.DateField(allow_null=True, help_text=gettext_lazy("Empty while it hangs there."))
    files = HeldFilesField(required=False, default=list)


class WithdrawalAskedSerializer(serializers.Serializer):
    reason = serializers.CharField(max_length=2000)
    legal_order = serializers.CharField(
        max_length=200, required=False, allow_blank=True, default="",
        help_text=gettext_lazy("Needed before its minimum time is over: whose order it is, and its number."),
    )  # fmt: skip
    files = HeldFilesField(required=False, default=list)


class PublicationActing(OfPublications):
    """An act on one publication: seen, allowed, its version asked with its row held, done, shown as it is then."""

    knows_version = True
    needs: ClassVar[str] = "write"
    fields_refused = frozenset({"where", "from_on", "to_on", "end_on", "reason", "legal_order", "files"})

    def act(self, publication_id: UUID, do: Callable[[Publication], Any]) -> dict[str, Any]:
        row = self.found(publication_id)
        if not can(self.member, publications.ACTIONS[self.needs], row):  # before anything of the request is read
            raise NotAllowed(_("You may read this publication, but not do this to it."))
        row = publications.locked(publication_id, self.member, self.needs)
        self.check_version(lambda: self.whole(publication_id))
        do(row)
        return self.whole(publication_id)

    def read(self, shape: type[serializers.Serializer]) -> dict[str, Any]:
        given = shape(data=self.request.data, context={"member": self.member})
        given.is_valid(raise_exception=True)
        return dict(given.validated_data)

    def handle_exception(self, exc: Exception) -> Response:
        """The form calls its files documents."""
        if getattr(exc, "code", "") == "documents":
            exc.code = "files"  # type: ignore[attr-defined]
        return super().handle_exception(exc)


def _plain(name: str, summary: Any, verb: Callable[..., Any], needs_: str) -> type[PublicationActing]:
    """The endpoint of a verb that needs nothing but to be called."""

    class Act(PublicationActing):
        needs = needs_

        @extend_schema(
            operation_id=f"publication_{name}", summary=summary, request=None, responses=PublicationSerializer
        )
        def post(self, request: Request, publication_id: UUID) -> Response:
            done = self.act(
                publication_id,
                lambda row: verb(publication_id=row.pk, actor=self.member, now=timezone.now()),
            )
            return self.versioned(done)

    Act.__name__ = Act.__qualname__ = f"Publication{name.title()}"
    return Act


class PublicationWithdraw(PublicationActing):
    @extend_schema(
        operation_id="publication_withdraw",
        summary=gettext_lazy("Ask to withdraw it; a second person decides"),
        request=WithdrawalAskedSerializer,
        responses=PublicationSerializer,
    )
    def post(self, request: Request, publication_id: UUID) -> Response:
        def do(row: Publication) -> None:
            said = self.read(WithdrawalAskedSerializer)
            withdrawing.ask(publication_id=row.pk, actor=self.member, now=timezone.now(), **said)

        return self.versioned(self.act(publication_id, do))


ACTS: dict[str, type[PublicationActing]] = {
    "publish": _plain(
        "publish", gettext_lazy("Publish a draft: from now on it is shown"), publications.publish, "publish"
    ),
    "withdraw": PublicationWithdraw,
    "confirm": _plain(
        "confirm", gettext_lazy("Withdraw what another has asked to withdraw"), withdrawing.confirm, "publish"
    ),
    "keep": _plain("keep", gettext_lazy("Drop the request to withdraw it: it stays"), withdrawing.keep, "write"),
}  # fmt: skip


class PublicationPlaces(PublicationActing):
    @extend_schema(
        operation_id="publication_place_note",
        summary=gettext_lazy("Note that it hangs on a board, or went out by mail"),
        request=PlaceNotedSerializer,
        responses={201: PublicationSerializer},
    )
    def post(self, request: Request, publication_id: UUID) -> Response:
        def do(row: Publication) -> None:
            said = self.read(PlaceNotedSerializer)
            spot = Spot(said["kind"], said["where"].strip(), said["from_on"], said["to_on"])
            placing.add_place(
                publication_id=row.pk, spot=spot, files=said["files"], entry_key=said["entry_key"], actor=self.member,
                now=timezone.now(),
            )  # fmt: skip

        return Response(self.act(publication_id, do), status=201)


class PublicationPlaceAmended(PublicationActing):
    @extend_schema(
        operation_id="publication_place_amend",
        summary=gettext_lazy("Note that it hangs there no more, or add photos"),
        request=PlaceAmendedSerializer,
        responses=PublicationSerializer,
    )
    def post(self, request: Request, place_id: UUID) -> Response:
        place = PublicationPlace.objects.filter(pk=place_id).exclude(kind=Kind.PORTAL).first()
        if place is None:
            raise NotFound("no such place")

        def do(_row: Publication) -> None:
            said = self.read(PlaceAmendedSerializer)
            placing.amend_place(place_id=place.pk, actor=self.member, now=timezone.now(), **said)

        return self.versioned(self.act(place.publication_id, do))
