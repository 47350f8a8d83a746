"""How much is taken. Every number may be set in `settings.ATTACHMENT_LIMITS`, by the names used here."""

from dataclasses import dataclass, fields

from django.conf import settings

from attachments.gate.verdict import Limits

MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class UploadLimits:
    """Sizes in bytes."""

    file_bytes: int = 15 * MEGABYTE
    files_per_subject: int = 10
    bytes_per_person_a_day: int = 200 * MEGABYTE
    held_hours: int = 24


def upload_limits() -> UploadLimits:
    return UploadLimits(**_chosen(UploadLimits))


def gate_limits() -> Limits:
    """What one file may cost the gate: pixels, archive expansion, memory, seconds."""
    return Limits(**_chosen(Limits))


def _chosen(kind: type[UploadLimits] | type[Limits]) -> dict[str, int]:
    chosen: dict[str, int] = getattr(settings, "ATTACHMENT_LIMITS", {})
    return {field.name: chosen[field.name] for field in fields(kind) if field.name in chosen}
