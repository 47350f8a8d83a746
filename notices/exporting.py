"""What was written to one person. Links are left out: some of them open something without a sign-in."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from notices.erasing import deliveries_to
from notices.models import Delivery, HandDelivery
from notices.reach_erasing import recipients_of
from notices.wording import READ_ALONG, in_words
from owners.subjects import Subject
from tenancy.context import current_organisation_id
from tenancy.exporting import Sheet, sheet
from tenancy.models import Organisation

MOST = 20_000


def export_of(subject: Subject) -> list[Sheet]:
    """Every message to the person, every notice they were among the readers of, and what staff brought them.

    Not what was written about them to others.
    """
    columns = [("at", _("Written")), ("channel", _("Channel")), ("to", _("Recipient")), ("address", _("Address")),
               ("subject", _("Subject")), ("words", _("Words")), ("state", _("State")), ("sent", _("Sent")),
               ("read", _("Read at"))]  # fmt: skip
    found = deliveries_to(subject).select_related(*READ_ALONG).order_by("created_at", "id").defer("html", "sealed")
    rows = [
        [row.created_at, row.get_channel_display(), row.recipient_name, row.address, row.subject,
         _words(row), row.get_state_display(), row.handed_at, row.read_at]
        for row in in_words(found[:MOST], _organisation())
    ]  # fmt: skip
    return [sheet("messages_to_you", _("Messages to you"), columns, rows), _notices(subject), _by_hand(subject)]


def _organisation() -> Organisation:
    return Organisation.objects.get(pk=current_organisation_id())


def _notices(subject: Subject) -> Sheet:
    columns = [("number", _("Number")), ("units", _("Units")), ("name", _("Name")), ("email", _("E-mail")),
               ("phone", _("Phone")), ("postal", _("Postal address")), ("sent", _("Sent")), ("read", _("Read at")),
               ("confirmed", pgettext("a notice", "Confirmed")), ("how", _("How"))]  # fmt: skip
    found = recipients_of(subject).select_related("notice").order_by("notice__sent_at", "id")[:MOST]
    rows = [
        [row.notice.number, row.units, row.name, row.email, row.phone, row.postal_address, row.notice.sent_at,
         row.read_at, row.acknowledged_at, row.get_acknowledged_how_display()]
        for row in found
    ]  # fmt: skip
    return sheet("notices_to_you", _("Notices to you"), columns, rows)


def _by_hand(subject: Subject) -> Sheet:
    columns = [
        ("number", _("Number")),
        ("how", _("How")),
        ("when", _("When")),
        ("to", _("To whom")),
        ("note", _("Note")),
    ]
    found = HandDelivery.objects.filter(recipient__in=recipients_of(subject)).select_related("recipient__notice")
    rows = [
        [made.recipient.notice.number, made.get_method_display(), made.at, made.to_whom, made.note]
        for made in found.order_by("at", "id")[:MOST]
    ]
    return sheet("brought_to_you", _("Brought to you by staff"), columns, rows)


def _words(row: Delivery) -> str:
    """The words once: an e-mail beside a portal message only repeats them."""
    if row.channel == Delivery.Channel.EMAIL and row.membership_id:
        return ""
    return "\n".join(line for line in row.text.splitlines() if row.link not in line) if row.link else row.text
