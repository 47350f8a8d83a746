import imaplib
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from notices.returned_mail import Mailbox, read_files, read_mailbox


class Command(BaseCommand):
    help = "Read returned mail: from the mailbox of PROPCOMM_BOUNCES_URL, or from files and folders of mails."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("paths", nargs="*", type=Path, help="mails in files, or folders of them")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        try:
            if options["paths"]:
                read, applied = read_files(options["paths"], now=now)
            elif settings.BOUNCES_URL:
                read, applied = read_mailbox(Mailbox.of(settings.BOUNCES_URL), now=now)
            else:
                raise CommandError("Set PROPCOMM_BOUNCES_URL, or name files of mails.")
        except ValueError as error:
            raise CommandError(str(error)) from error
        except (OSError, imaplib.IMAP4.error) as error:
            raise CommandError(f"The mailbox could not be read: {error}") from error
        self.stdout.write(f"{read} read, {applied} applied")
