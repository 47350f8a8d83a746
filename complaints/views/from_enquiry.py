"""The page on which a complaint is made of an enquiry."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from complaints import queries
from complaints.forms.from_enquiry import FromEnquiryForm
from complaints.services.from_enquiry import convert_enquiry
from disclosures import enquiry_queries
from disclosures.showing import name_asker
from owners.queries import units_of
from owners.views.entrance import actor_of, staff_only
from tenancy.errors import DomainError, NotAllowed, NotFound
from tenancy.policy import can

door = staff_only(lambda member: can(member, "enquiry.answer"))


@require_http_methods(["GET", "HEAD", "POST"])
@door
@never_cache
def from_enquiry(request: HttpRequest, enquiry_id: UUID) -> HttpResponse:
    actor = actor_of(request)
    rows = enquiry_queries.enquiries_visible_to(actor).select_related("estate", "membership")
    row = rows.filter(pk=enquiry_id).first()
    if row is None:
        raise NotFound("no such enquiry")
    if not can(actor, "enquiry.answer", row):
        raise NotAllowed(_("You may read this enquiry, but not answer it."))
    name_asker(row, actor)
    units = [unit for unit, _relation in units_of(row.membership) if unit.estate_id == row.estate_id]
    initial = {"description": row.question, "unit": str(units[0].pk) if len(units) == 1 else ""}
    form = FromEnquiryForm(request.POST or None, categories=queries.categories(), units=units, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            complaint = convert_enquiry(enquiry_id=row.pk, becoming=form.becoming(), actor=actor, now=timezone.now())
        except DomainError as refusal:
            form.add_error(refusal.code if refusal.code in form.fields else None, str(refusal.message))
        else:
            messages.success(request, _("It is %(number)s now.") % {"number": complaint.number})
            return redirect("triage:case", complaint.number)
    context = {
        "row": row,
        "form": form,
        "title": _("Make it a complaint or a request"),
        "turns": enquiry_queries.turns_of(row),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "disclosures/enquiries/act.html", context, status=status)
