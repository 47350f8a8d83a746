"""Enquiries: asked or entered, taken, answered with where it is written, asked back, closed, opened to all."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from audit.services import record
from contacts.rules.calendars import calendar_of
from disclosures import article_queries
from disclosures import enquiry_queries as queries
from disclosures.models import Article, ArticleVersion, Citation, Clause, Enquiry, EnquiryTurn
from disclosures.rules import enquiries as rules
from disclosures.rules.defaults import defaults
from disclosures.services.enquiry_telling import tell, tell_asker
from disclosures.services.scrubbing import known_by, must_name_nobody
from owners.models import Estate
from tenancy.errors import DomainError, NotAllowed, NotFound
from tenancy.models import Membership
from tenancy.policy import can
from tenancy.services import next_number

State = Enquiry.State


@dataclass(frozen=True)
class Asking:
    """What somebody wants to know. ``channel`` and the caller are filled in by staff, who enter it for them."""

    estate: Estate
    topic: str
    question: str
    channel: str = Enquiry.Channel.APP
    caller_name: str = ""
    caller_contact: str = ""
    entry_key: UUID | None = None
    of: ArticleVersion | None = None
    """The version in force of the article it is asked of, and ``of_clause`` the clause."""
    of_clause: Clause | None = None


@dataclass(frozen=True)
class Sources:
    """Where an answer is written: clauses, and whole articles by their versions."""

    clauses: Sequence[UUID] = field(default=())
    versions: Sequence[UUID] = field(default=())


@transaction.atomic
def ask(*, asking: Asking, actor: Membership | None, now: datetime) -> Enquiry:
    """Write down a question: of a member themselves, or by staff for who asked at the counter, by phone or letter.

    Writes the enquiry with its number and day, its first turn, an audit entry; tells the desk. The same ``entry_key``
    again finds the one that is there. Raises NotAllowed, DomainError.
    """
    if actor is None:
        raise NotAllowed(_("You cannot ask here."))
    if asking.entry_key and (same := Enquiry.objects.filter(entry_key=asking.entry_key).first()) is not None:
        if same.entered_by_id != actor.pk:
            raise NotAllowed(_("You cannot ask here."))
        return same
    row = Enquiry(
        estate=asking.estate, topic=asking.topic, channel=asking.channel, question=asking.question.strip(),
        caller_name=asking.caller_name.strip(), caller_contact=asking.caller_contact.strip(), asked_at=now,
        entered_by=actor, moved_at=now, entry_key=asking.entry_key,
        membership=None if actor.is_staff_role else actor, of_version=asking.of, of_clause=asking.of_clause,
    )  # fmt: skip
    _must_ask(actor, row)
    _must_hold(actor, row)
    here = now.astimezone(ZoneInfo(asking.estate.calendar.time_zone))
    row.due_on = rules.due_on(
        topic=row.topic, channel=row.channel, asked_on=here.date(), calendar=calendar_of(asking.estate),
        said=defaults()["enquiries"],
    )  # fmt: skip
    try:
        with transaction.atomic():
            row.number = next_number(code=f"Q-{asking.estate.code}", year=here.year)
            row.save(force_insert=True)
    except IntegrityError:  # the other of two clicks was quicker
        same = Enquiry.objects.filter(entry_key=asking.entry_key).first() if asking.entry_key else None
        if same is None:
            raise
        return same
    EnquiryTurn.objects.create(enquiry=row, place=1, question=row.question, asked_at=now)
    record(action="enquiry.asked", subject=row, label=row.number, actor=actor, now=now, changes={"topic": row.topic})
    tell(row, "asked", [member for member in queries.who_hears(row) if member.pk != actor.pk], now=now)
    return row


def _must_ask(actor: Membership, row: Enquiry) -> None:
    if not row.question:
        raise DomainError(_("Write your question."), code="question")
    if actor.is_staff_role:
        if not can(actor, "enquiry.enter", row):
            raise NotAllowed(_("You cannot enter enquiries for this estate."))
        if row.channel == Enquiry.Channel.APP:
            raise DomainError(_("Choose how the question came."), code="channel")
        if not row.caller_name:
            raise DomainError(_("Write who asked."), code="caller_name")
    elif not can(actor, "enquiry.ask", row) or row.estate_id not in {one.pk for one in queries.estates_asked_in(actor)}:
        raise NotAllowed(_("You cannot ask here."))


def _must_hold(actor: Membership, row: Enquiry) -> None:
    """What it is asked of is read by whoever asks, and holds in the estate."""
    if row.of_version is None:
        return
    there = article_queries.articles_visible_to(actor).filter(article_queries.holds_in(row.estate))
    clause = row.of_clause
    if not there.filter(pk=row.of_version.article_id).exists() or (clause and clause.version_id != row.of_version.pk):
        raise NotFound("no such article")


def locked(enquiry_id: UUID, actor: Membership | None) -> Enquiry:
    """For staff who see it, its row locked. Raises NotFound."""
    seen = queries.enquiries_visible_to(actor).filter(pk=enquiry_id)
    row = Enquiry.objects.select_for_update().filter(pk__in=seen.values("pk")).first()
    if row is None:
        raise NotFound("no such enquiry")
    return row


def _to_answer(enquiry_id: UUID, actor: Membership | None) -> tuple[Enquiry, Membership]:
    row = locked(enquiry_id, actor)
    if actor is None or not can(actor, "enquiry.answer", row):
        raise NotAllowed(_("You may read this enquiry, but not answer it."))
    return row, actor


def _must_stand(row: Enquiry, states: Collection[str]) -> None:
    if row.state not in states:
        raise DomainError(
            _("This is not possible now: the enquiry is in the state “%(state)s”.")
            % {"state": row.get_state_display()},
            code="state",
        )


@transaction.atomic
def assign(*, enquiry_id: UUID, handler_id: UUID, actor: Membership | None, now: datetime) -> Enquiry:
    """Give it to somebody of the estate who answers, or take it. A second click changes nothing.

    Tells them, unless they took it themselves. Raises NotFound, NotAllowed, DomainError.
    """
    row, actor = _to_answer(enquiry_id, actor)
    handler = queries.answerers_of(row).filter(pk=handler_id).first()
    if handler is None:
        raise DomainError(_("Choose somebody who answers enquiries of this estate."), code="handler")
    if row.handler_id == handler.pk and row.state == State.ASSIGNED:
        return row
    _must_stand(row, Enquiry.WAITING)
    row.handler, row.state, row.moved_at = handler, State.ASSIGNED, now
    row.save()
    changes = {"handler": str(handler.pk)}
    record(action="enquiry.assigned", subject=row, label=row.number, actor=actor, now=now, changes=changes)
    if handler.pk != actor.pk:
        tell(row, "assigned", [handler], now=now, turn=queries.last_turn(row))
    return row


@transaction.atomic
def answer(*, enquiry_id: UUID, words: str, sources: Sources, actor: Membership | None, now: datetime) -> Enquiry:
    """Answer what was asked last, and say where it is written.

    Writes the turn, its citations, the state (answered, or clarified after the asker came back), an audit entry; tells
    the asker. Whoever answers has it from then on. Raises NotFound, NotAllowed, DomainError.
    """
    row, actor = _to_answer(enquiry_id, actor)
    turn = queries.last_turn(row)
    if turn is None or turn.answered_at is not None:
        raise DomainError(_("This question has been answered."), code="state")
    to = State.ANSWERED if turn.place == 1 else State.CLARIFIED
    _must_stand(row, Enquiry.WAITING)
    if not words.strip():
        raise DomainError(_("Write the answer."), code="words")
    turn.answer, turn.answered_by, turn.answered_at = words.strip(), actor, now
    turn.save()
    cited = _cite(row, turn, sources, actor)
    row.state, row.handler, row.answered_at, row.moved_at, row.was_answered = to, actor, now, now, None
    row.save()
    record(action="enquiry.answered", subject=row, label=row.number, actor=actor, now=now, changes={"cited": cited})
    tell_asker(row, "answered", now=now, turn=turn)
    return row


def _cite(row: Enquiry, turn: EnquiryTurn, sources: Sources, actor: Membership) -> int:
    """Citations of what is in force, the answerer may read, and whoever asked reads too: it holds in their estate.

    Raises DomainError for anything else.
    """
    visible = article_queries.articles_visible_to(actor).filter(state=Article.State.PUBLISHED)
    open_to_all = ArticleVersion.objects.filter(article__in=visible.values("pk")).exclude(state="draft")
    clauses = list(Clause.objects.filter(pk__in=list(sources.clauses), version__in=open_to_all.values("pk")))
    versions = list(open_to_all.filter(pk__in=list(sources.versions)))
    if len(clauses) != len(set(sources.clauses)) or len(versions) != len(set(sources.versions)):
        raise DomainError(_("One of the clauses is not there any more. Search again."), code="sources")
    cited = {clause.version_id for clause in clauses} | {version.pk for version in versions}
    there = visible.filter(article_queries.holds_in(row.estate))
    far = open_to_all.filter(pk__in=cited).exclude(article__in=there.values("pk")).first()
    if far is not None:
        words = _("“%(title)s” does not hold in %(estate)s: whoever asked could not read it.")
        raise DomainError(words % {"title": far.called, "estate": row.estate.name}, code="sources")
    made = [Citation(turn=turn, version_id=clause.version_id, clause=clause) for clause in clauses]
    made += [Citation(turn=turn, version=version) for version in versions]
    Citation.objects.bulk_create(made)
    return len(made)


def _own(enquiry_id: UUID, actor: Membership | None) -> tuple[Enquiry, Membership]:
    seen = queries.own_enquiries(actor).filter(pk=enquiry_id)
    row = Enquiry.objects.select_for_update().filter(pk__in=seen.values("pk")).first()
    if row is None or actor is None:
        raise NotFound("no such enquiry")
    return row, actor


@transaction.atomic
def ask_back(*, enquiry_id: UUID, question: str, actor: Membership | None, now: datetime) -> Enquiry:
    """It was not answered: the asker says what is still open, and it waits again, for as long as at first.

    Raises NotFound, DomainError.
    """
    row, actor = _own(enquiry_id, actor)
    if not question.strip():
        raise DomainError(_("Write what is still open."), code="question")
    _must_stand(row, Enquiry.TOLD)
    last = queries.last_turn(row)
    place = last.place + 1 if last else 1
    turn = EnquiryTurn.objects.create(enquiry=row, place=place, question=question.strip(), asked_at=now)
    here = now.astimezone(ZoneInfo(row.estate.calendar.time_zone))
    row.due_on = rules.due_on(
        topic=row.topic, channel=row.channel, asked_on=here.date(), calendar=calendar_of(row.estate),
        said=defaults()["enquiries"],
    )  # fmt: skip
    row.state, row.moved_at, row.was_answered = State.ASSIGNED if row.handler_id else State.ASKED, now, False
    row.save()
    record(action="enquiry.asked_back", subject=row, label=row.number, actor=actor, now=now)
    tell(row, "back", queries.who_hears(row), now=now, turn=turn)
    return row


@transaction.atomic
def settle(*, enquiry_id: UUID, actor: Membership | None, now: datetime) -> Enquiry:
    """The asker says that it is answered: closed. A second click changes nothing. Raises NotFound, DomainError."""
    row, actor = _own(enquiry_id, actor)
    if row.state == State.CLOSED:
        return row
    _must_stand(row, Enquiry.TOLD)
    row.was_answered = True
    return _close(row, actor, now)


@transaction.atomic
def close(*, enquiry_id: UUID, actor: Membership | None, now: datetime) -> Enquiry:
    """Staff close what has been answered. Raises NotFound, NotAllowed, DomainError while a question waits."""
    row, actor = _to_answer(enquiry_id, actor)
    if row.state == State.CLOSED:
        return row
    if row.state not in Enquiry.TOLD:
        raise DomainError(_("Answer it first."), code="state")
    return _close(row, actor, now)


def _close(row: Enquiry, actor: Membership | None, now: datetime) -> Enquiry:
    row.state, row.closed_at, row.moved_at = State.CLOSED, now, now
    row.save()
    record(action="enquiry.closed", subject=row, label=row.number, actor=actor, now=now)
    return row


@transaction.atomic
def close_silent(*, now: datetime) -> int:
    """Close what was answered and nobody came back to, in the organisation in force. Returns how many."""
    rows = queries.silent_since(now).select_for_update(skip_locked=True)[:200]
    for row in rows:
        _close(row, None, now)
    return len(rows)


@transaction.atomic
def convert(*, enquiry_id: UUID, complaint_number: str, actor: Membership | None, now: datetime) -> Enquiry:
    """Note the complaint that the enquiry became; the room of complaints files it. Raises NotFound, NotAllowed,
    DomainError."""
    row, actor = _to_answer(enquiry_id, actor)
    _must_stand(row, Enquiry.WAITING | Enquiry.TOLD)
    row.state, row.complaint_number, row.moved_at, row.closed_at = State.CONVERTED, complaint_number, now, now
    row.save()
    changes = {"complaint": complaint_number}
    record(action="enquiry.converted", subject=row, label=row.number, actor=actor, now=now, changes=changes)
    tell_asker(row, "converted", now=now)
    return row


@transaction.atomic
def open_to_all(*, enquiry_id: UUID, question: str, answer: str, actor: Membership | None, now: datetime) -> Enquiry:
    """Let everybody of the estate read the question and its answer, in words that name nobody.

    Raises NotFound, NotAllowed, DomainError at the field where a name, a unit or a number of who asked stands.
    """
    row, actor = _openable(enquiry_id, question, answer, actor)
    row.public_question, row.public_answer = question.strip(), answer.strip()
    row.published_at, row.published_by = row.published_at or now, actor
    row.save()
    record(action="enquiry.opened", subject=row, label=row.number, actor=actor, now=now)
    return row


@transaction.atomic
def check_opening(*, enquiry_id: UUID, question: str, answer: str, actor: Membership | None, now: datetime) -> Enquiry:
    """Whether it could be opened in these words. Writes nothing; raises what opening it would raise."""
    return _openable(enquiry_id, question, answer, actor)[0]


def _openable(enquiry_id: UUID, question: str, answer: str, actor: Membership | None) -> tuple[Enquiry, Membership]:
    row = locked(enquiry_id, actor)
    if actor is None or not can(actor, "enquiry.publish", row):
        raise NotAllowed(_("You may read this enquiry, but not open it to all."))
    if row.answered_at is None:
        raise DomainError(_("Answer it first."), code="state")
    if not question.strip():
        raise DomainError(_("Write the question as all may read it, without names."), code="public_question")
    if not answer.strip():
        raise DomainError(_("Write the answer as all may read it."), code="public_answer")
    must_name_nobody(_told_of(row), public_question=question, public_answer=answer)
    return row, actor


def _told_of(row: Enquiry) -> list[str]:
    """Names, units and numbers by which whoever asked would be known."""
    return [row.caller_name, row.caller_contact, *(known_by(row.membership) if row.membership else ())]


@transaction.atomic
def take_back(*, enquiry_id: UUID, actor: Membership | None, now: datetime) -> Enquiry:
    """No longer open to all. Raises NotFound, NotAllowed."""
    row = locked(enquiry_id, actor)
    if actor is None or not can(actor, "enquiry.publish", row):
        raise NotAllowed(_("You may read this enquiry, but not open it to all."))
    if row.published_at is not None:
        row.published_at, row.published_by, row.public_question, row.public_answer = None, None, "", ""
        row.save()
        record(action="enquiry.taken_back", subject=row, label=row.number, actor=actor, now=now)
    return row
