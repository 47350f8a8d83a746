"""What a form of the register says, as a draft keeps it, and as the form begins again."""

from datetime import datetime
from typing import Any

from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from contacts.models import CommunicationRecord, EntryDraft
from contacts.register_callers import found_for, party_named, whom_answered, whom_named
from contacts.register_forms import EntryForm
from contacts.register_queries import staff_of
from contacts.rules.access import reach_for
from owners.models import Estate
from owners.queries import estates_visible_to
from tenancy.models import Membership

# What belongs to the sending, and what only an amendment has.
NOT_KEPT = ("entry_key", "version", "reason", "documents")
NAMES = tuple(name for name in EntryForm.base_fields if name not in NOT_KEPT)
SEVERAL = ("methods",)
# Whom it was searched for by, and what it answers.
AROUND = ("q", "answers", "party")
WORDS = (
    "q", "name_given", "phone_given", "summary", "subject", "request", "non_verbal_note", "participants", "case_number",
    "their_reference", "addressee", "letter_text",
)  # fmt: skip


def said_in(posted: QueryDict) -> dict[str, list[str]]:
    """Everything that was typed or chosen, as it came: a draft need not be right."""
    return {name: posted.getlist(name) for name in (*NAMES, *AROUND) if name in posted}


def has_words(said: dict[str, list[str]]) -> bool:
    """Whether anything was typed; what the form had chosen by itself is nothing."""
    return any(value.strip() for name in WORDS for value in said.get(name, ()))


def initial_of_draft(draft: EntryDraft) -> dict[str, Any]:
    """What was typed, as the form begins."""
    said = {name: list(values) if name in SEVERAL else draft.first(name) for name, values in draft.said.items()}
    return {**said, "entry_key": draft.entry_key}


def estates_to_write_of(member: Membership) -> list[Estate]:
    """The estates that the form offers: those that the member writes of as a whole, or all they see."""
    estates = list(estates_visible_to(member).select_related("calendar"))
    reach = reach_for(member, "register.write")
    return [estate for estate in estates if reach.covers(estate.pk)] or estates


def form_of_draft(
    draft: EntryDraft, answered: CommunicationRecord | None, *, member: Membership, region: str, now: datetime
) -> EntryForm:
    """The form as if the draft were sent from the page as it stands."""
    found = found_for(member, draft.first("q")[:100]) | party_named(member, draft.first("party"))
    found |= whom_answered(answered) | whom_named(member, draft.first("who"))
    began = {"direction": [str(EntryForm.base_fields["direction"].initial)]}
    posted = MultiValueDict({**began, **draft.said, "entry_key": [str(draft.entry_key)]})
    staff = staff_of(estates_visible_to(member))
    return EntryForm(
        posted, found=found, estates=estates_to_write_of(member), staff=staff, actor=member, now=now, region=region
    )
