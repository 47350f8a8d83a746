"""Categories of an account as bars: this period filled, the one before outlined, the budget a stroke across."""

from decimal import Decimal

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from disclosures.plain_words import Bar, Bars
from disclosures.templatetags.amounts import amount
from notices.paper.drawing import INK, SOFT, WIDTH, box, framed, joined, legend, short, text, track

register = template.Library()
HEAD, BAR, SECOND, GAP = 19, 9, 8, 10


@register.simple_tag(takes_context=True)
def account_bars(context: template.Context, drawn: Bars) -> SafeString:
    """The picture with its title and description. ``brand`` of the context is the accent on paper."""
    brand = str(context.get("brand", "#0b6660"))
    most = max(
        (abs(value) for row in drawn.rows for value in (row.amount, row.prior, row.budget) if value), default=Decimal(1)
    )
    parts: list[SafeString] = []
    top = 0
    if drawn.has_prior or drawn.has_budget:
        parts.append(_legend(drawn, brand))
        top = 26
    for row in drawn.rows:
        drawn_row, height = _row(row, top, most, brand, has_prior=drawn.has_prior, has_budget=drawn.has_budget)
        parts.append(drawn_row)
        top += height
    return framed("account", top, drawn.title, drawn.description, joined(parts))


def _legend(drawn: Bars, brand: str) -> SafeString:
    series, kinds = [_("this period")], ["one"]
    if drawn.has_prior:
        series.append(_("period before"))
        kinds.append("two")
    made = legend(tuple(series), tuple(kinds), brand)
    if not drawn.has_budget:
        return made
    wide = sum(34 + 7 * sum(2 if ord(sign) > 0x2E7F else 1 for sign in words) for words in series)
    return joined([made, _stroke(wide + 6, 1, 14), text(wide + 18, 12, _("budget"), kind="soft", fill=SOFT)])


def _row(
    row: Bar, y: int, most: Decimal, brand: str, *, has_prior: bool, has_budget: bool
) -> tuple[SafeString, int]:  # fmt: skip
    """The name and the amount, the bars below them, and what stands beside the amount in words."""
    parts = [
        text(0, y + 13, short(row.name, 30)),
        text(WIDTH, y + 13, amount(row.amount), anchor="end", kind="value", bold=True),
    ]
    below, bars = y + HEAD, BAR + (SECOND + 2 if has_prior else 0)
    parts.append(track(below + bars - BAR))
    if row.amount > 0:
        parts.append(box(0, below, _wide(row.amount, most), BAR, "one", brand))
    if row.prior is not None and row.prior > 0:
        parts.append(box(0, below + BAR + 2, _wide(row.prior, most), SECOND, "two", brand))
    if row.budget is not None and row.budget > 0:
        parts.append(_stroke(_wide(row.budget, most), below - 2, bars + 4))
    beside = []
    if row.prior is not None:
        beside.append(_("before %(amount)s") % {"amount": amount(row.prior)})
    if row.budget is not None:
        beside.append(_("budget %(amount)s") % {"amount": amount(row.budget)})
    height = HEAD + bars + GAP
    if has_prior or has_budget:
        parts.append(text(WIDTH, below + bars + 13, " · ".join(beside), anchor="end", kind="soft", fill=SOFT))
        height += 16
    return joined(parts), height


def _wide(value: Decimal, most: Decimal) -> float:
    """Of the drawing's width. Only ever drawn; the amount itself is written beside it."""
    return round(WIDTH * float(value / most), 1)


def _stroke(x: float, y: float, height: float) -> SafeString:
    x = min(max(x, 1.5), WIDTH - 1.5)
    return format_html('<path class="chart-budget" d="M{x} {y}V{end}" stroke="{ink}" stroke-width="3" fill="none"/>',
                       x=x, y=y, end=y + height, ink=INK)  # fmt: skip
