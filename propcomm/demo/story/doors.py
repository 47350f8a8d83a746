"""Doors beside the portal: places with labels, and a mail that waits for the clerk."""

from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import Any

import yaml

from complaints.models import Category, Place
from complaints.services import inbound
from owners.models import Building
from propcomm.demo.story.cast import DATA, Cast


def open_doors(cast: Cast, *, now: datetime) -> None:
    """Everything that `doors.yaml` says of the organisation."""
    said = yaml.safe_load((DATA / "doors.yaml").read_text(encoding="utf-8"))[cast.slug]
    for cue in said["places"]:
        _place(cast, cue)
    for cue in said["mails"]:
        _mail(cast, cue, now - timedelta(hours=cue["hours_ago"]))


def _place(cast: Cast, cue: dict[str, Any]) -> None:
    home = cast.named["owner"].home
    building = Building.objects.get(pk=home.building_id) if cue["stands"] == "building" else None
    Place.objects.create(
        estate=home.estate,
        building=building,
        name_en=cue["en"],
        name_zh=cue["zh"],
        category=Category.objects.get(code=cue["category"]),
        is_active=cue.get("is_active", True),
    )


def _mail(cast: Cast, cue: dict[str, Any], at: datetime) -> None:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = cue["from"], f"{cast.slug}@mail.example", cue["subject"]
    message["Message-ID"] = f"<demo-{cue['hours_ago']}@{cast.slug}.example>"
    for name, value in cue.get("head", {}).items():
        message[name] = value
    message.set_content(cue["words"])
    row = inbound.store(raw=message.as_bytes(), now=at)
    inbound.process(mail_id=row.pk, now=at)
