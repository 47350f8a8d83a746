import imaplib
from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from complaints.services import escalation, mailbox
from complaints.tasks import sweep_batches
from contacts.services import internal, matter_reminding, promise_reminding, register_reminding, relaying, reminding
from notices import factor_resets
from notices.returned_mail import Mailbox
from notices.services import acknowledging, chain, digesting, sending
from tenancy.context import scope
from tenancy.models import Organisation


class Command(BaseCommand):
    help = "One run of everything that is due, as beat does it. Running it twice changes nothing more."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--now", help="the instant to sweep at, ISO 8601 with an offset; now when left out")

    def handle(self, *args: Any, **options: Any) -> None:
        now = self._instant(options["now"])
        self._read_mail(now)
        for organisation in Organisation.objects.filter(is_active=True).order_by("slug"):
            swept = escalation.Swept()
            for batch in sweep_batches(now=now, swept=swept):
                left = 1
                while left:
                    with scope(organisation.pk):
                        left = batch()
            with scope(organisation.pk):
                resets = factor_resets.carry_out_due(now=now)
                notices = 0
                while sending.send_one_due(now=now):
                    notices += 1
                relayed, reminded = relaying.sweep(now=now)
                steps, digests = self._follow_up(now)
            reminders = self._remind(organisation, now)
            self.stdout.write(
                f"{organisation.slug}: {swept.clocks} clocks, {swept.events} events, {swept.escalations} escalations, "
                f"{swept.resumed} resumed, {notices} notices, {steps} steps, {digests} digests, "
                f"{reminders} reminders, {relayed} outages relayed, {reminded} reminded of, "
                f"{resets} second factors reset"
            )

    def _read_mail(self, now: datetime) -> None:
        """What came in for any organisation, and what was left half done."""
        left, read = mailbox.finish(now=now), (0, 0)
        if settings.INBOUND_URL:
            try:
                read = mailbox.poll(Mailbox.of(settings.INBOUND_URL), now=now)
            except (OSError, ValueError, imaplib.IMAP4.error) as error:
                self.stderr.write(f"The mailbox could not be read: {type(error).__name__}.")
        if settings.INBOUND_URL or left:
            self.stdout.write(f"mail: {read[0]} read, {read[1]} taken, {left} finished")

    @staticmethod
    def _follow_up(now: datetime) -> tuple[int, int]:
        """Steps of chains, reminders, daily digests: how many recipients and people were looked at."""
        steps, digests = 0, 0
        while found := chain.take_due_steps(now=now):
            steps += found
        acknowledging.remind_due(now=now)
        while found := digesting.write_digests(now=now):
            digests += found
        return steps, digests

    @staticmethod
    def _remind(organisation: Organisation, now: datetime) -> int:
        """Of what is due and of what ends: a batch a transaction."""
        reminders = 0
        for remind in (
            reminding.remind_batch, promise_reminding.remind_batch, matter_reminding.remind_batch, internal.remind_batch,
            register_reminding.remind_batch,
        ):  # fmt: skip
            found = 1
            while found:
                with scope(organisation.pk):
                    found = remind(now=now)
                reminders += found
        return reminders

    @staticmethod
    def _instant(given: str | None) -> datetime:
        if given is None:
            return timezone.now()
        try:
            instant = datetime.fromisoformat(given)
        except ValueError as error:
            raise CommandError(f"--now: {given!r} is not an instant such as 2026-03-02T12:00:00+00:00.") from error
        if instant.tzinfo is None:
            raise CommandError("--now needs an offset, such as +08:00 or Z.")
        return instant
