"""The daily digest: one e-mail with what is new, for who wants no more than one a day."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from django.db import transaction
from django.urls import reverse

from notices import digest_queries as queries
from notices import rules
from notices.models import Delivery, NoticeSettings
from notices.queries.wanted import chosen_among, mode_of
from notices.rendering import render_notice
from notices.rules.digest import Slot, slot_at
from notices.rules.retrying import reason_not_to_send
from notices.rules.wanted import Mode
from notices.services.queueing import nudge_after_commit
from notices.wayout import DIGEST_EVENT, topic_of
from notices.wording import Versions, versions_of
from notices.writing import write
from tenancy.context import current_organisation_id
from tenancy.models import Organisation
from tenancy.origins import origin_of

Channel, State, Because = Delivery.Channel, Delivery.State, Delivery.Because
HOLDERS = 100  # whose digests are written in one transaction


@transaction.atomic
def write_digests(*, now: datetime, limit: int = HOLDERS) -> int:
    """Write the digest of the day for up to ``limit`` people who have something new. Returns how many were looked at.

    Writes an e-mail for each, once a day whoever asks how often, and on what stands in it when that was
    (``handed_at``). What was read meanwhile, withdrawn, has run out, or is not wanted any more is left out, and its row
    says so. Several may run at once: the rows are locked, and the day's key is unique.
    """
    organisation = Organisation.objects.get(pk=current_organisation_id())
    options = NoticeSettings.objects.first() or NoticeSettings()
    slot = slot_at(now, zone=organisation.time_zone, at=options.digest_at)
    waiting = queries.waiting_before(slot.at, slot.day.isoformat())
    keys = list(waiting.order_by("digest_key").values_list("digest_key", flat=True).distinct()[:limit])
    if not keys:
        return 0
    chosen = waiting.filter(digest_key__in=keys).select_for_update(of=("self",))
    rows = list(
        chosen.select_related("notice__approver", "recipient__estate", "recipient__building").order_by("digest_key", "created_at", "id")
    )  # fmt: skip
    fresh = _without_stale(rows, now)
    versions = versions_of(fresh)
    drafts = [
        _digest(key, list(theirs), versions, organisation, slot, now)
        for key, theirs in groupby(fresh, key=lambda row: row.digest_key)
    ]
    Delivery.objects.bulk_create(drafts, ignore_conflicts=True, batch_size=500)
    Delivery.objects.filter(pk__in=[row.pk for row in fresh]).update(handed_at=now)
    if drafts:
        nudge_after_commit()
    return len(keys)


def _without_stale(rows: Sequence[Any], now: datetime) -> list[Any]:
    """Those worth telling of; the others are written off with the reason."""
    opened, chosen = queries.read_in_portal(row.dedupe_key for row in rows), chosen_among(rows)
    fresh: list[Any] = []
    stale: dict[str, list[UUID]] = defaultdict(list)
    for row in rows:
        because = reason_not_to_send(row, is_stopped=False, now=now)
        if not because and (row.dedupe_key in opened or (row.recipient is not None and row.recipient.read_at)):
            because = Because.REACHED
        if not because and mode_of(row, chosen, topic_of(row), Channel.EMAIL) == Mode.OFF:
            because = Because.PREFERENCE
        if because:
            stale[because].append(row.pk)
        else:
            fresh.append(row)
    for because, ids in stale.items():
        Delivery.objects.filter(pk__in=ids).update(because=because)
    return fresh


def _digest(
    key: str, rows: Sequence[Any], versions: Versions, organisation: Organisation, slot: Slot, now: datetime
) -> Delivery:
    """One person's, by the address and language of the newest of their messages."""
    last = rows[-1]
    reads_in_portal = last.membership_id is not None
    link = reverse("notices:inbox") if reads_in_portal else ""
    words = write(
        template="notices/digest",
        context={
            "count": len(rows), "day": slot.day, "origin": origin_of(organisation),
            "items": [_item(row, versions, organisation, whole=not reads_in_portal) for row in rows],
        },
        organisation=organisation, name=last.recipient_name, language=last.language, link=link,
    )  # fmt: skip
    return Delivery(
        channel=Channel.EMAIL, event=DIGEST_EVENT, dedupe_key=key, urgency=Delivery.Urgency.BULK,
        membership_id=last.membership_id, person_id=last.person_id, recipient_name=last.recipient_name,
        address=last.address, language=last.language, subject=words.subject, text=words.text, html=words.html,
        link=link, created_at=now, next_attempt_at=now,
    )  # fmt: skip


def _item(row: Any, versions: Versions, organisation: Organisation, *, whole: bool) -> dict[str, str]:
    """Its title and where it is read; the ``whole`` words for who has no portal to read them in."""
    version = versions.get(row.notice_id)
    if version is None or row.recipient is None:
        return {"title": rules.one_line(row.subject), "path": row.link, "text": row.text if whole else ""}
    words = render_notice(version, row.recipient, organisation, row.language, Channel.LETTER, link=row.link)
    return {
        "title": rules.one_line(words.subject), "path": row.link, "text": words.text if whole else "",
    }  # fmt: skip
