"""The verbs of writing a notice: begin a draft, change it, discard it, keep an audience."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from attachments.models import Attachment
from attachments.services import attach
from audit import services as audit
from notices import audience_queries, notice_queries
from notices.models import Notice, NoticePlace, NoticeVersion, Segment
from notices.models.notice import Kind
from notices.rules.approval import may_write
from notices.rules.audience import Audience, AudienceRefused, is_within
from notices.rules.placeholders import unknown_placeholders
from tenancy.errors import DomainError, IllegalMove, NotAllowed, NotFound
from tenancy.models import Membership

State = Notice.State
SUBJECT = "notices.notice"
SEGMENTS_AT_MOST = 50


class WordsRefused(DomainError):
    """The words hold what a notice cannot hold, or lack what it needs. The message says which."""

    status = 422


@dataclass(frozen=True)
class Words:
    """Title and body in both languages; a language without a title is not written in."""

    title_en: str = ""
    body_en: str = ""
    title_zh: str = ""
    body_zh: str = ""


@dataclass(frozen=True)
class Draft:
    """What the composer says of a notice."""

    words: Words
    audience: Audience
    kind: str = Kind.ORDINARY
    must_acknowledge: bool = False
    acknowledge_by: datetime | None = None
    event_starts_at: datetime | None = None
    event_ends_at: datetime | None = None
    event_place: str = ""
    expires_at: datetime | None = None
    is_on_board: bool = True
    attachments: Sequence[Attachment] = field(default=())


def check_words(words: Words) -> None:
    """Raises WordsRefused: a title without words, words without a title, nothing at all, an unknown placeholder."""
    pairs = ((words.title_en, words.body_en), (words.title_zh, words.body_zh))
    if not any(title for title, _body in pairs):
        raise WordsRefused(_("Give the notice a title in at least one language."))
    for title, body in pairs:
        if bool(title.strip()) != bool(body.strip()):
            raise WordsRefused(_("A language needs both a title and words."))
    unknown = unknown_placeholders("\n".join(part for pair in pairs for part in pair))
    if unknown:
        names = ", ".join(f"{{{name}}}" for name in unknown)
        raise WordsRefused(_("These words in braces mean nothing here: %(names)s.") % {"names": names})


def check_times(draft: Draft, now: datetime) -> None:
    """Raises WordsRefused for times that contradict each other or lie behind."""
    if draft.event_ends_at and (draft.event_starts_at is None or draft.event_ends_at < draft.event_starts_at):
        raise WordsRefused(_("It must begin before it ends."))
    if draft.must_acknowledge and draft.acknowledge_by is None:
        raise WordsRefused(_("Say by when it is to be confirmed."))
    for moment in (draft.acknowledge_by if draft.must_acknowledge else None, draft.expires_at):
        if moment is not None and moment <= now:
            raise WordsRefused(_("A time by which something is to happen must lie ahead."))


def check_audience(audience: Audience, actor: Membership) -> None:
    """Raises AudienceRefused unless everything it names is there and lies where the actor works."""
    places = audience_queries.places_of(audience)
    reach = audience_queries.writing_reach(actor)
    if not audience_queries.all_known(audience, actor) or not is_within(reach, places):
        raise AudienceRefused(_("You may send notices to the estates and buildings that you look after only."))
    if audience.unread_of and not notice_queries.notices_seen_by(actor).filter(pk=audience.unread_of).exists():
        raise AudienceRefused(_("There is no such notice whose readers could be meant."))


@transaction.atomic
def write_draft(*, draft: Draft, actor: Membership, now: datetime) -> Notice:
    """Begin a notice. Writes it with its first version, its places, its files, and an audit entry.

    Raises NotAllowed, AudienceRefused, WordsRefused, UploadRefused.
    """
    if not may_write(actor):
        raise NotAllowed(_("Your role does not write notices."))
    _check(draft, actor, now)
    notice = Notice(author=actor, created_at=now, **_fields(draft))
    notice.save(force_insert=True)
    NoticeVersion.objects.create(notice=notice, number=1, author=actor, created_at=now, **vars(draft.words))
    _write_places(notice, draft.audience)
    attach(attachments=draft.attachments, subject_type=SUBJECT, subject_id=notice.pk)
    audit.record(action="notice.begun", subject=notice, actor=actor, now=now, changes={"kind": notice.kind})
    return notice


@transaction.atomic
def change_draft(*, notice_id: UUID, draft: Draft, actor: Membership, now: datetime) -> Notice:
    """Write a draft anew. Writes the notice, its version, its places, more files, and an audit entry.

    Raises NotFound, NotAllowed, IllegalMove once it was handed in, AudienceRefused, WordsRefused, UploadRefused.
    """
    notice = locked(notice_id, actor)
    must_write(notice, actor)
    if not notice.is_editable:
        raise IllegalMove(_("Only a draft can be changed. What was sent can be corrected."))
    _check(draft, actor, now)
    for name, value in _fields(draft).items():
        setattr(notice, name, value)
    notice.save()
    notice.versions.filter(number=1).update(**vars(draft.words))
    notice.notice_places.all().delete()
    _write_places(notice, draft.audience)
    attach(attachments=draft.attachments, subject_type=SUBJECT, subject_id=notice.pk)
    audit.record(action="notice.changed", subject=notice, actor=actor, now=now)
    return notice


@transaction.atomic
def discard_draft(*, notice_id: UUID, actor: Membership, now: datetime) -> Notice:
    """Put a draft away for good; it never gets a number. Raises NotFound, NotAllowed, IllegalMove."""
    notice = locked(notice_id, actor)
    must_write(notice, actor)
    notice.move(State.DISCARDED, at=now)
    notice.save(update_fields=["state"])
    audit.record(action="notice.discarded", subject=notice, actor=actor, now=now)
    return notice


@transaction.atomic
def keep_segment(*, name: str, audience: Audience, is_shared: bool, actor: Membership, now: datetime) -> Segment:
    """Keep an audience under a name; the same name again is written anew. Raises NotAllowed, AudienceRefused."""
    if not may_write(actor):
        raise NotAllowed(_("Your role does not write notices."))
    if not name.strip():
        raise AudienceRefused(_("Give the audience a name to keep it under."))
    check_audience(audience, actor)
    mine = Segment.objects.filter(owner=actor)
    if mine.count() >= SEGMENTS_AT_MOST and not mine.filter(name=name.strip()).exists():
        raise AudienceRefused(_("You have kept as many audiences as one may. Use one of their names again."))
    fields: dict[str, Any] = {"audience": audience.as_json(), "is_shared": is_shared, "created_at": now}
    segment, _made = Segment.objects.update_or_create(owner=actor, name=name.strip()[:80], defaults=fields)
    audit.record(action="segment.kept", subject=segment, actor=actor, now=now)
    return segment


# -- what the other verbs of notices share -----------------------------------------------------------------------------


def locked(notice_id: UUID, actor: Membership) -> Notice:
    """The notice, locked until the transaction ends. Raises NotFound for what the actor may not see."""
    seen = notice_queries.notices_seen_by(actor).filter(pk=notice_id).values("pk")
    found: Notice | None = Notice.objects.select_for_update().filter(pk__in=seen).first()
    if found is None:
        raise NotFound(_("There is no such notice."))
    return found


def must_write(notice: Notice, actor: Membership) -> None:
    """Raises NotAllowed unless the actor may write it: by role, and in every place that it is for."""
    reach = audience_queries.writing_reach(actor)
    if not may_write(actor, notice) or not is_within(reach, notice.places()):
        raise NotAllowed(_("This notice is also for places that you do not look after."))


def _check(draft: Draft, actor: Membership, now: datetime) -> None:
    check_words(draft.words)
    check_times(draft, now)
    check_audience(draft.audience, actor)


def _fields(draft: Draft) -> dict[str, Any]:
    return {
        "kind": draft.kind, "audience": draft.audience.as_json(), "must_acknowledge": draft.must_acknowledge,
        "acknowledge_by": draft.acknowledge_by if draft.must_acknowledge else None, "expires_at": draft.expires_at,
        "event_starts_at": draft.event_starts_at, "event_ends_at": draft.event_ends_at,
        "event_place": draft.event_place, "is_on_board": draft.is_on_board,
    }  # fmt: skip


def _write_places(notice: Notice, audience: Audience) -> None:
    places = audience_queries.places_of(audience)
    NoticePlace.objects.bulk_create(
        NoticePlace(notice=notice, estate_id=estate, building_id=building)
        for estate, building in sorted(places, key=str)
    )
