"""What was written to one person. Links are left out: some of them open something without a sign-in."""

from django.utils.translation import gettext as _

from notices.erasing import deliveries_to
from notices.models import Delivery
from owners.subjects import Subject
from tenancy.exporting import Sheet, sheet

MOST = 20_000


def export_of(subject: Subject) -> list[Sheet]:
    """One sheet: every message to the person, portal and e-mail. Not those about them to others."""
    columns = [("at", _("Written")), ("channel", _("Channel")), ("to", _("Recipient")), ("address", _("Address")),
               ("subject", _("Subject")), ("words", _("Words")), ("state", _("State")), ("sent", _("Sent")),
               ("read", _("Read at"))]  # fmt: skip
    rows = [
        [row.created_at, row.get_channel_display(), row.recipient_name, row.address, row.subject,
         _words(row), row.get_state_display(), row.handed_at, row.read_at]
        for row in deliveries_to(subject).order_by("created_at", "id").defer("html")[:MOST]
    ]  # fmt: skip
    return [sheet("messages_to_you", _("Messages to you"), columns, rows)]


def _words(row: Delivery) -> str:
    """The words once: an e-mail beside a portal message only repeats them."""
    if row.channel == Delivery.Channel.EMAIL and row.membership_id:
        return ""
    return "\n".join(line for line in row.text.splitlines() if row.link not in line) if row.link else row.text
