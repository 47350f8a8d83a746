"""Erasing a person: shown first, then done in one transaction; records stand under an invented name.

What each column becomes is in the registers of personal data; here is the order, and what stops it.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import translation
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from attachments.erasing import erase_files, held_by_member
from audit.services import record
from complaints.erasing import complaints_of, drop_mails, erase_cases
from complaints.mail_queries import mails_from
from complaints.models import Complaint
from contacts import erasing as contacts
from disclosures import erasing as disclosures
from disclosures.models import Article, ArticleVersion, Clause
from notices.erasing import deliveries_of, erase_deliveries
from notices.reach_erasing import erase_recipients, erase_wishes, recipients_of
from owners import erasing as registry
from owners.services.staff import is_last_administrator
from owners.subjects import Subject
from privacy import queries, rules
from privacy.models import DataExport, DataRequest, Erasure, LegalHold
from privacy.services import signing_in
from privacy.services.requests import close_erased
from reports import erasing as reports
from tenancy.context import current_organisation_id
from tenancy.erasing import Ink, erase_belongings, erase_rows, patterns_of, places_of, scrub, short_names
from tenancy.errors import DomainError, NotAllowed
from tenancy.models import Membership, Organisation
from tenancy.private_files import delete_on_commit

GONE = (DataExport.State.EXPIRED, DataExport.State.FAILED)


@dataclass(frozen=True)
class Obstacle:
    """Why somebody cannot be erased now, in a sentence."""

    words: str


def ink(pseudonym: str = "") -> Ink:
    """An invented name nobody had before, unless one is given, and the mark; in the organisation's language."""
    with translation.override(Organisation.objects.get(pk=current_organisation_id()).language):
        name = pseudonym or _("Erased person %(code)s") % {"code": secrets.token_hex(4).upper()}
        return Ink(name, _("[erased]"))


def obstacles(subject: Subject) -> list[Obstacle]:
    """What stops the erasure of this person altogether."""
    found = [
        Obstacle(_("A legal hold is in force: %(reason)s") % {"reason": hold.reason})
        for hold in queries.holds_on(subject)
    ]
    held = queries.holds_in_force().filter(complaint__in=complaints_of(subject))
    found += [
        Obstacle(
            _("A legal hold is in force on complaint %(number)s: %(reason)s")
            % {"number": hold.complaint.number, "reason": hold.reason}
        )
        for hold in held
    ]
    member = subject.membership
    if (
        member is not None
        and member.role == Membership.Role.ADMIN
        and member.is_active
        and is_last_administrator(member)
    ):
        found.append(Obstacle(_("This is the last administrator. Make somebody else administrator first.")))
    return found


@transaction.atomic
def erase_person(
    *, kind: str, key: UUID, include_open: bool, actor: Membership | None, now: datetime, include_short: bool = False
) -> Erasure:
    """Erase one person, named as by ``queries.named_subject``; their open complaints' words only when asked, and a name
    so short that it may mean somebody else (`tenancy.erasing`) only when asked, too.

    Empties or deletes what the registers say, in every room; takes their name, addresses and numbers out of all free
    words; ends their sign-in here. Files go when the transaction commits. Writes one Erasure and an audit entry; doing
    it again writes nothing unless something came back. Raises NotFound, NotAllowed, DomainError when a hold stops it.
    """
    if not rules.may_look_after_privacy(actor) or actor is None:
        raise NotAllowed(_("Only an administrator looks after people's data."))
    subject = queries.named_subject(kind, key)
    _lock(subject)
    if stopped := obstacles(subject):
        raise DomainError(" ".join(obstacle.words for obstacle in stopped))
    before = Erasure.objects.filter(queries.about(subject)).order_by("at").first()
    inked = ink(before.pseudonym if before else "")
    cases = complaints_of(subject).filter(erased_at__isnull=True)
    left = [] if include_open else list(cases.filter(is_open=True).values_list("pk", flat=True))
    close_erased(subject, actor=actor, now=now)
    counts = _erase(subject, inked, left, now=now, everywhere=True, with_short=include_short)
    if before is not None and not any(counts.values()):
        return before
    erasure = Erasure.objects.create(
        **queries.reference_of(subject), pseudonym=inked.pseudonym, at=now, by=actor,
        counts={name: count for name, count in counts.items() if count},
        open_cases=[str(pk) for pk in left], completed_at=None if left else now,
    )  # fmt: skip
    record(action="person.erased", subject=erasure, actor=actor, now=now, changes={"rows": sum(counts.values())})
    return erasure


def erase_by_age(subject: Subject, *, now: datetime) -> int:
    """A former owner or occupant whose term is over. Their staff or committee membership, if any, stays."""
    inked = ink()
    residents = (Membership.Role.OWNER, Membership.Role.OCCUPANT)
    if subject.membership is not None and subject.membership.role not in residents:
        subject = Subject(subject.people)
    return sum(_erase(subject, inked, [], now=now, everywhere=False).values())


def complete_erasures(*, now: datetime) -> int:
    """The complaints that were open when somebody was erased and have been closed since. Returns how many."""
    done = 0
    for erasure in queries.erasures_waiting().select_for_update(of=("self",)):
        waiting = Complaint.objects.filter(pk__in=erasure.open_cases, erased_at__isnull=True)
        closed = waiting.filter(~queries.held_complaint(), is_open=False)
        done += erase_cases(closed.values_list("pk", flat=True), ink(erasure.pseudonym), now=now)[
            "complaints.Complaint"
        ]
        if not waiting.exists():
            erasure.completed_at = now
            erasure.save(update_fields=["completed_at"])
    return done


def _lock(subject: Subject) -> None:
    """One erasure of a person at a time: the second waits, and finds nothing left."""
    for person in subject.people:
        type(person).objects.select_for_update().get(pk=person.pk)
    if subject.membership is not None:
        Membership.objects.select_for_update().get(pk=subject.membership.pk)


def _erase(
    subject: Subject, inked: Ink, left: list[UUID], *, now: datetime, everywhere: bool, with_short: bool = False
) -> dict[str, int]:
    """``left`` are complaints whose words stay; ``everywhere`` also searches other people's words."""
    cases = complaints_of(subject)
    # Who they are is gathered before any of it is gone.
    patterns = _patterns(subject, inked, with_short=with_short)
    numbers = list(cases.values_list("number", flat=True))
    counts = erase_cases(cases.exclude(pk__in=left).values_list("pk", flat=True), inked, now=now)
    cases.filter(pk__in=left).update(caller_name="", caller_phone="")
    _add(counts, {"notices.Delivery": erase_deliveries(deliveries_of(subject), inked, now=now)})
    mails = mails_from(subject.emails() | signing_in.addresses_of(subject))
    _add(counts, {"complaints.InboundMail": drop_mails(mails)})
    _add(counts, erase_recipients(recipients_of(subject), inked, now=now))
    _add(counts, erase_wishes(subject, inked, now=now))
    _add(counts, contacts.erase_subject(subject, inked, now=now))
    _add(counts, disclosures.erase_subject(subject, inked))
    if subject.membership is not None:
        _add(counts, erase_belongings(subject.membership, inked))
        _add(counts, {"attachments.Attachment": erase_files(held_by_member(subject.membership))})
    _add(counts, {"privacy.DataExport": drop_archives(subject)})
    own = DataRequest.objects.filter(queries.about(subject), erased_at__isnull=True)
    if everywhere:
        erase_rows(own, inked)
        _add(counts, {"privacy.DataRequest": own.update(erased_at=now)})
        _add(counts, {"contacts.ContactPerson": contacts.erase_contact_people(subject, inked)})
        reports_naming = reports.runs_naming(patterns)
        _add(counts, scrub(patterns, inked, spared=_spared()))
        reports.redraw(reports_naming)
    _add(counts, registry.erase_subject(subject, inked, now=now))
    _add(counts, signing_in.erase(subject, inked))
    transaction.on_commit(partial(_forget_outside, patterns, numbers), robust=True)
    return counts


def _add(counts: dict[str, int], more: dict[str, int]) -> None:
    for name, count in more.items():
        counts[name] = counts.get(name, 0) + count


def short_name_places(subject: Subject) -> tuple[list[str], int]:
    """Names of theirs that erasure leaves in other people's words unless asked, and in how many places they stand."""
    names = short_names(_names(subject))
    return names, places_of(patterns_of(names=names, emails=(), phones=(), with_short=True), spared=_spared())


def _names(subject: Subject) -> set[str]:
    """Every name they go by: in the registry, as callers, at outside parties."""
    called = complaints_of(subject).values_list("caller_name", flat=True)
    return subject.names() | {*called, *contacts.contact_people_of(subject).values_list("name", flat=True)}


def _patterns(subject: Subject, inked: Ink, *, with_short: bool) -> list[str]:
    names = _names(subject) | subject.addresses()
    phones = subject.phones() | {
        str(phone or "") for phone in complaints_of(subject).values_list("caller_phone", flat=True)
    }
    emails = subject.emails() | signing_in.addresses_of(subject)
    return patterns_of(names=names - {inked.pseudonym}, emails=emails, phones=phones, with_short=with_short)


def _spared() -> dict[str, Any]:
    """Held complaints with all that belongs to them, the reasons of holds, and the text of laws keep every word: a name
    is an ordinary word there."""
    laws = ArticleVersion.objects.filter(article__kind=Article.Kind.LAW).values("pk")
    held = list(Complaint.objects.filter(queries.held_complaint()).values_list("pk", flat=True))
    parts = ("complaints.Message", "complaints.Move", "complaints.ReturnVisit")
    return {
        **{label: Q(complaint__in=held) for label in parts},
        "complaints.Complaint": Q(pk__in=held),
        "notices.Delivery": Q(about_id__in=held),
        "attachments.Attachment": Q(subject_id__in=held),
        LegalHold._meta.label: Q(released_at__isnull=True),
        ArticleVersion._meta.label: Q(pk__in=laws),
        Clause._meta.label: Q(version__in=laws),
    }


def drop_archives(subject: Subject) -> int:
    """Every archive made for somebody, and the ones being made."""
    rows = DataExport.objects.filter(queries.about(subject)).exclude(state__in=GONE)
    names = list(rows.exclude(stored_name="").values_list("stored_name", flat=True))
    delete_on_commit(names)
    return rows.update(state=DataExport.State.EXPIRED, stored_name="", lease_until=None)


def _forget_outside(patterns: list[str], numbers: list[str]) -> None:
    """What lies outside the database, such as mail that a demo captured: each place has its own way to forget."""
    for path in settings.ERASURE_SINKS:
        import_string(path)(patterns=patterns, numbers=numbers)
