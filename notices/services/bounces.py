"""Returned mail: what a report changes, whichever door it came by."""

from datetime import datetime

from django.conf import settings
from django.db import transaction

from notices.models import Delivery, Provider, Suppression
from notices.rules.bounces import is_hard
from notices.rules.reports import Report, read_report
from notices.services import suppressing

Channel = Delivery.Channel


@transaction.atomic
def take_report(*, raw: bytes, now: datetime, provider: Provider | None = None) -> bool:
    """Apply one returned mail, in the scope of the organisation whose message it is about.

    A permanent failure of the address: the message came back and its address is stopped. A permanent failure for
    another reason: it came back. A complaint: the address is stopped. Delays, and reports about messages that are not
    ours or went to another address, change nothing. Returns whether anything changed.
    """
    if provider is not None and provider.channel != Channel.EMAIL:
        return False
    report = read_report(raw, domain=settings.BASE_DOMAIN)
    delivery = _delivery_of(report) if report is not None else None
    if report is None or delivery is None:
        return False
    if report.kind == "complained":
        suppressing.stop_address(
            channel=Channel.EMAIL, address=delivery.address, reason=Suppression.Reason.COMPLAINED,
            evidence=report.evidence, now=now, delivery=delivery,
        )  # fmt: skip
        return True
    if report.kind != "failed" or report.status.startswith("4"):
        return False
    return suppressing.note_bounce(
        delivery=delivery, evidence=report.evidence, now=now, is_for_good=is_hard(report.evidence)
    )


def _delivery_of(report: Report) -> Delivery | None:
    """Our e-mail that it speaks of, if it was sent, and to the address the report names when it names one."""
    rows = Delivery.objects.select_for_update(of=("self",)).filter(
        pk=report.delivery_id, channel=Channel.EMAIL, handed_at__isnull=False
    )
    delivery = rows.first()
    # A forwarded mail comes back from an address that is not ours to judge.
    is_other = delivery is not None and report.recipient and report.recipient != delivery.address.lower()
    return None if is_other else delivery
