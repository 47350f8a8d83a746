"""Of a person erased stays that somebody was told, when and how; who it was, where and by whose hand goes."""

from datetime import datetime

from django.db.models import Q, QuerySet

from attachments.erasing import erase_files, of_cases
from notices.models import HandDelivery, NoticeRecipient, Preference, QuietTime, Suppression
from owners.subjects import Subject
from tenancy.erasing import Ink, erase_rows


def recipients_of(subject: Subject) -> QuerySet[NoticeRecipient]:
    """Every notice a person was among the audience of."""
    theirs = Q(person__in=subject.person_ids)
    if subject.membership is not None:
        theirs |= Q(membership=subject.membership)
    return NoticeRecipient.objects.filter(theirs)


def erase_recipients(recipients: QuerySet[NoticeRecipient], ink: Ink, *, now: datetime) -> dict[str, int]:
    """Empty these recipients and what was done for them by hand, with its photos; no further channel is taken."""
    ids = list(recipients.filter(erased_at__isnull=True).values_list("pk", flat=True))
    rows, by_hand = NoticeRecipient.objects.filter(pk__in=ids), HandDelivery.objects.filter(recipient__in=ids)
    files = of_cases(HandDelivery._meta.label_lower, by_hand.values_list("pk", flat=True))
    counts = {
        "attachments.Attachment": erase_files(files),
        "notices.HandDelivery": erase_rows(by_hand, ink),
        "notices.NoticeRecipient": erase_rows(rows, ink),
    }
    rows.update(erased_at=now, next_step_at=None)
    return counts


def erase_wishes(subject: Subject, ink: Ink, *, now: datetime) -> dict[str, int]:
    """Delete what they chose to be sent, and lift and empty the stops of their addresses."""
    theirs = Q(person__in=subject.person_ids)
    if subject.membership is not None:
        theirs |= Q(membership=subject.membership)
    wished = Preference.objects.filter(theirs).delete()[0] + QuietTime.objects.filter(theirs).delete()[0]
    stopped = Suppression.objects.filter(address__in=[*subject.emails(), *subject.phones()])
    ids = list(stopped.values_list("pk", flat=True))
    rows = Suppression.objects.filter(pk__in=ids)
    rows.filter(lifted_at__isnull=True).update(lifted_at=now)
    return {"notices.Preference": wished, "notices.Suppression": erase_rows(rows, ink)}
