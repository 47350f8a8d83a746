from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from privacy.documents.register import page

PLACE = "docs/privacy.md"


class Command(BaseCommand):
    help = "Write docs/privacy.md from the registers of personal data and the terms."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="only fail when the page is behind")

    def handle(self, *args: Any, **options: Any) -> None:
        path, text = settings.BASE_DIR / PLACE, page()
        if options["check"]:
            if not path.exists() or path.read_text(encoding="utf-8") != text:
                raise CommandError(f"{PLACE} is behind the registers: run manage.py render_privacy.")
            return
        path.write_text(text, encoding="utf-8")
        self.stdout.write(f"{PLACE} written.")
