"""Ready replies to choose from, beside the reply of a case."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from complaints import case_queries
from complaints.texts import texts_for
from complaints.views.doors import staff_page
from tenancy.errors import NotFound
from tenancy.models import Membership
from tenancy.policy import can


@require_safe
@staff_page
def texts(request: HttpRequest, number: str) -> HttpResponse:
    """A page of its own; or, fetched, the list alone."""
    actor: Membership = request.membership  # type: ignore[attr-defined]
    complaint = case_queries.case_by_number(actor, number)
    if complaint is None:
        raise NotFound("no such complaint")
    context = {
        "case": complaint, "rows": texts_for(complaint, request.organisation),  # type: ignore[attr-defined]
        "url": reverse("triage:case", args=[number]), "may_change": can(actor, "complaint_settings.change"),
    }  # fmt: skip
    is_part = bool(request.htmx)  # type: ignore[attr-defined]
    return render(request, "complaints/desk/_texts.html" if is_part else "complaints/desk/texts.html", context)
