"""How much is taken. Every number may be set in `settings.ATTACHMENT_LIMITS`, by the names used here."""

from dataclasses import dataclass, fields, replace

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


@dataclass(frozen=True)
class MemoLimits:
    """Recordings, where a form takes them: how long one may be."""

    memo_seconds: int = 900


@dataclass(frozen=True)
class ScannerLimits:
    """What talking to the virus scanner may cost, and how long a file waits for one that is away."""

    connect_seconds: int = 3
    answer_seconds: int = 30
    reply_bytes: int = 4096
    retry_seconds: int = 60
    lease_seconds: int = 120
    waiting_hours: int = 72


def upload_limits() -> UploadLimits:
    return UploadLimits(**_chosen(UploadLimits))


def gate_limits() -> Limits:
    """What one file may cost the gate: pixels, archive expansion, memory, seconds."""
    return Limits(**_chosen(Limits))


def memo_limits() -> Limits:
    """The same for a form that takes recordings too."""
    return replace(gate_limits(), recording_seconds=MemoLimits(**_chosen(MemoLimits)).memo_seconds)


def scanner_limits() -> ScannerLimits:
    return ScannerLimits(**_chosen(ScannerLimits))


def _chosen(kind: type[UploadLimits] | type[MemoLimits] | type[ScannerLimits] | type[Limits]) -> dict[str, int]:
    chosen: dict[str, int] = getattr(settings, "ATTACHMENT_LIMITS", {})
    return {field.name: chosen[field.name] for field in fields(kind) if field.name in chosen}
