"""What left the house for somebody, as lines of a timeline: read where it lies, never copied."""

from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from notices.models import Delivery, Notice, NoticePlace
from notices.notice_queries import notices_seen_by
from notices.queries import outbox_of
from owners.queries import current_occupancies, current_ownerships
from owners.timelines import Asked, Line
from tenancy.links import link_to
from tenancy.policy import can

CHANNELS, STATES = dict(Delivery.Channel.choices), dict(Delivery.State.choices)
FORM, METHODS, CONTENT = "written", ("writing",), "everyday"


def lines(asked: Asked) -> Iterable[Line]:
    """Messages to a person, or to those who own and use a unit now; notices to an estate. To outside parties: none."""
    if not asked.is_met_by(form=FORM, methods=METHODS, content=CONTENT, direction="out"):
        return []
    if asked.kind == "estate":
        return _notices(asked)
    if asked.kind == "party":
        return []
    return _messages(asked)


def _messages(asked: Asked) -> Iterator[Line]:
    people = _people(asked)
    if not people:
        return
    rows = _within(outbox_of(asked.member).filter(person__in=people), asked, "created_at")
    shown = ("pk", "created_at", "subject", "recipient_name", "channel", "state")
    for row in rows.order_by("-created_at", "-id").values_list(*shown, named=True)[: asked.count + 1]:
        yield Line(
            at=row.created_at, key=str(row.pk), icon="send", form=FORM, methods=METHODS, content=CONTENT,
            direction="out", title=row.subject, who=row.recipient_name,
            link=link_to("admin:notices_delivery_change", row.pk),
            marks=(str(CHANNELS[row.channel]), str(STATES[row.state])),
        )  # fmt: skip


def _people(asked: Asked) -> list[UUID]:
    """The person, or those who own and use the unit now."""
    if asked.kind == "person":
        return [asked.key]
    today = timezone.localdate()
    owned = current_ownerships(today).filter(unit=asked.key).order_by().values_list("person", flat=True)
    used = current_occupancies(today).filter(unit=asked.key).order_by().values_list("person", flat=True)
    return list(owned.union(used))


def _notices(asked: Asked) -> list[Line]:
    if not can(asked.member, "notice.oversee"):
        return []
    places = NoticePlace.objects.filter(estate=asked.key).values("notice")
    rows = notices_seen_by(asked.member).filter(pk__in=places, sent_at__isnull=False)
    rows = _within(rows, asked, "sent_at").order_by("-sent_at", "-id").prefetch_related("versions")[: asked.count + 1]
    return [_notice(row) for row in rows]


def _notice(row: Notice) -> Line:
    versions = list(row.versions.all())
    title = versions[-1].words_in(translation.get_language() or "en")[0] if versions else ""
    return Line(
        at=row.sent_at, key=str(row.pk), icon="megaphone", form=FORM, methods=METHODS, content=CONTENT, direction="out",  # type: ignore[arg-type]
        title=title or row.number, who=_("Notice %(number)s") % {"number": row.number},
        link=reverse("notices:manage_notice", args=[row.pk]),
    )  # fmt: skip


def _within(rows: QuerySet[Any], asked: Asked, name: str) -> QuerySet[Any]:
    """After the last line of the page before, and within the days asked for."""
    if asked.before is not None:
        at, key = asked.before
        rows = rows.filter(Q(**{f"{name}__lt": at}) | Q(**{name: at, "id__lt": key}))
    if asked.since:
        rows = rows.filter(**{f"{name}__date__gte": asked.since})
    return rows.filter(**{f"{name}__date__lte": asked.until}) if asked.until else rows
