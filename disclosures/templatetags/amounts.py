"""Amounts as they are read: grouped, two decimals, a real minus, the same on page and paper."""

from decimal import ROUND_HALF_UP, Decimal

from django import template

register = template.Library()
CENT = Decimal("0.01")


@register.filter
def amount(value: Decimal | None) -> str:
    if value is None:
        return ""
    return f"{value.quantize(CENT, ROUND_HALF_UP):,.2f}".replace("-", "\u2212")


@register.filter
def signed_percent(value: Decimal | None) -> str:
    """+12.5 %, or nothing when there was nothing to compare with."""
    return "" if value is None else f"{value:+.1f}\u00a0%".replace("-", "\u2212")


@register.filter
def rate(value: Decimal | None) -> str:
    """A rate: two decimals, more where it has more."""
    if value is None:
        return ""
    exact = value.normalize()
    return f"{exact if int(exact.as_tuple().exponent) < -2 else exact.quantize(CENT):,f}".replace("-", "\u2212")


@register.filter
def signed_rate(value: Decimal | None) -> str:
    """A difference of rates with its sign."""
    return "" if value is None else f"{'+' if value > 0 else ''}{rate(value)}"


@register.filter
def signed_amount(value: Decimal | None) -> str:
    """A difference of amounts with its sign; none of nothing."""
    return "" if value is None else f"{'+' if value > 0 else ''}{amount(value)}"
