"""Plain text and CSV: readable, without control characters."""

import re

from attachments.gate.verdict import Refused, Verdict

_CONTROL = re.compile("[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f]")


def check_text(data: bytes, name: str) -> Verdict:
    """UTF-8, or the encoding of older Chinese systems. Raises Refused("broken_text") for anything else."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if _CONTROL.search(text):
            break
        return Verdict(
            "clean",
            kind="document",
            mime="text/csv" if name.lower().endswith(".csv") else "text/plain",
        )
    raise Refused("broken_text")
