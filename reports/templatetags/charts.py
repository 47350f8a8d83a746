"""Charts as SVG, made here: no script, no inline style. Colours are presentation attributes for paper, which the
classes of ``pages/reports.css`` override on the page. Every value is written out; nothing is said by colour alone."""

from collections.abc import Iterable
from itertools import count as counting
from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from reports.rules.sections import Chart

register = template.Library()

WIDTH = 360
LINE = 36
INK, SOFT, RULE, LATE, LATE_SOFT = "#1b2321", "#52605b", "#dde3e0", "#a8271f", "#fcebe9"
FONT = "Noto Sans SC"
_serial = counting(1)


@register.simple_tag(takes_context=True)
def chart(context: template.Context, drawn: Chart) -> SafeString:
    """The chart as SVG with a title and a description. ``brand`` of the context is the accent on paper."""
    brand = str(context.get("brand", "#0b6660"))
    height, body = {"bars": _bars, "split": _split, "columns": _columns}[drawn.kind](drawn, brand)
    number = next(_serial)
    return format_html(
        '<svg class="chart chart-{kind}" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img" '
        'aria-labelledby="chart-{n}-title chart-{n}-desc" font-family="{font}" font-size="12" fill="{ink}">'
        '<title id="chart-{n}-title">{title}</title><desc id="chart-{n}-desc">{desc}</desc>{body}</svg>',
        kind=drawn.kind, width=WIDTH, height=height, n=number, font=FONT, ink=INK, title=drawn.title,
        desc=drawn.description, body=body,
    )  # fmt: skip


def _text(
    x: float, y: float, words: Any, *, anchor: str = "start", kind: str = "label", fill: str = INK, bold: bool = False
) -> SafeString:
    return format_html(
        '<text class="chart-{}" x="{}" y="{}" text-anchor="{}" fill="{}" font-weight="{}">{}</text>',
        kind, round(x, 1), round(y, 1), anchor, fill, "bold" if bold else "normal", words,
    )  # fmt: skip


def _box(x: float, y: float, width: float, height: float, kind: str, brand: str) -> SafeString:
    """A bar: whole ones are filled, late and second ones are outlined, so that they differ in black and white too."""
    paint = {"one": (brand, brand), "two": ("#ffffff", brand), "late": (LATE_SOFT, LATE)}[kind]
    return format_html(
        '<rect class="chart-{}" x="{}" y="{}" width="{}" height="{}" rx="2" fill="{}" stroke="{}" stroke-width="1"/>',
        kind, round(x + 0.5, 1), round(y + 0.5, 1), max(round(width - 1, 1), 0.5), max(round(height - 1, 1), 0.5), *paint,
    )  # fmt: skip


def _joined(parts: Iterable[SafeString]) -> SafeString:
    return format_html_join("", "{}", ((part,) for part in parts))


def _short(words: str, room: int) -> str:
    """Cut to ``room`` half-width places; a Chinese character takes two."""
    used = 0
    for place, sign in enumerate(words):
        used += 2 if ord(sign) > 0x2E7F else 1
        if used > room:
            return words[: max(place - 1, 1)] + "…"
    return words


def _legend(series: tuple[str, ...], kinds: tuple[str, ...], brand: str) -> SafeString:
    parts, x = [], 0.0
    for words, kind in zip(series, kinds, strict=True):
        parts += [_box(x, 2, 12, 12, kind, brand), _text(x + 18, 12, words, kind="soft", fill=SOFT)]
        x += 34 + 7 * sum(2 if ord(sign) > 0x2E7F else 1 for sign in words)
    return _joined(parts)


def _bars(drawn: Chart, brand: str) -> tuple[int, SafeString]:
    most = max((values[0] for _label, values in drawn.rows), default=0) or 1
    parts = []
    for place, (label, (value,)) in enumerate(drawn.rows):
        y = place * LINE
        parts += [
            _text(0, y + 13, _short(label, 46)),
            _text(WIDTH, y + 13, f"{value:,}", anchor="end", kind="value", bold=True),
            _track(y + 19),
        ]
        if value:
            parts.append(_box(0, y + 19, WIDTH * value / most, 9, "one", brand))
    return len(drawn.rows) * LINE - 4, _joined(parts)


def _track(y: float) -> SafeString:
    return format_html('<path class="chart-rule" d="M0 {y}.5H{w}" stroke="{c}" fill="none"/>', y=y + 9, w=WIDTH, c=RULE)


def _split(drawn: Chart, brand: str) -> tuple[int, SafeString]:
    """Each bar is as wide as the others and shows its shares; the numbers stand above it."""
    parts, top = [_legend(drawn.series, ("one", "late"), brand)], 26
    for place, (label, (kept, late)) in enumerate(drawn.rows):
        y, whole = top + place * LINE, kept + late
        words = f"{kept:,} {drawn.series[0]}, {late:,} {drawn.series[1]}" if whole else "–"
        parts += [
            _text(0, y + 13, _short(label, 28)),
            _text(WIDTH, y + 13, words, anchor="end", kind="value"),
            _track(y + 19),
        ]
        edge = WIDTH * kept / whole if whole else 0
        if kept:
            parts.append(_box(0, y + 19, edge - (1 if late else 0), 9, "one", brand))
        if late:
            parts.append(_box(edge + (1 if kept else 0), y + 19, WIDTH - edge - (1 if kept else 0), 9, "late", brand))
    return top + len(drawn.rows) * LINE - 4, _joined(parts)


def _columns(drawn: Chart, brand: str) -> tuple[int, SafeString]:
    most = max((value for _label, values in drawn.rows for value in values), default=0) or 1
    parts, top, room = [_legend(drawn.series, ("one", "two"), brand)], 44, 120
    floor, step = top + room, WIDTH / max(len(drawn.rows), 1)
    for place, (label, values) in enumerate(drawn.rows):
        middle, wide = step * (place + 0.5), min(step / 2 - 6, 28)
        for side, (value, kind) in enumerate(zip(values, ("one", "two"), strict=True)):
            x, tall = middle - wide - 1 + side * (wide + 2), room * value / most
            if value:
                parts.append(_box(x, floor - tall, wide, tall, kind, brand))
            parts.append(
                _text(x + wide / 2, floor - tall - 5, f"{value:,}", anchor="middle", kind="value", bold=not side)
            )
        parts.append(_text(middle, floor + 17, label, anchor="middle", kind="soft", fill=SOFT))
    parts.append(
        format_html('<path class="chart-rule" d="M0 {y}.5H{w}" stroke="{c}" fill="none"/>', y=floor, w=WIDTH, c=RULE)
    )
    return floor + 24, _joined(parts)
