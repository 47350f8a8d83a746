"""Plain text and CSV: readable, without control characters."""

import codecs
import re
import unicodedata

from attachments.gate.sniff import MARKUP
from attachments.gate.verdict import Refused, Verdict

_CONTROL = re.compile("[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f]")
# A cell such as =cmd|' /C calc'!A0 makes a spreadsheet start a program.
_DDE = re.compile(r"""(?:^|[,;\t"'])\s*[=+\-@]+\s*(?:\w+\()*[A-Za-z][\w.]*\s*\|[^\n]*!""", re.MULTILINE)
# In UTF-16 any two bytes are a letter of some script; those of real texts are assigned ones.
_UNREAL = {"Cn", "Co", "Cs"}


def check_text(data: bytes, name: str) -> Verdict:
    """UTF-8, UTF-16 with its mark, the encodings of Chinese systems, or any with one byte a letter.

    Raises Refused: "broken_text" for anything else, "kind" for a web page, "active" for a CSV that starts programs.
    """
    text = _decoded(data).removesuffix("\x1a")  # spreadsheets of old end their CSV so
    if _CONTROL.search(text):
        raise Refused("broken_text")
    if text[:1024].lstrip("\ufeff \t\r\n").lower().startswith(tuple(word.decode() for word in MARKUP)):
        raise Refused("kind")
    is_csv = name.lower().endswith(".csv")
    if is_csv and _DDE.search(text):
        raise Refused("active")
    return Verdict("clean", kind="document", mime="text/csv" if is_csv else "text/plain")


def _decoded(data: bytes) -> str:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        try:
            text = data.decode("utf-16")
        except UnicodeDecodeError as error:
            raise Refused("broken_text") from error
        if "\ufeff" in text or any(unicodedata.category(letter) in _UNREAL for letter in set(text)):
            raise Refused("broken_text")
        return text
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("latin-1")
