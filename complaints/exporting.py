"""What complaints hold of one person, as their own page shows it: no notes, no reasons that stay inside."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from attachments.erasing import held_by_member
from attachments.models import Attachment
from attachments.rules import download_name
from complaints.erasing import complaints_of
from complaints.mail_queries import mails_from
from complaints.models import Clock, Complaint, Extension, Message, Move, ReturnVisit, SavedFilter
from complaints.models.settings import TargetKind
from complaints.services.intake import SUBJECT_TYPE
from owners.subjects import Subject
from tenancy.exporting import Sheet, StoredFile, sheet


def export_of(subject: Subject) -> list[Sheet]:
    """Nine sheets: complaints, steps, what was said, promised times, more time, return visits, files, kept lists,
    mails."""
    cases = complaints_of(subject).order_by("received_at", "id")
    return [
        _cases(cases), _steps(cases), _said(cases), _promises(cases), _extensions(cases), _visits(cases),
        _files(subject, cases), _filters(subject), _mails(subject),
    ]  # fmt: skip


def files_of(subject: Subject) -> list[StoredFile]:
    """The files of the person's complaints that they may see, and those they sent and attached to nothing."""
    cases = complaints_of(subject)
    numbers: dict[Any, str] = dict(cases.values_list("pk", "number"))
    return [
        StoredFile(row.stored_name, f"{numbers.get(row.subject_id, 'held')}/{place:02d}-{download_name(row.original_name, row.mime)}")
        for place, row in enumerate(_attachments(subject, cases), start=1)
    ]  # fmt: skip


def _cases(cases: QuerySet[Complaint]) -> Sheet:
    columns = [("number", _("Number")), ("received", _("Received")), ("channel", _("Channel")), ("place", _("Place")),
               ("category", _("Category")), ("description", _("What happened")), ("demand", _("What is asked for")),
               ("name", _("Name given")), ("phone", _("Phone given")), ("state", _("State")), ("handler", _("Handler")),
               ("decision", _("Decision")), ("reasons", _("Reasons")), ("remedy", _("Remedy")), ("done", _("What was done")),
               ("reason", _("Reason")), ("referred_to", _("Referred to")), ("rating", _("Rating")),
               ("closed", _("Closed"))]  # fmt: skip
    rows = [
        [row.number, row.received_at, row.get_channel_display(), row.place_words, row.category.name, row.description,
         row.demand, row.caller_name, row.caller_phone, row.get_state_display(), row.handler.name if row.handler else "",
         row.decision if row.answered_at else "", row.reasons if row.answered_at else "", row.remedy if row.answered_at else "",
         row.resolution if row.resolved_at else "", row.ended_reason, row.referred_to, row.rating, row.closed_at]
        for row in cases.select_related("estate", "building", "unit", "category", "handler")
    ]  # fmt: skip
    return sheet("complaints", _("Complaints"), columns, rows)


def _of(model: Any, cases: QuerySet[Complaint], *parts: str) -> Iterable[Any]:
    found = model.objects.filter(complaint__in=cases.order_by().values("pk")).select_related("complaint", *parts)
    return found.order_by("complaint__received_at", "at", "id")


def _steps(cases: QuerySet[Complaint]) -> Sheet:
    columns = [("number", _("Number")), ("at", _("At")), ("state", _("State")), ("reason", _("Reason"))]
    rows = [
        [row.complaint.number, row.at, row.get_to_state_display(),
         row.reason if row.by_complainant or row.to_state in Move.TOLD_REASONS else ""]
        for row in _of(Move, cases)
    ]  # fmt: skip
    return sheet("steps", _("Steps of complaints"), columns, rows)


def _said(cases: QuerySet[Complaint]) -> Sheet:
    columns = [("number", _("Number")), ("at", _("At")), ("who", _("Who wrote")), ("words", _("Words"))]
    rows = [
        [row.complaint.number, row.at, _who(row), row.body]
        for row in _of(Message, cases, "author")
        if row.kind != Message.Kind.NOTE
    ]
    return sheet("messages", _("What was said"), columns, rows)


def _who(row: Message) -> str:
    """You, or the handler by the name the page shows."""
    return _("You") if row.kind == Message.Kind.WORDS else row.author.name if row.author else ""


def _promises(cases: QuerySet[Complaint]) -> Sheet:
    columns = [("number", _("Number")), ("promise", _("Promise")), ("due", _("Due")), ("state", _("State"))]
    found = Clock.objects.filter(complaint__in=cases.order_by().values("pk")).exclude(kind=TargetKind.STATUTORY)
    found = found.select_related("complaint").order_by("complaint__received_at", "due_at", "id")
    rows = [[row.complaint.number, row.get_kind_display(), row.due_at, row.get_state_display()] for row in found]
    return sheet("promised_times", _("Promised times"), columns, rows)


def _extensions(cases: QuerySet[Complaint]) -> Sheet:
    columns = [("number", _("Number")), ("at", _("At")), ("days", _("Working days more")), ("reason", _("Reason")),
               ("before", _("Due before")), ("after", _("Due now"))]  # fmt: skip
    rows = [
        [row.complaint.number, row.at, row.days, row.reason, row.due_before, row.due_after]
        for row in _of(Extension, cases)
    ]
    return sheet("extensions", _("More time given"), columns, rows)


def _visits(cases: QuerySet[Complaint]) -> Sheet:
    columns = [("number", _("Number")), ("at", _("At")), ("method", _("How")), ("outcome", _("Outcome")),
               ("solved", _("Solved")), ("rating", _("Rating")), ("comment", _("Comment"))]  # fmt: skip
    rows = [
        [row.complaint.number, row.at, row.get_method_display(), row.get_outcome_display(), row.is_solved, row.rating,
         row.comment]
        for row in _of(ReturnVisit, cases)
    ]  # fmt: skip
    return sheet("return_visits", _("Return visits"), columns, rows)


def _attachments(subject: Subject, cases: QuerySet[Complaint]) -> list[Attachment]:
    shown = Attachment.objects.filter(
        subject_type=SUBJECT_TYPE, subject_id__in=cases.order_by().values("pk"),
        audience=Attachment.Audience.PARTIES, state=Attachment.State.CLEAN,
    )  # fmt: skip
    found = list(shown.order_by("created_at", "id"))
    if subject.membership is not None:
        found += held_by_member(subject.membership).filter(discarded_at__isnull=True).order_by("created_at", "id")
    return found


def _files(subject: Subject, cases: QuerySet[Complaint]) -> Sheet:
    columns = [("number", _("Number")), ("name", _("File")), ("size", _("Size in bytes")), ("at", _("Received"))]
    numbers: dict[Any, str] = dict(cases.values_list("pk", "number"))
    rows = [
        [numbers.get(row.subject_id, ""), row.original_name, row.size, row.created_at]
        for row in _attachments(subject, cases)
    ]
    return sheet("files", _("Files"), columns, rows)


def _filters(subject: Subject) -> Sheet:
    found = SavedFilter.objects.filter(membership=subject.membership) if subject.membership else []
    return sheet("kept_lists", _("Kept lists"), [("name", _("Name")), ("query", _("Filter"))],
                 [[row.name, row.query] for row in found])  # fmt: skip


def _mails(subject: Subject) -> Sheet:
    """What came in from their addresses and is still kept."""
    columns = [("at", _("Received")), ("from", _("Sender")), ("subject", _("Subject")), ("words", _("Words")),
               ("state", _("State"))]  # fmt: skip
    rows = [
        [row.received_at, row.sender, row.subject, row.text, row.get_state_display()]
        for row in mails_from(subject.emails()).order_by("received_at", "id")
    ]
    return sheet("mails", _("Mail that came in"), columns, rows)
