"""The room forgets what somebody asked, of accounts or else; the accounts, and who decided on them, stand."""

from collections.abc import Collection
from uuid import UUID

from django.db.models import Q, QuerySet

from disclosures.models import ArticleVote, Enquiry, EnquiryTurn, EnquiryVote, Remark, RemarkVote
from owners.subjects import Subject
from tenancy.erasing import Ink, erase_rows


def remarks_of(subject: Subject) -> QuerySet[Remark]:
    if subject.membership is None:
        return Remark.objects.none()
    return Remark.objects.filter(asked_by=subject.membership)


def erase_subject(subject: Subject, ink: Ink) -> dict[str, int]:
    """Empty their questions and comments; answers stay, without the name wherever it stood. Returns rows by table."""
    rows = remarks_of(subject).exclude(body=ink.mark)
    asked = enquiries_of(subject).exclude(question=ink.mark).values_list("pk", flat=True)
    return {"disclosures.Remark": erase_rows(rows, ink), **erase_enquiries(list(asked), ink), **erase_votes(subject)}


def erase_votes(subject: Subject) -> dict[str, int]:
    """What they said of articles and answers goes whole: a vote is nothing without whose it was."""
    if subject.membership is None:
        return {}
    return {
        model._meta.label: model.objects.filter(membership=subject.membership).delete()[0]
        for model in (ArticleVote, EnquiryVote, RemarkVote)
    }


def enquiries_of(subject: Subject) -> QuerySet[Enquiry]:
    """What they asked in the portal, and what was written down for them under an address or a phone that is theirs."""
    reached = Q(caller_contact__in=[*subject.emails(), *subject.phones()]) & ~Q(caller_contact="")
    if subject.membership is None:
        return Enquiry.objects.filter(reached)
    return Enquiry.objects.filter(Q(membership=subject.membership) | reached)


def erase_enquiries(ids: Collection[UUID], ink: Ink) -> dict[str, int]:
    """Empty questions and who asked; answers stay. Returns rows by table."""
    turns = EnquiryTurn.objects.filter(enquiry__in=ids)
    rows = Enquiry.objects.filter(pk__in=ids)
    return {"disclosures.EnquiryTurn": erase_rows(turns, ink), "disclosures.Enquiry": erase_rows(rows, ink)}
