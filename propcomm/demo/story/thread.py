"""One complaint from its filing on: each method is a step of somebody, put on the stage at the thread's hour."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from attachments.models import Attachment
from complaints import queries
from complaints.models import Category, Complaint
from complaints.services import closing, handling, intake, pausing, talking
from complaints.services.intake import Filing
from owners.models import Building, Estate
from propcomm.demo.story.cast import Resident
from propcomm.demo.story.stage import Stage
from propcomm.demo.story.texts import Texts, Theme
from tenancy.models import Membership

Channel = Complaint.Channel
LABOUR = {"p1": (30, 120), "p2": (60, 220), "p3": (120, 560), "p4": (180, 840)}  # business minutes


@dataclass
class Matter:
    """What a complaint is about, and whose it is. Without a resident it is an unregistered caller's, or nobody's."""

    theme: Theme
    estate: Estate
    building: Building
    category: Category
    resident: Resident | None = None
    caller: str = ""
    caller_phone: str = ""
    is_anonymous: bool = False
    subject: Membership | None = None
    handler: str = ""
    photo: Callable[[datetime, Membership | None], Sequence[Attachment]] | None = None
    place: str = ""
    channel: str = ""
    priority: str = ""
    telling: str = ""


class Thread:
    """The steps of one complaint. ``at`` is the thread's clock: `wait` counts business minutes, `later` hours."""

    def __init__(
        self, stage: Stage, texts: Texts, matter: Matter, at: datetime, accepted_at: datetime | None = None
    ) -> None:
        self.stage, self.texts, self.matter, self.at = stage, texts, matter, at
        self.accepted_at = accepted_at  # where the clocks of today depend on it
        self.rng: random.Random = stage.rng
        self.theme = matter.theme
        self.complaint: Complaint | None = None
        self.members = stage.cast.members
        clerks = [self.members[login] for login in ("clerk", "clerk", "clerk2")]
        self.clerk = self.rng.choice([clerk for clerk in clerks if clerk != matter.subject])
        self.supervisor = self.members[self._supervisor()]
        self.handler = self.members[matter.handler or self._handler()]
        self.visitor = next(clerk for clerk in clerks if clerk not in (self.handler, matter.subject))

    def _supervisor(self) -> str:
        if self.matter.estate == self.stage.cast.main:
            return "supervisor" if self.theme.trade in ("engineer", "engineer2") else "supervisor2"
        return "supervisor" if self._works_here("supervisor") else "supervisor2"

    def _handler(self) -> str:
        trade = self.theme.trade
        if trade == "engineer" and self.rng.random() > 0.25:  # the engineer who signs in has a desk, not a heap
            trade = "engineer3"
        if self.matter.subject is not None and self.members[trade] == self.matter.subject:
            return "supervisor2" if trade != "supervisor2" else "manager"
        return trade if self._works_here(trade) else "engineer2"

    def _works_here(self, login: str) -> bool:
        rows = self.stage.cast.book["staff"]
        estates = next(row["estates"] for row in rows if row["login"] == login)
        return estates == "all" or self.matter.estate.code in estates

    # -- time ------------------------------------------------------------------------------------------------------

    def wait(self, low: int, high: int = 0) -> "Thread":
        self.at = self.stage.work.after(self.at, self.rng.randint(low, max(low, high)))
        return self

    def labour(self) -> "Thread":
        """What the work itself takes: hours when it is urgent, a day or two when it is not."""
        return self.wait(*LABOUR[self.matter.priority or self.matter.category.priority])

    def later(self, low: float, high: float = 0) -> "Thread":
        """Hours that pass for people outside the house, who sleep at night."""
        hours = self.rng.uniform(low, max(low, high))
        self.at = self.stage.work.awake(self.at + timedelta(hours=hours))
        return self

    def until_accepted(self, low: int, high: int) -> "Thread":
        return self.until(self.accepted_at) if self.accepted_at else self.wait(low, high)

    def minutes(self, low: int, high: int = 0) -> "Thread":
        self.at += timedelta(minutes=self.rng.randint(low, max(low, high)))
        return self

    def until(self, at: datetime) -> "Thread":
        self.at = max(self.at, at)
        return self

    # -- words -----------------------------------------------------------------------------------------------------

    def filled(self, words: str) -> str:
        home = self.matter.resident.home if self.matter.resident else None
        floor = home.floor if home and home.floor else 3
        return words.format(
            unit=home.number if home else "302",
            floor=floor,
            above=floor + 1,
            below=max(floor - 1, 1),
            building=self.matter.building.name,
            place=self.matter.place,
            handler=self.handler.name,
            clerk=self.clerk.name,
            estate=self.matter.estate.name,
        )

    def _do(self, verb: Callable[..., Any], *, actor: Membership, **given: Any) -> "Thread":
        def act(now: datetime) -> None:
            assert self.complaint is not None
            verb(complaint_id=self.complaint.pk, actor=actor, now=now, **given)

        self.stage.at(self.at, act)
        return self

    def _outside(self, verb: Callable[..., Any], **given: Any) -> "Thread":
        """What the complainant does: with their sign-in, else by the link they follow the case with."""
        resident = self.matter.resident
        member = resident.membership if resident else None

        def act(now: datetime) -> None:
            assert self.complaint is not None
            token = "" if member else queries.follow_token(self.complaint)
            verb(complaint_id=self.complaint.pk, actor=member, now=now, follow_token=token, **given)

        self.stage.at(self.at, act)
        return self

    @property
    def has_portal(self) -> bool:
        return bool(self.matter.resident and self.matter.resident.membership)

    # -- steps -----------------------------------------------------------------------------------------------------

    def file(self) -> "Thread":
        matter, theme = self.matter, self.theme
        channel = matter.channel or (Channel.PORTAL if self.has_portal else Channel.PHONE)
        is_own = channel == Channel.PORTAL
        filing = Filing(
            estate=matter.estate,
            category=matter.category,
            description=self.filled(matter.telling),
            demand=self.filled(theme.demand),
            channel=channel,
            building=matter.building,
            unit=matter.resident.home if matter.resident and theme.where == "unit" else None,
            place=matter.place if theme.where != "unit" else "",
            complainant=matter.resident.person if matter.resident else None,
            caller_name=matter.caller,
            caller_phone=matter.caller_phone,
            is_anonymous=matter.is_anonymous,
            subject_staff=matter.subject,
            priority=matter.priority,
        )
        author = (matter.resident.membership if matter.resident else None) if is_own else self.clerk

        def act(now: datetime) -> None:
            photos = matter.photo(now, author) if matter.photo else ()
            self.complaint = intake.file_complaint(filing=filing, actor=author, now=now, attachments=photos)

        self.stage.at(self.at, act)
        return self

    def accept(self) -> "Thread":
        return self._do(intake.accept_complaint, actor=self.clerk)

    def major(self) -> "Thread":
        return self._do(intake.set_severity, actor=self.supervisor, severity=Complaint.Severity.MAJOR)

    def prioritise(self, priority: str) -> "Thread":
        return self._do(intake.set_priority, actor=self.clerk, priority=priority)

    def assign_other(self) -> "Thread":
        """To somebody else than the first handler, as for a second look."""
        self.handler = self.supervisor if self.supervisor != self.handler else self.members["manager"]
        return self.assign()

    def assign(self) -> "Thread":
        actor = self.supervisor if self.supervisor != self.handler else self.members["manager"]
        return self._do(handling.assign_complaint, actor=actor, handler_id=self.handler.pk)

    def look(self) -> "Thread":
        return self._do(handling.start_investigation, actor=self.handler)

    def note(self, words: str = "") -> "Thread":
        words = words or self.theme.note
        return self._do(talking.write_note, actor=self.handler, body=self.filled(words)) if words else self

    def reply(self, words: str = "") -> "Thread":
        words = words or self.theme.reply
        return self._do(talking.reply, actor=self.handler, body=self.filled(words)) if words else self

    def ask(self) -> "Thread":
        question = self.theme.ask or self.texts.say("question", self.rng)
        return self._do(pausing.wait_for_complainant, actor=self.handler, question=self.filled(question))

    def tell(self) -> "Thread":
        """The complainant's reply to the question: the clocks go on."""
        words = self.theme.told or self.texts.say("told", self.rng)
        if self.has_portal:
            return self._outside(talking.add_words, body=self.filled(words))
        self.note(words)
        return self._do(pausing.resume_complaint, actor=self.handler)

    def add(self) -> "Thread":
        words = self.theme.more or self.texts.say("more", self.rng)
        return self._outside(talking.add_words, body=self.filled(words)) if self.has_portal else self

    def propose(self) -> "Thread":
        words = self.theme.remedy or self.theme.answer
        return self._do(handling.propose_solution, actor=self.handler, remedy=self.filled(words))

    def answer(self, by: str = "", words: str = "") -> "Thread":
        actor = self.members[by] if by else self.handler
        return self._do(
            handling.answer_complaint,
            actor=actor,
            decision=self.filled(words or self.theme.answer),
            remedy=self.filled(self.theme.remedy),
        )

    def work(self) -> "Thread":
        return self._do(handling.start_work, actor=self.handler)

    def resolve(self, words: str = "") -> "Thread":
        return self._do(
            handling.resolve_complaint, actor=self.handler, resolution=self.filled(words or self.theme.done)
        )

    def solved(self, rating: int | None, comment: str = "") -> "Thread":
        return self._outside(closing.say_solved, rating=rating, comment=self.filled(comment))

    def not_solved(self, why: str = "") -> "Thread":
        why = self.filled(why or self.theme.again or self.texts.say("again", self.rng))
        if self.has_portal:
            return self._outside(closing.say_not_solved, why=why)
        return self.visit(None, why, is_solved=False)

    def visit(
        self, rating: int | None, comment: str = "", *, is_solved: bool = True, method: str = "phone"
    ) -> "Thread":
        self.at = self.stage.work.opening(self.at)  # our people call in office hours
        return self._do(
            closing.record_return_visit,
            actor=self.visitor,
            method=method,
            is_reached=True,
            is_solved=is_solved,
            rating=rating,
            comment=self.filled(comment),
        )

    def missed(self) -> "Thread":
        comment = self.texts.say("missed", self.rng)
        return self._do(
            closing.record_return_visit, actor=self.visitor, method="phone", is_reached=False, comment=comment
        )

    def plan_visit(self) -> "Thread":
        return self._do(closing.start_return_visit, actor=self.visitor)

    def close(self) -> "Thread":
        return self._do(closing.close_complaint, actor=self.visitor)

    def second_look(self) -> "Thread":
        return self._outside(closing.ask_second_look)

    def reject(self) -> "Thread":
        return self._do(intake.reject_complaint, actor=self.supervisor, reason=self.filled(self.theme.reject))

    def refer(self) -> "Thread":
        return self._do(
            intake.refer_complaint,
            actor=self.supervisor,
            referred_to=self.theme.refer,
            reason=self.filled(self.theme.refer_why),
        )

    def goodbye(self, rating: int | None, comment: str = "") -> "Thread":
        """The complainant says it is solved, in the portal or on the phone."""
        return self.solved(rating, comment) if self.has_portal else self.visit(rating, comment)
