"""The limited process that touches a stranger's file: no database, no settings, no secrets, little memory and time.

Called as ``python -I -c ... <directory> <name> <limits as JSON>``; reads `<directory>/source`, writes the clean copies
beside it and one line of JSON to standard output.
"""

import json
import resource
import sys
from dataclasses import asdict
from pathlib import Path

from attachments.gate.sniff import sniff
from attachments.gate.verdict import Limits, Refused, Verdict, refused


def restrict(limits: Limits) -> None:
    """Give up what is not needed, for good, before the first byte of the file is read."""
    for name, value in (
        (resource.RLIMIT_AS, limits.memory_bytes),
        (resource.RLIMIT_FSIZE, limits.output_bytes),
        (resource.RLIMIT_NOFILE, 64),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(name, (value, value))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu_seconds, limits.cpu_seconds + 1))


def inspect(directory: Path, name: str, limits: Limits) -> Verdict:
    """The verdict on one file. Never raises: what a decoder cannot read is a broken file."""
    try:
        data = (directory / "source").read_bytes()
        if limits.recording_seconds:
            from attachments.gate.audio import clean_audio, sniff_audio

            if memo := sniff_audio(data):
                return clean_audio(data, memo, directory, limits)
        form = sniff(data, name)
        if form == "pdf":
            from attachments.gate.pdf import check_pdf

            return check_pdf(data)
        if form == "zip":
            from attachments.gate.office import check_office

            return check_office(data, limits)
        if form == "text":
            from attachments.gate.texts import check_text

            return check_text(data, name)
        from attachments.gate.images import clean_image

        return clean_image(data, form, directory, limits)
    except Refused as refusal:
        return refused(refusal.code)
    except (MemoryError, RecursionError):
        return refused("too_heavy")
    except Exception:
        return refused("broken")


def main() -> None:
    limits = Limits(**json.loads(sys.argv[3]))
    restrict(limits)
    sys.stdout.write(json.dumps(asdict(inspect(Path(sys.argv[1]), sys.argv[2], limits))) + "\n")
