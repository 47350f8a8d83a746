from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from notices import factor_resets
from tenancy.context import scope
from tenancy.errors import NotFound
from tenancy.models import Organisation


class Command(BaseCommand):
    help = "Reset the second factor of a member at once: for the last administrator of an organisation who lost theirs."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", help="the address they sign in with")
        parser.add_argument("--organisation", required=True, help="the organisation's slug")

    def handle(self, *args: Any, **options: Any) -> None:
        organisation = Organisation.objects.filter(slug=options["organisation"]).first()
        if organisation is None:
            raise CommandError(f"There is no organisation {options['organisation']!r}.")
        try:
            with scope(organisation.pk):
                member = factor_resets.reset_at_once(email=options["email"], now=timezone.now())
        except NotFound as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{member.name}: the next sign-in sets up a new second factor. All sessions have ended.")
