"""What is done with accounts by programs: moved on, decided, corrected, gone through line by line, answered."""

from collections.abc import Callable
from typing import Any, ClassVar
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from attachments.api import HeldFilesField
from disclosures import queries, vote_queries
from disclosures.api import (
    AccountLineSerializer,
    AccountQuestionSerializer,
    AccountReturnedSerializer,
    Accounts,
    AccountSerializer,
    beside_lines,
)
from disclosures.models import AccountStatement, Remark, Review, StatementLine
from disclosures.services import asking, reviewing, statements, voting
from disclosures.showing import without_strangers
from tenancy.errors import NotAllowed, NotFound
from tenancy.policy import can


class AccountSentBackSerializer(serializers.Serializer):
    reason = serializers.CharField(max_length=2000, help_text=gettext_lazy("What is to be mended?"))


class AccountCorrectedSerializer(serializers.Serializer):
    explanation = serializers.CharField(
        max_length=2000, help_text=gettext_lazy("Everybody who reads the new version reads this.")
    )


class AccountAnsweredSerializer(serializers.Serializer):
    """With ``is_public`` question and answer lie open to all owners, the question in the words of ``public_body``."""

    words = serializers.CharField(max_length=4000)
    is_public = serializers.BooleanField(default=False)
    public_body = serializers.CharField(
        max_length=2000, required=False, allow_blank=True, default="",
        help_text=gettext_lazy("The question as all may read it"),
    )  # fmt: skip


class LineSeenSerializer(serializers.Serializer):
    is_seen = serializers.BooleanField(default=True, help_text=gettext_lazy("False: not gone through after all."))


class VouchersSerializer(serializers.Serializer):
    files = HeldFilesField(allow_empty=False)


class HelpedSerializer(serializers.Serializer):
    """Said once a member, who may change their mind."""

    was_helpful = serializers.BooleanField()


class AccountActing(Accounts):
    """An act on one statement: seen, allowed, its version asked with its row held, done, shown as it is then."""

    knows_version = True
    needs: ClassVar[str] = ""
    fields_refused = frozenset({"reason", "explanation", "words", "is_public", "public_body", "files"})

    def act(self, statement_id: UUID, do: Callable[[AccountStatement], Any]) -> Response:
        self.must(self.found(statement_id))
        row = self.held(statement_id)
        do(row)
        return self.versioned(self.whole(row.pk))

    def must(self, row: AccountStatement) -> None:
        """Before anything of the request is read. Raises NotAllowed."""
        if not can(self.member, self.needs, row):
            raise NotAllowed(_("You may read these accounts, but not act on them so."))

    def held(self, statement_id: UUID) -> AccountStatement:
        row = statements.locked(statement_id, self.member)
        self.check_version(lambda: self.whole(statement_id))
        return row

    def read(self, shape: type[serializers.Serializer]) -> dict[str, Any]:
        given = shape(data=self.request.data, context={"member": self.member})
        given.is_valid(raise_exception=True)
        return dict(given.validated_data)


def _act(name: str, summary: Any, shape: type[serializers.Serializer] | None = None) -> type[AccountActing]:
    """The endpoint of one act of the machine (`rules.statements.ACTS`)."""

    class Act(AccountActing):
        needs = statements.NEEDS[name]

        @extend_schema(operation_id=f"account_{name}", summary=summary, request=shape, responses=AccountSerializer)
        def post(self, request: Request, statement_id: UUID) -> Response:
            def do(row: AccountStatement) -> None:
                said = self.read(shape) if shape else {}
                statements.act(statement_id=row.pk, name=name, actor=self.member, now=timezone.now(), **said)

            return self.act(statement_id, do)

    Act.__name__ = Act.__qualname__ = f"Account{name.title().replace('_', '')}"
    return Act


ACTS = {
    "prepare": _act("prepare", gettext_lazy("It is complete: prepared")),
    "check": _act("check", gettext_lazy("It is right: checked, by somebody else than who prepared it")),
    "send_back": _act("send_back", gettext_lazy("Send it back to be mended"), AccountSentBackSerializer),
    "submit": _act("submit", gettext_lazy("Put it before the committee")),
    "publish": _act("publish", gettext_lazy("Publish it: owners read it from now on")),
    "close": _act("close", gettext_lazy("Close it, once no question is open")),
}


class AccountCorrected(AccountActing):
    needs = "statement.write"

    @extend_schema(
        operation_id="account_correct",
        summary=gettext_lazy("Begin a new version beside what is published"),
        description=gettext_lazy("Sent again, it answers with the version begun before, with 200."),
        request=AccountCorrectedSerializer,
        responses={200: AccountSerializer, 201: AccountSerializer},
    )
    def post(self, request: Request, statement_id: UUID) -> Response:
        self.must(self.found(statement_id))
        row = self.held(statement_id)
        said = self.read(AccountCorrectedSerializer)
        was_there = row.corrections.exists()
        new = statements.correct(statement_id=row.pk, actor=self.member, now=timezone.now(), **said)
        location = reverse("api:account", args=[new.pk])
        return Response(self.whole(new.pk), status=200 if was_there else 201, headers={"Location": location})


DO: dict[str, type[AccountActing]] = {**ACTS, "correct": AccountCorrected}


class AccountSigned(AccountActing):
    needs = "statement.review"

    @extend_schema(
        operation_id="account_sign",
        summary=gettext_lazy("Sign an account off, as a member of the committee"),
        request=None,
        responses=AccountSerializer,
    )
    def post(self, request: Request, statement_id: UUID) -> Response:
        return self.act(statement_id, lambda row: self.decide(row, Review.Decision.SIGNED, ""))

    def decide(self, row: AccountStatement, decision: str, reason: str) -> None:
        reviewing.decide(
            statement_id=row.pk, decision=decision, reason=reason, actor=self.member, now=timezone.now()
        )  # fmt: skip


class AccountReturned(AccountSigned):
    @extend_schema(
        operation_id="account_return",
        summary=gettext_lazy("Return an account with reasons, as a member of the committee"),
        request=AccountReturnedSerializer,
        responses=AccountSerializer,
    )
    def post(self, request: Request, statement_id: UUID) -> Response:
        return self.act(
            statement_id,
            lambda row: self.decide(row, Review.Decision.RETURNED, self.read(AccountReturnedSerializer)["reason"]),
        )


# -- one line ----------------------------------------------------------------------------------------------------------


class OfLine(AccountActing):
    """Raises NotFound for lines of statements that the member does not read."""

    knows_version = False

    def line(self, line_id: UUID) -> StatementLine:
        row = StatementLine.objects.filter(pk=line_id).first()
        if row is None:
            raise NotFound("no such line")
        self.must(self.found(row.statement_id))
        return row

    def shown(self, line_id: UUID) -> Response:
        rows = beside_lines([StatementLine.objects.get(pk=line_id)], self.member)
        return Response(AccountLineSerializer(rows[0]).data)


class LineSeen(OfLine):
    needs = "statement.review"

    @extend_schema(
        operation_id="account_line_seen",
        summary=gettext_lazy("Note that you have gone through a line, as a member of the committee"),
        request=LineSeenSerializer,
        responses=AccountLineSerializer,
    )
    def post(self, request: Request, line_id: UUID) -> Response:
        line = self.line(line_id)
        said = self.read(LineSeenSerializer)
        reviewing.mark_seen(line_id=line.pk, actor=self.member, now=timezone.now(), **said)
        return self.shown(line.pk)


class LineVouchers(OfLine):
    needs = "statement.write"

    @extend_schema(
        operation_id="account_line_vouchers",
        summary=gettext_lazy("Add scans of the voucher to a line"),
        request=VouchersSerializer,
        responses=AccountLineSerializer,
    )
    def post(self, request: Request, line_id: UUID) -> Response:
        line = self.line(line_id)
        said = self.read(VouchersSerializer)
        statements.add_vouchers(line_id=line.pk, actor=self.member, now=timezone.now(), **said)
        return self.shown(line.pk)


# -- one question --------------------------------------------------------------------------------------------------------


class QuestionAnswered(AccountActing):
    knows_version = False
    needs = "statement.answer"

    @extend_schema(
        operation_id="account_answer",
        summary=gettext_lazy("Answer a question on an account, once"),
        request=AccountAnsweredSerializer,
        responses=AccountQuestionSerializer,
    )
    def post(self, request: Request, question_id: UUID) -> Response:
        asked = Remark.objects.filter(pk=question_id, is_question=True).first()
        if asked is None:
            raise NotFound("no such question")
        row = self.found(asked.statement_id)
        if not queries.remarks_visible_to(self.member, row).filter(pk=asked.pk).exists():
            raise NotFound("no such question")
        if not can(self.member, self.needs, row):
            raise NotAllowed(_("You may read these questions, but not answer them."))
        said = self.read(AccountAnsweredSerializer)
        done = asking.answer(remark_id=asked.pk, actor=self.member, now=timezone.now(), **said)
        return Response(AccountQuestionSerializer(without_strangers([done], row, self.member)[0]).data)


class QuestionVote(AccountActing):
    knows_version = False

    @extend_schema(
        operation_id="account_question_vote",
        summary=gettext_lazy("Say whether an answer that lies open to all helped"),
        request=HelpedSerializer,
        responses=HelpedSerializer,
    )
    def post(self, request: Request, question_id: UUID) -> Response:
        if not vote_queries.remarks_open_to(self.member).filter(pk=question_id).exists():
            raise NotFound("no such question")
        said = self.read(HelpedSerializer)
        vote = voting.vote_on_remark(remark_id=question_id, actor=self.member, now=timezone.now(), **said)
        return Response({"was_helpful": vote.was_helpful})
