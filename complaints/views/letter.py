"""The answer as a letter: a page, and the same as PDF, for its complainant and for staff."""

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from complaints import letter_paper, words
from complaints.letters import letter_of
from complaints.models import Complaint
from complaints.views.owner_case import Door


def page(request: HttpRequest, door: Door) -> HttpResponse:
    letter = letter_of(door.complaint)
    context = {"letter": letter, "case": door.complaint, "door": door, "place": words.place_words(door.complaint)}
    return render(request, "complaints/follow_letter.html" if door.is_link else "complaints/letter.html", context)


def document(request: HttpRequest, complaint: Complaint) -> HttpResponseBase:
    return letter_paper.document(request.organisation, complaint)  # type: ignore[attr-defined]
