"""Requests about somebody's data: asked, answered or refused with a reason, each told to who asked."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from audit.services import record
from notices.services.queueing import Item, Recipient, queue_many, recipient_for_member, recipient_for_person
from owners.rules import language_for
from owners.subjects import Subject, subject_of_user
from privacy import queries, rules
from privacy.models import DataRequest
from tenancy.context import current_organisation_id
from tenancy.errors import DomainError, NotAllowed, NotFound
from tenancy.models import Membership, Organisation, User

Kind, State = DataRequest.Kind, DataRequest.State


@transaction.atomic
def ask(*, user: User, actor: Membership | None, kind: str, words: str, now: datetime) -> DataRequest:
    """Ask about one's own data. The same kind again, while one is open, is the one that is open.

    Writes the request, an audit entry, and messages to the privacy officers and to who asked. Raises DomainError
    for an unknown kind, and when a correction or objection comes without words.
    """
    return _enter(subject_of_user(user), kind, words, actor, None, now)


@transaction.atomic
def enter_for(*, person_id: UUID, kind: str, words: str, actor: Membership | None, now: datetime) -> DataRequest:
    """Enter what somebody of the registry asked by letter, phone or at the counter.

    Raises NotFound, NotAllowed unless the actor looks after privacy, DomainError as ``ask``.
    """
    _officer(actor)
    return _enter(queries.named_subject("person", person_id), kind, words, actor, actor, now)


def _enter(
    subject: Subject, kind: str, words: str, actor: Membership | None, entered_by: Membership | None, now: datetime
) -> DataRequest:
    if kind not in Kind.values:
        raise DomainError(_("Say what you ask for."))
    if kind in (Kind.CORRECTION, Kind.OBJECTION) and not words.strip():
        raise DomainError(_("Say what is wrong, or what we shall stop doing."))
    about = queries.reference_of(subject)
    same = DataRequest.objects.filter(person=about["person"], user=about["user"], kind=kind, state=State.OPEN)
    if (found := same.first()) is not None:
        return found
    due = rules.after(now, f"answer.{kind}", queries.own_terms())
    try:
        with transaction.atomic():
            row = DataRequest.objects.create(
                **about, kind=kind, words=words.strip(), entered_by=entered_by, asked_at=now, due_at=due
            )
    except IntegrityError:  # the other of two clicks was quicker
        return same.get()
    record(action="datarequest.asked", subject=row, actor=actor, now=now, changes={"kind": kind})
    officers = [
        _item(row, recipient_for_member(officer), "new", reverse("privacy:request", args=[row.pk]), officer.pk)
        for officer in queries.officers()
    ]
    queue_many([*officers, *_to_asker(row, subject, "received")], now=now)
    return row


@transaction.atomic
def withdraw(*, request_id: UUID, user: User, actor: Membership | None, now: datetime) -> DataRequest:
    """Take back one's own open request. Raises NotFound, IllegalMove."""
    row = _lock(queries.requests_of(user).filter(pk=request_id))
    row.move(State.WITHDRAWN, at=now)
    row.save(update_fields=["state", "decided_at"])
    record(action="datarequest.withdrawn", subject=row, actor=actor, now=now)
    return row


@transaction.atomic
def answer(*, request_id: UUID, actor: Membership | None, is_granted: bool, reply: str, now: datetime) -> DataRequest:
    """Say that a request is done, or refuse it. The person reads the answer; a refusal needs a reason.

    An erasure is granted by carrying it out, never here. Raises NotAllowed, NotFound, IllegalMove, DomainError.
    """
    _officer(actor)
    row = _lock(DataRequest.objects.filter(pk=request_id))
    if is_granted and row.kind == Kind.ERASURE:
        raise DomainError(_("Grant an erasure by carrying it out: open the preview."))
    if not is_granted and not reply.strip():
        raise DomainError(_("Give the reason. The person who asked reads it."))
    row.move(State.DONE if is_granted else State.REFUSED, at=now)
    row.decided_by, row.reply = actor, reply.strip()
    row.save(update_fields=["state", "decided_at", "decided_by", "reply"])
    record(action=f"datarequest.{row.state}", subject=row, actor=actor, now=now, changes={"kind": row.kind})
    queue_many(_to_asker(row, queries.subject_of(row), row.state), now=now)
    return row


def close_erased(subject: Subject, *, actor: Membership | None, now: datetime) -> None:
    """The open requests of somebody who was just erased are answered by it. Nobody is told: no address is left."""
    for row in DataRequest.objects.select_for_update().filter(queries.about(subject), state=State.OPEN):
        row.move(State.DONE, at=now)
        row.decided_by = actor
        row.save(update_fields=["state", "decided_at", "decided_by"])
        record(action="datarequest.done", subject=row, actor=actor, now=now, changes={"kind": row.kind})


def _officer(actor: Membership | None) -> None:
    if not rules.may_look_after_privacy(actor):
        raise NotAllowed(_("Only an administrator looks after people's data."))


def _lock(rows: Any) -> DataRequest:
    row: DataRequest | None = rows.select_for_update(of=("self",)).first()
    if row is None:
        raise NotFound(_("There is no such request."))
    return row


def _to_asker(row: DataRequest, subject: Subject, event: str) -> list[Item]:
    recipient = _recipient(subject)
    return [_item(row, recipient, event, reverse("privacy:mine"), "asker")] if recipient else []


def _recipient(subject: Subject) -> Recipient | None:
    if subject.membership is not None and subject.membership.is_active:
        return recipient_for_member(subject.membership)
    if subject.people:
        return recipient_for_person(subject.people[0])
    if subject.user is None:
        return None
    fallback = Organisation.objects.get(pk=current_organisation_id()).language
    language = language_for(subject.user.language, fallback=fallback)
    return Recipient(name=str(subject.user), language=language, email=subject.user.email)


def _item(row: DataRequest, recipient: Recipient, event: str, link: str, who: object) -> Item:
    return Item(
        recipient=recipient,
        event=f"privacy.{event}",
        template=f"privacy/{event}",
        context={"row": row},
        dedupe=f"datarequest:{row.pk}:{event}:{who}",
        about=row,
        link=link,
    )
