"""The room forgets what somebody asked of accounts; the accounts, and who decided on them, stand."""

from django.db.models import QuerySet

from disclosures.models import Remark
from owners.subjects import Subject
from tenancy.erasing import Ink, erase_rows


def remarks_of(subject: Subject) -> QuerySet[Remark]:
    if subject.membership is None:
        return Remark.objects.none()
    return Remark.objects.filter(asked_by=subject.membership)


def erase_subject(subject: Subject, ink: Ink) -> dict[str, int]:
    """Empty their questions and comments; answers stay, without the name wherever it stood. Returns rows by table."""
    rows = remarks_of(subject).exclude(body=ink.mark)
    return {"disclosures.Remark": erase_rows(rows, ink)}
