"""Each page: one statement, one plain template."""

import uuid
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from bench.floor.models import Complaint, Filing

PAGE = 50
JOINED = ("estate", "building", "unit", "category", "complainant", "handler")
CASE = """
SELECT c.number, c.state, c.priority, c.description, c.received_at, c.next_due_at, e.name, b.name, u.code, k.name_en, p.name, h.name,
  (SELECT json_agg(json_build_object('at', m.at, 'title', m.to_state, 'who', a.name) ORDER BY m.at) FROM complaints_move m
   LEFT JOIN tenancy_membership a ON a.organisation_id = m.organisation_id AND a.id = m.actor_id
   WHERE m.organisation_id = c.organisation_id AND m.complaint_id = c.id),
  (SELECT json_agg(json_build_object('at', s.at, 'title', s.kind, 'body', s.body) ORDER BY s.at) FROM complaints_message s
   WHERE s.organisation_id = c.organisation_id AND s.complaint_id = c.id),
  (SELECT json_agg(json_build_object('at', d.created_at, 'title', d.subject, 'who', d.recipient_name) ORDER BY d.created_at)
   FROM notices_delivery d WHERE d.organisation_id = c.organisation_id AND d.about_id = c.id),
  (SELECT json_agg(json_build_object('at', t.due_at, 'title', t.kind, 'who', t.state) ORDER BY t.due_at) FROM complaints_clock t
   WHERE t.organisation_id = c.organisation_id AND t.complaint_id = c.id),
  (SELECT json_agg(json_build_object('at', o.received_at, 'title', o.number, 'who', o.state))
   FROM (SELECT * FROM complaints_complaint o WHERE o.organisation_id = c.organisation_id AND o.unit_id = c.unit_id
         ORDER BY received_at DESC LIMIT 8) o)
FROM complaints_complaint c
JOIN owners_estate e ON e.organisation_id = c.organisation_id AND e.id = c.estate_id
LEFT JOIN owners_building b ON b.organisation_id = c.organisation_id AND b.id = c.building_id
LEFT JOIN owners_unit u ON u.organisation_id = c.organisation_id AND u.id = c.unit_id
JOIN complaints_category k ON k.organisation_id = c.organisation_id AND k.id = c.category_id
LEFT JOIN owners_person p ON p.organisation_id = c.organisation_id AND p.id = c.complainant_id
LEFT JOIN tenancy_membership h ON h.organisation_id = c.organisation_id AND h.id = c.handler_id
WHERE c.organisation_id = %s AND c.number = %s
"""
FIELDS = ["number", "state", "priority", "description", "received_at", "next_due_at", "estate", "building", "unit", "category", "complainant", "handler", "moves", "messages", "deliveries", "clocks", "others"]  # fmt: skip


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
        values = cursor.fetchone()
    return render(request, "case.html", {"case": dict(zip(FIELDS, values, strict=True))})


def file(request: HttpRequest, organisation: int) -> HttpResponse:
    """A form of one field; what it sends becomes one row."""
    if request.method != "POST":
        return render(request, "file.html")
    now, given = timezone.now(), request.POST
    links: dict[str, Any] = {
        f"{name}_id": given[name] for name in ("estate", "building", "unit", "category", "complainant")
    }
    key = uuid.uuid4()
    Filing.objects.create(
        id=key, organisation_id=organisation, number=f"F-{key.hex}", description=given["description"],
        received_at=now, moved_at=now, next_due_at=now, **links,
    )  # fmt: skip
    return redirect("/")
