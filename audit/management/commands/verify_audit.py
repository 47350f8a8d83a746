import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from audit.verifying import verify
from tenancy.models import Organisation


class Command(BaseCommand):
    help = "Read the whole audit log and name every edit, deletion, swap, insertion and cut tail; exit 1 on any."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--organisation", metavar="SLUG", help="only this one; all when left out")
        parser.add_argument("--heads", metavar="DIR", type=Path, help="signed heads; AUDIT_HEADS_ROOT when left out")

    def handle(self, *args: Any, **options: Any) -> None:
        found = Organisation.objects.order_by("slug")
        if options["organisation"]:
            found = found.filter(slug=options["organisation"])
            if not found:
                raise CommandError(f"There is no organisation {options['organisation']}.")
        root = options["heads"] or settings.AUDIT_HEADS_ROOT
        if options["heads"] and not root.is_dir():
            raise CommandError(f"There is no folder {root}.")
        faults = sum(self._verify(organisation, root) for organisation in found)
        if faults:
            raise SystemExit(1)

    def _verify(self, organisation: Organisation, root: Path) -> int:
        began = time.perf_counter()
        verdict = verify(organisation.pk, root=root)
        speed = verdict.entries / max(time.perf_counter() - began, 0.001)
        for fault in verdict.faults:
            where = f"seq {fault.seq}" if fault.seq else "no seq"
            self.stdout.write(f"{organisation.slug}: {where}: {fault.what}")
        state = f"{len(verdict.faults)} faults" if verdict.faults else "whole"
        self.stdout.write(
            f"{organisation.slug}: {state}, {verdict.entries} entries, {verdict.heads} signed heads, {speed:.0f} rows/s"
        )
        return len(verdict.faults)
