"""What the room holds of one person: what they asked of accounts, what was answered, what publications they opened."""

from django.utils.translation import gettext as _

from disclosures.erasing import enquiries_of, remarks_of
from disclosures.models import EnquiryTurn, PublicationRead
from owners.subjects import Subject
from tenancy.exporting import Sheet, sheet


def export_of(subject: Subject) -> list[Sheet]:
    columns = [("at", _("When")), ("account", _("Account")), ("asked", _("What you asked or said")),
               ("answered_at", _("Answered at")), ("answer", _("Answer"))]  # fmt: skip
    found = remarks_of(subject).select_related("statement").order_by("asked_at", "id")
    rows = [[row.asked_at, str(row.statement), row.body, row.answered_at, row.answer] for row in found]
    return [
        sheet("account_questions", _("Questions on accounts"), columns, rows),
        _enquiries_of(subject),
        _opened(subject),
    ]


def _enquiries_of(subject: Subject) -> Sheet:
    columns = [("number", _("Number")), ("at", _("When")), ("asked", _("What you asked")),
               ("answered_at", _("Answered at")), ("answer", _("Answer"))]  # fmt: skip
    turns = EnquiryTurn.objects.filter(enquiry__in=enquiries_of(subject)).select_related("enquiry")
    rows = [
        [turn.enquiry.number, turn.asked_at, turn.question, turn.answered_at, turn.answer]
        for turn in turns.order_by("enquiry__asked_at", "enquiry", "place")
    ]
    return sheet("enquiries", _("Enquiries"), columns, rows)


def _opened(subject: Subject) -> Sheet:
    mine = PublicationRead.objects.filter(member=subject.membership)
    found = mine if subject.membership is not None else mine.none()
    columns = [("at", _("When")), ("publication", _("Publication"))]
    rows = [[row.at, row.publication.number] for row in found.select_related("publication").order_by("at", "id")]
    return sheet("publications_opened", _("Publications you opened"), columns, rows)
