"""The fields of a ready reply: which there are, and how they are filled."""

import re
from collections.abc import Mapping

FIELDS = ("name", "number", "place", "category", "due", "handler")
FIELD = re.compile(r"\{([^{}\n]{1,40})\}")


def unknown_fields(body: str) -> list[str]:
    """What stands in braces and is no field, in the order of the text."""
    return [name for name in dict.fromkeys(FIELD.findall(body)) if name not in FIELDS]


def filled(body: str, values: Mapping[str, str]) -> str:
    """The text with its fields filled, once: what is filled in is never read as a field again."""
    return FIELD.sub(lambda found: values.get(found[1], found[0]), body)
