"""What stands beside a complaint on its staff page: its clocks, its story, and what is known of the unit."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from complaints import case_queries, queries, words
from complaints.acts import failed_days
from complaints.conditions import Case
from complaints.models import Clock, Complaint, Escalation, LadderStep, Pause
from complaints.rules import moving
from complaints.rules.veiling import veiled
from complaints.services.intake import SUBJECT_TYPE
from complaints.views import desk_timeline
from complaints.views.triage_rows import badge
from contacts.commitment_queries import of_case as promises_of_case
from contacts.matter_queries import matters_visible_to, of_case
from owners.models import Occupancy
from tenancy.models import Membership
from tenancy.names import name_for
from tenancy.policy import can
from tenancy.templatetags import look

Role = Membership.Role
CLOCK_TONES = {
    Clock.State.MET: "ok",
    Clock.State.BROKEN: "late",
    Clock.State.PAUSED: "warn",
    Clock.State.CANCELLED: "quiet",
}


@dataclass(frozen=True)
class Target:
    """One promised time: what, by when, and how it stands."""

    label: str
    due_at: datetime
    badge: SafeString
    left: str
    used: str
    is_over: bool


@dataclass(frozen=True)
class Stood:
    """A stretch in which the clocks stood still: for whom, since when, how long, until when at most."""

    label: str
    words: str
    began_at: datetime
    until: datetime | None
    ending: str


def failed_attempts(complaint: Complaint) -> int:
    """On how many local days nobody was reached since it was resolved."""
    return len(set(failed_days(complaint)))


def context_of(shown: Case) -> dict[str, Any]:
    complaint, now = shown.complaint, shown.now
    parts, beside = case_queries.case_page(complaint, actor=shown.actor, now=now)
    level = _level(parts["escalations"])
    waiting = [row for row in parts["escalations"] if row.acknowledged_at is None]
    return {
        "sentence": words.staff_sentence(complaint, now=now, level=level),
        "is_late": words.is_late(complaint, now=now),
        "state_badge": badge(complaint.state, complaint.get_state_display()),
        "place": words.place_words(complaint),
        "targets": [_target(clock, parts["pauses"], now) for clock in parts["clocks"]],
        "pauses": [_stood(pause, complaint, now) for pause in parts["pauses"]],
        "timeline": desk_timeline.entries(
            complaint, parts, told=beside.deliveries, joinings=shown.joinings, reader=shown.actor, now=now
        ),
        "complainant": name_for(
            shown.actor, complaint.complainant.name if complaint.complainant else complaint.caller_name
        ),
        "escalations": waiting,
        "may_not_sign": _may_not_sign(shown),
        "visit_hint": _visit_hint(shown),
        "nothing_to_do": _nothing_to_do(shown),
        "outside": _outside(shown),
        "joined": _joined(shown),
        "tasks": parts["tasks"],
        "tasks_open": sum(task.done_at is None for task in parts["tasks"]),
        "checklists": beside.checklists if complaint.is_open else [],
        "may_task": moving.may_write(shown.actor, complaint),
        "aside_until": shown.aside_until,
        "today": timezone.localdate(now),
        "related": queries.related_to(complaint),
        "phone": _phone(complaint.complainant.phone if complaint.complainant else complaint.caller_phone, shown),
        **_unit_context(shown, beside),
    }


def _outside(shown: Case) -> dict[str, Any]:
    """Dealings the complaint hangs on, promises made in it, as far as the reader may see them."""
    actor, case, key = shown.actor, shown.complaint, shown.complaint.pk
    matters, promises = of_case(SUBJECT_TYPE, key), promises_of_case(actor, SUBJECT_TYPE, key)
    return {
        "matters": list(matters.filter(pk__in=matters_visible_to(actor).values("pk"))) if _has(case, "matters") else [],
        "promises": list(promises) if _has(case, "promises") else [],
        "may_deal": can(actor, "matter.write"),
        "may_promise": can(actor, "commitment.write"),
    }


def _has(case: Complaint, name: str) -> bool:
    """Whether there is any, of a case that `case_queries.case_by_number` has read."""
    return bool(getattr(case, f"has_{name}", True))


def _joined(shown: Case) -> dict[str, Any]:
    """Under which complaint it is dealt with, or which ones are dealt with under it."""
    return {
        "above": shown.above,
        "under": [
            {
                "case": row.complaint,
                "since": row.at,
                "badge": badge(row.complaint.state, row.complaint.get_state_display()),
                "place": words.place_words(veiled(row.complaint, shown.actor)),
            }
            for row in shown.joinings
            if row.leading_id == shown.complaint.pk
        ],
    }


def _level(escalations: Iterable[Escalation]) -> str:
    """The highest rung reached for a target that still runs."""
    reached = {row.level for row in escalations if row.clock.stopped_at is None}
    rungs = (LadderStep.Level.QUALITY, LadderStep.Level.MANAGER, LadderStep.Level.SUPERVISOR)
    return next((str(level) for level in rungs if level in reached), "")


def _stood(pause: Pause, complaint: Complaint, now: datetime) -> Stood:
    label = str(pause.get_reason_display())
    if pause.party:
        label = _("%(reason)s: %(party)s") % {"reason": label, "party": pause.party}
    return Stood(
        label,
        pause.words,
        pause.began_at,
        pause.until if pause.ended_at is None else None,
        str(pause.get_ending_display()) if pause.ended_at else "",
    )


def _target(clock: Clock, pauses: Iterable[Pause], now: datetime) -> Target:
    is_late = clock.state == Clock.State.BROKEN or (clock.stopped_at is None and clock.due_at < now)
    tone = "late" if is_late else CLOCK_TONES.get(Clock.State(clock.state), "info")
    said = _("Late") if is_late else str(clock.get_state_display())
    return Target(
        label=str(clock.get_kind_display()),
        due_at=clock.due_at,
        badge=look.badge(tone, said),
        left=words.time_left(clock, now=now) if clock.stopped_at is None else "",
        used=words.time_used(clock, pauses, now=now),
        is_over=clock.stopped_at is not None,
    )


def _may_not_sign(shown: Case) -> bool:
    """The actor handles it, but a manager signs the answer: said instead of a button that is missing."""
    complaint = shown.complaint
    handles = shown.was_before_answer and not complaint.is_request and moving.may_handle(shown.actor, complaint)
    return handles and not moving.may_sign_answer(shown.actor, complaint)


def _visit_hint(shown: Case) -> str:
    """Why the return visit or closing is not offered."""
    complaint = shown.complaint
    if complaint.state not in (Complaint.State.RESOLVED, Complaint.State.RETURN_VISIT):
        return ""
    if not moving.may_write(shown.actor, complaint):
        return ""
    if not moving.may_visit(shown.actor, complaint):
        return _("The return visit is made by somebody other than the handler.")
    if shown.may_close_unvisited or complaint.is_anonymous:
        return ""
    return _("Attempts without contact, on different days: %(failed)s of %(needed)s. After that it can be closed.") % {
        "failed": failed_attempts(complaint),
        "needed": queries.handling_rules().failed_attempts,
    }


def _nothing_to_do(shown: Case) -> str:
    """Why there is no button at all."""
    if shown.actor.role == Role.AUDITOR:
        return _("You read this complaint; acts are for the staff who work on it.")
    if not shown.complaint.is_open:
        days = queries.handling_rules().reopen_days
        if moving.is_reopened_within(shown.complaint, days, now=shown.now):
            return ""
        return _("Closed more than %(days)s days ago: it can no longer be reopened. Enter a new complaint instead.") % {
            "days": days
        }
    return ""


def _phone(phone: object, shown: Case) -> str:
    return words.phone_words(phone, actor=shown.actor, complaint=shown.complaint)


def _unit_context(shown: Case, beside: case_queries.Beside) -> dict[str, Any]:
    queue = reverse("triage:queue")
    return {
        "people": [
            *(_person(row, _("owner"), shown) for row in beside.owners),
            *(_person(row, str(Occupancy.Kind(row["kind"]).label), shown) for row in beside.occupants),
        ],
        "others": [_brief(row, queue) for row in beside.others],
        "similar": [_brief(row, queue) for row in beside.alike],
        "similar_days": case_queries.ALIKE_DAYS,
    }


def _person(row: Mapping[str, str], part: str, shown: Case) -> dict[str, str]:
    phone = _phone(row["phone"], shown)
    return {
        "name": name_for(shown.actor, row["name"]),
        "part": part,
        "phone": phone,
        "call": phone if phone.startswith("+") else "",
    }


def _brief(row: case_queries.Brief, queue: str) -> dict[str, Any]:
    return {
        "number": row.number,
        "url": f"{queue}{quote(row.number)}/",  # as ``reverse`` makes it, which costs as much as the rest
        "category": row.category.name,
        "badge": badge(row.state, str(Complaint.State(row.state).label)),
        "received_at": row.received_at,
    }
