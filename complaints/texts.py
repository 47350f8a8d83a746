"""Ready replies as one complaint would be sent them, in its complainant's language."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q
from django.utils import timezone, translation

from complaints import words
from complaints.models import CannedReply, Complaint, Joining
from complaints.rules.texts import filled
from tenancy.models import Organisation
from tenancy.templatetags.look import time_words


@dataclass(frozen=True)
class Text:
    key: UUID
    title: str
    body: str


def texts_for(complaint: Complaint, organisation: Organisation) -> list[Text]:
    """Those of its category and those of all, filled."""
    rows = CannedReply.objects.filter(Q(category=None) | Q(category=complaint.category_id), is_active=True)
    language = (complaint.complainant.language if complaint.complainant else "") or organisation.language
    with translation.override(language):
        values = _values(complaint)
        return [Text(row.pk, row.title, filled(_body(row, language), values)) for row in rows]


def _body(row: CannedReply, language: str) -> str:
    here, there = (row.body_zh, row.body_en) if language.startswith("zh") else (row.body_en, row.body_zh)
    return here or there


def _values(complaint: Complaint) -> dict[str, str]:
    """Of an anonymous complaint there is no name; what is not there leaves nothing behind. Of a leading one neither name
    nor number nor place: the reply goes to the other households, too."""
    is_led = Joining.objects.filter(leading=complaint.pk, ended_at__isnull=True).exists()
    name = "" if is_led else complaint.complainant.name if complaint.complainant else complaint.caller_name
    due = complaint.next_due_at
    return {
        "name": name,
        "number": "" if is_led else complaint.number,
        "place": "" if is_led else words.place_words(complaint),
        "category": complaint.category.name,
        "due": time_words(timezone.localtime(due), "exact") if due else "",
        "handler": words.member_words(complaint.handler),
    }
