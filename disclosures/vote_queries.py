"""What is read of votes: whether answers and articles helped those who read them; counted, never by name."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet

from disclosures import article_queries, enquiry_queries, queries
from disclosures.models import (
    AccountStatement,
    Article,
    Enquiry,
    EnquiryVote,
    Remark,
    RemarkVote,
)
from tenancy.models import Membership
from tenancy.policy import can

HELPED, HELPED_NOT = Count("votes", filter=Q(votes__was_helpful=True)), Count("votes", filter=Q(votes__was_helpful=False))  # fmt: skip


def said_of(votes: QuerySet[Any]) -> dict[str, int]:
    """How many said that it helped, and that it did not."""
    said = dict(votes.order_by().values_list("was_helpful").annotate(Count("pk")))
    return {"helped": said.get(True, 0), "helped_not": said.get(False, 0)}


def enquiry_votes_of(member: Membership, enquiries: Iterable[UUID]) -> dict[UUID, bool]:
    """What a member said of these."""
    rows = EnquiryVote.objects.filter(membership=member, enquiry__in=list(enquiries))
    return dict(rows.values_list("enquiry_id", "was_helpful"))


def remark_votes_of(member: Membership, remarks: Iterable[UUID]) -> dict[UUID, bool]:
    rows = RemarkVote.objects.filter(membership=member, remark__in=list(remarks))
    return dict(rows.values_list("remark_id", "was_helpful"))


def remark_counts(remarks: Iterable[UUID]) -> dict[UUID, dict[str, int]]:
    """By question, for staff."""
    rows = Remark.objects.filter(pk__in=list(remarks)).annotate(helped=HELPED, helped_not=HELPED_NOT)
    return {row.pk: {"helped": row.helped, "helped_not": row.helped_not} for row in rows.only("pk")}


def remarks_open_to(member: Membership | None) -> QuerySet[Remark]:
    """Answered questions on published accounts that lie open to a member who reads these accounts."""
    seen = queries.statements_visible_to(member).filter(state__in=AccountStatement.PUBLISHED)
    return Remark.objects.filter(is_public=True, answered_at__isnull=False, statement__in=seen)


# -- what is to be improved --------------------------------------------------------------------------------------------


def improves(member: Membership | None) -> bool:
    """Whether somebody mends what did not help: who writes articles, opens answers to all, or answers on accounts."""
    return any(can(member, action) for action in ("article.write", "enquiry.publish", "statement.answer"))


def unhelpful_articles(member: Membership | None) -> QuerySet[Article]:
    """In force, and somebody said that it did not help; the most of them first."""
    if not can(member, "article.write"):
        return Article.objects.none()
    rows = article_queries.articles_visible_to(member).filter(state=Article.State.PUBLISHED)
    return _worst_first(rows.select_related("keeper"))


def unhelpful_enquiries(member: Membership | None) -> QuerySet[Enquiry]:
    if not can(member, "enquiry.publish"):
        return Enquiry.objects.none()
    rows = enquiry_queries.enquiries_visible_to(member).filter(published_at__isnull=False)
    return _worst_first(rows.select_related("estate"))


def unhelpful_remarks(member: Membership | None) -> QuerySet[Remark]:
    if not can(member, "statement.answer"):
        return Remark.objects.none()
    return _worst_first(remarks_open_to(member).select_related("statement__estate"))


def _worst_first(rows: QuerySet[Any]) -> QuerySet[Any]:
    counted = rows.annotate(helped=HELPED, helped_not=HELPED_NOT).filter(helped_not__gt=0)
    return counted.order_by((F("helped_not") - F("helped")).desc(), "-helped_not", "id")
