"""Account statements: brought in from a spreadsheet, checked by a second person, published, closed, corrected."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from attachments.models import Attachment
from attachments.services import attach
from audit.services import record
from contacts.rules.access import reach_for
from disclosures import publication_queries, queries
from disclosures.exchange.workbook import Account, Book
from disclosures.models import AccountStatement, Review, StatementLine
from disclosures.rules import figures
from disclosures.rules import statements as rules
from disclosures.rules.defaults import defaults
from disclosures.services.announcing import announce_statement
from disclosures.services.mending import replace_lines
from disclosures.services.publications import BY_THE_RULES, Terms
from disclosures.services.sharing import keep_shares
from disclosures.services.telling import tell
from owners.models import Estate
from tenancy.errors import DomainError, NotAllowed, NotFound
from tenancy.models import Membership
from tenancy.policy import can
from tenancy.services import next_number

State = AccountStatement.State
NEEDS = {"prepare": "statement.write", "check": "statement.check", "send_back": "statement.check",
         "submit": "statement.check", "publish": "statement.publish", "close": "statement.publish"}  # fmt: skip


@transaction.atomic
def bring_in(*, book: Book, estate: Estate, actor: Membership | None, now: datetime) -> list[AccountStatement]:
    """A draft for each account of the book, in one step: all or none.

    Drafts and returned statements of the same account and period are mended, so that the file may be sent again: what was
    said of a line stays with it (services/mending.py). Raises NotAllowed, DomainError when one of them is further.
    """
    if actor is None or not reach_for(actor, "statement.write").covers(estate.pk):
        raise NotAllowed(_("You cannot enter accounts of this estate."))
    Estate.objects.select_for_update().get(pk=estate.pk)  # two at once make one
    return [_bring_in(book, account, estate, actor, now) for account in book.accounts.values()]


def _bring_in(book: Book, account: Account, estate: Estate, actor: Membership, now: datetime) -> AccountStatement:
    period = {"estate": estate, "kind": account.kind, "from_on": book.from_on, "to_on": book.to_on}
    # Locked, as nobody may mark it as prepared while its lines are replaced.
    row = AccountStatement.objects.select_for_update().filter(**period).order_by("-version").first()
    if row is not None and row.state not in (State.DRAFT, State.RETURNED):
        raise DomainError(
            _("%(number)s for this period is already %(state)s. Correct that one instead.")
            % {"number": row, "state": row.get_state_display()},
            code="file",
        )
    if row is None:
        row = AccountStatement(**period, entered_by=actor, entered_at=now, moved_at=now)
        row.number = next_number(code=f"A-{estate.code}", year=book.to_on.year)
    row.currency, row.opening, row.closing = book.currency, account.opening, account.closing
    row.bank_balance, row.fund_ratio = account.bank_balance, account.fund_ratio
    row.save()
    changes = replace_lines(row, account.lines)
    record(action="statement.brought_in", subject=row, actor=actor, now=now, changes=changes)
    return row


def totals_of(statement: AccountStatement, booked: Sequence[figures.Booked] | None = None) -> figures.Totals:
    rows = queries.booked_of(statement) if booked is None else booked
    return figures.totals(rows, opening=statement.opening, closing=statement.closing, bank=statement.bank_balance)


def locked(statement_id: UUID, actor: Membership | None) -> AccountStatement:
    """The statement, its row locked, for who may read it. Raises NotFound."""
    seen = queries.statements_visible_to(actor).filter(pk=statement_id)
    row = AccountStatement.objects.select_for_update().filter(pk__in=seen.values("pk")).first()
    if row is None:
        raise NotFound("no such statement")
    return row


@transaction.atomic
def act(
    *, statement_id: UUID, name: str, actor: Membership | None, now: datetime, reason: str = "",
    terms: Terms = BY_THE_RULES,
) -> AccountStatement:  # fmt: skip
    """One of prepare, check, send_back, submit, publish (on these ``terms``), close. A second click changes nothing.

    Writes the state, who did it, an audit entry; tells the committee of what is put before it, and whoever prepared
    what came back. What is published makes its publication, and keeps its shares. Raises NotFound, NotAllowed, DomainError.
    """
    if name not in NEEDS:
        raise NotFound("no such act")
    row = locked(statement_id, actor)
    starts, to = rules.ACTS[name]
    if not can(actor, NEEDS[name], row):
        raise NotAllowed(_("You may read these accounts, but not act on them so."))
    if row.state == to:
        return row
    _must_stand(row, name, starts, now)
    if name == "prepare":
        _must_reckon(row)
        row.prepared_by = actor
    elif name == "check":
        if actor is not None and actor.pk == row.prepared_by_id:
            raise DomainError(_("Somebody else than whoever prepared it checks it."), code="actor")
        _must_reckon(row)
        row.checked_by = actor
    elif name == "send_back":
        if not reason.strip():
            raise DomainError(_("Say what is to be mended."), code="reason")
        row.back_reason = reason.strip()
    elif name == "submit":
        row.review_due_at = now + timedelta(days=defaults()["review_days"])
        _put_before_committee(row, now)
    elif name == "publish":
        row.published_at, row.published_by = now, actor
        keep_shares(row)
    done = moved(row, to, actor, now, reason=reason.strip())
    if name == "publish":
        announce_statement(done, totals_of(done), actor=actor, now=now, terms=terms)
    return done


def _must_stand(row: AccountStatement, name: str, starts: frozenset[str], now: datetime) -> None:
    if row.state not in starts:
        raise DomainError(
            _("This is not possible now: the statement is in the state “%(state)s”.")
            % {"state": row.get_state_display()},
            code="state",
        )
    if name == "publish" and not rules.may_publish(state=row.state, is_review_over=row.is_review_over(now)):
        raise DomainError(
            _("The committee still has time: until %(when)s.")
            % {"when": timezone.localtime(row.review_due_at).strftime("%Y-%m-%d %H:%M") if row.review_due_at else ""},
            code="state",
        )
    if name == "close" and queries.open_questions(row).exists():
        raise DomainError(_("A question is still open. Answer it first."), code="state")


def _must_reckon(row: AccountStatement) -> None:
    """Opening + income - expense = closing = bank, to the cent (domain.md 2.6)."""
    found = totals_of(row)
    if not found.reckoned.reconciles:
        raise DomainError(
            _("The balance is off by %(difference)s %(currency)s: opening, income and expense come to %(computed)s.")
            % {"difference": found.reckoned.difference, "currency": row.currency,
               "computed": found.reckoned.computed_closing},
            code="difference",
        )  # fmt: skip
    if found.bank_difference:
        raise DomainError(
            _("The bank holds %(difference)s %(currency)s more than the closing balance says.")
            % {"difference": found.bank_difference, "currency": row.currency},
            code="difference",
        )


def _put_before_committee(row: AccountStatement, now: datetime) -> None:
    """Each member decides anew, also after a return: what was decided before stays, as a round of its own."""
    if row.reviews.exists():
        row.review_round += 1
    members = list(queries.people_of(row.estate_id, Membership.Role.COMMITTEE))
    Review.objects.bulk_create([Review(statement=row, member=member, round=row.review_round) for member in members])
    tell(row, "submitted", members, now=now)


def moved(
    row: AccountStatement, to: str, actor: Membership | None, now: datetime, *, reason: str = ""
) -> AccountStatement:
    """Save the new state with an audit entry; tell whoever prepared it of what came back or is decided."""
    row.state, row.moved_at = to, now
    row.save()
    changes = {"reason": reason} if reason else {}
    record(action=f"statement.{to}", subject=row, actor=actor, now=now, changes=changes)
    if to in (State.DRAFT, State.RETURNED, State.APPROVED):
        keen = {member.pk: member for member in (row.prepared_by, row.checked_by) if member is not None}
        tell(row, to, [member for member in keen.values() if actor is None or member.pk != actor.pk], now=now)
    return row


@transaction.atomic
def announce_earlier(*, now: datetime) -> int:
    """Accounts published before there were publications get theirs, shown since their own day, so that they count for a
    duty like those after them. Running it again changes nothing. Returns how many."""
    rows = list(publication_queries.unannounced())
    for row in rows:
        totals = totals_of(row)
        announce_statement(row, totals, actor=row.published_by or row.entered_by, now=now, since=row.published_at)
    return len(rows)


@transaction.atomic
def correct(*, statement_id: UUID, explanation: str, actor: Membership | None, now: datetime) -> AccountStatement:
    """A new version beside what is published: a draft with the same lines, and what is corrected in words.

    A second click finds the first one's. Raises NotFound, NotAllowed, DomainError.
    """
    row = locked(statement_id, actor)
    if not can(actor, "statement.write", row) or actor is None:
        raise NotAllowed(_("You cannot enter accounts of this estate."))
    if (there := AccountStatement.objects.filter(corrects=row).first()) is not None:
        return there
    if rules.editing_verdict(state=row.state).outcome != "new_version":
        raise DomainError(_("It is not published yet: mend it as it is."), code="state")
    if not explanation.strip():
        raise DomainError(_("Say what is corrected, and why. Everybody reads it."), code="explanation")
    lines = list(row.lines.all())
    new = AccountStatement(
        number=row.number, version=row.version + 1, corrects=row, explanation=explanation.strip(), estate=row.estate,
        kind=row.kind, from_on=row.from_on, to_on=row.to_on, currency=row.currency, opening=row.opening,
        closing=row.closing, bank_balance=row.bank_balance, fund_ratio=row.fund_ratio, entered_by=actor, entered_at=now, moved_at=now,
    )  # fmt: skip
    try:
        with transaction.atomic():
            new.save(force_insert=True)
    except IntegrityError:  # the other of two clicks was quicker
        return AccountStatement.objects.get(corrects=row)
    copied = [name.attname for name in StatementLine._meta.concrete_fields if name.name not in ("id", "statement")]
    StatementLine.objects.bulk_create(
        [StatementLine(statement=new, **{name: getattr(line, name) for name in copied}) for line in lines],
        batch_size=1000,
    )
    record(action="statement.corrected", subject=new, actor=actor, now=now, changes={"version": new.version})
    return new


def must_take_vouchers(row: AccountStatement) -> None:
    """Raises DomainError for what is published."""
    if row.is_published:
        raise DomainError(
            _("What is published is not changed any more: begin a correction, and add the voucher there."), code="state"
        )


@transaction.atomic
def add_vouchers(
    *, line_id: UUID, files: Sequence[Attachment], actor: Membership | None, now: datetime
) -> StatementLine:
    """Scans that show what was booked; of what is published only a newer version takes more. Raises NotFound, NotAllowed,
    DomainError without a file."""
    line = StatementLine.objects.filter(pk=line_id).first()
    if line is None:
        raise NotFound("no such line")
    line.statement = locked(line.statement_id, actor)
    if not can(actor, "statement.write", line.statement):
        raise NotAllowed(_("You cannot enter accounts of this estate."))
    must_take_vouchers(line.statement)
    if not files:
        raise DomainError(_("Choose a file."), code="files")
    attach(attachments=files, subject_type=queries.VOUCHERS_OF, subject_id=line.pk)
    record(
        action="statement.voucher_added", subject=line.statement, actor=actor, now=now,
        changes={"line": line.place, "files": len(files)},
    )  # fmt: skip
    return line
