"""The owner's start page: what waits for me, what I asked, what is new."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from complaints import portal_queries
from complaints.models import Complaint
from complaints.rules import moving
from complaints.views import owner_case
from contacts.outage_queries import shown_at_home
from contacts.rules.outages import time_of
from disclosures import campaign_queries
from disclosures.publicduty_queries import pressing
from disclosures.queries import reviews_waiting
from disclosures.services import campaign_reading
from notices.queries import to_confirm, unread_notices
from notices.wording import in_words
from owners.queries import claims_of, units_of
from tenancy.models import Membership, Organisation, User
from tenancy.policy import can

WAITS_FOR_OWNER = moving.ASKED_SOLVED | {Complaint.State.WAITING_FOR_COMPLAINANT, Complaint.State.WAITING_FOR_ACCESS}
NOTICES_SHOWN = 3
ROWS_SHOWN = 10
CLAIMS_SHOWN = 5
OUTAGES_SHOWN = 3


def owner_home(request: HttpRequest) -> HttpResponse:
    """For signed-in people without a staff role; those without a membership read how to get in."""
    member: Membership | None = request.membership  # type: ignore[attr-defined]
    context: dict[str, Any] = {}
    if isinstance(request.user, User):
        context["claims"] = list(claims_of(request.user)[:CLAIMS_SHOWN])
    if member is not None:
        now = timezone.now()
        organisation: Organisation = request.organisation  # type: ignore[attr-defined]
        rows = [owner_case.row(complaint, now=now) for complaint in portal_queries.own_open(member)]
        waiting = [row for row in rows if row["case"].state in WAITS_FOR_OWNER]
        others = [row for row in rows if row["case"].state not in WAITS_FOR_OWNER]
        context |= {
            "now": now,
            "units": units_of(member),
            "waiting": waiting,
            "rows": others[:ROWS_SHOWN],
            "has_more": len(others) > ROWS_SHOWN,
            "to_confirm": in_words(to_confirm(member)[:ROWS_SHOWN], organisation, request.LANGUAGE_CODE, is_short=True),
            "notices": in_words(
                unread_notices(member)[:NOTICES_SHOWN], organisation, request.LANGUAGE_CODE, is_short=True
            ),
            "reviews_waiting": reviews_waiting(member),
            "duties": pressing(member, timezone.localdate(now)),
            "has_board": can(member, "notice.board"),
            "campaigns": _campaigns(request, member),
            "outages": list(shown_at_home(member, now)[:OUTAGES_SHOWN]),
        }
        for outage in context["outages"]:
            outage.time = time_of(outage.starts_at, now, is_open=outage.is_open)
            outage.is_overdue = outage.is_open and outage.ends_at is not None and outage.ends_at < now
    return render(request, "complaints/home.html", context)


def _campaigns(request: HttpRequest, member: Membership) -> list[Any]:
    """What is explained to them now; that it stood on their page is noted."""
    rows: list[Any] = campaign_queries.running_for(member)
    for row in rows:
        row.name, row.words = campaign_queries.name_of(row), campaign_queries.words_of(row)
    if request.method == "GET":
        campaign_reading.note_shown(campaigns=rows, actor=member, now=timezone.now())
    return rows
