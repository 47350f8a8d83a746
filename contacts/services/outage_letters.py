"""What leaves the house about an outage: its notice, corrected or taken back, and messages to who follows it."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contacts import outage_queries
from contacts.models import Outage
from contacts.rules.outage_words import Said, relay_words, restored_words
from notices.models import Notice
from notices.models.notice import Kind
from notices.rules.audience import Audience
from notices.services import approving, composing, correcting
from notices.services.composing import Draft, Words
from notices.services.queueing import Item, queue_many, recipient_for_person
from tenancy.context import current_organisation_id
from tenancy.models import Membership, Organisation

ON_THE_WAY = (Notice.State.SUBMITTED, Notice.State.SCHEDULED)
GONE = (Notice.State.DISCARDED, Notice.State.WITHDRAWN)


def said_of(outage: Outage) -> Said:
    """What the words of its notices are made of."""
    organisation = Organisation.objects.get(pk=current_organisation_id())
    places = outage.outage_places.select_related("estate", "building").order_by("estate__name", "building__code")
    return Said(
        branch=outage.branch, starts_at=outage.starts_at, ends_at=outage.ends_at, cause=outage.cause,
        party=outage.party.name if outage.party else "",
        places=tuple(place.building.name if place.building else place.estate.name for place in places),
        zone=ZoneInfo(organisation.time_zone), phone=organisation.phone,
    )  # fmt: skip


def words_of(outage: Outage) -> Words:
    """The notice's words as we would write them."""
    return Words(**relay_words(said_of(outage)))


def audience_of(outage: Outage) -> Audience:
    named = outage_queries.places_of(outage)
    return Audience(
        estates=tuple(estate for estate, building in named if building is None),
        buildings=tuple(building for _estate, building in named if building is not None),
    )


def send(outage: Outage, *, words: Words, is_urgent: bool, actor: Membership, now: datetime) -> Notice:
    """Write the notice, or write one that came back anew, and let it go: it may still need somebody's approval.

    Raises NotAllowed, AudienceRefused when nobody lives there, WordsRefused.
    """
    draft = Draft(
        words=words, audience=audience_of(outage), kind=Kind.EMERGENCY if is_urgent else Kind.ORDINARY,
        event_starts_at=outage.starts_at, event_ends_at=outage.ends_at,
    )  # fmt: skip
    if outage.notice is not None and outage.notice.state == Notice.State.DRAFT:
        notice = composing.change_draft(notice_id=outage.notice.pk, draft=draft, actor=actor, now=now)
    else:
        notice = composing.write_draft(draft=draft, actor=actor, now=now)
    return approving.send_or_submit(notice_id=notice.pk, actor=actor, now=now)


def send_restored(outage: Outage, *, restored_at: datetime, actor: Membership, now: datetime) -> Notice:
    """The second notice, to the same places. Raises as `send`."""
    words = Words(**restored_words(said_of(outage), restored_at))
    kind = outage.notice.kind if outage.notice is not None else Kind.ORDINARY
    draft = Draft(words=words, audience=audience_of(outage), kind=kind)
    notice = composing.write_draft(draft=draft, actor=actor, now=now)
    return approving.send_or_submit(notice_id=notice.pk, actor=actor, now=now)


def correct(outage: Outage, *, reason: str, actor: Membership, now: datetime) -> None:
    """Bring its notice up to date: one that left is corrected and told again, one on the way goes in the new words."""
    notice = outage.notice
    if notice is None or notice.state in GONE:
        return
    words, told = words_of(outage), reason.strip() or _("The times have changed.")
    if notice.state in ON_THE_WAY:
        approving.undo_sending(notice_id=notice.pk, actor=actor, now=now)
        notice.refresh_from_db()
        send(outage, words=words, is_urgent=notice.kind == Kind.EMERGENCY, actor=actor, now=now)
    elif notice.state != Notice.State.DRAFT:
        correcting.correct_notice(
            notice_id=notice.pk, words=words, reason=told, tell_again=True, actor=actor, now=now,
            event=(outage.starts_at, outage.ends_at),
        )  # fmt: skip


def take_away(outage: Outage, *, reason: str, actor: Membership, now: datetime) -> None:
    """Have nobody told any more, and who was told read that it is withdrawn and why."""
    notice = outage.notice
    if notice is None or notice.state in GONE:
        return
    if notice.state in ON_THE_WAY:
        approving.undo_sending(notice_id=notice.pk, actor=actor, now=now)
        composing.discard_draft(notice_id=notice.pk, actor=actor, now=now)
    elif notice.state == Notice.State.DRAFT:
        composing.discard_draft(notice_id=notice.pk, actor=actor, now=now)
    else:
        correcting.withdraw_notice(notice_id=notice.pk, reason=reason, actor=actor, now=now)


def tell_followers(outage: Outage, event: str, *, now: datetime) -> int:
    """Queue ``over`` or ``called_off`` to everybody who follows it, once. Returns how many messages were written."""
    said = said_of(outage)
    context = {"outage": outage, "places": said.places, "button": gettext_lazy("See it")}
    items = [
        Item(
            recipient=recipient_for_person(person), event=f"outage.{event}", template=f"contacts/outage_{event}",
            context=context, dedupe=f"outage:{outage.pk}:{event}:{person.pk}", about=outage,
            link=reverse("contacts:outages_here") if person.membership_id else "",
        )
        for person in outage_queries.followers_of(outage)
    ]  # fmt: skip
    return len(queue_many(items, now=now))
