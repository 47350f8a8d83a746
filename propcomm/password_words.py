"""Passwords made of the words of this house: the product's, the trade's, the organisation's own name."""

import re
import unicodedata
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from allauth.core import context as allauth_context
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

WORDS = Path(__file__).resolve().parent / "data" / "password_words.yaml"
FEWEST_LEFT = 5  # letters that must remain when the words are taken away


class HouseWordsValidator:
    def validate(self, password: str, user: Any = None) -> None:
        """Raises ValidationError when next to nothing is left without the words, figures and signs."""
        rest = _letters(password)
        for word in sorted({*house_words(), *_own_words()}, key=len, reverse=True):
            rest = rest.replace(word, "")
        if len(rest) < FEWEST_LEFT:
            raise ValidationError(_("Anybody would try these words first. Take a few that have nothing to do with us."))

    def get_help_text(self) -> str:
        return _("Do not take words of this portal or of your organisation.")


@lru_cache(maxsize=1)
def house_words() -> frozenset[str]:
    return frozenset(map(_letters, yaml.safe_load(WORDS.read_text(encoding="utf-8"))))


def _own_words() -> set[str]:
    """The name and address of the organisation whose page this is."""
    organisation = getattr(allauth_context.request, "organisation", None)
    if organisation is None:
        return set()
    parts = re.split(r"\W+", f"{organisation.name} {organisation.slug} {organisation.domain or ''}")
    return {word for part in parts if len(word := _letters(part)) >= 2}


def _letters(text: str) -> str:
    return re.sub(r"[\W\d_]+", "", unicodedata.normalize("NFKC", text).casefold())
