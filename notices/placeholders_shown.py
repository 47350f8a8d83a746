"""The placeholders as the composer lists them."""

from notices.rules.placeholders import PLACEHOLDERS


def placeholder_rows() -> list[tuple[str, str]]:
    """(as it is typed, what it becomes)."""
    return [(f"{{{name}}}", str(words)) for name, words in PLACEHOLDERS.items()]
