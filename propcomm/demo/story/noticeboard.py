"""What the company told its people lately, by the product's own verbs: written, approved, sent, read, confirmed."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import yaml

from notices.models import Delivery, Notice, NoticeRecipient, NoticeTemplate
from notices.rules.audience import Audience
from notices.services import acknowledging, approving, by_hand, chain, composing, correcting, outbox, sending
from notices.services.provisioning import give_notice_defaults
from propcomm.demo.story.cast import DATA
from propcomm.demo.story.stage import Stage

State = Notice.State
# Minutes from the draft to the second pair of eyes, and until people begin to look.
TO_APPROVAL, TO_LEAVING, TO_READERS = 25, 27, 32
WORDS = ("title_en", "body_en", "title_zh", "body_zh")


def hours(number: float) -> timedelta:
    return timedelta(hours=number)


@dataclass
class Told:
    """One notice of the story: what the file says of it, and its row once it is written."""

    cue: dict[str, Any]
    begun: datetime
    notice_id: UUID | None = None


class NoticeBoard:
    """Puts the acts of every notice on the stage; what lies ahead of now is not played."""

    def __init__(self, stage: Stage) -> None:
        self.stage, self.now = stage, stage.now
        self.members = stage.cast.members
        self.rng = random.Random(f"notices {stage.cast.slug}")  # its own: complaints stay as they are
        whole: dict[str, Any] = yaml.safe_load((DATA / "notices.yaml").read_text(encoding="utf-8"))
        self.says: dict[str, str] = whole["says"][stage.cast.organisation.language]
        self.cues: list[dict[str, Any]] = whole["notices"]

    def plan(self) -> None:
        give_notice_defaults()
        for cue in self.cues:
            told = Told(cue, self.now - hours(cue["begun"]))
            for minutes, act in (
                (0, self._write),
                (1, self._send),
                (TO_APPROVAL, self._approve),
                (TO_LEAVING, self._leave),
            ):
                self._plan(told.begun + timedelta(minutes=minutes), act, told)
            self._plan(told.begun + timedelta(minutes=TO_READERS), self._read, told)
            for ago in cue.get("steps", ()):
                self.stage.at(self.now - hours(ago), lambda now: chain.take_due_steps(now=now))
            if "by_hand" in cue:
                self._plan(self.now - hours(cue["steps"][-1] - 4), self._bring, told)
            if "corrected" in cue:
                self._plan(self.now - hours(cue["corrected"]), self._correct, told)
            if "withdrawn" in cue:
                self._plan(self.now - hours(cue["withdrawn"]), self._withdraw, told)

    def _plan(self, at: datetime, act: Callable[[Told, datetime], None], told: Told) -> None:
        self.stage.at(at, lambda now: act(told, now))

    # -- from the draft until it has left --------------------------------------------------------------------------------

    def _write(self, told: Told, now: datetime) -> None:
        cue = told.cue
        begins, ends = (self._hour(each) for each in cue["event"])
        draft = composing.Draft(
            words=self._words(cue), audience=self._audience(cue), kind=cue.get("kind", "ordinary"),
            must_acknowledge="confirm_by" in cue, acknowledge_by=self._hour(cue.get("confirm_by")),
            event_starts_at=begins, event_ends_at=ends if ends != begins else None, event_place=self._place(cue),
            expires_at=self._hour(cue.get("expires")), is_on_board=cue.get("is_on_board", True),
        )  # fmt: skip
        told.notice_id = composing.write_draft(draft=draft, actor=self.members["clerk"], now=now).pk

    def _hour(self, ahead: float | None) -> datetime | None:
        """A full hour so far from now."""
        if ahead is None:
            return None
        return (self.now + hours(ahead)).replace(minute=0, second=0)

    def _place(self, cue: dict[str, Any]) -> str:
        is_chinese = self.stage.cast.organisation.language.startswith("zh")
        return str(cue.get("place_zh" if is_chinese else "place_en", ""))

    def _words(self, cue: dict[str, Any]) -> composing.Words:
        if "words" in cue:
            return composing.Words(**cue["words"])
        sample = NoticeTemplate.objects.get(code=cue["sample"])
        return composing.Words(**{name: getattr(sample, name) for name in WORDS})

    def _audience(self, cue: dict[str, Any]) -> Audience:
        estate = self.stage.cast.main
        if cue.get("whole"):
            return Audience(estates=(estate.pk,))
        home = self.stage.cast.named["owner"].home
        return Audience(buildings=(home.building_id,))

    def _send(self, told: Told, now: datetime) -> None:
        if told.notice_id and not told.cue.get("is_draft"):
            at = self._hour(told.cue.get("at"))
            approving.send_or_submit(notice_id=told.notice_id, actor=self.members["clerk"], now=now, at=at)

    def _approve(self, told: Told, now: datetime) -> None:
        if not told.cue.get("waits") and self._is(told, State.SUBMITTED):
            approving.approve_notice(notice_id=self._id(told), actor=self.members["manager"], now=now)

    def _leave(self, told: Told, now: datetime) -> None:
        if self._is(told, State.SCHEDULED):
            sending.send_one_due(now=now)

    def _is(self, told: Told, state: str) -> bool:
        return Notice.objects.filter(pk=told.notice_id, state=state).exists()

    def _id(self, told: Told) -> UUID:
        assert told.notice_id is not None
        return told.notice_id

    # -- its readers -----------------------------------------------------------------------------------------------------

    def _read(self, told: Told, now: datetime) -> None:
        """Some open it in the portal over the next hours, some of these confirm it."""
        cue = told.cue
        if not self._is(told, State.SENT):
            return
        sent = Delivery.objects.filter(notice=told.notice_id, channel=Delivery.Channel.PORTAL, membership__isnull=False)
        named = {self.members[login].pk for login in cue.get("named", ())}
        mine = {self.members[login].pk for login in ("owner", "coowner", "committee", "occupant")}
        for delivery in sent.select_related("membership__user").order_by("recipient_name", "membership__user__email"):
            is_reader = self.rng.random() < cue["readers"]
            confirms = self.rng.random() < cue.get("confirmed", 0)
            at = now + timedelta(minutes=self.rng.randint(1, 18 * 60) if cue["begun"] > 24 else self.rng.randint(1, 90))
            if delivery.membership_id in mine:  # whose pages the demo shows: as the file says
                is_reader = confirms = delivery.membership_id in named
            if is_reader:
                self.stage.at(at, self._reading(delivery, confirms=confirms))

    def _reading(self, delivery: Delivery, *, confirms: bool) -> Callable[[datetime], None]:
        def read(now: datetime) -> None:
            outbox.mark_read(delivery=delivery, now=now)
            acknowledging.note_read(delivery=delivery, now=now)
            if confirms and delivery.recipient_id is not None:
                acknowledging.acknowledge(
                    recipient_id=delivery.recipient_id,
                    how=NoticeRecipient.How.PORTAL,
                    actor=delivery.membership,
                    now=now,
                )

        return read

    def _bring(self, told: Told, now: datetime) -> None:
        """The front desk goes from door to door: some sign, the last are only left a copy."""
        waiting = NoticeRecipient.objects.filter(notice=told.notice_id, acknowledged_at=None, membership=None)
        for number, row in enumerate(waiting.order_by("floor", "units", "name")[: told.cue["by_hand"]]):
            is_met = number < told.cue["by_hand"] - 2
            handed = by_hand.Handed(
                method="handed" if is_met else "door", at=now, form_key=f"story-{number}",
                to_whom=row.name if is_met else "", note=self.says["handed"] if is_met else "", is_acknowledged=is_met,
            )  # fmt: skip
            by_hand.record_hand_delivery(recipient_id=row.pk, handed=handed, actor=self.members["clerk"], now=now)

    # -- what became of it -----------------------------------------------------------------------------------------------

    def _correct(self, told: Told, now: datetime) -> None:
        """The words are written anew; the hours stand in them, so the correction names the new one."""
        words = self._words(told.cue)
        begins = self._hour(told.cue["event"][0])
        assert begins is not None
        later = (begins + timedelta(hours=1)).astimezone(ZoneInfo(self.stage.cast.organisation.time_zone))
        anew = {name: getattr(words, name).replace("{time}", f"{later:%H:%M}") for name in WORDS}
        correcting.correct_notice(
            notice_id=self._id(told), words=composing.Words(**anew), reason=self.says["corrected"], tell_again=True,
            actor=self.members["clerk"], now=now,
        )  # fmt: skip

    def _withdraw(self, told: Told, now: datetime) -> None:
        correcting.withdraw_notice(
            notice_id=self._id(told), reason=self.says["withdrawn"], actor=self.members["clerk"], now=now
        )
