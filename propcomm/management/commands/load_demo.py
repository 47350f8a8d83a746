import gc
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from propcomm.demo.story.loading import HISTORY, load


class Command(BaseCommand):
    help = "Load the demo's two organisations with some months of life. One that is there already is left alone."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--share", type=float, default=1.0, help="how much of what has ended; today stays whole")
        parser.add_argument("--organisation", choices=list(HISTORY), help="only this one")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        gc.set_threshold(100_000, 50, 50)  # a short life with many small objects
        for slug in [options["organisation"]] if options["organisation"] else HISTORY:
            loaded = load(slug, now=now, share=options["share"])
            if loaded is None:
                self.stdout.write(f"{slug}: already loaded.")
            else:
                self.stdout.write(
                    f"{loaded.name}: {loaded.complaints} complaints, {loaded.is_open} open, {loaded.is_late} late."
                )
