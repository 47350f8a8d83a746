"""A complaint or a request made of an enquiry, for programs; as its page does it, by the same verb."""

from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from complaints import queries
from complaints.models import Complaint
from complaints.services.from_enquiry import Becoming, convert_enquiry
from disclosures.enquiry_api import StaffActing
from disclosures.library_api import EnquirySerializer
from disclosures.models import Enquiry
from owners.models import Unit
from owners.queries import units_of
from tenancy.errors import DomainError


class EnquiryConvertedSerializer(serializers.Serializer):
    """What it becomes. ``unit`` is one of whoever asked; without words the question stands."""

    kind = serializers.ChoiceField(choices=Complaint.Kind.choices, default=Complaint.Kind.COMPLAINT)
    category = serializers.SlugField(max_length=40)
    unit = serializers.UUIDField(required=False)
    place = serializers.CharField(max_length=200, default="", allow_blank=True)
    description = serializers.CharField(max_length=5000, required=False)


class EnquiryConverted(StaffActing):
    @extend_schema(
        operation_id="enquiry_convert",
        summary=gettext_lazy("Make a complaint or a request of an enquiry"),
        request=EnquiryConvertedSerializer,
        responses=EnquirySerializer,
    )
    def post(self, request: Request, enquiry_id: UUID) -> Response:
        def do() -> None:
            given = EnquiryConvertedSerializer(data=request.data)
            given.is_valid(raise_exception=True)
            becoming = _becoming(self.rows().get(pk=enquiry_id), dict(given.validated_data))
            convert_enquiry(enquiry_id=enquiry_id, becoming=becoming, actor=self.member, now=timezone.now())

        return self.versioned(self.act(enquiry_id, do))


def _becoming(row: Enquiry, said: dict[str, Any]) -> Becoming:
    category = next((one for one in queries.categories() if one.code == said["category"]), None)
    if category is None:
        raise DomainError(_("Choose what it is about."), code="category")
    return Becoming(
        category=category, description=said.get("description") or row.question, unit=_unit(row, said.get("unit")),
        place=said["place"], kind=said["kind"],
    )  # fmt: skip


def _unit(row: Enquiry, key: UUID | None) -> Unit | None:
    """One of the units of whoever asked. Raises DomainError for any other."""
    if key is None:
        return None
    units = {unit.pk: unit for unit, _relation in units_of(row.membership) if unit.estate_id == row.estate_id}
    if key not in units:
        raise DomainError(_("Choose a unit of whoever asked."), code="unit")
    return units[key]
