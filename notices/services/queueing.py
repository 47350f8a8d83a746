"""The verbs of other rooms: write what is to be told into the outbox, in the caller's transaction."""

import logging
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction

from notices import rules, tasks
from notices.models import Delivery
from notices.queries.wanted import house_quiet
from notices.rules.quiet import end_of_quiet
from notices.writing import Said, framed, names_the_reader, say
from owners.models import Person
from owners.rules import language_for
from tenancy.bulk import insert_new
from tenancy.context import current_organisation_id
from tenancy.models import Membership, Organisation, OrganisationModel
from tenancy.queries import organisation_in_force

log = logging.getLogger(__name__)

Channel, State = Delivery.Channel, Delivery.State
BOTH = (Channel.PORTAL, Channel.EMAIL)
BATCH = 500  # rows that go to the database in one statement
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
    urgency: int = Delivery.Urgency.CASE
    """``NOW`` goes out in quiet hours too: danger, and nothing else."""
    is_by_itself: bool = False
    """A worker says it at some instant, and nobody waits for it then: unless it is danger, its e-mail is sent when the
    organisation's quiet hours are over. On the portal it stands at once."""


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
    """`queue_delivery` for many at once: one statement, and one more for each BATCH of rows. Returns the rows written.

    Items that share their ``context`` share their words, unless the template names its reader: written once. One more
    statement when a worker says some of them by itself: the quiet hours.
    """
    items, known = list(items), _Sayings(organisation_in_force())
    morning = _morning(known.organisation, now) if any(_waits(item) for item in items) else now
    drafts = [draft for item in items for draft in _drafts(item, known, now, morning if _waits(item) else now)]
    rows = [row for start in range(0, len(drafts), BATCH) for row in insert_new(drafts[start : start + BATCH])]
    if any(row.state == State.QUEUED for row in rows):
        nudge_after_commit()
    return rows


def _waits(item: Item) -> bool:
    return item.is_by_itself and item.urgency != Delivery.Urgency.NOW


def _morning(organisation: Organisation, now: datetime) -> datetime:
    """When the organisation's quiet hours are over; now outside of them."""
    begins, ends = house_quiet()
    return end_of_quiet(now, zone=organisation.time_zone, begins=begins, ends=ends) or now


class _Sayings:
    """What was put in words already for these items."""

    def __init__(self, organisation: Organisation) -> None:
        self.organisation = organisation
        self._known: dict[tuple[object, ...], Said] = {}

    def of(self, item: Item, language: str) -> Said:
        name = item.recipient.name if names_the_reader(item.template) else ""
        key = (item.template, id(item.context), language, item.link, name)
        if key not in self._known:
            self._known[key] = say(
                template=item.template, context=item.context, organisation=self.organisation,
                name=name, language=language, link=item.link,
            )  # fmt: skip
        return self._known[key]


def _drafts(item: Item, known: _Sayings, now: datetime, sent_at: datetime) -> list[Delivery]:
    """The portal has what is said; an e-mail too, which leaves at ``sent_at``, and gets its frame when it is sent, unless
    its button has a name of its own, which is written nowhere else."""
    to = item.recipient
    portal = Channel.PORTAL in item.channels and to.membership is not None
    email = Channel.EMAIL in item.channels and bool(to.email)
    if not (portal or email):
        return []
    language = to.language or known.organisation.language
    said = known.of(item, language)
    shared: dict[str, Any] = {
        "organisation_id": known.organisation.pk,
        "event": item.event,
        "dedupe_key": item.dedupe,
        "person_id": to.person.pk if to.person else None,
        "membership_id": to.membership.pk if to.membership else None,
        "recipient_name": rules.one_line(to.name),
        "language": language,
        "subject": said.subject,
        "text": said.body,
        "link": item.link,
        "about_type": item.about._meta.label_lower if item.about else "",
        "about_id": item.about.pk if item.about else None,
        "created_at": now,
        "urgency": item.urgency,
    }
    rows = []
    if portal:
        rows.append(Delivery(**shared, channel=Channel.PORTAL, state=State.HANDED, handed_at=now))
    if email:
        row = Delivery(**shared, channel=Channel.EMAIL, address=to.email, next_attempt_at=sent_at)
        if said.button:
            words = framed(said, organisation=known.organisation, language=language, link=item.link)
            row.text, row.html = words.text, words.html
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
