"""Accounts for programs: the figures, lines and questions of the pages, by the same rules and verbs."""

from typing import Any, ClassVar
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from disclosures import queries
from disclosures.closing import refuse_closed
from disclosures.models import AccountStatement, StatementLine
from disclosures.models.publications import is_open_to
from disclosures.services import asking, reviewing
from disclosures.services.asking import Asking
from disclosures.showing import acts_open_to, decided, figures_of, without_strangers
from owners.queries import estates_visible_to
from tenancy.api.describing import CURSOR, page_of
from tenancy.api.endpoints import Endpoint
from tenancy.api.pages import Keyset
from tenancy.errors import NotFound
from tenancy.models import Membership
from tenancy.policy import can

State = AccountStatement.State
NEWEST_FIRST = Keyset("moved_at", is_falling=True)
BY_PLACE = Keyset("place", read=int)
OLDEST_FIRST = Keyset("asked_at")
MONEY: dict[str, Any] = {"max_digits": 18, "decimal_places": 3}


class AccountRowSerializer(serializers.Serializer):
    """One account of one estate for one period. Amounts are decimals in the currency's unit."""

    id = serializers.UUIDField(source="pk")
    number = serializers.CharField()
    version = serializers.IntegerField()
    estate = serializers.UUIDField(source="estate_id")
    kind = serializers.ChoiceField(choices=AccountStatement.Kind.choices)
    from_on = serializers.DateField()
    to_on = serializers.DateField()
    currency = serializers.CharField()
    opening = serializers.DecimalField(**MONEY)
    closing = serializers.DecimalField(**MONEY)
    state = serializers.ChoiceField(choices=AccountStatement.State.choices)
    moved_at = serializers.DateTimeField()
    review_due_at = serializers.DateTimeField(allow_null=True)
    published_at = serializers.DateTimeField(allow_null=True)


class AccountCategorySerializer(serializers.Serializer):
    code = serializers.CharField()
    name = serializers.CharField()
    direction = serializers.ChoiceField(choices=StatementLine.Direction.choices)
    count = serializers.IntegerField()
    amount = serializers.DecimalField(**MONEY)
    prior = serializers.DecimalField(**MONEY, allow_null=True, help_text=gettext_lazy("In the period before."))
    budget = serializers.DecimalField(**MONEY, allow_null=True)
    is_flagged = serializers.BooleanField(help_text=gettext_lazy("Differs a lot from the period before or the budget."))


class HundredSerializer(serializers.Serializer):
    name = serializers.CharField()
    part = serializers.IntegerField(help_text=gettext_lazy("Of each hundred spent; all parts sum to a hundred."))


class AccountReviewSerializer(serializers.Serializer):
    """One member of the committee it was put before."""

    member = serializers.CharField(source="member.name")
    looked_at = serializers.DateTimeField(allow_null=True)
    decision = serializers.CharField(help_text=gettext_lazy("signed, returned, or empty while they say nothing."))
    reason = serializers.CharField()
    decided_at = serializers.DateTimeField(allow_null=True)


class AccountSerializer(AccountRowSerializer):
    bank_balance = serializers.DecimalField(**MONEY, allow_null=True)
    corrects = serializers.UUIDField(
        source="corrects_shown", allow_null=True, help_text=gettext_lazy("The version before, where it is open to you.")
    )
    explanation = serializers.CharField(help_text=gettext_lazy("What is corrected, in a version after the first."))
    back_reason = serializers.CharField(
        source="back_reason_shown", help_text=gettext_lazy("Why it was sent back; for staff.")
    )
    income = serializers.DecimalField(**MONEY)
    expense = serializers.DecimalField(**MONEY)
    difference = serializers.DecimalField(
        **MONEY, help_text=gettext_lazy("By which it does not reckon; 0 when it does.")
    )
    categories = AccountCategorySerializer(many=True)
    of_each_hundred = HundredSerializer(many=True)
    asked_members = serializers.IntegerField(help_text=gettext_lazy("Members of the committee it was put before."))
    signed = serializers.IntegerField()
    returned = serializers.IntegerField()
    silent = serializers.IntegerField(help_text=gettext_lazy("Members who have not decided."))
    reviews = AccountReviewSerializer(
        source="reviews_shown", many=True, help_text=gettext_lazy("For staff and committee.")
    )
    lines = serializers.IntegerField(source="line_count")
    lines_seen = serializers.IntegerField(
        allow_null=True, help_text=gettext_lazy("Lines you have gone through, as a member of the committee.")
    )
    acts = serializers.ListField(
        child=serializers.CharField(), help_text=gettext_lazy("What you may do now: addresses below this one.")
    )


class AccountLineSerializer(serializers.Serializer):
    id = serializers.UUIDField(source="pk")
    place = serializers.IntegerField()
    booked_on = serializers.DateField(allow_null=True)
    voucher = serializers.CharField()
    direction = serializers.ChoiceField(choices=StatementLine.Direction.choices)
    category = serializers.CharField()
    category_en = serializers.CharField()
    category_zh = serializers.CharField()
    counterparty = serializers.CharField()
    building = serializers.CharField()
    text_en = serializers.CharField()
    text_zh = serializers.CharField()
    amount = serializers.DecimalField(**MONEY)
    budget = serializers.DecimalField(**MONEY, allow_null=True)
    note = serializers.CharField()
    is_seen = serializers.BooleanField(help_text=gettext_lazy("Whether you have gone through it."))
    vouchers = serializers.ListField(
        child=serializers.UUIDField(), help_text=gettext_lazy("Files of its vouchers, for staff and committee.")
    )


class AccountQuestionSerializer(serializers.Serializer):
    """A question or a comment, as far as its reader may know who asked."""

    id = serializers.UUIDField(source="pk")
    line = serializers.UUIDField(source="line_id", allow_null=True)
    is_question = serializers.BooleanField()
    asked_by = serializers.CharField(source="shown_name")
    body = serializers.CharField(source="shown_body")
    asked_at = serializers.DateTimeField()
    due_on = serializers.DateField(allow_null=True)
    answer = serializers.CharField(source="shown_answer")
    answered_at = serializers.DateTimeField(allow_null=True)
    is_public = serializers.BooleanField()


class SoughtAccountSerializer(serializers.Serializer):
    """What the list is narrowed to."""

    kind = serializers.ChoiceField(choices=AccountStatement.Kind.choices, required=False)
    state = serializers.ChoiceField(choices=AccountStatement.State.choices, required=False)
    estate = serializers.UUIDField(required=False)


class AccountAskedSerializer(serializers.Serializer):
    body = serializers.CharField(max_length=2000)
    is_question = serializers.BooleanField(default=True)
    line = serializers.UUIDField(required=False, allow_null=True)


def beside_lines(lines: list[Any], member: Membership) -> list[Any]:
    """Lines with what stands beside them for this reader: whether they went through it, and the scans."""
    keys = [line.pk for line in lines]
    seen = queries.seen_by(member, keys)
    scans = queries.voucher_files_of(lines) if queries.sees_vouchers(member) else {}
    for line in lines:
        line.is_seen, line.vouchers = line.pk in seen, [file.pk for file in scans.get(line.pk, [])]
    return lines


class AccountReturnedSerializer(serializers.Serializer):
    reason = serializers.CharField(max_length=2000)


class Accounts(Endpoint):
    """For whoever reads accounts; for others there is nothing here."""

    scopes: ClassVar = {"GET": "accounts:read", "*": "accounts:write"}

    def admit(self, member: Membership) -> None:
        if not can(member, "statement.read"):
            raise NotFound("no accounts for this member")

    def found(self, statement_id: UUID) -> AccountStatement:
        """Raises NotFound for unknown, foreign and not yet open alike, Gone for what was withdrawn and is closed."""
        row = queries.statements_visible_to(self.member).filter(pk=statement_id).select_related("estate").first()
        if row is None:
            refuse_closed(queries.statements_named_to(self.member), statement_id)
            raise NotFound("no such statement")
        return row

    def whole(self, statement_id: UUID) -> dict[str, Any]:
        row: Any = self.found(statement_id)
        shown = figures_of(row, self.member)
        reviews = list(queries.reviews_now(row).select_related("member"))
        said = decided(reviews)
        row.reviews_shown = reviews if queries.sees_vouchers(self.member) else []
        row.income, row.expense = shown["totals"].income, shown["totals"].expense
        row.difference = shown["totals"].reckoned.difference
        row.categories, row.of_each_hundred = shown["categories"], shown["hundred"]
        row.asked_members, row.signed, row.returned, row.silent = (
            said["asked_count"], said["signed_count"], said["returned_count"], said["silent_count"],
        )  # fmt: skip
        row.corrects_shown = row.corrects_id if row.corrects and is_open_to(row.corrects, self.member) else None
        row.back_reason_shown = row.back_reason if self.member.is_staff_role and row.state == State.DRAFT else ""
        row.line_count, row.lines_seen = shown["line_count"], None
        if can(self.member, "statement.review", row):
            row.lines_seen = row.lines.filter(seen__member=self.member).count()
        row.acts = acts_open_to(self.member, row, timezone.now())
        return dict(AccountSerializer(row).data)


class AccountList(Accounts):
    @extend_schema(
        operation_id="accounts_list",
        summary=gettext_lazy("Accounts, what moved last first"),
        parameters=[SoughtAccountSerializer, CURSOR],
        responses=page_of(AccountRowSerializer),
    )
    def get(self, request: Request) -> Response:
        asked = SoughtAccountSerializer(data=request.query_params.dict())
        asked.is_valid(raise_exception=True)
        said: dict[str, Any] = dict(asked.validated_data)
        rows = queries.statements_visible_to(self.member)
        if key := said.pop("estate", None):
            if not estates_visible_to(self.member).filter(pk=key).exists():
                raise NotFound("no such estate")
            rows = rows.filter(estate=key)
        page, following = NEWEST_FIRST.page(request, rows.filter(**said))
        return Response({"next": following, "results": AccountRowSerializer(page, many=True).data})


class AccountDetail(Accounts):
    @extend_schema(
        operation_id="account_read", summary=gettext_lazy("One account with its figures"), responses=AccountSerializer
    )
    def get(self, request: Request, statement_id: UUID) -> Response:
        row = self.found(statement_id)
        looks = row.state == State.COMMITTEE_REVIEW and can(self.member, "statement.review", row)
        if looks and request.method == "GET":  # as opening its page is noted
            reviewing.note_look(statement=row, actor=self.member, now=timezone.now())
        return Response(self.whole(statement_id))


class AccountLines(Accounts):
    @extend_schema(
        operation_id="account_lines",
        summary=gettext_lazy("The lines of an account, in its order"),
        parameters=[CURSOR],
        responses=page_of(AccountLineSerializer),
    )
    def get(self, request: Request, statement_id: UUID) -> Response:
        page, following = BY_PLACE.page(request, self.found(statement_id).lines.all())
        rows = beside_lines(page, self.member)
        return Response({"next": following, "results": AccountLineSerializer(rows, many=True).data})


class AccountQuestions(Accounts):
    @extend_schema(
        operation_id="account_questions",
        summary=gettext_lazy("Questions and comments on an account, the oldest first"),
        parameters=[CURSOR],
        responses=page_of(AccountQuestionSerializer),
    )
    def get(self, request: Request, statement_id: UUID) -> Response:
        statement = self.found(statement_id)
        page, following = OLDEST_FIRST.page(request, queries.remarks_visible_to(self.member, statement))
        rows = without_strangers(page, statement, self.member)
        return Response({"next": following, "results": AccountQuestionSerializer(rows, many=True).data})

    @extend_schema(
        operation_id="account_ask",
        summary=gettext_lazy("Ask or comment on an account or a line of it"),
        request=AccountAskedSerializer,
        responses={201: AccountQuestionSerializer},
    )
    def post(self, request: Request, statement_id: UUID) -> Response:
        statement = self.found(statement_id)
        given = AccountAskedSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        said: dict[str, Any] = dict(given.validated_data)
        line = None
        if key := said.get("line"):
            line = statement.lines.filter(pk=key).first()
            if line is None:
                raise NotFound("no such line")
        wanted = Asking(body=said["body"], is_question=said["is_question"], line=line)
        row = asking.remark(statement_id=statement.pk, asking=wanted, actor=self.member, now=timezone.now())
        return Response(AccountQuestionSerializer(without_strangers([row], statement, self.member)[0]).data, status=201)
