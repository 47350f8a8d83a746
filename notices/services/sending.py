"""When a notice leaves: its audience is frozen into recipients, and the first deliveries of its chain are written.

Both are one ``INSERT ... SELECT`` each, so a hundred thousand readers take seconds and no memory. What is written has
unique keys: a worker killed half-way, or two at once, write nothing twice.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection, transaction

from audit import services as audit
from notices import audience_queries, notice_queries
from notices.models import Delivery, Notice, NoticeRecipient, Preference
from notices.models.notice import Kind
from notices.queries import are_letters_carried
from notices.rendering import read_path
from notices.services.queueing import nudge_after_commit
from tenancy.context import current_organisation_id
from tenancy.models import Organisation

Channel, State = Delivery.Channel, Notice.State
# Longer than freezing a hundred thousand people takes: after it another worker begins anew.
LEASE = timedelta(minutes=10)
EVENT = "notice"
# The address of a channel on a recipient; the portal's and a browser's is the membership.
ADDRESSES = {
    Channel.PORTAL: "r.membership_id::text",
    Channel.PUSH: "r.membership_id::text",
    Channel.EMAIL: "r.email",
    Channel.SMS: "r.phone",
    Channel.CALL: "r.phone",
    Channel.LETTER: "r.postal_address",  # of letters that people bring, POSTED_BY_HAND
    Channel.DOOR: "r.units",
}
WITHOUT_WORDS = frozenset({Channel.PORTAL, Channel.PUSH, Channel.DOOR})  # what has no address to print
BY_HAND = frozenset({Channel.CALL, Channel.DOOR})
# Who gave no postal address has their letter in the box of their unit.
POSTED_BY_HAND = "COALESCE(NULLIF(r.postal_address, ''), r.units)"

RECIPIENTS = """
INSERT INTO notices_noticerecipient (
    organisation_id, id, notice_id, person_id, membership_id, name, language, email, phone, postal_address,
    estate_id, building_id, floor, units, chain_step, next_step_at, acknowledged_how)
SELECT %(org)s, gen_random_uuid(), %(notice)s, person_id, member_id, left(COALESCE(person_name, member_name), 200),
       CASE WHEN lower(COALESCE(NULLIF(user_language, ''), person_language, '')) LIKE 'zh%%' THEN 'zh-hans'
            WHEN lower(COALESCE(NULLIF(user_language, ''), person_language, '')) LIKE 'en%%' THEN 'en'
            ELSE %(language)s END,
       COALESCE(NULLIF(person_email, ''), user_email, ''), left(COALESCE(person_phone, ''), 40),
       COALESCE(postal_address, ''), estate_id, building_id, floor, left(COALESCE(units, ''), 300),
       %(step)s, %(next_step_at)s, ''
FROM reader
ON CONFLICT DO NOTHING
"""

DELIVERIES = """
INSERT INTO notices_delivery (
    organisation_id, id, channel, urgency, notice_id, recipient_id, event, dedupe_key, person_id, membership_id,
    recipient_name, address, language, subject, text, html, sealed, link, about_type, about_id, state, because,
    attempts, last_error, created_at, next_attempt_at, handed_at, expires_at, provider_reference)
SELECT %(org)s, gen_random_uuid(), %(channel)s, %(urgency)s, %(notice)s, r.id, %(event)s,
       'notice:' || %(notice)s::text || ':' || r.id::text || %(suffix)s, r.person_id, r.membership_id,
       r.name, {shown}, r.language, '', '', '', '',
       CASE WHEN r.membership_id IS NULL THEN '' ELSE %(link)s END, 'notices.notice', %(notice)s,
       CASE WHEN fate.because <> '' THEN 'suppressed' ELSE %(state)s END, fate.because,
       0, '', %(now)s,
       CASE WHEN fate.because = '' THEN %(next_attempt_at)s::timestamptz END,
       CASE WHEN fate.because = '' THEN %(handed_at)s::timestamptz END, %(expires_at)s, ''
FROM notices_noticerecipient r
LEFT JOIN LATERAL (
    SELECT p.mode FROM notices_preference p
    WHERE p.organisation_id = r.organisation_id AND p.topic = %(topic)s AND p.channel = %(channel)s
      AND (p.membership_id = r.membership_id OR (p.membership_id IS NULL AND p.person_id = r.person_id))
    ORDER BY p.membership_id NULLS LAST LIMIT 1
) wish ON %(topic)s <> ''
CROSS JOIN LATERAL (
    SELECT CASE
        WHEN COALESCE({address}, '') = '' THEN 'no_address'
        WHEN wish.mode = 'off' THEN 'preference'
        WHEN wish.mode = 'digest' THEN 'in_digest'
        WHEN EXISTS (SELECT 1 FROM notices_suppression s
                     WHERE s.organisation_id = r.organisation_id AND s.channel = %(channel)s
                       AND s.address = {address} AND s.lifted_at IS NULL) THEN 'stopped_address'
        ELSE '' END AS because
) fate
WHERE r.organisation_id = %(org)s AND r.notice_id = %(notice)s AND r.erased_at IS NULL
ON CONFLICT DO NOTHING
"""
# Whoever none of the first channels could be tried for gets the next step at once.
UNSERVED = """
UPDATE notices_noticerecipient r SET next_step_at = %(now)s
WHERE r.organisation_id = %(org)s AND r.notice_id = %(notice)s AND r.next_step_at IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM notices_delivery d
                  WHERE d.organisation_id = r.organisation_id AND d.recipient_id = r.id AND d.state <> 'suppressed')
"""


@transaction.atomic
def claim_due_notice(*, now: datetime) -> UUID | None:
    """Take one notice whose time has come; from here on it cannot be taken back. Returns its id, None without any.

    Writes state and lease. One whose worker was lost is taken again when the lease has run out.
    """
    notice: Notice | None = notice_queries.due_notices(now).select_for_update(skip_locked=True).first()
    if notice is None:
        return None
    if notice.state == State.SCHEDULED:
        notice.move(State.SENDING, at=now)
    notice.lease_until = now + LEASE
    notice.save(update_fields=["state", "lease_until"])
    return notice.pk


@transaction.atomic
def freeze(*, notice_id: UUID, now: datetime) -> int:
    """Write the recipients of a claimed notice and their first deliveries. Returns how many recipients there are.

    Writes recipients, deliveries, the notice (sent, frozen, counted) and an audit entry, all in one transaction that
    holds the notice's row. For a notice that is not being sent, or was sent already, nothing happens and the answer
    is 0.
    """
    notice: Notice | None = Notice.objects.select_for_update().filter(pk=notice_id, state=State.SENDING).first()
    if notice is None:
        return 0
    organisation = Organisation.objects.get(pk=current_organisation_id())
    audience = audience_queries.of_notice(notice.audience)
    first, rest = split_chain(notice.chain)
    due = now + timedelta(minutes=rest[0]["after_minutes"]) if rest else None
    told = audience_queries.parameters(audience, now.astimezone(ZoneInfo(organisation.time_zone)).date())
    told |= {"notice": notice.pk, "language": organisation.language, "step": len(first), "next_step_at": due}
    with connection.cursor() as cursor:
        if not audience.is_empty:
            cursor.execute(f"WITH {audience_queries.READERS} {RECIPIENTS}", told)
        for channel in first:
            write_deliveries(cursor, notice, channel, now=now)
        if rest:
            cursor.execute(UNSERVED, {"org": notice.organisation_id, "notice": notice.pk, "now": now})
    notice.recipients_count = NoticeRecipient.objects.filter(notice=notice).count()
    notice.move(State.SENT, at=now)
    notice.frozen_at, notice.lease_until = now, None
    notice.save(update_fields=["state", "sent_at", "frozen_at", "lease_until", "recipients_count"])
    audit.record(
        action="notice.sent", subject=notice, actor=None, now=now, label=notice.number,
        changes={"recipients": notice.recipients_count},
    )  # fmt: skip
    nudge_after_commit()
    return notice.recipients_count


def split_chain(chain: list[dict[str, Any]]) -> tuple[list[str], list[dict[str, Any]]]:
    """The channels that are used at once, and the steps that come later."""
    first = [step["channel"] for step in chain if not step["after_minutes"]]
    return first, chain[len(first) :]


def write_deliveries(cursor: Any, notice: Notice, channel: str, *, now: datetime, suffix: str = "") -> int:
    """Write one channel's deliveries to all recipients of a notice, without words. Returns how many are new.

    The portal has them at once; the others wait for a worker, those made by hand for people, as do letters that no
    print shop takes. Whoever has no address,
    does not want it this way, or whose address came back before gets a row that says so. ``suffix`` tells another
    round (a correction) from the first.
    """
    is_portal, address = channel == Channel.PORTAL, ADDRESSES[Channel(channel)]
    shown = "''" if channel in WITHOUT_WORDS else f"left({address}, 254)"
    is_by_hand = channel in BY_HAND
    if channel == Channel.LETTER and not are_letters_carried():
        is_by_hand, address = True, POSTED_BY_HAND
    # What the law requires cannot be switched off, nor can the portal.
    topics = {Kind.ORDINARY: Preference.Topic.ORDINARY, Kind.EMERGENCY: Preference.Topic.EMERGENCY}
    topic = "" if is_portal else topics.get(Kind(notice.kind), "")
    cursor.execute(
        DELIVERIES.format(address=address, shown=shown),
        {
            "org": notice.organisation_id, "notice": notice.pk, "channel": channel, "event": EVENT, "suffix": suffix,
            "topic": str(topic), "now": now, "link": read_path(notice), "expires_at": notice.expires_at,
            "urgency": Delivery.Urgency.SOON if notice.kind == Kind.EMERGENCY else Delivery.Urgency.BULK,
            "state": Delivery.State.HANDED if is_portal else Delivery.State.QUEUED,
            "handed_at": now if is_portal else None,
            "next_attempt_at": None if is_portal or is_by_hand else now,
        },
    )  # fmt: skip
    return int(cursor.rowcount)


def send_one_due(*, now: datetime) -> bool:
    """Claim and freeze one due notice in the scope's transaction: for the sweep by hand and the tests."""
    claimed = claim_due_notice(now=now)
    if claimed is None:
        return False
    freeze(notice_id=claimed, now=now)
    return True
