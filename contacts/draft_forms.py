"""What a form of the register says, as a draft keeps it, and as the form begins again."""

from datetime import datetime
from typing import Any

from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from contacts.models import CommunicationRecord, EntryDraft
from contacts.register_callers import found_for, party_named, whom_answered, whom_named
from contacts.register_forms import EntryForm
from contacts.register_queries import staff_of
from contacts.rules.access import reach_for
from contacts.services.drafts import Copy
from owners.models import Estate
from owners.queries import estates_visible_to
from tenancy.models import Membership

# What belongs to the sending, and what only an amendment has.
NOT_KEPT = ("entry_key", "copy", "read", "version", "reason", "documents")
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
    return {**said, "entry_key": draft.entry_key, "read": draft.mark}


def copy_of(form: EntryForm) -> Copy | None:
    """The copy that was sent, after the form was cleaned; None when it does not say which it is."""
    key = form.cleaned_data.get("copy")
    posted: Any = form.data
    return Copy(key=key, said=said_in(posted), read=form.cleaned_data.get("read") or "") if key else None


def said_otherwise(form: EntryForm, draft: EntryDraft) -> list[tuple[str, str]]:
    """Where a draft says something else than the form that was sent: the field, and the words of the draft."""
    posted: Any = form.data
    mine = said_in(posted)
    return [
        (str(form.fields[name].label), _words_in(form, draft, name))
        for name in NAMES
        if [each for each in draft.said.get(name, ()) if each] != [each for each in mine.get(name, ()) if each]
    ]


def _words_in(form: EntryForm, draft: EntryDraft, name: str) -> str:
    """What a draft says in a field, as people read it."""
    if name == "is_letter":
        return _("Yes") if draft.first(name) else _("No")
    if name == "who" and (named := whom_named(form.writer, draft.first(name))):
        return next(iter(named.values())).words
    field: Any = form.fields[name]
    called = {str(value): str(words) for value, words in getattr(field, "choices", ())}
    # The datetime of a browser has a T between its halves.
    told = [
        called.get(each, each.replace("T", " ") if name == "occurred_at" else each) for each in draft.said.get(name, ())
    ]
    return ", ".join(told)


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
