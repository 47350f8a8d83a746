"""What the room holds of one person: contacts with them as they had them, promises to them, outages they follow.

What staff noted for themselves stays.
"""

from django.utils.translation import gettext as _

from contacts.erasing import promises_to, records_of
from contacts.models import OutageFollower
from owners.subjects import Subject
from tenancy.exporting import Sheet, sheet


def export_of(subject: Subject) -> list[Sheet]:
    """Three sheets: contacts, what was promised to them, and outages they follow, the oldest first."""
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
    return [
        sheet("contacts", _("Contacts"), columns, rows), sheet("promises", _("Promises"), promised, promises),
        _followed(subject),
    ]  # fmt: skip


def _followed(subject: Subject) -> Sheet:
    columns = [("since", _("Since")), ("number", _("Number")), ("what", _("What is off")), ("begins", _("Begins"))]
    found = OutageFollower.objects.filter(person__in=subject.person_ids).select_related("outage").order_by("at", "id")
    rows = [[row.at, row.outage.number, row.outage.get_branch_display(), row.outage.starts_at] for row in found]
    return sheet("outages_followed", _("Outages you follow"), columns, rows)
