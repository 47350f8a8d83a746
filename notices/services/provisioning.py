"""What an organisation's notices start with: settings, chains of channels, samples of words."""

from pathlib import Path
from typing import Any

import yaml
from django.db import transaction

from notices.models import ChainStep, NoticeSettings, NoticeTemplate

DATA = Path(__file__).resolve().parent.parent / "data"


@transaction.atomic
def give_notice_defaults() -> None:
    """Write what is shipped and the organisation in force does not have yet: settings, chains, samples.

    A kind with any step of its own keeps its chain. Running it twice writes nothing more.
    """
    if not NoticeSettings.objects.exists():
        NoticeSettings.objects.bulk_create([NoticeSettings()], ignore_conflicts=True)
    there = set(ChainStep.objects.values_list("kind", flat=True))
    for kind, steps in _shipped("defaults.yaml")["chains"].items():
        if kind not in there:
            rows = [ChainStep(kind=kind, position=place, **step) for place, step in enumerate(steps)]
            ChainStep.objects.bulk_create(rows, ignore_conflicts=True)
    known = set(NoticeTemplate.objects.values_list("code", flat=True))
    samples = [
        NoticeTemplate(position=place, **row)
        for place, row in enumerate(_shipped("samples.yaml")["samples"])
        if row["code"] not in known
    ]
    NoticeTemplate.objects.bulk_create(samples, ignore_conflicts=True)


def chain_of(kind: str) -> list[dict[str, Any]]:
    """The kind's chain as a notice keeps it, in order. An organisation without any gets the shipped ones first."""
    steps = ChainStep.objects.filter(kind=kind).order_by("after_minutes", "position")
    found = [{"channel": step.channel, "after_minutes": step.after_minutes} for step in steps]
    if not found and not ChainStep.objects.exists():
        give_notice_defaults()
        return chain_of(kind)
    return found or [{"channel": "portal", "after_minutes": 0}]


def _shipped(name: str) -> dict[str, Any]:
    shipped: dict[str, Any] = yaml.safe_load((DATA / name).read_text(encoding="utf-8"))
    return shipped
