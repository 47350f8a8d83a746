"""What the room holds of one person: what they asked of accounts, and what was answered."""

from django.utils.translation import gettext as _

from disclosures.erasing import enquiries_of, remarks_of
from disclosures.models import EnquiryTurn
from owners.subjects import Subject
from tenancy.exporting import Sheet, sheet


def export_of(subject: Subject) -> list[Sheet]:
    columns = [("at", _("When")), ("account", _("Account")), ("asked", _("What you asked or said")),
               ("answered_at", _("Answered at")), ("answer", _("Answer"))]  # fmt: skip
    found = remarks_of(subject).select_related("statement").order_by("asked_at", "id")
    rows = [[row.asked_at, str(row.statement), row.body, row.answered_at, row.answer] for row in found]
    return [sheet("account_questions", _("Questions on accounts"), columns, rows), _enquiries_of(subject)]


def _enquiries_of(subject: Subject) -> Sheet:
    columns = [("number", _("Number")), ("at", _("When")), ("asked", _("What you asked")),
               ("answered_at", _("Answered at")), ("answer", _("Answer"))]  # fmt: skip
    turns = EnquiryTurn.objects.filter(enquiry__in=enquiries_of(subject)).select_related("enquiry")
    rows = [
        [turn.enquiry.number, turn.asked_at, turn.question, turn.answered_at, turn.answer]
        for turn in turns.order_by("enquiry__asked_at", "enquiry", "place")
    ]
    return sheet("enquiries", _("Enquiries"), columns, rows)
