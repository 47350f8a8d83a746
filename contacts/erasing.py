"""Of a person erased nobody knows any more which outages they followed."""

from contacts.models import OutageFollower
from owners.subjects import Subject
from tenancy.erasing import Ink, erase_rows


def erase_subject(subject: Subject, ink: Ink) -> dict[str, int]:
    """Returns rows by table."""
    rows = OutageFollower.objects.filter(person__in=subject.person_ids)
    return {"contacts.OutageFollower": erase_rows(rows, ink)}
