"""Who may do what in the registry, and what follows from a person's data. Plain values in, plain values out."""


def language_for(tag: str, *, fallback: str) -> str:
    """The language we write to a person in: theirs when we speak it, else the organisation's."""
    wanted = tag.lower()
    if wanted.startswith("zh"):
        return "zh-hans"
    return "en" if wanted.startswith("en") else fallback
