"""Each page: one statement, one plain template."""

import uuid

from django import forms
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from bench.floor.models import Complaint, Contact, Filing, Line

PAGE = 50
LINES = 100
JOINED = ("estate", "building", "unit", "category", "complainant", "handler")
# Everything the product's page of a case shows, kind by kind, as rows of one statement.
CASE = """
WITH c AS (SELECT * FROM complaints_complaint WHERE organisation_id = %s AND number = %s)
SELECT 'case' AS kind, c.received_at AS at,
       concat_ws(' ', c.number, c.state, c.priority, e.name, b.name, u.code, k.name_en) AS title, c.description AS body, concat_ws(', ', p.name, h.name) AS who
FROM c JOIN owners_estate e ON e.organisation_id = c.organisation_id AND e.id = c.estate_id
LEFT JOIN owners_building b ON b.organisation_id = c.organisation_id AND b.id = c.building_id
LEFT JOIN owners_unit u ON u.organisation_id = c.organisation_id AND u.id = c.unit_id
JOIN complaints_category k ON k.organisation_id = c.organisation_id AND k.id = c.category_id
LEFT JOIN owners_person p ON p.organisation_id = c.organisation_id AND p.id = c.complainant_id
LEFT JOIN tenancy_membership h ON h.organisation_id = c.organisation_id AND h.id = c.handler_id
UNION ALL SELECT 'move', m.at, m.to_state, m.reason, a.name
FROM c JOIN complaints_move m ON m.organisation_id = c.organisation_id AND m.complaint_id = c.id
LEFT JOIN tenancy_membership a ON a.organisation_id = m.organisation_id AND a.id = m.actor_id
UNION ALL SELECT 'message', s.at, s.kind, s.body, a.name
FROM c JOIN complaints_message s ON s.organisation_id = c.organisation_id AND s.complaint_id = c.id
LEFT JOIN tenancy_membership a ON a.organisation_id = s.organisation_id AND a.id = s.author_id
UNION ALL SELECT 'delivery', d.created_at, d.subject, d.state, d.recipient_name
FROM c JOIN notices_delivery d ON d.organisation_id = c.organisation_id AND d.about_id = c.id
UNION ALL SELECT 'clock', t.due_at, t.kind, t.state, ''
FROM c JOIN complaints_clock t ON t.organisation_id = c.organisation_id AND t.complaint_id = c.id
UNION ALL SELECT 'owner', NULL, p.name, p.phone, ''
FROM c JOIN owners_ownership o ON o.organisation_id = c.organisation_id AND o.unit_id = c.unit_id
JOIN owners_person p ON p.organisation_id = o.organisation_id AND p.id = o.person_id
UNION ALL (SELECT 'other', o.received_at, o.number, o.state, ''
FROM c JOIN complaints_complaint o ON o.organisation_id = c.organisation_id AND o.unit_id = c.unit_id AND o.id <> c.id
ORDER BY o.received_at DESC LIMIT 8)
UNION ALL SELECT 'handler', NULL, h.name, h.role, h.id::text
FROM c JOIN tenancy_membership h ON h.organisation_id = c.organisation_id AND h.is_active
  AND h.role IN ('clerk', 'engineer', 'supervisor', 'manager', 'quality')
"""
FIELDS = ("kind", "at", "title", "body", "who")


def rows(request: HttpRequest, organisation: int) -> HttpResponse:
    """Open complaints, the next due first."""
    found = Complaint.objects.filter(organisation_id=organisation, is_open=True, next_due_at__isnull=False)
    page = found.select_related(*JOINED).order_by("next_due_at", "id")[:PAGE]
    return render(request, "rows.html", {"rows": page})


def search(request: HttpRequest, organisation: int) -> HttpResponse:
    """The same rows where a word stands in the description, found by a trigram index of its own."""
    word = request.GET["q"]
    holds = "complaints_complaint.id IN (SELECT id FROM bench_words WHERE description ILIKE %s)"
    found = Complaint.objects.filter(organisation_id=organisation, is_open=True, next_due_at__isnull=False)
    page = found.extra(where=[holds], params=[f"%{word}%"]).select_related(*JOINED).order_by("next_due_at", "id")[:PAGE]
    return render(request, "rows.html", {"rows": page})


def case(request: HttpRequest, organisation: int, number: str) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute(CASE, [organisation, number])
        shown = [dict(zip(FIELDS, values, strict=True)) for values in cursor.fetchall()]
    return render(request, "case.html", {"number": number, "rows": shown})


def timeline(request: HttpRequest, organisation: int, unit: uuid.UUID) -> HttpResponse:
    """The entries of a unit, the newest first."""
    found = Contact.objects.filter(organisation_id=organisation, unit_id=unit)
    page = found.select_related("unit", "person", "recorded_by").order_by("-occurred_at", "-id")[:PAGE]
    return render(request, "timeline.html", {"rows": page})


def statement(request: HttpRequest, organisation: int, statement: uuid.UUID) -> HttpResponse:
    """The lines of an account, in its order, as many as the product's page shows."""
    found = Line.objects.filter(organisation_id=organisation, statement_id=statement)
    return render(request, "statement.html", {"rows": found.order_by("place")[:LINES]})


class FilingForm(forms.ModelForm):
    class Meta:
        model = Filing
        fields = (
            "estate_id",
            "building_id",
            "unit_id",
            "category_id",
            "complainant_id",
            "place",
            "description",
            "demand",
        )


def file(request: HttpRequest, organisation: int) -> HttpResponse:
    """A form of the model; what it sends becomes one row."""
    form = FilingForm(request.POST or None)
    if not form.is_valid():
        return render(request, "file.html", {"form": form})
    filing = form.save(commit=False)
    key, now = uuid.uuid4(), timezone.now()
    filing.id, filing.organisation_id, filing.number = key, organisation, f"F-{key.hex}"
    filing.received_at = filing.moved_at = filing.next_due_at = now
    filing.save(force_insert=True)
    return redirect("/")
