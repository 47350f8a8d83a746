"""Passwords that anybody would try, long as they are: common ones dressed up, rows of keys, the same over and over."""

import re
from typing import Any

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

# Runs of keys and of the alphabet; a password made of pieces of them is guessed early.
ROWS = ("01234567890", "abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "asdfghjkl", "zxcvbnm", "1qaz2wsx3edc4rfv5tgb6yhn")
PIECE = 4
FEWEST_CHARACTERS = 5
# Nobody tries all that is as long as this.
LONG = 32
DRESS = re.compile(r"^[\W\d_]+|[\W\d_]+$")


class EasilyGuessedValidator:
    """No rule of composition: a sentence of small letters is fine, ``Password123!!`` is not."""

    def __init__(self) -> None:
        self._common = CommonPasswordValidator().passwords

    def validate(self, password: str, user: Any = None) -> None:
        """Raises ValidationError for what is easily guessed."""
        if len(password) >= LONG:
            return
        plain = password.casefold()
        bare = DRESS.sub("", plain)
        if bare in self._common or _is_repeated(plain) or _is_of_rows(plain) or len(set(plain)) < FEWEST_CHARACTERS:
            raise ValidationError(_("This password is easily guessed. Take a few words that nobody expects."))

    def get_help_text(self) -> str:
        return _("A few words that nobody expects make a good one. Spaces are fine.")


def _is_repeated(plain: str) -> bool:
    return plain in (plain + plain)[1:-1]


def _is_of_rows(plain: str) -> bool:
    """Whether nothing is left once the pieces of rows, forwards and backwards, are taken out."""
    rows = [*ROWS, *(row[::-1] for row in ROWS)]
    at = 0
    while at < len(plain):
        piece = next(
            (
                size
                for size in range(len(plain) - at, PIECE - 1, -1)
                if any(plain[at : at + size] in row for row in rows)
            ),
            0,
        )
        if not piece:
            return len(plain) - at < PIECE and at > 0
        at += piece
    return True
