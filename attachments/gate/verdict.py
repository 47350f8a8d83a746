"""What the gate says about one file. Plain values only: the child process imports this, and it must stay small."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """What the child may spend on one file. Sizes in bytes and pixels, times in seconds."""

    pixels: int = 50_000_000
    long_side: int = 2560
    thumb_side: int = 480
    archive_entries: int = 5_000
    archive_bytes: int = 100 * 1024 * 1024
    archive_ratio: int = 200
    memory_bytes: int = 1024 * 1024 * 1024
    output_bytes: int = 64 * 1024 * 1024
    cpu_seconds: int = 10
    wall_seconds: int = 20
    recording_seconds: int = 0
    """How long a recording may be; with 0 none is taken. Set for the forms that take them (`limits.memo_limits`)."""


@dataclass(frozen=True)
class Verdict:
    """The answer of the gate. Clean copies of images and recordings lie beside the source; a document is kept as it
    came."""

    verdict: str
    reason_code: str = ""
    kind: str = ""
    mime: str = ""
    width: int = 0
    height: int = 0
    pages: int = 0

    @property
    def is_clean(self) -> bool:
        return self.verdict == "clean"


class Refused(Exception):
    """The file is not taken; `code` is a key of `attachments.rules.REASONS`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def refused(code: str) -> Verdict:
    return Verdict(verdict="refused", reason_code=code)
