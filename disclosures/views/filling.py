"""One form on a page of its own: shown, said what is wrong at the field, or done and left."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from tenancy.errors import DomainError

form_page = require_http_methods(["GET", "HEAD", "POST"])


def filled(
    request: HttpRequest, form: Any, do: Callable[[], Any], *, title: str, told: str, back: str, back_words: str,
    lead: str = "", button: str = "", notes: Any = None, page: str = "disclosures/form.html",
) -> HttpResponse:  # fmt: skip
    """``do`` answers with where to go. A refusal stands at its field, else above the form."""
    if request.method == "POST" and form.is_valid():
        try:
            way = do()
        except DomainError as refusal:
            if refusal.status != 409:
                raise
            form.add_error(refusal.code if refusal.code in form.fields else None, str(refusal.message))
        else:
            messages.success(request, told)
            return redirect(way)
    context = {
        "form": form, "title": title, "back": back, "back_words": back_words, "lead": lead,
        "button": button or title, "notes": notes,
    }  # fmt: skip
    return render(request, page, context, status=422 if request.method == "POST" else 200)
