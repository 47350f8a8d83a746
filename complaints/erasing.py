"""Complaints forget who complained and what was said; number, dates, class, states and times stand."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from attachments.erasing import erase_files, of_cases
from complaints.models import Complaint, Extension, InboundMail, Message, Move, Pause, ReturnVisit, Task
from complaints.services.intake import SUBJECT_TYPE
from notices.erasing import erase_deliveries
from notices.models import Delivery
from owners.subjects import Subject
from tenancy.erasing import Ink, erase_rows
from tenancy.private_files import delete_on_commit

PARTS = (Move, Message, ReturnVisit, Pause, Extension, Task)


def complaints_of(subject: Subject) -> QuerySet[Complaint]:
    """What a person complained of: by the registry, or with nothing but their phone number."""
    named = Q(complainant__in=subject.person_ids)
    phones = subject.phones()
    return Complaint.objects.filter(named | Q(complainant__isnull=True, caller_phone__in=phones) if phones else named)


def erase_cases(case_ids: Iterable[UUID], ink: Ink, *, now: datetime) -> dict[str, int]:
    """Empty the words of these complaints, their moves, messages, visits and mails; delete their files.

    Returns rows by table. Writes nothing to complaints erased before.
    """
    ids = list(Complaint.objects.filter(pk__in=list(case_ids), erased_at__isnull=True).values_list("pk", flat=True))
    cases = Complaint.objects.filter(pk__in=ids)
    counts = {"complaints.Complaint": erase_rows(cases, ink)}
    cases.update(erased_at=now)
    for model in PARTS:
        counts[model._meta.label] = erase_rows(model.objects.filter(complaint__in=ids), ink)
    counts["attachments.Attachment"] = erase_files(of_cases(SUBJECT_TYPE, ids))
    about = Delivery.objects.filter(about_type=SUBJECT_TYPE, about_id__in=ids)
    counts["notices.Delivery"] = erase_deliveries(about, ink, now=now)
    return counts


def drop_mails(mails: QuerySet[InboundMail]) -> int:
    """Delete mails that came in, and their bytes once the transaction is through. Returns how many."""
    names = list(mails.values_list("raw_name", flat=True))
    delete_on_commit(names)
    return mails.delete()[0]
