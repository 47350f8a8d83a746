"""Legal holds: what must be kept, whatever anybody asks and however old it is."""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from audit.services import record
from complaints.models import Complaint
from privacy import queries, rules
from privacy.models import LegalHold
from tenancy.errors import DomainError, NotAllowed, NotFound
from tenancy.models import Membership


@transaction.atomic
def hold_person(*, kind: str, key: UUID, reason: str, actor: Membership | None, now: datetime) -> LegalHold:
    """Keep everything of one person. ``kind`` is person or member. A hold that is in force is the one.

    Writes the hold and an audit entry. Raises NotAllowed, NotFound, DomainError without a reason.
    """
    _officer(actor)
    subject = queries.named_subject(kind, key)
    found = queries.holds_on(subject).first()
    if found is not None:
        return found
    person = subject.people[0] if subject.people else None
    return _set(LegalHold(person=person, membership=subject.membership), reason, actor, now)


@transaction.atomic
def hold_complaint(*, number: str, reason: str, actor: Membership | None, now: datetime) -> LegalHold:
    """Keep one complaint with all that belongs to it. Raises NotAllowed, NotFound, DomainError without a reason."""
    _officer(actor)
    complaint = Complaint.objects.filter(number=number.strip().upper()).first()
    if complaint is None:
        raise NotFound(_("There is no complaint of this number."))
    found = queries.holds_in_force().filter(complaint=complaint).first()
    return found or _set(LegalHold(complaint=complaint), reason, actor, now)


def _set(hold: LegalHold, reason: str, actor: Membership | None, now: datetime) -> LegalHold:
    if not reason.strip():
        raise DomainError(_("Say why this must be kept."))
    hold.reason, hold.set_by, hold.set_at = reason.strip()[:500], actor, now
    try:
        with transaction.atomic():
            hold.save(force_insert=True)
    except IntegrityError:  # the other of two clicks was quicker
        same = {"person": hold.person, "membership": hold.membership, "complaint": hold.complaint}
        return queries.holds_in_force().get(**same)
    record(action="legalhold.set", subject=hold, actor=actor, now=now)
    return hold


@transaction.atomic
def release_hold(*, hold_id: UUID, actor: Membership | None, now: datetime) -> LegalHold:
    """Let erasure and retention go on. Releasing twice changes nothing. Raises NotAllowed, NotFound."""
    _officer(actor)
    hold = LegalHold.objects.select_for_update().filter(pk=hold_id).first()
    if hold is None:
        raise NotFound(_("There is no such hold."))
    if hold.released_at is None:
        hold.released_at, hold.released_by = now, actor
        hold.save(update_fields=["released_at", "released_by"])
        record(action="legalhold.released", subject=hold, actor=actor, now=now)
    return hold


def _officer(actor: Membership | None) -> None:
    if not rules.may_look_after_privacy(actor):
        raise NotAllowed(_("Only an administrator looks after people's data."))
