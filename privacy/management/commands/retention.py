from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from privacy.services import retention
from tenancy.context import scope
from tenancy.models import Organisation


class Command(BaseCommand):
    help = "Erase what is kept no longer, as beat does it every night. Running it twice changes nothing more."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only say how many rows would go")

    def handle(self, *args: Any, **options: Any) -> None:
        now, is_dry = timezone.now(), options["dry_run"]
        for organisation in Organisation.objects.filter(is_active=True).order_by("slug"):
            with scope(organisation.pk):
                counts = retention.sweep(now=now, is_dry=is_dry)
            said = ", ".join(f"{count} {name}" for name, count in counts.items() if count) or "nothing"
            self.stdout.write(f"{organisation.slug}: {said}{' would go' if is_dry else ''}")
        devices = retention.sweep_devices(now=now, is_dry=is_dry)
        self.stdout.write(f"devices: {devices}{' would go' if is_dry else ''}")
