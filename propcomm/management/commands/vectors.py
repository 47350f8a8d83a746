"""``manage.py vectors KIND FILE``: runs a file of cases through the product's own rules."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from propcomm import vectors


class Command(BaseCommand):
    help = "Runs a file of vectors (votes, surveys, deadlines, money, states) and says which cases fail."
    requires_system_checks = ()  # the rules need neither a database nor a running house

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("kind", help=", ".join(vectors.RUNNERS))
        parser.add_argument("file", type=Path, help="a YAML file of cases")
        parser.add_argument("--packs", type=Path, help="rule packs, instead of rule_packs.yaml beside the file")
        parser.add_argument("--calendars", type=Path, help="calendars, instead of calendars.yaml beside the file")

    def handle(self, *args: Any, kind: str, file: Path, **options: Any) -> None:
        try:
            vectors.check_kind(kind)
            cases = vectors.load_cases(kind, file)
            data = vectors.load_data(file.parent, calendars=options["calendars"], packs=options["packs"])
        except vectors.VectorError as error:
            raise CommandError(str(error)) from error
        failed = 0
        for outcome in vectors.run(kind, cases, data):
            if outcome.faults:
                failed += 1
                self.stdout.write(f"{outcome.id}: {'; '.join(outcome.faults)}")
        self.stdout.write(f"{len(cases) - failed} passed, {failed} failed")
        if failed:
            sys.exit(1)
