"""Of a person erased stays that somebody was told, when and how; who it was, where and by whose hand goes."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from attachments.erasing import erase_files, of_cases
from notices.models import HandDelivery, NoticeRecipient, PaperRun, Preference, ProofPack, QuietTime, Suppression
from owners.subjects import Subject
from tenancy.erasing import Ink, erase_rows
from tenancy.private_files import delete_on_commit


def recipients_of(subject: Subject) -> QuerySet[NoticeRecipient]:
    """Every notice a person was among the audience of."""
    theirs = Q(person__in=subject.person_ids)
    if subject.membership is not None:
        theirs |= Q(membership=subject.membership)
    return NoticeRecipient.objects.filter(theirs)


def erase_recipients(recipients: QuerySet[NoticeRecipient], ink: Ink, *, now: datetime) -> dict[str, int]:
    """Empty these recipients and what was done for them by hand, with its photos; no further channel is taken.

    What was printed for them and what proves that they were reached goes too: both name them. Files go when the
    transaction commits.
    """
    ids = list(recipients.filter(erased_at__isnull=True).values_list("pk", flat=True))
    rows, by_hand = NoticeRecipient.objects.filter(pk__in=ids), HandDelivery.objects.filter(recipient__in=ids)
    files = of_cases(HandDelivery._meta.label_lower, by_hand.values_list("pk", flat=True))
    counts = {
        "attachments.Attachment": erase_files(files),
        "notices.HandDelivery": erase_rows(by_hand, ink),
        "notices.NoticeRecipient": erase_rows(rows, ink),
    }
    counts |= _erase_papers(ids)
    rows.update(erased_at=now, next_step_at=None)
    return counts


def _erase_papers(recipient_ids: Collection[UUID]) -> dict[str, int]:
    """Of a print run the file goes, that it was posted stands. One being made is begun again, without them."""
    notices = NoticeRecipient.objects.filter(pk__in=recipient_ids).values("notice")
    gone = {str(pk) for pk in recipient_ids}
    runs = [run for run in PaperRun.objects.filter(notice__in=notices) if gone & set(run.recipient_ids)]
    made = [run for run in runs if run.pdf_name]
    delete_on_commit([run.pdf_name for run in made])
    PaperRun.objects.filter(pk__in=[run.pk for run in made]).update(pdf_name="")
    PaperRun.objects.filter(pk__in=[run.pk for run in runs], state=PaperRun.State.RUNNING).update(
        state=PaperRun.State.WAITING, lease_until=None
    )
    proofs = ProofPack.objects.filter(notice__in=notices)
    proofs.filter(state=ProofPack.State.RUNNING).update(state=ProofPack.State.WAITING, lease_until=None)
    dropped = drop_proofs(proofs.exclude(state=ProofPack.State.WAITING))
    return {"notices.PaperRun": len(made), "notices.ProofPack": dropped}


def drop_proofs(proofs: QuerySet[ProofPack]) -> int:
    """Delete these with their files. Returns how many."""
    delete_on_commit(list(proofs.exclude(pdf_name="").values_list("pdf_name", flat=True)))
    return proofs.delete()[0]


def drop_runs(runs: QuerySet[PaperRun]) -> int:
    """Delete these print runs with their files. Returns how many."""
    delete_on_commit(list(runs.exclude(pdf_name="").values_list("pdf_name", flat=True)))
    return runs.delete()[0]


def erase_wishes(subject: Subject, ink: Ink, *, now: datetime) -> dict[str, int]:
    """Delete what they chose to be sent, and lift and empty the stops of their addresses."""
    theirs = Q(person__in=subject.person_ids)
    if subject.membership is not None:
        theirs |= Q(membership=subject.membership)
    wished = Preference.objects.filter(theirs).delete()[0] + QuietTime.objects.filter(theirs).delete()[0]
    addresses = {address.lower() for address in [*subject.emails(), *subject.phones()]}
    told = Q(delivery__person__in=subject.person_ids)
    if subject.membership is not None:
        told |= Q(delivery__membership=subject.membership)
    stopped = Suppression.objects.filter(Q(address__in=addresses) | told).exclude(address="", evidence="")
    ids = list(stopped.values_list("pk", flat=True))
    rows = Suppression.objects.filter(pk__in=ids)
    rows.filter(lifted_at__isnull=True).update(lifted_at=now)
    return {"notices.Preference": wished, "notices.Suppression": erase_rows(rows, ink)}
