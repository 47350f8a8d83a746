"""What is left when the story is told: mail that was sent, messages that were read, people who wait to be let in."""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import F

from notices.channels.fates import Fate
from notices.invitations import send_invitation
from notices.models import Attempt, Delivery
from owners.services import claims
from propcomm.demo.story.cast import Cast, new_user
from reports import services as reports

WAITING_MAIL = 30  # so many of the last e-mails are left to the worker: they fill the demo's outbox
READ_AFTER_DAYS = 3


@dataclass
class Aftermath:
    cast: Cast
    rng: random.Random
    now: datetime

    def follow(self) -> None:
        self._claim_units()
        self._invite()
        self._hand_over_mail()
        self._read_messages()
        self._ask_for_report()

    def _hand_over_mail(self) -> None:
        """All but the last e-mails were sent when they were written."""
        mail = Delivery.objects.filter(channel=Delivery.Channel.EMAIL, state=Delivery.State.QUEUED)
        today = mail.filter(created_at__gte=self.now - timedelta(days=1)).order_by("-created_at", "-id")
        waiting = list(today.values_list("pk", flat=True)[:WAITING_MAIL])
        sent = mail.exclude(pk__in=waiting)
        rows = list(sent.values_list("pk", "created_at"))
        took = timedelta(seconds=3)
        Attempt.objects.bulk_create(
            [Attempt(delivery_id=pk, at=written + took, outcome=Fate.HANDED) for pk, written in rows], batch_size=1000
        )
        sent.update(state=Delivery.State.HANDED, attempts=1, handed_at=F("created_at") + took, next_attempt_at=None)

    def _read_messages(self) -> None:
        portal = Delivery.objects.filter(channel=Delivery.Channel.PORTAL, read_at__isnull=True, notice=None)
        portal.filter(created_at__lt=self.now - timedelta(days=READ_AFTER_DAYS)).update(
            read_at=F("created_at") + timedelta(minutes=47)
        )

    def _claim_units(self) -> None:
        """Two people who have signed up say that a unit is theirs, and wait."""
        for number, row in enumerate(self.cast.book["claims"], 1):
            at = self.now - timedelta(hours=19 * number)
            claims.ask_for_unit(
                user=new_user(self.cast, row["login"], row["name"], at),
                estate_id=self.cast.main.pk,
                unit_words=row["unit"],
                relation=row["relation"],
                name=row["name"],
                phone=self.cast.book["phone"].format(950 + number),
                words=row["words"],
                now=at,
            )

    def _invite(self) -> None:
        """Two owners have an invitation that they have not taken up yet."""
        residents = [one for one in self.cast.residents[self.cast.main.code] if one.membership is None]
        for number, resident in enumerate(self.rng.sample(residents, 2), 1):
            person = resident.person
            if not person.email:
                person.email = f"invited{number}@{self.cast.slug}.example"
                person.save(update_fields=["email"])
            at = self.now - timedelta(days=number, hours=3)
            send_invitation(person_id=person.pk, actor=self.cast.members["clerk"], now=at)

    def _ask_for_report(self) -> None:
        """The manager has just asked for last month's report; the worker makes it."""
        today = self.now.astimezone(ZoneInfo(self.cast.organisation.time_zone)).date()
        month = (today.replace(day=1) - timedelta(days=1)).replace(day=1)
        reports.request_report(
            month=month,
            estate_id=self.cast.main.pk,
            language=self.cast.organisation.language,
            actor=self.cast.members["manager"],
            now=self.now,
        )
