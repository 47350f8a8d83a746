"""What a refusal says, what a name may look like, and who holds a file that belongs to nothing yet."""

import os.path
import re
import unicodedata
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tenancy.errors import DomainError

NAME_LENGTH = 120
REASONS: dict[str, Promise] = {
    "empty": gettext_lazy("the file is empty."),
    "size": gettext_lazy("it is larger than %(megabytes)s MB."),
    "pixels": gettext_lazy("the picture has more than %(megapixels)s megapixels. Send a smaller copy."),
    "kind": gettext_lazy("we take photos, PDF, Word, Excel, PowerPoint, OpenDocument, text and CSV files only."),
    "raw": gettext_lazy("it is a raw file of a camera. Send the photo as JPEG."),
    "media": gettext_lazy("videos and recordings are not taken. Send photos, and describe the rest in words."),
    "long": gettext_lazy("the recording is longer than %(memo_minutes)s minutes. Send the part that matters."),
    "archive": gettext_lazy("archives are not taken. Send the files one by one."),
    "old_office": gettext_lazy(
        "it is an old or password-protected office file. Save it as PDF or in the current format without a password."
    ),
    "broken": gettext_lazy("it is damaged or incomplete. Open it on your device and save or send it again."),
    "broken_text": gettext_lazy("it is not readable as text. Save it as UTF-8 or as PDF."),
    "locked": gettext_lazy("it is protected by a password. Send a copy without one."),
    "active": gettext_lazy(
        "it contains macros, scripts, embedded files or links that load by themselves. Send a plain PDF or a picture."
    ),
    "disguised": gettext_lazy("its content is not what it claims to be."),
    "too_heavy": gettext_lazy("it takes too much to open. Send a simpler or smaller copy."),
    "infected": gettext_lazy(
        "a virus was found in it. Do not open it again; check your device, and send a photo or a fresh copy."
    ),
    "unchecked": gettext_lazy("it could not be checked for viruses. Send it again later."),
    "too_many": gettext_lazy("a case has at most %(files)s files. Leave one out, or put several into one PDF."),
    "day": gettext_lazy(
        "you have sent %(day_megabytes)s MB within a day, which is the most we take. Try again tomorrow."
    ),
    "gone": gettext_lazy("it is no longer here. Choose it again."),
}
ENDINGS: dict[str, tuple[str, ...]] = {
    "image/jpeg": (".jpg", ".jpeg"),
    "image/png": (".png",),
    "application/pdf": (".pdf",),
    "text/plain": (".txt",),
    "text/csv": (".csv",),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": (".docx",),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": (".xlsx",),
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": (".pptx",),
    "application/vnd.oasis.opendocument.text": (".odt",),
    "application/vnd.oasis.opendocument.spreadsheet": (".ods",),
    "application/vnd.oasis.opendocument.presentation": (".odp",),
}
# For the file chooser only; what is taken is decided by content.
ACCEPT = ",".join(
    [
        "image/*",
        ".heic",
        ".heif",
        *(ending for endings in ENDINGS.values() for ending in endings),
    ]
)
MEMO_ENDINGS = {
    "audio/mpeg": (".mp3",),
    "audio/mp4": (".m4a", ".mp4"),
    "audio/ogg": (".ogg", ".opus", ".oga"),
    "audio/wav": (".wav",),
}
ENDINGS |= MEMO_ENDINGS
ACCEPT_MEMOS = ",".join([ACCEPT, "audio/*", *(ending for endings in MEMO_ENDINGS.values() for ending in endings)])
INLINE_TYPES = frozenset({"image/jpeg", "image/png", *MEMO_ENDINGS})
# Windows opens a device of that name, whatever the ending.
_DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)
_RESERVED = re.compile(r'[<>:"|?*\\/]')


class UploadRefused(DomainError):
    """The file was not taken; nothing was stored. The message names the file."""

    status = 422

    def __init__(self, name: str, reason: str, **numbers: int) -> None:
        sentence = str(REASONS.get(reason, REASONS["broken"])) % numbers
        super().__init__(
            _("“%(name)s” was not taken: %(reason)s") % {"name": name, "reason": sentence},
            code=reason,
        )


def clean_name(name: str) -> str:
    """A name safe to show and to save under: no path, no control or direction characters, at most 120 characters.

    The ending is kept when the name must be cut.
    """
    name = unicodedata.normalize("NFC", name.encode("utf-8", "replace").decode())
    name = name.replace("\\", "/").rsplit("/", 1)[-1]
    name = "".join(
        letter for letter in name if unicodedata.category(letter) not in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")
    )
    name = " ".join(_RESERVED.sub("_", name).split()).lstrip(". ").rstrip(". ")
    if _DEVICES.match(name):
        name = f"_{name}"
    stem, ending = os.path.splitext(name)
    if len(ending) > 12:
        stem, ending = name, ""
    return stem[: NAME_LENGTH - len(ending)] + ending if stem else "file"


def download_name(name: str, mime: str) -> str:
    """The name with the ending its content has: a HEIC that became a JPEG, a picture that called itself .exe."""
    endings = ENDINGS.get(mime, ())
    if not endings or name.lower().endswith(endings):
        return name
    return os.path.splitext(name)[0] + endings[0]


def holder_key(*, membership_id: UUID | None, visitor: str) -> str:
    """Who holds a file not yet attached: the member, else the visitor's session by a random word kept in it."""
    return f"member:{membership_id}" if membership_id else f"visitor:{visitor}"
