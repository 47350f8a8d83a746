"""Accounts brought in by programs: the file as finance sends it, a draft for each account in it, all or none."""

from typing import Any, ClassVar

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from attachments.api import AnyFileField
from contacts.rules.access import reach_for
from disclosures.api import AccountRowSerializer, Accounts
from disclosures.columns_queries import remembered
from disclosures.exchange import workbook
from disclosures.rules.defaults import defaults
from disclosures.services import statements
from owners.models import Estate
from owners.queries import estates_visible_to
from owners.registry.problems import Unreadable
from owners.registry.workbook import open_sheets
from tenancy.errors import NotAllowed
from tenancy.policy import can


class BroughtInSerializer(serializers.Serializer):
    """A workbook with the sheets of the page's example; its headings in either language, or as somebody chose before."""

    estate = serializers.UUIDField()
    file = AnyFileField()

    def validate_file(self, file: Any) -> Any:
        limit = defaults()["import"]["megabytes"]
        if file.size > limit * 1024 * 1024:
            raise serializers.ValidationError(_("The file is larger than %(limit)s MB.") % {"limit": limit})
        return file


class AccountsDraftedSerializer(serializers.Serializer):
    results = AccountRowSerializer(many=True)


class AccountsBroughtIn(Accounts):
    parser_classes: ClassVar = [MultiPartParser]
    fields_refused = frozenset({"file"})

    @extend_schema(
        operation_id="accounts_bring_in",
        summary=gettext_lazy("Bring in a file of accounts: each becomes a draft, all or none"),
        description=gettext_lazy("Drafts and returned accounts of the same period are replaced by a mended file."),
        request={"multipart/form-data": BroughtInSerializer},
        responses={201: AccountsDraftedSerializer},
    )
    def post(self, request: Request) -> Response:
        if not can(self.member, "statement.write"):  # before anything of the request is read
            raise NotAllowed(_("You cannot enter accounts of this estate."))
        given = BroughtInSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        estate, book = self._estate(given.validated_data["estate"]), _book(given.validated_data["file"])
        rows = statements.bring_in(book=book, estate=estate, actor=self.member, now=timezone.now())
        return Response({"results": AccountRowSerializer(rows, many=True).data}, status=201)

    def _estate(self, key: Any) -> Estate:
        found = estates_visible_to(self.member).filter(pk=key).first()
        if found is None or not reach_for(self.member, "statement.write").covers(found.pk):
            raise serializers.ValidationError({"estate": [_("There is no such estate.")]})
        return found


def _book(file: Any) -> workbook.Book:
    """Raises ValidationError at the file, with a sentence for each thing that is wrong in it."""
    try:
        return workbook.book_of(open_sheets(file.read(), file.name or ""), remembered=remembered())
    except workbook.Problems as problems:
        raise serializers.ValidationError({"file": list(problems.sentences)}) from problems
    except Unreadable as problem:
        raise serializers.ValidationError({"file": [str(problem)]}) from problem
