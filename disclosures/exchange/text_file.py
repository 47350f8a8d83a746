"""A file of text as somebody uploads it: whichever way its signs were written down, as text."""

from django.utils.translation import gettext as _

from owners.registry.problems import Unreadable

MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
# Without a mark: what is UTF-8 is hardly ever anything else; Chinese offices also write GB 18030.
GUESSED = ("utf-8", "gb18030")
BINARY = (b"PK\x03\x04", b"%PDF", b"\xd0\xcf\x11\xe0", b"\x7fELF", b"\x89PNG", b"\xff\xd8\xff")


def text_of(content: bytes) -> str:
    """Raises Unreadable with a sentence for whoever uploaded it."""
    if content.startswith(BINARY):
        raise Unreadable(_("This is no text file. Save the text as .md or .txt and choose that file."))
    encodings = [encoding for mark, encoding in MARKS if content.startswith(mark)] or list(GUESSED)
    for encoding in encodings:
        try:
            said = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in said:
            break
        if not said.strip("\ufeff \t\r\n\u3000"):
            raise Unreadable(_("The file is empty."))
        return said
    raise Unreadable(_("The signs of this file cannot be read. Save it as UTF-8."))
