"""What a form of the register says, as a draft keeps it, and as the form begins again."""

from typing import Any

from django.http import QueryDict

from contacts.models import EntryDraft
from contacts.register_forms import EntryForm

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
