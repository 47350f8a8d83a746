"""Reading and acknowledging: by the button, by the link, noted by staff; and the one reminder before the deadline."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from audit import services as audit
from notices import reach_queries as queries
from notices.models import Delivery, Notice, NoticeRecipient, NoticeVersion
from notices.rendering import render_notice
from notices.services.queueing import Item, Recipient, queue_many
from tenancy.context import current_organisation_id
from tenancy.errors import IllegalMove, NotFound
from tenancy.models import Membership, Organisation

Channel, State = Delivery.Channel, Delivery.State
How = NoticeRecipient.How
WENT_OUT = (State.HANDED, State.MAYBE_TWICE, State.DELIVERED)
WAITS = (State.QUEUED,)
# By which channel's message somebody answered.
ANSWERED_BY = {How.PORTAL: Channel.PORTAL, How.LINK: Channel.EMAIL}
REMINDED_AT_ONCE = 500


@transaction.atomic
def note_read(*, delivery: Delivery, now: datetime) -> None:
    """The reader opened a notice in the portal. Writes the message, once, and whether it has reached them.

    What still waits by other channels is not needed any more, unless the notice must be acknowledged.
    """
    if delivery.recipient_id is None:
        return
    row = NoticeRecipient.objects.select_related("notice").select_for_update(of=("self",)).get(pk=delivery.recipient_id)
    Delivery.objects.filter(pk=delivery.pk, state__in=WENT_OUT).update(state=State.READ)
    if row.read_at is not None:
        return
    row.read_at = now
    if not row.notice.must_acknowledge:
        settle(row, now)
    row.save(update_fields=["read_at", "reached_at", "next_step_at"])


def settle(row: NoticeRecipient, now: datetime) -> None:
    """They have it: no further channel, and what waits is not sent. Writes deliveries; the caller saves the row."""
    row.reached_at = row.reached_at or now
    row.next_step_at = None
    Delivery.objects.filter(recipient=row, state__in=WAITS).update(
        state=State.SUPPRESSED, because=Delivery.Because.REACHED, next_attempt_at=None
    )


@transaction.atomic
def acknowledge(*, recipient_id: UUID, how: str, actor: Membership | None, now: datetime) -> NoticeRecipient:
    """Note that a recipient confirms the notice; again it is the same answer.

    Writes the recipient, the message they answered, what waits by other channels, and one audit entry. The caller has
    checked whose recipient it is. Raises NotFound, IllegalMove when there is nothing to acknowledge.
    """
    rows = NoticeRecipient.objects.select_related("notice").select_for_update(of=("self",))
    row: NoticeRecipient | None = rows.filter(pk=recipient_id).first()
    if row is None:
        raise NotFound(_("There is no such notice."))
    if row.acknowledged_at is not None:
        return row
    if not row.notice.must_acknowledge:
        raise IllegalMove(_("This notice need not be confirmed."))
    if row.notice.state == Notice.State.WITHDRAWN:
        raise IllegalMove(_("This notice was withdrawn: there is nothing to confirm any more."))
    row.acknowledged_at, row.acknowledged_how = now, how
    if how != How.HAND:
        row.read_at = row.read_at or now
    settle(row, now)
    row.save(update_fields=["acknowledged_at", "acknowledged_how", "read_at", "reached_at", "next_step_at"])
    if how in ANSWERED_BY:
        answered = Delivery.objects.filter(
            recipient=row, channel=ANSWERED_BY[How(how)], state__in=(*WENT_OUT, State.READ)
        )
        answered.update(state=State.ACKNOWLEDGED, acknowledged_at=now)
    audit.record(
        action="notice.acknowledged", subject=row.notice, actor=actor, now=now, label=row.notice.number,
        changes={"recipient": str(row.pk), "how": how},
    )  # fmt: skip
    return row


@transaction.atomic
def remind_due(*, now: datetime) -> int:
    """Remind once, before the deadline, whoever has not acknowledged. Writes portal messages, e-mails, ``reminded_at``.

    Returns how many were reminded; the rest of a large audience is reminded by the next run.
    """
    count = 0
    for notice in queries.notices_to_remind(now):
        due = queries.to_remind(notice).select_for_update(of=("self",), skip_locked=True)
        people = due.select_related("membership__user", "person", "estate", "building")
        rows = list(people.order_by("id")[:REMINDED_AT_ONCE])
        version = notice.versions.select_related("notice__approver").order_by("-number").first()
        organisation = Organisation.objects.get(pk=current_organisation_id())
        queue_many([_reminder(notice, row, version, organisation) for row in rows], now=now)
        count += NoticeRecipient.objects.filter(pk__in=[row.pk for row in rows]).update(reminded_at=now)
    return count


def _reminder(notice: Notice, row: NoticeRecipient, version: NoticeVersion | None, organisation: Organisation) -> Item:
    title = notice.number
    if version is not None:
        title = render_notice(version, row, organisation, row.language, Channel.PUSH).subject
    to = Recipient(row.name, row.language, row.membership, row.person, row.email)
    return Item(
        recipient=to, event="notice.reminder", template="notices/reminder",
        context={"title": title, "number": notice.number, "due": notice.acknowledge_by, "button": _("Read and confirm")},
        dedupe=f"notice:{notice.pk}:{row.pk}:reminder", about=notice,
        link=reverse("notices:confirm", args=[queries.acknowledge_token(row.pk)]),
    )  # fmt: skip
