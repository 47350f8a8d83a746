"""What belongs to an outside party, for programs: people, contracts, certificates and evaluations."""

from dataclasses import fields, replace
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from attachments.api import HeldFilesField
from attachments.queries import of_subject
from contacts.api import Directory, PersonAtPartySerializer, masked_people
from contacts.forms import check_year
from contacts.models import Certificate, ContactPerson, Contract, Evaluation, OutsideParty
from contacts.queries import parties_visible_to
from contacts.rules import access
from contacts.rules.phones import UnknownNumberError, normal
from contacts.services import agreements, directory
from contacts.services.agreements import DOCUMENTS_OF, CertificateFacts, ContractFacts, EvaluationFacts
from contacts.services.directory import PersonFacts
from owners.services.imports import phone_region
from tenancy.api.describing import CURSOR, page_of
from tenancy.api.pages import BY_ID_FALLING
from tenancy.errors import NotAllowed, NotFound

POINTS: dict[str, Any] = {"min_value": 1, "max_value": 5, "help_text": gettext_lazy("1 is poor, 5 is very good.")}


def _day(**said: Any) -> serializers.DateField:
    return serializers.DateField(validators=[check_year], **said)


def _words(most: int, **said: Any) -> serializers.CharField:
    return serializers.CharField(max_length=most, required=False, allow_blank=True, **said)


def _ends_after(said: dict[str, Any], first: str, last: str) -> None:
    if said.get(first) and said.get(last) and said[last] < said[first]:
        raise serializers.ValidationError({last: [_("It ends before it begins.")]})


class WrittenSerializer(serializers.Serializer):
    """When something is changed, what is left out stays as it is. ``context["before"]`` are the facts until now."""

    def facts(self) -> Any:
        said = {name: value for name, value in self.validated_data.items() if name != "files"}
        before = self.context.get("before")
        return replace(before, **said) if before is not None else self.context["facts"](**said)

    def standing(self, said: dict[str, Any], name: str) -> Any:
        """What will stand: as sent, else as it was."""
        return said[name] if name in said else getattr(self.context.get("before"), name, None)


class PersonWrittenSerializer(WrittenSerializer):
    """Phones in any writing."""

    name = serializers.CharField(max_length=120)
    post = _words(120)
    phone = _words(60)
    mobile = _words(60)
    email = serializers.EmailField(max_length=254, required=False, allow_blank=True)
    hours = _words(200)
    is_for_emergencies = serializers.BooleanField(required=False)
    note = _words(500)

    def validate_phone(self, text: str) -> str:
        try:
            return normal(text, self.context["region"])
        except UnknownNumberError as error:
            raise serializers.ValidationError(_("This is no phone number we know.")) from error

    validate_mobile = validate_phone


class ContractWrittenSerializer(WrittenSerializer):
    title = serializers.CharField(max_length=200)
    number = _words(80)
    scope = serializers.CharField(max_length=4000)
    starts_on = _day()
    ends_on = _day(
        required=False, allow_null=True, help_text=gettext_lazy("Empty when it goes on until somebody ends it.")
    )
    notice_days = serializers.IntegerField(min_value=0, max_value=32767, required=False, allow_null=True)
    is_renewed = serializers.BooleanField(required=False)
    fee = serializers.DecimalField(max_digits=14, decimal_places=2, min_value=0, required=False, allow_null=True)
    currency = serializers.RegexField(
        r"^[A-Za-z]{3}$", required=False, allow_blank=True,
        error_messages={"invalid": gettext_lazy("Write the three letters of the currency, for example GBP or CNY.")},
    )  # fmt: skip
    fee_period = serializers.ChoiceField(choices=Contract.FeePeriod.choices, required=False, allow_blank=True)
    service_levels = _words(4000)
    files = HeldFilesField(required=False)

    def validate_currency(self, code: str) -> str:
        return code.upper()

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        _ends_after({name: self.standing(attrs, name) for name in ("starts_on", "ends_on")}, "starts_on", "ends_on")
        if self.standing(attrs, "fee") is not None and not self.standing(attrs, "currency"):
            raise serializers.ValidationError({"currency": [_("Say in which currency the fee is.")]})
        return attrs


class CertificateWrittenSerializer(WrittenSerializer):
    kind = serializers.ChoiceField(choices=Certificate.Kind.choices)
    title = serializers.CharField(max_length=200)
    number = _words(80)
    issuer = _words(200)
    expires_on = _day()


class EvaluationWrittenSerializer(WrittenSerializer):
    from_on = _day()
    to_on = _day()
    quality = serializers.IntegerField(**POINTS)
    punctuality = serializers.IntegerField(**POINTS)
    cooperation = serializers.IntegerField(**POINTS)
    words = _words(2000)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        _ends_after(attrs, "from_on", "to_on")
        return attrs


class ContractSerializer(serializers.Serializer):
    id = serializers.UUIDField(source="pk")
    title = serializers.CharField()
    number = serializers.CharField()
    scope = serializers.CharField()
    starts_on = serializers.DateField()
    ends_on = serializers.DateField(allow_null=True)
    notice_days = serializers.IntegerField(allow_null=True)
    is_renewed = serializers.BooleanField()
    fee = serializers.DecimalField(max_digits=14, decimal_places=2, allow_null=True)
    currency = serializers.CharField()
    fee_period = serializers.CharField()
    service_levels = serializers.CharField()
    files = serializers.SerializerMethodField()

    def get_files(self, row: Contract) -> list[UUID]:
        return [file.pk for file in of_subject(DOCUMENTS_OF, row.pk) if file.is_clean]


class CertificateSerializer(serializers.Serializer):
    id = serializers.UUIDField(source="pk")
    kind = serializers.ChoiceField(choices=Certificate.Kind.choices)
    title = serializers.CharField()
    number = serializers.CharField()
    issuer = serializers.CharField()
    expires_on = serializers.DateField()


class EvaluationSerializer(serializers.Serializer):
    id = serializers.UUIDField(source="pk")
    from_on = serializers.DateField()
    to_on = serializers.DateField()
    quality = serializers.IntegerField()
    punctuality = serializers.IntegerField()
    cooperation = serializers.IntegerField()
    overall = serializers.DecimalField(max_digits=2, decimal_places=1)
    words = serializers.CharField()
    by = serializers.CharField(source="by.name")
    at = serializers.DateTimeField()


class Parts(Directory):
    """One kind of part of a party: who reads the party reads it, but contracts, which have an action of their own."""

    knows_version: ClassVar[bool] = True
    fields_refused = frozenset({"from_on"})
    model: ClassVar[Any]
    facts: ClassVar[Any]
    writes: ClassVar[str] = "contact.write"
    written_as: ClassVar[type[WrittenSerializer]]
    shown_as: ClassVar[type[serializers.Serializer]]

    def party(self, party_id: UUID) -> OutsideParty:
        """Raises NotFound for unknown, foreign and other estates' alike."""
        found = parties_visible_to(self.member).filter(pk=party_id).first()
        if found is None:
            raise NotFound("no such party")
        self.must_read(found)
        return found

    def must_read(self, party: OutsideParty) -> None:
        """Raises NotAllowed."""

    def part(self, row_id: UUID) -> Any:
        row = self.model.objects.filter(pk=row_id).first()
        if row is None:
            raise NotFound("no such part")
        row.party = self.party(row.party_id)
        return row

    def rows(self, party: OutsideParty) -> QuerySet[Any]:
        rows: QuerySet[Any] = self.model.objects.filter(party=party)
        return rows

    def dressed(self, rows: list[Any]) -> list[Any]:
        """As this reader may know them."""
        return rows

    def shown(self, row_id: UUID) -> dict[str, Any]:
        return dict(self.shown_as(self.dressed([self.model.objects.get(pk=row_id)])[0]).data)

    def listed(self, request: Request, party_id: UUID) -> Response:
        page, following = BY_ID_FALLING.page(request, self.rows(self.party(party_id)))
        return Response({"next": following, "results": self.shown_as(self.dressed(page), many=True).data})

    def read(self, row: Any = None) -> WrittenSerializer:
        """What was sent, checked; of a row that is there what is left out stays."""
        before = None if row is None else self.facts(**{one.name: getattr(row, one.name) for one in fields(self.facts)})
        context = {
            "member": self.member, "region": phone_region(self.request._request.organisation), "facts": self.facts,
            "before": before,
        }  # fmt: skip
        given = self.written_as(data=self.request.data, context=context, partial=row is not None)
        given.is_valid(raise_exception=True)
        return given

    def add(self, party_id: UUID) -> Response:
        directory.must_change(self.party(party_id), self.writes, self.member)
        row = self.save(party_id, None, self.read())
        return Response(self.shown(row.pk), status=201, headers=self.location(row))

    def location(self, row: Any) -> dict[str, str]:
        return {"Location": reverse(f"api:{self.model._meta.model_name}", args=[row.pk])}

    def change(self, row_id: UUID) -> Response:
        row = self.part(row_id)
        directory.locked_for(row.party_id, self.writes, self.member)
        self.check_version(lambda: self.shown(row_id))
        row = self.part(row_id)
        self.save(row.party_id, row, self.read(row))
        return self.versioned(self.shown(row_id))

    def save(self, party_id: UUID, row: Any, given: WrittenSerializer) -> Any:
        raise NotImplementedError

    def by_whom(self) -> dict[str, Any]:
        return {"actor": self.member, "now": timezone.now()}


class OfPeople(Parts):
    model, facts = ContactPerson, PersonFacts
    written_as, shown_as = PersonWrittenSerializer, PersonAtPartySerializer

    def dressed(self, rows: list[Any]) -> list[Any]:
        return masked_people(rows, self.member)

    def save(self, party_id: UUID, row: Any, given: WrittenSerializer) -> Any:
        if row is None:
            return directory.add_person(party_id=party_id, facts=given.facts(), **self.by_whom())
        return directory.change_person(person_id=row.pk, facts=given.facts(), **self.by_whom())


class OfContracts(Parts):
    model, facts, writes = Contract, ContractFacts, "contract.write"
    written_as, shown_as = ContractWrittenSerializer, ContractSerializer

    def must_read(self, party: OutsideParty) -> None:
        if not access.may_read_contracts(self.member, party):
            raise NotAllowed(_("Your role does not see contracts."))

    def save(self, party_id: UUID, row: Any, given: WrittenSerializer) -> Any:
        return agreements.save_contract(
            party_id=party_id, facts=given.facts(), files=given.validated_data.get("files", ()),
            contract_id=row.pk if row else None, **self.by_whom(),
        )  # fmt: skip


class OfCertificates(Parts):
    model, facts = Certificate, CertificateFacts
    written_as, shown_as = CertificateWrittenSerializer, CertificateSerializer

    def save(self, party_id: UUID, row: Any, given: WrittenSerializer) -> Any:
        return agreements.save_certificate(
            party_id=party_id, facts=given.facts(), certificate_id=row.pk if row else None, **self.by_whom()
        )


def _list(of: type[Parts], name: str, one: str, summaries: tuple[Any, Any]) -> type[Parts]:
    class Listed(of):  # type: ignore[misc, valid-type]
        @extend_schema(
            operation_id=f"contacts_{name}", summary=summaries[0], parameters=[CURSOR], responses=page_of(of.shown_as)
        )
        def get(self, request: Request, party_id: UUID) -> Response:
            return self.listed(request, party_id)

        @extend_schema(
            operation_id=f"contacts_{one}_add", summary=summaries[1], request=of.written_as,
            responses={201: of.shown_as},
        )  # fmt: skip
        def post(self, request: Request, party_id: UUID) -> Response:
            return self.add(party_id)

    Listed.__name__ = Listed.__qualname__ = f"Party{name.title()}"
    return Listed


def _detail(of: type[Parts], one: str, summaries: tuple[Any, Any]) -> type[Parts]:
    class Detail(of):  # type: ignore[misc, valid-type]
        @extend_schema(operation_id=f"contacts_{one}", summary=summaries[0], responses=of.shown_as)
        def get(self, request: Request, row_id: UUID) -> Response:
            return Response(self.shown(self.part(row_id).pk))

        @extend_schema(
            operation_id=f"contacts_{one}_change", summary=summaries[1], request=of.written_as, responses=of.shown_as
        )
        def post(self, request: Request, row_id: UUID) -> Response:
            return self.change(row_id)

    Detail.__name__ = Detail.__qualname__ = f"Party{one.title()}"
    return Detail


CHANGES = gettext_lazy("Change it; what is left out stays as it is")
PartyPeople = _list(
    OfPeople, "people", "person", (gettext_lazy("The people of a party"), gettext_lazy("Enter somebody to speak to"))
)
PartyContracts = _list(
    OfContracts, "contracts", "contract",
    (gettext_lazy("The contracts with a party"), gettext_lazy("Enter a contract with a party")),
)  # fmt: skip
PartyCertificates = _list(
    OfCertificates, "certificates", "certificate",
    (gettext_lazy("Licences, qualifications and insurances of a party"), gettext_lazy("Enter a certificate")),
)  # fmt: skip
ContractDetail = _detail(OfContracts, "contract", (gettext_lazy("One contract"), CHANGES))
CertificateDetail = _detail(OfCertificates, "certificate", (gettext_lazy("One certificate"), CHANGES))


class PersonDetail(_detail(OfPeople, "person", (gettext_lazy("Somebody to speak to"), CHANGES))):  # type: ignore[misc]
    @extend_schema(
        operation_id="contacts_person_remove",
        summary=gettext_lazy("Somebody left: delete everything that is known of them"),
        responses={204: None},
    )
    def delete(self, request: Request, row_id: UUID) -> Response:
        row = self.part(row_id)
        directory.locked_for(row.party_id, self.writes, self.member)
        self.check_version(lambda: self.shown(row_id))
        directory.remove_person(person_id=row_id, **self.by_whom())
        return Response(status=204)


class PartyEvaluations(Parts):
    model, facts, writes = Evaluation, EvaluationFacts, "contact.evaluate"
    written_as, shown_as = EvaluationWrittenSerializer, EvaluationSerializer
    knows_version = False

    @extend_schema(
        operation_id="contacts_evaluations",
        summary=gettext_lazy("How a party did, period by period"),
        parameters=[CURSOR],
        responses=page_of(EvaluationSerializer),
    )
    def get(self, request: Request, party_id: UUID) -> Response:
        return self.listed(request, party_id)

    @extend_schema(
        operation_id="contacts_evaluation_add",
        summary=gettext_lazy("Say how a party did in a period: once, and it is not changed later"),
        request=EvaluationWrittenSerializer,
        responses={201: EvaluationSerializer},
    )
    def post(self, request: Request, party_id: UUID) -> Response:
        return self.add(party_id)

    def rows(self, party: OutsideParty) -> QuerySet[Any]:
        return super().rows(party).select_related("by")

    def location(self, row: Any) -> dict[str, str]:
        return {}

    def save(self, party_id: UUID, row: Any, given: WrittenSerializer) -> Any:
        return agreements.evaluate(party_id=party_id, facts=given.facts(), **self.by_whom())

    def handle_exception(self, exc: Exception) -> Response:
        """A period that has been evaluated stands at its first day, as on the page."""
        if getattr(exc, "code", "") == "period":
            exc.code = "from_on"  # type: ignore[attr-defined]
        return super().handle_exception(exc)
