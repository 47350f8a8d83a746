"""The room forgets whom contacts and promises were with, what was said, and who followed an outage."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from attachments.erasing import erase_files, of_cases
from contacts.draft_queries import drafts_about
from contacts.models import Amendment, Commitment, CommunicationRecord, ContactPerson, FollowUp, OutageFollower
from contacts.services.commitments import FILES_OF as PROOFS_OF
from contacts.services.drafts import drop
from contacts.services.register import FILES_OF
from notices.erasing import erase_deliveries
from notices.models import Delivery
from owners.subjects import Subject
from tenancy.erasing import Ink, erase_rows


def erase_subject(subject: Subject, ink: Ink, *, now: datetime) -> dict[str, int]:
    """Contacts with a person, begun ones too, promises to them, outages they followed. Returns rows by table."""
    counts = erase_records(records_of(subject).values_list("pk", flat=True), ink, now=now)
    promises = erase_promises(promises_to(subject), ink)
    counts["attachments.Attachment"] += promises.pop("attachments.Attachment")
    drafts = drop(drafts_about(subject.person_ids, subject.phones()))
    rows = OutageFollower.objects.filter(person__in=subject.person_ids)
    return counts | promises | {"contacts.OutageFollower": erase_rows(rows, ink), "contacts.EntryDraft": drafts}


def contact_people_of(subject: Subject) -> QuerySet[ContactPerson]:
    """The same human being as somebody to speak to at an outside party: by an address or a number of theirs."""
    wanted, phones = Q(pk__in=[]), subject.phones()
    for email in subject.emails():
        wanted |= Q(email__iexact=email)
    return ContactPerson.objects.filter(wanted | Q(phone__in=phones) | Q(mobile__in=phones))


def erase_contact_people(subject: Subject, ink: Ink) -> int:
    """Delete these entries; what was spoken with the party stays, without the name and number it was spoken with."""
    people = contact_people_of(subject)
    CommunicationRecord.objects.filter(contact__in=people).update(name_given="", phone_given="")
    return erase_rows(people, ink)


def records_of(subject: Subject) -> QuerySet[CommunicationRecord]:
    """Contacts with a person: by the registry, or with nothing but their phone number."""
    named, phones = Q(person__in=subject.person_ids), subject.phones()
    if phones:
        named |= Q(person__isnull=True, party__isnull=True, phone_given__in=phones)
    return CommunicationRecord.objects.filter(named)


def erase_records(record_ids: Iterable[UUID], ink: Ink, *, now: datetime) -> dict[str, int]:
    """Empty the words of these entries, their amendments and tasks, and what was told of them; delete their files.

    Returns rows by table. Writes nothing to entries erased before.
    """
    wanted = CommunicationRecord.objects.filter(pk__in=list(record_ids), erased_at__isnull=True)
    ids = list(wanted.values_list("pk", flat=True))
    rows = CommunicationRecord.objects.filter(pk__in=ids)
    counts = {"contacts.CommunicationRecord": erase_rows(rows, ink)}
    rows.update(erased_at=now)
    for model in (Amendment, FollowUp):
        counts[model._meta.label] = erase_rows(model.objects.filter(record__in=ids), ink)
    counts["attachments.Attachment"] = erase_files(of_cases(FILES_OF, ids))
    about = Delivery.objects.filter(about_type=FILES_OF, about_id__in=ids)
    counts["notices.Delivery"] = erase_deliveries(about, ink, now=now)
    return counts


def promises_to(subject: Subject) -> QuerySet[Commitment]:
    return Commitment.objects.filter(person__in=subject.person_ids)


def erase_promises(promises: QuerySet[Commitment], ink: Ink) -> dict[str, int]:
    """Empty the words of these promises, and the photos that show them kept; day and outcome stand."""
    ids = list(promises.exclude(to_whom=ink.pseudonym).values_list("pk", flat=True))
    return {
        "contacts.Commitment": erase_rows(Commitment.objects.filter(pk__in=ids), ink),
        "attachments.Attachment": erase_files(of_cases(PROOFS_OF, ids)),
    }
