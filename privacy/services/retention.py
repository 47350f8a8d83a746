"""What is kept no longer than its term: emptied or deleted, every night, a count of each kind written down."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from allauth.usersessions.models import UserSession
from django.db import transaction
from django.db.models import Q, QuerySet

from attachments.erasing import erase_files
from attachments.models import Attachment
from audit.services import record
from complaints.erasing import drop_mails, erase_cases
from complaints.mail_queries import old_mails
from complaints.models import Complaint
from contacts.draft_queries import untouched_since
from contacts.erasing import erase_promises, erase_records
from contacts.models import Commitment, CommunicationRecord
from contacts.services.drafts import drop as drop_drafts
from contacts.services.register import FILES_OF as REGISTER_FILES
from disclosures import enquiry_queries
from disclosures.erasing import erase_enquiries
from disclosures.models import Enquiry
from notices.erasing import erase_deliveries
from notices.models import Delivery, NoticeRecipient, PaperRun, ProofPack
from notices.reach_erasing import drop_proofs, drop_runs, erase_recipients
from notices.rules import SECRET_EVENTS
from owners.erasing import FINISHED, empty_imports, erase_claims
from owners.models import Invitation, RegistryImport, UnitClaim
from owners.subjects import subject_of_person
from privacy import queries, rules
from privacy.models import DataExport, DataRequest, RetentionRun
from privacy.services import erasing
from reports.erasing import delete_runs
from reports.models import ReportRun
from tenancy.erasing import Ink, erase_rows
from tenancy.models import Membership
from tenancy.private_files import delete_on_commit

# A night takes so many people of the registry; the next one goes on.
PEOPLE_A_NIGHT = 500
# The inbox, and by whatever channel a notice went to whom: that proves its reach as long as its recipients stand.
KEPT_LONG = Q(channel=Delivery.Channel.PORTAL) | Q(recipient__isnull=False)
WAITING = Q(state__in=(Delivery.State.QUEUED, Delivery.State.CLAIMED))


@dataclass(frozen=True)
class Sweep:
    """One kind: the rows older than an instant, and what becomes of them. ``act`` returns how many."""

    key: str
    rows: Callable[[datetime], QuerySet[Any]]
    act: Callable[[QuerySet[Any], Ink, datetime], int]


def _spared_mail() -> Q:
    """Messages to or about what is held."""
    held = Complaint.objects.filter(queries.held_complaint()).values("pk")
    return Q(about_id__in=held) | Q(person__in=queries.held_people()) | Q(membership__in=queries.held_members())


def _old(cutoff: datetime, which: Q) -> QuerySet[Delivery]:
    old = Delivery.objects.filter(which, created_at__lt=cutoff, erased_at__isnull=True)
    kept = Delivery.objects.filter(_spared_mail()).values("pk")
    return old.exclude(pk__in=kept)


def _claims(cutoff: datetime) -> QuerySet[UnitClaim]:
    held = Membership.objects.filter(pk__in=queries.held_members()).values("user")
    return UnitClaim.objects.filter(decided_at__lt=cutoff, erased_at__isnull=True).exclude(user__in=held)


def _imports(cutoff: datetime) -> QuerySet[RegistryImport]:
    over = Q(undo_until__isnull=True) | Q(undo_until__lt=cutoff)
    old = RegistryImport.objects.filter(over, created_at__lt=cutoff)
    emptied = Q(stored_name="", errors=[], undo_data={})
    return old.filter(state__in=FINISHED).exclude(emptied) | old.filter(state=RegistryImport.State.READY)


def _drop_imports(rows: QuerySet[RegistryImport], ink: Ink, now: datetime) -> int:
    """One that was never started goes whole: nothing of it was stored."""
    ready = RegistryImport.objects.filter(pk__in=rows.filter(state=RegistryImport.State.READY).values("pk"))
    ids = list(ready.values_list("pk", flat=True))
    emptied = empty_imports(rows, ink)
    RegistryImport.objects.filter(pk__in=ids).delete()
    return emptied


def _people(rows: QuerySet[Any], ink: Ink, now: datetime) -> int:
    """Who signs in for several entries of the registry stays until the last of them has no unit."""
    done = 0
    for person in rows.order_by("pk")[:PEOPLE_A_NIGHT]:
        subject = subject_of_person(person)
        if not queries.units_held_now(subject):
            erasing.erase_by_age(subject, now=now)
            done += 1
    return done


def _exports(rows: QuerySet[DataExport], ink: Ink, now: datetime) -> int:
    names = list(rows.values_list("stored_name", flat=True))
    delete_on_commit(names)
    return rows.update(state=DataExport.State.EXPIRED, stored_name="")


def _requests(rows: QuerySet[DataRequest], ink: Ink, now: datetime) -> int:
    erase_rows(rows, ink)
    return rows.update(erased_at=now)


def _deliveries(rows: QuerySet[Delivery], ink: Ink, now: datetime) -> int:
    return erase_deliveries(rows, ink, now=now)


def _recipients(cutoff: datetime) -> QuerySet[NoticeRecipient]:
    """Whom notices of long ago were for; the figures of reach stay."""
    held = Q(person__in=queries.held_people()) | Q(membership__in=queries.held_members())
    old = NoticeRecipient.objects.filter(notice__sent_at__lt=cutoff, erased_at__isnull=True)
    return old.exclude(pk__in=NoticeRecipient.objects.filter(held).values("pk"))


def _contacts(cutoff: datetime) -> QuerySet[CommunicationRecord]:
    """Contacts of long ago in which nothing is open; of held people and complaints none."""
    held = Complaint.objects.filter(queries.held_complaint()).values("pk")
    kept = Q(person__in=queries.held_people()) | Q(linked_id__in=held)
    old = CommunicationRecord.objects.filter(occurred_at__lt=cutoff, erased_at__isnull=True)
    old = old.exclude(state=CommunicationRecord.State.OPEN)
    return old.exclude(pk__in=CommunicationRecord.objects.filter(kept).values("pk"))


def _promises(cutoff: datetime) -> QuerySet[Commitment]:
    """Promises of long ago whose words still stand; of held people and complaints none."""
    held = Complaint.objects.filter(queries.held_complaint()).values("pk")
    kept = Q(person__in=queries.held_people()) | Q(linked_id__in=held)
    old = Commitment.objects.filter(settled_at__lt=cutoff).exclude(text=erasing.ink().mark)
    return old.exclude(pk__in=Commitment.objects.filter(kept).values("pk"))


def _enquiries(cutoff: datetime) -> QuerySet[Enquiry]:
    """Enquiries that ended long ago and whose words still stand; of held members none."""
    old = enquiry_queries.closed_before(cutoff, erasing.ink().mark)
    return old.exclude(pk__in=Enquiry.objects.filter(membership__in=queries.held_members()).values("pk"))


def _recordings(cutoff: datetime) -> QuerySet[Attachment]:
    """Voices are kept shorter than words; those of a contact with somebody who is held stay."""
    held = CommunicationRecord.objects.filter(person__in=queries.held_people()).values("pk")
    old = Attachment.objects.filter(kind=Attachment.Kind.AUDIO, subject_type=REGISTER_FILES, created_at__lt=cutoff)
    return old.exclude(subject_id__in=held)


SWEEPS = (
    Sweep("cases", queries.closed_before,
          lambda rows, ink, now: erase_cases(rows.values_list("pk", flat=True), ink, now=now)["complaints.Complaint"]),
    Sweep("cases", _contacts,
          lambda rows, ink, now: erase_records(rows.values_list("pk", flat=True), ink, now=now)["contacts.CommunicationRecord"]),
    Sweep("cases", _promises, lambda rows, ink, now: erase_promises(rows, ink)["contacts.Commitment"]),
    Sweep("cases", _enquiries,
          lambda rows, ink, now: erase_enquiries(list(rows.values_list("pk", flat=True)), ink)["disclosures.Enquiry"]),
    Sweep("recordings", _recordings, lambda rows, ink, now: erase_files(rows)),
    Sweep("drafts", untouched_since, lambda rows, ink, now: drop_drafts(rows)),
    Sweep("people", queries.people_gone_before, _people),
    Sweep("claims", _claims, lambda rows, ink, now: erase_claims(rows, ink, now=now)),
    Sweep("invitations",
          lambda cutoff: Invitation.objects.filter(created_at__lt=cutoff).exclude(person__in=queries.held_people()),
          lambda rows, ink, now: erase_rows(rows, ink)),
    Sweep("inbox", lambda cutoff: _old(cutoff, KEPT_LONG), _deliveries),
    Sweep("inbox", _recipients, lambda rows, ink, now: erase_recipients(rows, ink, now=now)["notices.NoticeRecipient"]),
    Sweep("reports", lambda cutoff: ProofPack.objects.filter(finished_at__lt=cutoff),
          lambda rows, ink, now: drop_proofs(rows)),
    Sweep("reports", lambda cutoff: PaperRun.objects.filter(finished_at__lt=cutoff),
          lambda rows, ink, now: drop_runs(rows)),
    Sweep("mails", lambda cutoff: _old(cutoff, ~KEPT_LONG & ~WAITING), _deliveries),
    Sweep("inbound", old_mails, lambda rows, ink, now: drop_mails(rows)),
    Sweep("imports", _imports, _drop_imports),
    Sweep("reports", lambda cutoff: ReportRun.objects.filter(finished_at__lt=cutoff),
          lambda rows, ink, now: delete_runs(rows)),
    Sweep("requests", lambda cutoff: DataRequest.objects.filter(decided_at__lt=cutoff, erased_at__isnull=True),
          _requests),
)  # fmt: skip


@transaction.atomic
def sweep(*, now: datetime, is_dry: bool = False) -> dict[str, int]:
    """Everything of the organisation in force that is kept no longer. Returns rows by kind; nothing held is touched.

    Writes what the registers say, one RetentionRun and an audit entry when anything was done. A dry run only counts.
    Running it again does nothing more.
    """
    own, inked = queries.own_terms(), erasing.ink()
    counts = {}
    if not is_dry:
        counts["erasures"] = erasing.complete_erasures(now=now)
    for one in SWEEPS:
        rows = one.rows(rules.before(now, f"keep.{one.key}", own))
        counts[one.key] = counts.get(one.key, 0) + (rows.count() if is_dry else one.act(rows, inked, now))
    ready = DataExport.objects.filter(state=DataExport.State.DONE, expires_at__lt=now)
    counts["exports"] = ready.count() if is_dry else _exports(ready, inked, now)
    counts["tokens"] = _tokens(is_dry)
    if not is_dry and any(counts.values()):
        run = RetentionRun.objects.create(at=now, counts={name: count for name, count in counts.items() if count})
        record(action="retention.swept", subject=run, actor=None, now=now, changes=run.counts)
    return counts


def _tokens(is_dry: bool) -> int:
    """Sent mails that still carry a way in; those sent since the rule have lost it as they were handed over."""
    rows = Delivery.objects.filter(event__in=SECRET_EVENTS, state=Delivery.State.HANDED).exclude(link="")
    return rows.count() if is_dry else rows.update(link="", text="", html="")


def sweep_devices(*, now: datetime, is_dry: bool = False) -> int:
    """Devices not seen for the shipped term, of every organisation: sign-ins are the platform's."""
    rows = UserSession.objects.filter(last_seen_at__lt=rules.before(now, "keep.logins", {}))
    return rows.count() if is_dry else rows.delete()[0]
