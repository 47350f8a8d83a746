"""What is read of account statements. Every function returns rows of the organisation in force."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction
from functools import reduce
from operator import or_
from typing import Any
from uuid import UUID

from django.core.cache import cache
from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet, Subquery, Sum
from django.utils.translation import get_language

from attachments.models import Attachment
from attachments.queries import of_subject, of_subjects
from contacts.rules.access import reach_for
from disclosures.models import AccountStatement, LineSeen, Remark, Review, StatementLine
from disclosures.models.publications import reads_withdrawn, withdrawn
from disclosures.models.statements import states_shown_to
from disclosures.rules import figures
from disclosures.rules.defaults import defaults
from owners.models import Estate
from owners.queries import homes_of, searchable
from tenancy.models import Membership
from tenancy.policy import scopes_of

State = AccountStatement.State


def statements_visible_to(member: Membership | None) -> QuerySet[AccountStatement]:
    """Whose content somebody reads. Staff: those of estates they have as a whole. A committee: what was put before it.
    Owners: what is published and was not withdrawn."""
    rows = statements_named_to(member)
    return rows if member is None or reads_withdrawn(member) else rows.exclude(withdrawn(AccountStatement))


def statements_named_to(member: Membership | None) -> QuerySet[AccountStatement]:
    """The same with those that were withdrawn, of which others than staff and committee read only that."""
    scopes = scopes_of(member, "statement.read")
    if member is None or not scopes:
        return AccountStatement.objects.none()
    if "home" in scopes:
        return AccountStatement.objects.filter(state__in=states_shown_to(member), estate__in=list(homes_of(member)))
    reach = reach_for(member, "statement.read")
    return AccountStatement.objects.filter(Q() if reach.everywhere else Q(estate__in=reach.estates))


def listed(
    member: Membership | None, *, estate: Estate | None = None, kind: str = "", which: str = "", text: str = ""
) -> QuerySet[AccountStatement]:
    """The latest period first, and of a statement its latest version. ``is_withdrawn``: shown without its figures."""
    rows = statements_named_to(member).annotate(is_withdrawn=withdrawn(AccountStatement))
    if estate is not None:
        rows = rows.filter(estate=estate)
    if kind:
        rows = rows.filter(kind=kind)
    if which == "mine":
        mine = Review.objects.filter(member=member, round=F("statement__review_round")).exclude(decision="")
        rows = rows.filter(state=State.COMMITTEE_REVIEW).exclude(reviews__in=mine)
    elif which:
        rows = rows.filter(state=which)
    if words := searchable(text):
        rows = rows.filter(_saying(words, member))
    return rows.select_related("estate").order_by("-to_on", "number", "-version")


def reviews_now(statement: AccountStatement) -> QuerySet[Review]:
    """Who was asked in the last round, and what they decided."""
    return statement.reviews.filter(round=statement.review_round)


def _saying(words: str, member: Membership | None) -> Q:
    """Its number, account or estate, what was corrected, or one of its lines; what is closed is not found by what it
    said."""
    kinds = [code for code, name in AccountStatement.Kind.choices if words.casefold() in str(name).casefold()]
    lines = StatementLine.objects.filter(_lines_saying(words), statement=OuterRef("pk"))
    said = Q(explanation__icontains=words) | Q(Exists(lines))
    if member is not None and not reads_withdrawn(member):
        said &= Q(is_withdrawn=False)
    return Q(number__icontains=words) | Q(kind__in=kinds) | Q(estate__name__icontains=words) | said


def _lines_saying(words: str) -> Q:
    return (
        Q(text_en__icontains=words) | Q(text_zh__icontains=words) | Q(counterparty__icontains=words)
        | Q(voucher__icontains=words)
    )  # fmt: skip


def reviews_waiting(member: Membership) -> int:
    """How many accounts wait for this committee member's decision; asks nothing for anybody else."""
    return listed(member, which="mine").count() if scopes_of(member, "statement.review") else 0


def booked_of(statement: AccountStatement) -> list[figures.Booked]:
    """Sums by category. Kept for a while once its lines cannot change any more: no file replaces them then."""
    if statement.state in (State.DRAFT, State.RETURNED):
        return _summed(statement)
    key = f"account-sums:{statement.organisation_id}:{statement.pk}:{statement.moved_at.isoformat()}"
    kept: list[figures.Booked] | None = cache.get(key)
    if kept is None:
        kept = _summed(statement)
        cache.set(key, kept, defaults()["sums_kept_seconds"])
    return kept


def _summed(statement: AccountStatement) -> list[figures.Booked]:
    """One statement of SQL."""
    rows = statement.lines.order_by().values("direction", "category")
    rows = rows.annotate(
        sum=Sum("amount"), count=Count("pk"), planned=Sum("budget"), en=Max("category_en"), zh=Max("category_zh")
    )
    return [
        figures.Booked(
            direction=row["direction"], category=row["category"], names={"en": row["en"], "zh": row["zh"]},
            amount=row["sum"], count=row["count"], budget=row["planned"],
        )
        for row in rows
    ]  # fmt: skip


def before(statement: AccountStatement, member: Membership | None) -> AccountStatement | None:
    """The same account's last period before this one, as far as the reader may read it; its latest version."""
    rows = statements_visible_to(member).filter(
        estate=statement.estate_id, kind=statement.kind, currency=statement.currency, to_on__lt=statement.from_on
    )
    return rows.order_by("-to_on", "-version", "-id").first()


def sums_of(statement: AccountStatement | None) -> dict[tuple[str, str], Decimal] | None:
    if statement is None:
        return None
    rows = statement.lines.order_by().values_list("direction", "category").annotate(Sum("amount"))
    return {(direction, category): amount for direction, category, amount in rows}


def flag_share() -> Fraction:
    return Fraction(defaults()["flag_share"])


def lines_listed(
    statement: AccountStatement, member: Membership | None, *, text: str = "", category: str = "", which: str = "",
    flagged: Iterable[tuple[str, str]] = (),
) -> QuerySet[StatementLine]:  # fmt: skip
    """In the order of the account. ``which``: unseen (by this member), asked (with words on them) or flagged (of one of
    these categories, each with its way)."""
    rows = statement.lines.all()
    if category:
        rows = rows.filter(category=category)
    if words := searchable(text):
        rows = rows.filter(_lines_saying(words))
    if which == "unseen":
        rows = rows.exclude(pk__in=LineSeen.objects.filter(member=member, line__statement=statement).values("line"))
    elif which == "asked":
        rows = rows.filter(pk__in=remarks_visible_to(member, statement).filter(line__isnull=False).values("line"))
    elif which == "flagged":
        ways = [Q(direction=way, category=code) for way, code in flagged]
        rows = rows.filter(reduce(or_, ways)) if ways else rows.none()
    return rows.order_by("place")


def remarks_visible_to(member: Membership | None, statement: AccountStatement) -> QuerySet[Remark]:
    """Staff and committee: all. Owners: their own, and what was opened to all."""
    rows = statement.remarks.all()
    if member is None:
        return rows.none()
    if not (member.is_staff_role or member.role == Membership.Role.COMMITTEE):
        rows = rows.filter(Q(asked_by=member) | Q(is_public=True))
    return rows.select_related("asked_by", "answered_by", "line")


def open_questions(statement: AccountStatement) -> QuerySet[Remark]:
    return statement.remarks.filter(is_question=True, answered_at__isnull=True)


def people_of(estate_id: UUID, *roles: str) -> QuerySet[Membership]:
    """Who has one of these roles for an estate as a whole: staff of one building are told nothing of the rest.

    A committee is one for the estate, also where each of its members was elected for a building.
    """
    near = Q(all_estates=True) | Q(estate_assignments__estate=estate_id, estate_assignments__building=None)
    near |= Q(estate_assignments__estate=estate_id, role=Membership.Role.COMMITTEE)
    rows = Membership.objects.filter(near, role__in=roles, is_active=True)
    return rows.select_related("user").distinct().order_by("id")


def lines_from(statement: AccountStatement, first: UUID | str, number: int) -> QuerySet[StatementLine, Any]:
    """The ids of so many lines in the account's order, from one on: for the IN of another question."""
    begins = StatementLine.objects.filter(pk=first).values("place")
    return statement.lines.filter(place__gte=begins).order_by("place").values("pk")[:number]


def seen_by(member: Membership | None, lines: Any) -> set[UUID]:
    """Which of these lines, ids or a query of them, the member has gone through."""
    rows = LineSeen.objects.filter(member=member, line__in=lines)
    return set(rows.values_list("line_id", flat=True))


def vouchers_by_line(lines: Any) -> dict[UUID, int]:
    """How many scans hang on these lines, ids or a query of them, by themselves."""
    rows = Attachment.objects.filter(subject_type=VOUCHERS_OF, subject_id__in=lines).order_by()
    return dict(rows.values_list("subject_id").annotate(Count("pk")))


def vouchers_of(statement: AccountStatement, lines: Any) -> dict[UUID, int]:
    """How many scans these lines of a statement show: their own, and those of the same line in the versions before."""
    if statement.version == 1:
        return vouchers_by_line(lines)
    keys = StatementLine.objects.filter(pk__in=lines).values("key")
    carrying = _until(statement).filter(key__in=keys)
    key_of_it = StatementLine.objects.filter(pk=OuterRef(OuterRef("subject_id"))).values("key")
    here = StatementLine.objects.filter(statement=statement, key__in=key_of_it).values("pk")[:1]
    rows = Attachment.objects.filter(subject_type=VOUCHERS_OF, subject_id__in=carrying.values("pk")).order_by()
    return dict(rows.annotate(line=Subquery(here)).values_list("line").annotate(Count("pk")))


def voucher_files(line: StatementLine) -> QuerySet[Attachment]:
    """The scans a line shows, the oldest first."""
    same = _until(line.statement).filter(key=line.key) if line.statement.version > 1 else [line.pk]
    return Attachment.objects.filter(subject_type=VOUCHERS_OF, subject_id__in=same)


def voucher_files_of(lines: Sequence[StatementLine]) -> dict[UUID, list[Attachment]]:
    """The same of several lines of one statement, by the line."""
    if not lines:
        return {}
    statement, by_key = lines[0].statement, {line.key: line.pk for line in lines}
    keys = {line.pk: line.key for line in lines}
    if statement.version > 1:
        keys = dict(_until(statement).filter(key__in=by_key).values_list("pk", "key"))
    found: dict[UUID, list[Attachment]] = {}
    for pk, files in of_subjects(VOUCHERS_OF, list(keys)).items():
        if pk is not None:
            found.setdefault(by_key[keys[pk]], []).extend(files)
    return found


def loose_vouchers(statement: AccountStatement) -> QuerySet[Attachment]:
    """The scans of lines that a mended file has taken away."""
    rows = of_subject(VOUCHERS_OF, statement.pk)
    return rows if statement.has_loose_vouchers else rows.none()


def _until(statement: AccountStatement) -> QuerySet[StatementLine]:
    """The lines of this version and of all before it."""
    return StatementLine.objects.filter(
        statement__number=statement.number, statement__version__lte=statement.version
    ).order_by()


# Attached to the line of the version it came with, or to the statement that the line is no longer in.
VOUCHERS_OF = "disclosures.statementline"


def voucher_readable_by(subject_id: Any, attachment: Attachment, member: Membership | None) -> bool:
    """The gate of vouchers: staff and committee who may read the statement, or a later version that shows the line still.
    They name people; owners ask."""
    if member is None or not sees_vouchers(member):
        return False
    visible = statements_visible_to(member)
    line = StatementLine.objects.filter(pk=subject_id).select_related("statement").first()
    if line is None:
        return visible.filter(pk=subject_id).exists()
    later = visible.filter(number=line.statement.number, version__gte=line.statement.version)
    return StatementLine.objects.filter(key=line.key, statement__in=later).exists()


def sees_vouchers(member: Membership) -> bool:
    return member.is_staff_role or member.role == Membership.Role.COMMITTEE


def in_language(names: dict[str, str], code: str) -> str:
    """The category's name in the language in force, else in the other, else its code."""
    here, there = ("zh", "en") if (get_language() or "").startswith("zh") else ("en", "zh")
    return names.get(here) or names.get(there) or code
