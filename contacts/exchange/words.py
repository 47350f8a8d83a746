"""Words of a file as the product's own: headings, kinds and trades in either language, in any case."""

from collections.abc import Iterable
from functools import cache

from django.conf import settings
from django.utils import translation

from contacts.exchange.columns import ALSO, ALSO_KINDS, COLUMNS
from contacts.models import OutsideParty
from owners.registry.values import folded


def _both(pairs: Iterable[tuple[str, object]]) -> dict[str, str]:
    """From the code itself and from its words in every language, folded, to the code."""
    found = {}
    for code, words in pairs:
        found[folded(code)] = str(code)
        for language, _name in settings.LANGUAGES:
            with translation.override(language):
                found[folded(str(words))] = str(code)
    return found


@cache
def headings() -> dict[str, str]:
    more = {folded(word): code for code, words in ALSO.items() for word in words}
    return {**more, **_both(COLUMNS.items())}


@cache
def kinds() -> dict[str, str]:
    return {**ALSO_KINDS, **_both((each.value, each.label) for each in OutsideParty.Kind)}


@cache
def branches() -> dict[str, str]:
    return _both((each.value, each.label) for each in OutsideParty.Branch)
