"""What was off lately, is off and will be, by the product's own verbs: taken down, verified, relayed, ended."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import yaml

from contacts.models import OutsideParty
from contacts.services import outages, relaying
from contacts.services.outages import OutageFacts
from notices.models import Delivery, Notice
from notices.services import acknowledging, approving, outbox, sending
from propcomm.demo.story.cast import DATA, Cast

UNDONE_UNTIL = timedelta(minutes=1)
TO_VERIFY, TO_APPROVE = timedelta(minutes=9), timedelta(minutes=4)


def tell_outages(cast: Cast, *, now: datetime) -> None:
    """Everything that `outages.yaml` says of the organisation, the oldest first."""
    whole = yaml.safe_load((DATA / "outages.yaml").read_text(encoding="utf-8"))
    for cue in whole[cast.slug]:
        _Outage(cast, cue, now).tell()


class _Outage:
    def __init__(self, cast: Cast, cue: dict[str, Any], now: datetime) -> None:
        self.cast, self.cue, self.now = cast, cue, now
        self.clerk, self.received = cast.members["clerk"], self._at("received")

    def _at(self, name: str) -> datetime:
        """So many hours from now; a full hour for what was announced."""
        at = self.now + timedelta(hours=self.cue[name])
        return at.replace(minute=0, second=0) if name in ("starts", "ends") else at

    def tell(self) -> None:
        cue, home = self.cue, self.cast.named["owner"].home
        place = (self.cast.main.pk, None) if cue["serves"] == "main" else (home.estate_id, home.building_id)
        facts = OutageFacts(
            branch=cue["branch"], starts_at=self._at("starts"), ends_at=self._at("ends"), received_at=self.received,
            areas=[place], party_id=OutsideParty.objects.get(name=cue["party"]).pk, cause=cue["cause"],
            source=cue.get("source", "phone"),
        )  # fmt: skip
        key = outages.receive(facts=facts, form_key=None, actor=self.clerk, now=self.received).pk
        if "verified" not in cue:
            return
        at = self.received + TO_VERIFY
        outages.verify(outage_id=key, words=cue["verified"], actor=self.clerk, now=at)
        left = self.received + timedelta(hours=cue["relayed"])
        row = relaying.relay(outage_id=key, actor=self.clerk, now=left - UNDONE_UNTIL - TO_APPROVE)
        self._leave(row.notice_id, left)
        for login in cue.get("followers", ()):
            outages.follow(outage_id=key, actor=self.cast.members[login], now=self.now)
        if "restored" in cue:
            self._end(key)

    def _end(self, key: UUID) -> None:
        at = self._at("restored")
        row = relaying.restore(outage_id=key, restored_at=at, actor=self.clerk, now=at + TO_VERIFY)
        self._leave(row.restored_notice_id, at + TO_VERIFY + UNDONE_UNTIL + TO_APPROVE)
        if self.cue.get("is_closed"):
            outages.close(outage_id=key, actor=self.cast.members["supervisor"], now=at + timedelta(hours=3))

    def _leave(self, notice_id: UUID | None, at: datetime) -> None:
        """The manager approves it where that is asked for; a minute later it leaves."""
        if Notice.objects.filter(pk=notice_id, state=Notice.State.SUBMITTED).exists() and notice_id:
            approving.approve_notice(notice_id=notice_id, actor=self.cast.members["manager"], now=at - UNDONE_UNTIL)
        while sending.send_one_due(now=at):
            pass
        relaying.sweep(now=at)
        self._read(notice_id, at)

    def _read(self, notice_id: UUID | None, at: datetime) -> None:
        """Of what left more than a day ago two in three have been read."""
        if self.now - at < timedelta(days=1):
            return
        sent = Delivery.objects.filter(notice=notice_id, channel=Delivery.Channel.PORTAL).select_related("membership")
        for number, delivery in enumerate(sent.order_by("recipient_name", "id")):
            if number % 3:
                read_at = at + timedelta(minutes=11 * number % 900 + 2)
                outbox.mark_read(delivery=delivery, now=read_at)
                acknowledging.note_read(delivery=delivery, now=read_at)
