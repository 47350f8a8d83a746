"""The words in braces that a notice may hold, and what is put in their place for each reader."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from notices.rules import one_line

PLACEHOLDERS: Mapping[str, Promise] = {
    "name": gettext_lazy("the reader's name"),
    "unit": gettext_lazy("their unit or units"),
    "building": gettext_lazy("their building"),
    "estate": gettext_lazy("their estate"),
    "date": gettext_lazy("the day of the event"),
    "time": gettext_lazy("the hours of the event"),
    "place": gettext_lazy("where it takes place"),
    "organisation": gettext_lazy("our name"),
    "phone": gettext_lazy("our phone number"),
    "number": gettext_lazy("the number of the notice"),
}
# What the frame around the words uses itself; nobody can type it, for it is no placeholder.
FRAME = ("link",)
_BRACES = re.compile(r"\{([^{}\n]{0,60})\}")
_KNOWN = re.compile(r"\{(" + "|".join([*PLACEHOLDERS, *FRAME]) + r")\}")


def unknown_placeholders(words: str) -> list[str]:
    """What stands in braces and is no placeholder, each once, in the order of the text."""
    found = (match[1] for match in _BRACES.finditer(words))
    return list(dict.fromkeys(name for name in found if name not in PLACEHOLDERS))


def used_placeholders(words: str) -> set[str]:
    return {match[1] for match in _BRACES.finditer(words)} & set(PLACEHOLDERS)


@dataclass(frozen=True)
class Compiled:
    """Words cut at their placeholders: every second part is the name of one."""

    parts: tuple[str, ...]

    def fill(self, values: Mapping[str, str], write: Callable[[str], str] = one_line) -> str:
        """The words for one reader. ``write`` makes a value inert where it will stand: escaped, or on one line."""
        if len(self.parts) == 1:
            return self.parts[0]
        filled = list(self.parts)
        for place in range(1, len(filled), 2):
            filled[place] = write(values.get(filled[place], ""))
        return "".join(filled)


def compiled(words: str) -> Compiled:
    """Cut once, filled for each of a hundred thousand readers."""
    return Compiled(tuple(_KNOWN.split(words)))
