"""The timeline of a unit, a person, an outside party or an estate: what every room exchanged, the newest first."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from contacts.models import CommunicationRecord as Record
from contacts.queries import parties_visible_to
from contacts.register_forms import FilterForm
from contacts.register_lines import timeline as merged
from contacts.rules.defaults import defaults
from contacts.views.register import cursor_of, readers
from owners.queries import estates_visible_to, people_visible_to, units_visible_to
from owners.timelines import Asked, Line
from owners.views.entrance import actor_of, log_auditor
from tenancy.errors import NotFound
from tenancy.models import Membership
from tenancy.names import name_for
from tenancy.policy import can

FORMS, METHODS = dict(Record.Form.choices), dict(Record.Method.choices)
DIRECTIONS, CONTENTS = dict(Record.Direction.choices), dict(Record.Content.choices)
# Of whom, and the room's own query of what the member may look at.
KINDS: dict[str, Callable[[Membership], Any]] = {
    "unit": units_visible_to, "person": people_visible_to, "party": parties_visible_to, "estate": estates_visible_to,
}  # fmt: skip


@require_safe
@readers
@never_cache
def timeline(request: HttpRequest, kind: str, key: UUID) -> HttpResponse:
    actor = actor_of(request)
    if kind not in KINDS or (kind != "party" and not can(actor, "registry.read")):
        raise NotFound("no timeline of that")
    found = KINDS[kind](actor).filter(pk=key).first()
    if found is None or not can(actor, "register.read", found):
        raise NotFound("nobody of theirs")
    form = FilterForm(request.GET, without=("q", "estate", "party_type", "state"))
    form.is_valid()
    said, (at, last) = form.cleaned_data, cursor_of(request)
    words = {name: said.get(name) or "" for name in ("form", "method", "content", "direction")}
    asked = Asked(
        member=actor, kind=kind, key=found.pk, count=defaults()["register"]["timeline_page"], **words,
        before=(at, str(last)) if at is not None else None, since=said.get("since"), until=said.get("until"),
    )  # fmt: skip
    lines, has_more = merged(asked)
    log_auditor(request, f"{kind}.timeline", found)
    kept = {name: value for name, value in request.GET.items() if name not in ("at", "id") and value}
    older = "?" + urlencode({**kept, "at": lines[-1].at.isoformat(), "id": lines[-1].key}) if has_more else ""
    context = {
        "lines": _shown(lines), "form": form, "is_narrowed": any(said.values()), "older": older,
        "newer": "?" + urlencode(kept) if at is not None else "", "may_write": can(actor, "register.write"),
        "title": name_for(actor, found.name) if kind == "person" else str(found), "kind": kind, "back": _back(kind, found),
        "party": found.pk if kind == "party" else "",
    }  # fmt: skip
    return render(request, "contacts/register/timeline.html", context)


def _shown(lines: list[Line]) -> list[dict[str, Any]]:
    """Each line with what it was in words: the words of a column are looked up once a page, not once a line."""
    directions, forms, methods, contents = (
        {code: str(word) for code, word in words.items()} for words in (DIRECTIONS, FORMS, METHODS, CONTENTS)
    )
    shown = []
    for line in lines:
        how = (methods.get(method, method) for method in line.methods)
        words = (directions.get(line.direction), forms.get(line.form, line.form), *how, contents.get(line.content))
        shown.append({"line": line, "meta": " · ".join(word for word in words if word)})
    return shown


def _back(kind: str, found: Any) -> str:
    if kind == "estate":
        return reverse("register:index") + f"?estate={found.pk}"
    return reverse({"unit": "owners:unit", "person": "owners:person", "party": "contacts:party"}[kind], args=[found.pk])
