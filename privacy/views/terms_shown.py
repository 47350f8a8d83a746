"""The terms in force in words."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from privacy import queries, rules


@dataclass(frozen=True)
class ShownTerm:
    key: str
    label: str
    amount: str
    bounds: str
    basis: str
    is_own: bool


def terms_shown(prefix: str = "") -> list[ShownTerm]:
    """Every term whose key begins so, in the shipped order."""
    own = queries.own_terms()
    return [
        ShownTerm(
            key,
            str(rules.TERM_WORDS[key]),
            amount_words(rules.amount_of(key, own), bounds.unit),
            _bounds_words(key, bounds),
            str(rules.BASIS_WORDS[bounds.basis]),
            key in own,
        )
        for key, bounds in rules.shipped_terms().items()
        if key.startswith(prefix)
    ]


def _bounds_words(key: str, bounds: rules.Bounds) -> str:
    """What may be set; nothing for a term that no organisation sets."""
    if key in rules.FIXED:
        return ""
    span = {"least": bounds.least, "most": bounds.most}
    return (_("%(least)d to %(most)d days") if bounds.unit == "days" else _("%(least)d to %(most)d months")) % span


def amount_words(amount: int, unit: str) -> str:
    """So many days, months, or whole years."""
    if unit == "days":
        return ngettext("%d day", "%d days", amount) % amount
    if amount % 12 == 0:
        return ngettext("%d year", "%d years", amount // 12) % (amount // 12)
    return ngettext("%d month", "%d months", amount) % amount


def run_words(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    """What a night erased, in words."""
    words = {key.removeprefix("keep."): str(label) for key, label in rules.TERM_WORDS.items()}
    words |= {"erasures": _("Complaints of erased people"), "tokens": _("Ways in that were sent")}
    return [(words.get(name, name), count) for name, count in counts.items()]
