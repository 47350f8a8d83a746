"""What was asked and answered in enquiries, as lines of a timeline: read where it lies, never copied."""

from collections.abc import Iterator
from datetime import datetime
from heapq import merge
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from disclosures.enquiry_queries import enquiries_visible_to
from disclosures.models import Enquiry, EnquiryTurn
from owners.models import Person, Unit
from owners.queries import current_occupancies, current_ownerships
from owners.timelines import Asked, Line
from tenancy.links import link_to
from tenancy.names import name_for
from tenancy.policy import can

EXCERPT = 240
CONTENT = "enquiry"
# The way an enquiry came: its form, and what was done on our side; and the answer.
WAYS: dict[str, tuple[str, tuple[str, ...]]] = {
    "app": ("other", ("reading",)), "counter": ("oral", ("listening", "speaking")),
    "phone": ("oral", ("listening", "speaking")), "letter": ("written", ("reading",)),
}  # fmt: skip
REPLIED = ("written", ("writing",))
# What a line shows of its enquiry.
SHOWN = ("enquiry", "enquiry__number", "enquiry__caller_name", "enquiry__membership__name")


def lines(asked: Asked) -> Iterator[Line]:
    """Questions and answers of the enquiries the member may see: of an estate, of a person, of those who own and use a
    unit now. Of outside parties: none.

    In order, each made when it is asked for: of what the rooms offer together only the newest are shown.
    """
    if asked.kind == "party" or not can(asked.member, "enquiry.read"):
        return iter(())
    return merge(_questions(asked), _answers(asked), key=lambda line: (line.at, line.key), reverse=True)


def _questions(asked: Asked) -> Iterator[Line]:
    channels = [channel for channel, way in WAYS.items() if _fits(asked, way, "in")]
    if not channels:
        return
    rows = EnquiryTurn.objects.filter(enquiry__in=_enquiries(asked), enquiry__channel__in=channels)
    for row in _newest(rows, asked, "asked_at", "enquiry__channel", "question"):
        yield _line(asked, row, row["asked_at"], WAYS[row["enquiry__channel"]], "in", _("Enquiry"), row["question"])


def _answers(asked: Asked) -> Iterator[Line]:
    if not _fits(asked, REPLIED, "out"):
        return
    rows = EnquiryTurn.objects.filter(enquiry__in=_enquiries(asked), answered_at__isnull=False)
    for row in _newest(rows, asked, "answered_at", "answer"):
        yield _line(asked, row, row["answered_at"], REPLIED, "out", _("Answer"), row["answer"])


def _enquiries(asked: Asked) -> QuerySet[Enquiry]:
    rows = enquiries_visible_to(asked.member)
    if asked.kind == "estate":
        return rows.filter(estate=asked.key)
    if asked.kind == "person":
        return rows.filter(membership__in=Person.objects.filter(pk=asked.key).values("membership"))
    today = timezone.localdate()
    owned = current_ownerships(today).filter(unit=asked.key).order_by().values("person__membership")
    used = current_occupancies(today).filter(unit=asked.key).order_by().values("person__membership")
    here = Unit.objects.filter(pk=asked.key).values("estate")  # what they asked elsewhere is not of this unit
    return rows.filter(membership__in=owned.union(used), estate__in=here)


def _fits(asked: Asked, way: tuple[str, tuple[str, ...]], direction: str) -> bool:
    form, methods = way
    return asked.is_met_by(form=form, methods=methods, content=CONTENT, direction=direction)


def _line(
    asked: Asked, row: dict[str, Any], at: datetime, way: tuple[str, tuple[str, ...]], direction: str, title: str,
    words: str,
) -> Line:  # fmt: skip
    form, methods = way
    name = row["enquiry__membership__name"] or row["enquiry__caller_name"]
    return Line(
        at=at, key=str(row["pk"]), icon="circle-help", form=form, methods=methods, content=CONTENT,
        direction=direction, title=f"{row['enquiry__number']} · {title}", words=words[:EXCERPT],
        who=name_for(asked.member, name) if name else "", link=link_to("enquiries:enquiry", row["enquiry"]),
    )  # fmt: skip


def _newest(rows: QuerySet[Any], asked: Asked, name: str, *names: str) -> QuerySet[Any, dict[str, Any]]:
    """After the last line of the page before, within the days asked for, as many as are wanted at most."""
    if asked.before is not None:
        at, last = asked.before
        rows = rows.filter(Q(**{f"{name}__lt": at}) | Q(**{name: at, "id__lt": last}))
    if asked.since:
        rows = rows.filter(**{f"{name}__date__gte": asked.since})
    if asked.until:
        rows = rows.filter(**{f"{name}__date__lte": asked.until})
    return rows.order_by(f"-{name}", "-id").values("pk", name, *SHOWN, *names)[: asked.count + 1]
