"""What was said in complaints, as lines of a timeline: read where it lies, never copied. Notes stay inside."""

from collections.abc import Iterator
from datetime import datetime
from heapq import merge
from typing import Any
from uuid import UUID

from django.db.models import F, Q, QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from complaints.models import Complaint, Message, ReturnVisit
from complaints.queries import worked_complaints
from complaints.rules.veiling import sees_who
from owners.timelines import Asked, Line
from tenancy.links import link_to
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
# What a line shows of its case.
CASE = {
    "number": "number", "is_anonymous": "is_anonymous", "is_confidential": "is_confidential",
    "caller": "caller_name", "complainant": "complainant__name",
}  # fmt: skip
FEW = 500  # cases of a unit or person that are named one by one; of more, the database is asked again
SAID, REPLIED = ("other", ("reading",)), ("written", ("writing",))
VISITED = {"portal": ("other", ("reading",))}
ORALLY = ("oral", ("listening", "speaking"))


def lines(asked: Asked) -> Iterator[Line]:
    """Complaints filed, words and replies, return visits, of cases the member may see. Of outside parties: none.

    In order, each made when it is asked for: of what the rooms offer together only the newest are shown.
    """
    if asked.kind == "party" or (asked.content and asked.content != CONTENT):
        return iter(())
    cases = worked_complaints(asked.member).filter(**_about(asked.kind, asked.key))
    if asked.kind != "estate" and not sees_who(asked.member):
        cases = cases.filter(is_confidential=False)  # that it stands with this unit or person would say whose it is
    if asked.kind != "estate":  # of one unit or person they are few, and often none: nothing more is asked then
        keys = list(cases.values_list("pk", flat=True)[: FEW + 1])
        if not keys:
            return iter(())
        cases = Complaint.objects.filter(pk__in=keys) if len(keys) <= FEW else cases
    offered = (_filed(asked, cases), _words(asked, cases), _visits(asked, cases))
    return merge(*offered, key=lambda line: (line.at, line.key), reverse=True)


def _about(kind: str, key: UUID) -> dict[str, UUID]:
    return {{"unit": "unit", "person": "complainant", "estate": "estate"}[kind]: key}


def _filed(asked: Asked, cases: QuerySet[Complaint]) -> Iterator[Line]:
    channels = [channel for channel, way in WAYS.items() if _fits(asked, way, "in")]
    if not channels:
        return
    name = "category__name_zh" if (get_language() or "").startswith("zh") else "category__name_en"
    rows = cases.filter(channel__in=channels)
    for row in _newest(rows, asked, "received_at", "", "channel", "description", name):
        way = WAYS[row["channel"]]
        yield _line(asked, row, row["received_at"], way, "in", row[name], row["description"])


def _words(asked: Asked, cases: QuerySet[Complaint]) -> Iterator[Line]:
    kinds = [kind for kind, way, to in ((Message.Kind.WORDS, SAID, "in"), (Message.Kind.REPLY, REPLIED, "out"))
             if _fits(asked, way, to)]  # fmt: skip
    if not kinds:
        return
    rows = Message.objects.filter(complaint__in=cases, kind__in=kinds)
    for row in _newest(rows, asked, "at", "complaint__", "kind", "body"):
        is_ours = row["kind"] == Message.Kind.REPLY
        title = _("Reply") if is_ours else _("More from the complainant")
        way, to = (REPLIED, "out") if is_ours else (SAID, "in")
        yield _line(asked, row, row["at"], way, to, title, row["body"])


def _visits(asked: Asked, cases: QuerySet[Complaint]) -> Iterator[Line]:
    if not (_fits(asked, ORALLY, "out") or _fits(asked, VISITED["portal"], "out")):
        return
    rows = ReturnVisit.objects.filter(complaint__in=cases, outcome=ReturnVisit.Outcome.REACHED)
    for row in _newest(rows, asked, "at", "complaint__", "method", "comment"):
        way = VISITED.get(row["method"], ORALLY)
        if _fits(asked, way, "out"):
            yield _line(asked, row, row["at"], way, "out", _("Return visit"), row["comment"])


def _newest(rows: QuerySet[Any], asked: Asked, at: str, case: str, *names: str) -> QuerySet[Any, dict[str, Any]]:
    """As many rows as are wanted at most, as their columns ``names`` and those of their case, found by ``case``."""
    shown = {f"case_{name}": F(f"{case}{path}") for name, path in CASE.items()}
    found = _within(rows, asked, at, "id").order_by(f"-{at}", "-id")
    return found.values("pk", at, *names, **shown)[: asked.count + 1]


def _fits(asked: Asked, way: tuple[str, tuple[str, ...]], direction: str) -> bool:
    form, methods = way
    return asked.is_met_by(form=form, methods=methods, content=CONTENT, direction=direction)


def _line(
    asked: Asked, row: dict[str, Any], at: datetime, way: tuple[str, tuple[str, ...]], direction: str, title: str,
    words: str,
) -> Line:  # fmt: skip
    form, methods = way
    is_nameless = row["case_is_anonymous"] or (row["case_is_confidential"] and not sees_who(asked.member))
    complainant = row["case_complainant"]
    name = "" if is_nameless else (row["case_caller"] if complainant is None else complainant)
    return Line(
        at=at, key=str(row["pk"]), icon="message-square", form=form, methods=methods, content=CONTENT,
        direction=direction, title=f"{row['case_number']} · {title}", words=words[:EXCERPT],
        who=name_for(asked.member, name) if name else "", link=link_to("triage:case", row["case_number"]),
    )  # fmt: skip


def _within(rows: QuerySet[Any], asked: Asked, name: str, key: str) -> QuerySet[Any]:
    """After the last line of the page before, and within the days asked for."""
    if asked.before is not None:
        at, last = asked.before
        rows = rows.filter(Q(**{f"{name}__lt": at}) | Q(**{name: at, f"{key}__lt": last}))
    if asked.since:
        rows = rows.filter(**{f"{name}__date__gte": asked.since})
    return rows.filter(**{f"{name}__date__lte": asked.until}) if asked.until else rows
