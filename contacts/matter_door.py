"""The door of a dealing: the party sees what one waits for, and says how far it is and by when."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contacts.forms import day
from contacts.matter_queries import matters_visible_to
from contacts.models import AccessGrant, Matter, OutsideParty
from contacts.register_forms import plain_text
from contacts.rules.doors import Answered, Door
from contacts.services.matter_answers import answer_matter
from tenancy.errors import DomainError
from tenancy.models import Membership
from tenancy.policy import can


class MatterAnswerForm(forms.Form):
    words = forms.CharField(
        label=gettext_lazy("How far is it?"), max_length=2000, widget=plain_text(4),
        error_messages={"required": gettext_lazy("Write how far it is. A sentence is enough.")},
    )  # fmt: skip
    promised_on = day(label=gettext_lazy("By when will it be done?"), required=False)


def _words(key: UUID) -> str:
    found: str | None = Matter.objects.filter(pk=key).values_list("number", flat=True).first()
    return found or ""


def _subjects(actor: Membership | None, party: OutsideParty) -> list[tuple[UUID | None, str]]:
    """The dealings with the party that go on, of where the member works."""
    rows = matters_visible_to(actor).filter(party=party).exclude(state__in=Matter.ENDED)
    if not party.is_active:
        return []
    return [
        (row.pk, f"{row.number} · {row.title}")
        for row in rows.order_by("-moved_at", "-id")
        if can(actor, "grant.write", row)
    ]


def _show(grant: AccessGrant, now: datetime, form: MatterAnswerForm | None = None) -> dict[str, Any]:
    matter = Matter.objects.filter(pk=grant.subject_id, party=grant.party).select_related("party", "estate").first()
    if matter is None:
        return {"matter": None}
    return {"matter": matter, "answers": list(matter.answers.all()), "form": form or MatterAnswerForm()}


def _take(grant: AccessGrant, data: Any, now: datetime) -> Answered:
    form = MatterAnswerForm(data)
    if form.is_valid():
        try:
            answer_matter(grant=grant, **form.cleaned_data, now=now)
        except DomainError as refusal:
            if refusal.code not in form.fields:
                raise
            form.add_error(refusal.code, str(refusal.message))
        else:
            return Answered(thanks=_("Thank you: we have it."))
    return Answered(context=_show(grant, now, form))


MATTER = Door(
    title=gettext_lazy("Say how far it is"), template="contacts/outside/matter.html", words=_words, subjects=_subjects, show=_show,
    answer=_take,
)  # fmt: skip
