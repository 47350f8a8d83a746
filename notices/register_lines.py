"""What left the house for somebody, as lines of a timeline: read where it lies, never copied."""

from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from notices.models import Notice, NoticePlace
from notices.notice_queries import notices_seen_by
from notices.queries import outbox_of
from owners.models import Person
from owners.queries import current_occupancies, current_ownerships
from owners.timelines import Asked, Line
from tenancy.policy import can

FORM, METHODS, CONTENT = "written", ("writing",), "everyday"


def lines(asked: Asked) -> list[Line]:
    """Messages to a person, or to those who own and use a unit now; notices to an estate. To outside parties: none."""
    if not asked.is_met_by(form=FORM, methods=METHODS, content=CONTENT, direction="out"):
        return []
    if asked.kind == "estate":
        return _notices(asked)
    if asked.kind == "party":
        return []
    return _messages(asked)


def _messages(asked: Asked) -> list[Line]:
    rows = outbox_of(asked.member).filter(_whom(asked))
    rows = _within(rows, asked, "created_at").order_by("-created_at", "-id")[: asked.count + 1]
    return [
        Line(
            at=row.created_at, key=str(row.pk), icon="send", form=FORM, methods=METHODS, content=CONTENT,
            direction="out", title=row.subject, who=row.recipient_name,
            link=reverse("admin:notices_delivery_change", args=[row.pk]),
            marks=(str(row.get_channel_display()), str(row.get_state_display())),
        )
        for row in rows
    ]  # fmt: skip


def _whom(asked: Asked) -> Q:
    if asked.kind == "person":
        return Q(person=asked.key)
    today = timezone.localdate()
    owned = current_ownerships(today).filter(unit=asked.key).values("person")
    used = current_occupancies(today).filter(unit=asked.key).values("person")
    people = Person.objects.filter(Q(pk__in=owned) | Q(pk__in=used)).values_list("pk", flat=True)
    return Q(person__in=list(people))


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
