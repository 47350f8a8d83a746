"""What outside parties said in dealings, what one waits for from them and the outages they told of, as lines of a
timeline: read where it lies, never copied."""

from collections.abc import Iterator
from datetime import date
from heapq import merge
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from contacts.matter_queries import matters_visible_to
from contacts.models import MatterAnswer, MatterWait, Outage, OutagePlace
from contacts.outage_queries import outages_visible_to
from owners.timelines import Asked, Line
from tenancy.links import link_to

EXCERPT = 240
CONTENT = "business"
# What a party writes by its link; what one of us noted of waiting.
ANSWERED, NOTED = ("written", ("reading",)), ("other", ("writing",))
ORALLY, WRITTEN, ELSE = ("oral", ("listening", "speaking")), ("written", ("reading",)), ("other", ())
# The way an outage came: its form, and what was done on our side.
WAYS: dict[str, tuple[str, tuple[str, ...]]] = {
    "phone": ORALLY, "letter": WRITTEN, "email": WRITTEN, "form": WRITTEN, "other": ELSE,
}  # fmt: skip
BRANCHES = dict(Outage._meta.get_field("branch").flatchoices)
DEALING = ("matter", "matter__number", "matter__title", "matter__party__name")


def lines(asked: Asked) -> Iterator[Line]:
    """Answers, waits and outages of a party or an estate, of what the member may see. Of units and people: none.

    In order, each made when it is asked for: of what the rooms offer together only the newest are shown.
    """
    if asked.kind not in ("party", "estate"):
        return iter(())
    offered = (_answers(asked), _waits(asked), _outages(asked))
    return merge(*offered, key=lambda line: (line.at, line.key), reverse=True)


def _answers(asked: Asked) -> Iterator[Line]:
    if not _fits(asked, ANSWERED, "in"):
        return
    rows = MatterAnswer.objects.filter(matter__in=matters_visible_to(asked.member), **_about(asked))
    for row in _newest(rows, asked, "at", "words", "promised_on", *DEALING):
        yield _dealing_line(row, row["at"], ANSWERED, "in", row["words"])


def _waits(asked: Asked) -> Iterator[Line]:
    if not _fits(asked, NOTED, "internal"):
        return
    rows = MatterWait.objects.filter(matter__in=matters_visible_to(asked.member), **_about(asked))
    for row in _newest(rows, asked, "noted_at", "what", "promised_on", *DEALING):
        yield _dealing_line(row, row["noted_at"], NOTED, "internal", _("Waiting for: %(what)s") % {"what": row["what"]})


def _outages(asked: Asked) -> Iterator[Line]:
    sources = [source for source, way in WAYS.items() if _fits(asked, way, "in")]
    if not sources:
        return
    rows = outages_visible_to(asked.member).filter(source__in=sources)
    if asked.kind == "party":
        rows = rows.filter(party=asked.key)
    else:
        rows = rows.filter(Exists(OutagePlace.objects.filter(outage=OuterRef("pk"), estate=asked.key)))
    for row in _newest(rows, asked, "received_at", "number", "branch", "cause", "source", "party__name"):
        form, methods = WAYS[row["source"]]
        yield Line(
            at=row["received_at"], key=str(row["pk"]), icon="triangle-alert", form=form, methods=methods, content=CONTENT,
            direction="in", title=f"{row['number']} · {BRANCHES[row['branch']]}", words=row["cause"][:EXCERPT],
            who=row["party__name"] or "", link=link_to("contacts:outage", row["pk"]), marks=(_("outage"),),
        )  # fmt: skip


def _about(asked: Asked) -> dict[str, Any]:
    return {f"matter__{asked.kind}": asked.key}


def _fits(asked: Asked, way: tuple[str, tuple[str, ...]], direction: str) -> bool:
    form, methods = way
    return asked.is_met_by(form=form, methods=methods, content=CONTENT, direction=direction)


def _dealing_line(row: dict[str, Any], at: Any, way: tuple[str, tuple[str, ...]], direction: str, words: str) -> Line:
    form, methods = way
    return Line(
        at=at, key=str(row["pk"]), icon="handshake", form=form, methods=methods, content=CONTENT, direction=direction,
        title=f"{row['matter__number']} · {row['matter__title']}", words=words[:EXCERPT],
        who=row["matter__party__name"], link=link_to("register:matter", row["matter"]),
        marks=_promised(row["promised_on"]),
    )  # fmt: skip


def _promised(day: date | None) -> tuple[str, ...]:
    if day is None:
        return ()
    return (_("promised by %(day)s") % {"day": date_format(day, "DATE_FORMAT")},)


def _newest(rows: QuerySet[Any], asked: Asked, name: str, *names: str) -> QuerySet[Any, dict[str, Any]]:
    """After the last line of the page before, within the days asked for, as many as are wanted at most."""
    if asked.before is not None:
        at, last = asked.before
        rows = rows.filter(Q(**{f"{name}__lt": at}) | Q(**{name: at, "id__lt": last}))
    if asked.since:
        rows = rows.filter(**{f"{name}__date__gte": asked.since})
    if asked.until:
        rows = rows.filter(**{f"{name}__date__lte": asked.until})
    return rows.order_by(f"-{name}", "-id").values("pk", name, *names)[: asked.count + 1]
