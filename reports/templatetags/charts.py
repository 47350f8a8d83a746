"""The charts of reports as SVG, made here: no script, no inline style (notices/paper/drawing.py)."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from notices.paper.drawing import LINE, RULE, SOFT, WIDTH, box, framed, joined, legend, short, text, track
from reports.rules.sections import Chart

register = template.Library()


@register.simple_tag(takes_context=True)
def chart(context: template.Context, drawn: Chart) -> SafeString:
    """The chart as SVG with a title and a description. ``brand`` of the context is the accent on paper."""
    brand = str(context.get("brand", "#0b6660"))
    height, body = {"bars": _bars, "split": _split, "columns": _columns}[drawn.kind](drawn, brand)
    return framed(drawn.kind, height, drawn.title, drawn.description, body)


def _bars(drawn: Chart, brand: str) -> tuple[int, SafeString]:
    most = max((values[0] for _label, values in drawn.rows), default=0) or 1
    parts = []
    for place, (label, (value,)) in enumerate(drawn.rows):
        y = place * LINE
        parts += [
            text(0, y + 13, short(label, 46)),
            text(WIDTH, y + 13, f"{value:,}", anchor="end", kind="value", bold=True),
            track(y + 19),
        ]
        if value:
            parts.append(box(0, y + 19, WIDTH * value / most, 9, "one", brand))
    return len(drawn.rows) * LINE - 4, joined(parts)


def _split(drawn: Chart, brand: str) -> tuple[int, SafeString]:
    """Each bar is as wide as the others and shows its shares; the numbers stand above it."""
    parts, top = [legend(drawn.series, ("one", "late"), brand)], 26
    for place, (label, (kept, late)) in enumerate(drawn.rows):
        y, whole = top + place * LINE, kept + late
        shares = (f"{number:,} {words}" for number, words in zip((kept, late), drawn.series, strict=True))
        said = _(", ").join(shares) if whole else "–"
        parts += [
            text(0, y + 13, short(label, 28)),
            text(WIDTH, y + 13, said, anchor="end", kind="value"),
            track(y + 19),
        ]
        edge = WIDTH * kept / whole if whole else 0
        if kept:
            parts.append(box(0, y + 19, edge - (1 if late else 0), 9, "one", brand))
        if late:
            parts.append(box(edge + (1 if kept else 0), y + 19, WIDTH - edge - (1 if kept else 0), 9, "late", brand))
    return top + len(drawn.rows) * LINE - 4, joined(parts)


def _columns(drawn: Chart, brand: str) -> tuple[int, SafeString]:
    most = max((value for _label, values in drawn.rows for value in values), default=0) or 1
    parts, top, room = [legend(drawn.series, ("one", "two"), brand)], 44, 120
    floor, step = top + room, WIDTH / max(len(drawn.rows), 1)
    for place, (label, values) in enumerate(drawn.rows):
        middle, wide = step * (place + 0.5), min(step / 2 - 6, 28)
        for side, (value, kind) in enumerate(zip(values, ("one", "two"), strict=True)):
            x, tall = middle - wide - 1 + side * (wide + 2), room * value / most
            if value:
                parts.append(box(x, floor - tall, wide, tall, kind, brand))
            parts.append(
                text(x + wide / 2, floor - tall - 5, f"{value:,}", anchor="middle", kind="value", bold=not side)
            )
        parts.append(text(middle, floor + 17, label, anchor="middle", kind="soft", fill=SOFT))
    parts.append(
        format_html('<path class="chart-rule" d="M0 {y}.5H{w}" stroke="{c}" fill="none"/>', y=floor, w=WIDTH, c=RULE)
    )
    return floor + 24, joined(parts)
