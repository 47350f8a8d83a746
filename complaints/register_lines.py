"""What was said in complaints, as lines of a timeline: read where it lies, never copied. Notes stay inside."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from complaints.models import Complaint, Message, ReturnVisit
from complaints.queries import worked_complaints
from complaints.rules.veiling import sees_who
from owners.timelines import Asked, Line
from tenancy.names import name_for

EXCERPT = 240
CONTENT = "complaint"
# The way a complaint came: its form, and what was done on our side.
WAYS: dict[str, tuple[str, tuple[str, ...]]] = {
    "portal": ("other", ("reading",)), "phone": ("oral", ("listening", "speaking")),
    "counter": ("oral", ("listening", "speaking")), "email": ("written", ("reading",)),
    "letter": ("written", ("reading",)), "visit": ("oral", ("listening", "speaking")),
    "hotline": ("written", ("reading",)),
}  # fmt: skip
# What a line shows of a case.
CASE = ("number", "is_anonymous", "is_confidential", "caller_name", "complainant__name")
CATEGORY = ("category__name_en", "category__name_zh")
OF_CASE = tuple(f"complaint__{name}" for name in CASE)
SAID, REPLIED = ("other", ("reading",)), ("written", ("writing",))
VISITED = {"portal": ("other", ("reading",))}
ORALLY = ("oral", ("listening", "speaking"))


def lines(asked: Asked) -> list[Line]:
    """Complaints filed, words and replies, return visits, of cases the member may see. Of outside parties: none."""
    if asked.kind == "party" or (asked.content and asked.content != CONTENT):
        return []
    cases = worked_complaints(asked.member).filter(**_about(asked.kind, asked.key))
    if asked.kind != "estate" and not sees_who(asked.member):
        cases = cases.filter(is_confidential=False)  # that it stands with this unit or person would say whose it is
    found = [*_filed(asked, cases), *_words(asked, cases), *_visits(asked, cases)]
    return sorted(found, key=lambda line: (line.at, line.key), reverse=True)[: asked.count + 1]


def _about(kind: str, key: UUID) -> dict[str, UUID]:
    return {{"unit": "unit", "person": "complainant", "estate": "estate"}[kind]: key}


def _filed(asked: Asked, cases: QuerySet[Complaint]) -> list[Line]:
    channels = [channel for channel, way in WAYS.items() if _fits(asked, way, "in")]
    if not channels:
        return []
    rows = _within(cases.filter(channel__in=channels), asked, "received_at", "id")
    rows = rows.select_related("complainant", "category").only(
        "received_at", "channel", "description", *CASE, *CATEGORY
    )
    return [
        _line(asked, row, row.received_at, row.pk, WAYS[row.channel], "in", row.category.name, row.description)
        for row in rows.order_by("-received_at", "-id")[: asked.count + 1]
    ]


def _words(asked: Asked, cases: QuerySet[Complaint]) -> list[Line]:
    kinds = [kind for kind, way, to in ((Message.Kind.WORDS, SAID, "in"), (Message.Kind.REPLY, REPLIED, "out"))
             if _fits(asked, way, to)]  # fmt: skip
    if not kinds:
        return []
    rows = _within(Message.objects.filter(complaint__in=cases, kind__in=kinds), asked, "at", "id")
    rows = rows.select_related("complaint__complainant").only("at", "kind", "body", *OF_CASE)
    lines = []
    for row in rows.order_by("-at", "-id")[: asked.count + 1]:
        is_ours = row.kind == Message.Kind.REPLY
        title = _("Reply") if is_ours else _("More from the complainant")
        way, to = (REPLIED, "out") if is_ours else (SAID, "in")
        lines.append(_line(asked, row.complaint, row.at, row.pk, way, to, title, row.body))
    return lines


def _visits(asked: Asked, cases: QuerySet[Complaint]) -> list[Line]:
    if not (_fits(asked, ORALLY, "out") or _fits(asked, VISITED["portal"], "out")):
        return []
    rows = ReturnVisit.objects.filter(complaint__in=cases, outcome=ReturnVisit.Outcome.REACHED)
    rows = (
        _within(rows, asked, "at", "id")
        .select_related("complaint__complainant")
        .only("at", "method", "comment", *OF_CASE)
    )
    lines = []
    for row in rows.order_by("-at", "-id")[: asked.count + 1]:
        way = VISITED.get(row.method, ORALLY)
        if _fits(asked, way, "out"):
            lines.append(_line(asked, row.complaint, row.at, row.pk, way, "out", _("Return visit"), row.comment))
    return lines


def _fits(asked: Asked, way: tuple[str, tuple[str, ...]], direction: str) -> bool:
    form, methods = way
    return asked.is_met_by(form=form, methods=methods, content=CONTENT, direction=direction)


def _line(
    asked: Asked, case: Complaint, at: datetime, key: UUID, way: tuple[str, tuple[str, ...]], direction: str,
    title: str, words: str,
) -> Line:  # fmt: skip
    form, methods = way
    is_nameless = case.is_anonymous or (case.is_confidential and not sees_who(asked.member))
    name = "" if is_nameless else (case.complainant.name if case.complainant_id else case.caller_name)
    return Line(
        at=at, key=str(key), icon="message-square", form=form, methods=methods, content=CONTENT, direction=direction,
        title=f"{case.number} · {title}", words=words[:EXCERPT], who=name_for(asked.member, name) if name else "",
        link=reverse("triage:case", args=[case.number]),
    )  # fmt: skip


def _within(rows: QuerySet[Any], asked: Asked, name: str, key: str) -> QuerySet[Any]:
    """After the last line of the page before, and within the days asked for."""
    if asked.before is not None:
        at, last = asked.before
        rows = rows.filter(Q(**{f"{name}__lt": at}) | Q(**{name: at, f"{key}__lt": last}))
    if asked.since:
        rows = rows.filter(**{f"{name}__date__gte": asked.since})
    return rows.filter(**{f"{name}__date__lte": asked.until}) if asked.until else rows
