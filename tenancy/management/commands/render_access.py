"""``manage.py render_access``: writes docs/access.md anew."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from tenancy.access_page import access_page
from tenancy.policy import matrix


class Command(BaseCommand):
    help = "Renders the access matrix, tenancy/data/policy.yaml, as docs/access.md."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--to", type=Path, default=settings.BASE_DIR / "docs" / "access.md")

    def handle(self, *args: Any, to: Path, **options: Any) -> None:
        to.write_text(access_page(matrix()), encoding="utf-8")
        self.stdout.write(f"{to.name} is written")
