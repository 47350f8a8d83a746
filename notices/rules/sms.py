"""How an SMS is cut: characters of GSM 03.38 or UCS-2, segments, and the short words of a message."""

import math

# 3GPP TS 23.038, section 6.2.1: the basic alphabet, and the extension that takes two places.
BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED = frozenset("^{}\\[~]|€\f")
# (alone, in a row): 140 octets, of which six tell the parts of a longer text apart.
GSM_PLACES, UCS2_PLACES = (160, 153), (70, 67)
MOST_SEGMENTS = 3


# Marks of good typesetting that would make the whole message one of UCS-2, at twice the price, and what they become.
PLAIN = str.maketrans({"–": "-", "—": "-", "‘": "'", "’": "'", "“": '"', "”": '"', "…": "...", "\u00a0": " "})


def is_gsm(text: str) -> bool:
    return all(char in BASIC or char in EXTENDED for char in text)


def segments_of(text: str) -> int:
    """How many SMS the text is paid as. A character of two places is never cut in half."""
    gsm = is_gsm(text)
    alone, in_a_row = GSM_PLACES if gsm else UCS2_PLACES
    sizes = [(2 if char in EXTENDED else 1) if gsm else len(char.encode("utf-16-be")) // 2 for char in text]
    if sum(sizes) <= alone:
        return 1
    segments, free = 1, in_a_row
    for size in sizes:
        if size > free:
            segments, free = segments + 1, in_a_row
        free -= size
    return segments


def short_text(*, sender: str, title: str, number: str = "", link: str = "", most: int = MOST_SEGMENTS) -> str:
    """Who, what and where to read it, in at most ``most`` segments: the title is cut, the number and link never."""
    tail = "".join(f" {part}" for part in (f"({number})" if number else "", link) if part)
    if is_gsm(f"{sender}{title}".translate(PLAIN)):
        sender, title = sender.translate(PLAIN), title.translate(PLAIN)

    def whole(kept: str) -> str:
        return f"{sender}: {kept}{tail}"

    if segments_of(whole(title)) <= most:
        return whole(title)
    low, high = 0, len(title)
    while high - low > 1:
        middle = math.ceil((low + high) / 2)
        fits = segments_of(whole(title[:middle].rstrip() + "...")) <= most
        low, high = (middle, high) if fits else (low, middle)
    return whole(title[:low].rstrip() + "...")
