"""What this room holds of one person, for their own eyes: the outages they follow."""

from django.utils.translation import gettext as _

from contacts.models import OutageFollower
from owners.subjects import Subject
from tenancy.exporting import Sheet, sheet


def export_of(subject: Subject) -> list[Sheet]:
    """One sheet."""
    columns = [("since", _("Since")), ("number", _("Number")), ("what", _("What is off")), ("begins", _("Begins"))]
    found = OutageFollower.objects.filter(person__in=subject.person_ids).select_related("outage").order_by("at", "id")
    rows = [[row.at, row.outage.number, row.outage.get_branch_display(), row.outage.starts_at] for row in found]
    return [sheet("outages_followed", _("Outages you follow"), columns, rows)]
