"""Erasing a person: first what would go and what stays, then a word to confirm it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from owners.subjects import Subject
from privacy import queries
from privacy.forms import EraseForm
from privacy.services.erasing import erase_person, obstacles
from privacy.views.doors import member_of, officer
from privacy.views.preview_lines import preview_of
from tenancy.stepping_up import WRITES, recently_proven


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@officer
@recently_proven(methods=WRITES)
def preview(request: HttpRequest, kind: str, key: UUID) -> HttpResponse:
    """What is erased, what is kept and by which rule; posted with the word, it is done."""
    subject = queries.named_subject(kind, key)
    shown = preview_of(subject)
    stopped = obstacles(subject)
    form = EraseForm(request.POST or None, has_open=bool(shown.open_cases), has_short=shown.has_short_name)
    if request.method == "POST" and not stopped and form.is_valid():
        erasure = erase_person(
            kind=kind, key=key, include_open=bool(form.cleaned_data.get("include_open")), actor=member_of(request),
            now=timezone.now(), include_short=bool(form.cleaned_data.get("include_short")),
        )  # fmt: skip
        messages.success(request, _("Erased. From now on the records say “%(name)s”.") % {"name": erasure.pseudonym})
        return redirect(*_after(subject))
    context: dict[str, Any] = {
        "subject": subject, "shown": shown, "obstacles": stopped, "form": form, "kind": kind, "key": key,
    }  # fmt: skip
    return render(
        request, "privacy/erase.html", context, status=422 if form.errors or (stopped and form.is_bound) else 200
    )


def _after(subject: Subject) -> tuple[Any, ...]:
    if subject.people:
        return "privacy:person", subject.people[0].pk
    return ("privacy:member", subject.membership.pk) if subject.membership else ("privacy:requests",)
