"""The verbs of the outbox: write what is to be told, claim it, record what became of it, send it again."""

import logging
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from audit import services as audit
from notices import queries, rules, tasks
from notices.mail import Fate, Outcome
from notices.models import Attempt, Delivery
from notices.writing import write
from owners.models import Person
from owners.rules import language_for
from tenancy.context import current_organisation_id
from tenancy.errors import IllegalMove, NotAllowed, NotFound
from tenancy.models import Membership, Organisation, OrganisationModel

log = logging.getLogger(__name__)

Channel, State = Delivery.Channel, Delivery.State
BOTH = (Channel.PORTAL, Channel.EMAIL)
BROKER_REST_SECONDS = 10
_broker_rests_until = 0.0


@dataclass(frozen=True)
class Recipient:
    """Whom to tell. ``language`` empty means the organisation's; without ``email`` no e-mail is written."""

    name: str
    language: str
    membership: Membership | None = None
    person: Person | None = None
    email: str = ""


@dataclass(frozen=True)
class Item:
    """One message to one person, for `queue_many`. See `queue_delivery` for the fields."""

    recipient: Recipient
    event: str
    template: str
    context: dict[str, Any]
    dedupe: str
    about: OrganisationModel | None = None
    link: str = ""
    channels: Sequence[str] = field(default=BOTH)


def recipient_for_member(membership: Membership) -> Recipient:
    """A member, by the address and language of their sign-in. Reads ``membership.user``: select it for many."""
    user = membership.user
    return Recipient(
        name=membership.name or user.name,
        language=language_for(user.language, fallback=""),
        membership=membership,
        email=user.email if user.is_active else "",
    )


def recipient_for_person(person: Person) -> Recipient:
    """A person of the registry: their own e-mail, else their sign-in's; the language they chose, else the registry's.

    Reads ``person.membership.user``: select it when there are many.
    """
    membership = person.membership if person.membership_id else None
    if membership is not None and not (membership.is_active and membership.user.is_active):
        membership = None
    chosen = membership.user.language if membership else ""
    return Recipient(
        name=person.name,
        language=language_for(chosen or person.language, fallback=""),
        membership=membership,
        person=person,
        email=person.email or (membership.user.email if membership else ""),
    )


def queue_delivery(
    *,
    recipient: Recipient,
    event: str,
    template: str,
    context: dict[str, Any],
    about: OrganisationModel | None,
    link: str,
    dedupe: str,
    now: datetime,
    channels: Sequence[str] = BOTH,
) -> list[Delivery]:
    """Tell one person of an event, in their language; the rows are written in the caller's transaction.

    Writes a portal row (handed at once) when the recipient has a membership, and an e-mail row (queued) when there is
    an address. ``template`` names ``templates/emails/<template>.txt`` (first line subject, rest body); ``link`` is a
    path on the organisation's host; ``context["button"]`` may name the button. ``dedupe`` must name event *and*
    recipient: a second call with the same key writes nothing. Returns the rows written. No network: mail leaves after
    commit.
    """
    item = Item(recipient, event, template, context, dedupe, about, link, tuple(channels))
    return queue_many([item], now=now)


def queue_many(items: Iterable[Item], *, now: datetime) -> list[Delivery]:
    """`queue_delivery` for many at once: three statements, whatever their number. Returns the rows written."""
    organisation = Organisation.objects.get(pk=current_organisation_id())
    drafts = [draft for item in items for draft in _drafts(item, organisation, now)]
    if not drafts:
        return []
    Delivery.objects.bulk_create(drafts, ignore_conflicts=True, batch_size=500)
    # ON CONFLICT DO NOTHING does not say which rows were new.
    written = set(Delivery.objects.filter(pk__in=[draft.pk for draft in drafts]).values_list("pk", flat=True))
    rows = [draft for draft in drafts if draft.pk in written]
    if any(row.state == State.QUEUED for row in rows):
        nudge_after_commit()
    return rows


def _drafts(item: Item, organisation: Organisation, now: datetime) -> list[Delivery]:
    to = item.recipient
    portal = Channel.PORTAL in item.channels and to.membership is not None
    email = Channel.EMAIL in item.channels and bool(to.email)
    if not (portal or email):
        return []
    language = to.language or organisation.language
    words = write(
        template=item.template, context=item.context, organisation=organisation,
        name=to.name, language=language, link=item.link,
    )  # fmt: skip
    shared: dict[str, Any] = {
        "organisation": organisation,
        "event": item.event,
        "dedupe_key": item.dedupe,
        "person": to.person,
        "membership": to.membership,
        "recipient_name": rules.one_line(to.name),
        "language": language,
        "subject": words.subject,
        "link": item.link,
        "about_type": item.about._meta.label_lower if item.about else "",
        "about_id": item.about.pk if item.about else None,
        "created_at": now,
    }
    rows = []
    if portal:
        rows.append(Delivery(**shared, channel=Channel.PORTAL, text=words.body, state=State.HANDED, handed_at=now))
    if email:
        row = Delivery(**shared, channel=Channel.EMAIL, text=words.text, html=words.html, address=to.email)
        row.next_attempt_at = now
        rows.append(row)
    return rows


def nudge_after_commit() -> None:
    """Have the workers look at this organisation's mail once the transaction is through; once per transaction."""
    organisation_id = current_organisation_id()
    for _savepoints, hook, _robust in transaction.get_connection().run_on_commit:
        if isinstance(hook, partial) and hook.func is nudge and hook.args == (organisation_id,):
            return
    transaction.on_commit(partial(nudge, organisation_id), robust=True)


def nudge(organisation_id: int) -> None:
    """Ask for a worker now. The row is the record and the beat's sweep finds it: a dead broker is no error.

    A broker that did not answer is left alone for a while, so that no request waits for it twice.
    """
    global _broker_rests_until
    if time.monotonic() < _broker_rests_until:
        return
    try:
        tasks.send_waiting_deliveries.apply_async(args=(organisation_id,), retry=False)
    except Exception as error:  # whatever the broker's client raises
        _broker_rests_until = time.monotonic() + BROKER_REST_SECONDS
        log.warning("no nudge, the sweep will find the mail: %s", type(error).__name__)


# -- sending: called by the tasks, inside the organisation's scope ---------------------------------------------------

BATCH = 50
# Longer than a run's seconds plus the slowest conversation about one message.
LEASE = timedelta(minutes=2)


@transaction.atomic
def claim_batch(*, token: UUID, now: datetime, size: int = BATCH) -> list[Delivery]:
    """Take up to ``size`` due e-mails for sending; nobody else gets them until the lease runs out.

    Writes state, lease and ``next_attempt_at`` (the end of the lease: a lost worker's rows come due by themselves).
    A row whose worker was lost counts a try and gets an attempt of its own; it may have arrived. What is past its
    ``expires_at`` is given up.
    """
    due = list(queries.due_mail(now).select_for_update(skip_locked=True)[:size])
    lost = [row for row in due if row.state == State.CLAIMED]
    detail = "the worker ended before it could say what became of it"
    _write_attempts([row.pk for row in lost], Outcome(Fate.UNSURE, detail), now)
    for row in lost:
        row.attempts += 1
    hopeless = {row.pk for row in lost if row.attempts > len(rules.RETRY_AFTER)}
    # A code that has run out is of no use to its reader, and a puzzle.
    hopeless |= {row.pk for row in due if row.expires_at is not None and row.expires_at <= now}
    if lost:
        Delivery.objects.filter(pk__in=[row.pk for row in lost]).update(attempts=F("attempts") + 1, last_error=detail)
    if hopeless:
        Delivery.objects.filter(pk__in=hopeless).update(state=State.DEAD, next_attempt_at=None, sealed="", **_NO_LEASE)
    batch = [row for row in due if row.pk not in hopeless]
    if batch:
        until = now + LEASE
        Delivery.objects.filter(pk__in=[row.pk for row in batch]).update(
            state=State.CLAIMED, lease_token=token, lease_until=until, next_attempt_at=until
        )
    return batch


_NO_LEASE: dict[str, Any] = {"lease_token": None, "lease_until": None}


@transaction.atomic
def record_outcome(*, delivery: Delivery, token: UUID, outcome: Outcome, now: datetime, chance: float) -> str:
    """Write what became of a claimed e-mail, and an attempt. Returns the new state, or "" when the lease was lost.

    Handed: done. Refused: dead. Later and unsure: tried again after 1, 5, 15, 60 min, 4 h, 12 h, then dead.
    Unreachable: tried again within a minute, for as long as it takes. ``chance`` (0 to 1) spreads the times.
    """
    attempts = delivery.attempts + (outcome.fate != Fate.UNREACHABLE)
    changes = _consequences(outcome, attempts, now, chance)
    if outcome.fate == Fate.HANDED and delivery.event in rules.SECRET_EVENTS:
        changes |= {"text": "", "html": "", "link": ""}  # the token in it is the recipient's alone from now on
    held = Delivery.objects.filter(pk=delivery.pk, lease_token=token, state=State.CLAIMED)
    if not held.update(attempts=attempts, last_error=outcome.detail[:300], **_NO_LEASE, **changes):
        return ""
    _write_attempts([delivery.pk], outcome, now)
    return str(changes["state"])


def _consequences(outcome: Outcome, attempts: int, now: datetime, chance: float) -> dict[str, Any]:
    if outcome.fate == Fate.HANDED:
        return {"state": State.HANDED, "handed_at": now, "next_attempt_at": None, "sealed": ""}
    if outcome.fate == Fate.UNREACHABLE:
        wait: timedelta | None = rules.spread(rules.UNREACHABLE_AFTER, chance=chance)
    else:
        wait = None if outcome.fate == Fate.REFUSED else rules.retry_after(attempts, chance=chance)
    if wait is None:
        return {"state": State.DEAD, "next_attempt_at": None, "sealed": ""}
    return {"state": State.QUEUED, "next_attempt_at": now + wait}


def release(*, delivery_ids: Sequence[UUID], token: UUID, unreachable: bool, now: datetime, chance: float) -> int:
    """Give claimed e-mails back untried: due at once, or within a minute when the server is unreachable."""
    wait = rules.spread(rules.UNREACHABLE_AFTER, chance=chance) if unreachable else timedelta()
    held = Delivery.objects.filter(pk__in=delivery_ids, lease_token=token, state=State.CLAIMED)
    return held.update(state=State.QUEUED, next_attempt_at=now + wait, **_NO_LEASE)


def _write_attempts(delivery_ids: Sequence[UUID], outcome: Outcome, now: datetime) -> None:
    if delivery_ids:
        Attempt.objects.bulk_create(
            Attempt(delivery_id=pk, at=now, outcome=outcome.fate, detail=outcome.detail[:300]) for pk in delivery_ids
        )


# -- what people do --------------------------------------------------------------------------------------------------


@transaction.atomic
def requeue(*, delivery_id: UUID, actor: Membership, now: datetime) -> Delivery:
    """Send a dead e-mail again, with all its tries before it. Writes the delivery and an audit entry.

    Raises NotAllowed unless ``actor`` may send again, IllegalMove unless it is dead, NotFound.
    """
    if not rules.may_send_again(actor):
        raise NotAllowed(_("Your role may not send messages again."))
    delivery = queries.outbox_of(actor).select_for_update(of=("self",)).filter(pk=delivery_id).first()
    if delivery is None:
        raise NotFound(_("There is no such message."))
    if delivery.state != State.DEAD:
        raise IllegalMove(_("Only a message that could not be sent can be sent again."))
    if not delivery.text:
        raise IllegalMove(
            _("This message was about a sign-in. Its words are not kept: they have to be asked for again.")
        )
    delivery.state, delivery.attempts, delivery.next_attempt_at = State.QUEUED, 0, now
    delivery.save(update_fields=["state", "attempts", "next_attempt_at"])
    audit.record(action="delivery.requeued", subject=delivery, actor=actor, now=now, label=delivery.event)
    nudge_after_commit()
    return delivery


def mark_read(*, delivery: Delivery, now: datetime) -> None:
    """Note when the recipient first opened a portal message; later openings change nothing.

    Writes the message and one audit entry.
    """
    if delivery.read_at is None and Delivery.objects.filter(pk=delivery.pk, read_at=None).update(read_at=now):
        audit.record(action="delivery.read", subject=delivery, actor=delivery.membership, now=now)
