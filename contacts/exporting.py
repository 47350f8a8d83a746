"""What the register holds of one person: every contact with them, as they had it. What staff noted for themselves stays."""

from django.utils.translation import gettext as _

from contacts.erasing import promises_to, records_of
from owners.subjects import Subject
from tenancy.exporting import Sheet, sheet


def export_of(subject: Subject) -> list[Sheet]:
    """Two sheets: contacts, and what was promised to them, the oldest first."""
    columns = [("number", _("Number")), ("at", _("When")), ("direction", _("Direction")), ("way", _("Way")),
               ("content", _("Content")), ("subject", _("Subject")), ("said", _("What was said")),
               ("asked", _("What you asked for")), ("name", _("Name given")), ("phone", _("Phone given"))]  # fmt: skip
    rows = [
        [row.number, row.occurred_at, row.get_direction_display(), row.get_channel_display(), row.get_content_display(),
         row.subject, row.summary, row.request, row.name_given, row.phone_given]
        for row in records_of(subject).order_by("occurred_at", "id")
    ]  # fmt: skip
    promised = [("on", _("Promised on")), ("text", _("What is promised")), ("due", _("Due")), ("state", _("State")),
                ("evidence", _("Evidence"))]  # fmt: skip
    promises = [
        [row.promised_on, row.text, row.due_on, row.get_state_display(), row.evidence]
        for row in promises_to(subject).order_by("promised_on", "id")
    ]
    return [sheet("contacts", _("Contacts"), columns, rows), sheet("promises", _("Promises"), promised, promises)]
