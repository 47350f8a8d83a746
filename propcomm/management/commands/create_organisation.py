from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from complaints.services.provisioning import give_defaults
from notices.services.provisioning import give_notice_defaults
from owners.services.calendars import give_calendar
from tenancy.context import scope
from tenancy.models import Organisation
from tenancy.origins import origin_of
from tenancy.services import create_organisation


class Command(BaseCommand):
    help = "Provision an organisation with its first administrator, categories, target times, ladder and calendar."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", help="small letters, digits and hyphens: the first part of its address")
        parser.add_argument("--name", required=True)
        parser.add_argument("--admin-email", required=True)
        parser.add_argument("--language", choices=Organisation.Language.values, default="en")
        parser.add_argument("--time-zone", default="UTC")
        parser.add_argument("--calendar", default="", help="code of a shipped service calendar, such as london-2026")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with transaction.atomic():
                organisation = create_organisation(
                    slug=options["slug"],
                    name=options["name"],
                    admin_email=options["admin_email"],
                    language=options["language"],
                    time_zone=options["time_zone"],
                )
                with scope(organisation.pk):
                    give_defaults()
                    give_notice_defaults()
                    if options["calendar"]:
                        give_calendar(options["calendar"], language=options["language"])
        except (ValidationError, ValueError) as error:
            raise CommandError("; ".join(getattr(error, "messages", [str(error)]))) from error
        self.stdout.write(
            f"{organisation.name}: {origin_of(organisation)}/ ({options['admin_email']} signs in by code)"
        )
