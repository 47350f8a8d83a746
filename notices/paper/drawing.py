"""What charts are drawn with, as SVG: words, bars, a legend, the frame with its title and description.

Colours are presentation attributes for paper, which the classes of the page's styles override. Every value is written
out; nothing is said by colour alone.
"""

from collections.abc import Iterable
from itertools import count as counting
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

WIDTH = 360
LINE = 36
INK, SOFT, RULE, LATE, LATE_SOFT = "#1b2321", "#52605b", "#dde3e0", "#a8271f", "#fcebe9"
FONT = "Noto Sans SC"
_serial = counting(1)


def framed(kind: str, height: float, title: str, description: str, body: SafeString) -> SafeString:
    """The drawing with what a screen reader says of it."""
    return format_html(
        '<svg class="chart chart-{kind}" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img" '
        'aria-labelledby="chart-{n}-title chart-{n}-desc" font-family="{font}" font-size="12" fill="{ink}">'
        '<title id="chart-{n}-title">{title}</title><desc id="chart-{n}-desc">{desc}</desc>{body}</svg>',
        kind=kind, width=WIDTH, height=height, n=next(_serial), font=FONT, ink=INK, title=title, desc=description,
        body=body,
    )  # fmt: skip


def text(
    x: float, y: float, words: Any, *, anchor: str = "start", kind: str = "label", fill: str = INK, bold: bool = False
) -> SafeString:
    return format_html(
        '<text class="chart-{}" x="{}" y="{}" text-anchor="{}" fill="{}" font-weight="{}">{}</text>',
        kind, round(x, 1), round(y, 1), anchor, fill, "bold" if bold else "normal", words,
    )  # fmt: skip


def box(x: float, y: float, width: float, height: float, kind: str, brand: str) -> SafeString:
    """A bar: whole ones are filled, late and second ones are outlined, so that they differ in black and white too."""
    paint = {"one": (brand, brand), "two": ("#ffffff", brand), "late": (LATE_SOFT, LATE)}[kind]
    return format_html(
        '<rect class="chart-{}" x="{}" y="{}" width="{}" height="{}" rx="2" fill="{}" stroke="{}" stroke-width="1"/>',
        kind, round(x + 0.5, 1), round(y + 0.5, 1), max(round(width - 1, 1), 0.5), max(round(height - 1, 1), 0.5), *paint,
    )  # fmt: skip


def joined(parts: Iterable[SafeString]) -> SafeString:
    return format_html_join("", "{}", ((part,) for part in parts))


def short(words: str, room: int) -> str:
    """Cut to ``room`` half-width places; a Chinese character takes two."""
    used = 0
    for place, sign in enumerate(words):
        used += 2 if ord(sign) > 0x2E7F else 1
        if used > room:
            return words[: max(place - 1, 1)] + "…"
    return words


def legend(series: tuple[str, ...], kinds: tuple[str, ...], brand: str) -> SafeString:
    parts, x = [], 0.0
    for words, kind in zip(series, kinds, strict=True):
        parts += [box(x, 2, 12, 12, kind, brand), text(x + 18, 12, words, kind="soft", fill=SOFT)]
        x += 34 + 7 * sum(2 if ord(sign) > 0x2E7F else 1 for sign in words)
    return joined(parts)


def track(y: float) -> SafeString:
    return format_html('<path class="chart-rule" d="M0 {y}.5H{w}" stroke="{c}" fill="none"/>', y=y + 9, w=WIDTH, c=RULE)
