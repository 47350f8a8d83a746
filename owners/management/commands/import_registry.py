"""manage.py import_registry FILE --organisation SLUG: the registry import without the page."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone, translation

from owners.models import Estate, RegistryImport
from owners.registry.problems import Unreadable, line, words
from owners.services import imports
from tenancy.context import scope
from tenancy.models import Organisation


class Command(BaseCommand):
    help = "Import estates, buildings, units, people, ownership and occupancy from an .xlsx or .csv file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file")
        parser.add_argument("--organisation", required=True, metavar="SLUG")
        parser.add_argument("--dry-run", action="store_true", help="check and show, store nothing")
        parser.add_argument("--estate", default="", metavar="CODE", help="code of the estate, existing or new")
        parser.add_argument("--estate-name", default="", metavar="NAME", help="name of a new estate")

    def handle(self, *args: Any, **options: Any) -> None:
        path = Path(options["file"])
        organisation = Organisation.objects.filter(slug=options["organisation"]).first()
        if organisation is None:
            raise CommandError(f"There is no organisation {options['organisation']}.")
        try:
            content = path.read_bytes()
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}") from error
        with translation.override(organisation.language), scope(organisation.pk), transaction.atomic():
            row = self._work(path.name, content, options)
            self._show(row)
            if options["dry_run"] or row.state != RegistryImport.State.DONE:
                # Nothing stays: not the rows, not the record of the try, not the kept file.
                transaction.set_rollback(True)
                imports.drop_file(row)
        if row.state in (RegistryImport.State.FAULTY, RegistryImport.State.FAILED):
            raise CommandError("Nothing was stored.", returncode=1)

    def _work(self, name: str, content: bytes, options: dict[str, Any]) -> RegistryImport:
        now = timezone.now()
        known = Estate.objects.filter(code__iexact=options["estate"]).first() if options["estate"] else None
        wish = imports.Wish(known.pk if known else None, options["estate_name"], options["estate"])
        try:
            row = imports.upload_registry(
                actor=None, now=now, file_name=name, content=content, wish=wish, by_system=True
            )
        except Unreadable as error:
            raise CommandError(f"{name}: {error.message}", returncode=1) from error
        imports.work_on_import(import_id=row.pk, now=now)
        row.refresh_from_db()
        if row.state == RegistryImport.State.READY and not options["dry_run"]:
            row = imports.carry_out_now(import_id=row.pk, now=now)
        return row

    def _show(self, row: RegistryImport) -> None:
        preview = row.preview
        for problem in row.errors:
            self.stderr.write(line(problem))
        if preview.get("error_count", 0) > len(row.errors):
            self.stderr.write(f"... {preview['error_count'] - len(row.errors)} more")
        if "failure" in preview:
            self.stderr.write(preview["failure"])
        for note in preview.get("notes", []):
            self.stdout.write(words(note)[0])
        if "counts" in preview:
            self.stdout.write(preview["estate"])
            for name, counts in preview["counts"].items():
                self.stdout.write(
                    f"  {name}: " + ", ".join(f"{count} {what}" for what, count in counts.items() if count)
                )
        self.stdout.write(f"{row.rows_total} rows, {preview.get('error_count', 0)} errors, {row.state}")
