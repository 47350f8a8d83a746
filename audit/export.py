"""The log as a table that a spreadsheet opens."""

import csv
import io
from collections.abc import Iterable
from typing import Any

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from audit.models import AuditEntry
from audit.words import details, sentence, what, who

MOST = 20_000  # rows of one export; a period narrows it


def as_csv(entries: Iterable[AuditEntry]) -> str:
    stream = io.StringIO()
    stream.write("\ufeff")  # else spreadsheets take Chinese for something else
    writer = csv.writer(stream)
    writer.writerow([_("Time"), _("Who"), _("What happened"), _("Object"), _("Action"), _("Details"), _("Entry")])
    for entry in entries:
        told = "; ".join(f"{name}: {value}" for name, value in details(entry))
        row = [
            f"{localtime(entry.at):%Y-%m-%d %H:%M:%S}",
            who(entry),
            sentence(entry),
            what(entry),
            entry.action,
            told,
            entry.pk,
        ]
        writer.writerow([_inert(cell) for cell in row])
    return stream.getvalue()


def _inert(cell: Any) -> str:
    """What begins like a formula is text, in every spreadsheet."""
    text = str(cell)
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
