"""Phone numbers in any writing: kept as E.164, or as the digits of a short number that has no other form."""

import re
import unicodedata

import phonenumbers
from django.utils.translation import gettext as _

from owners.registry.values import FICTION, NOTHING

LONGEST = 60
SHORT = re.compile(r"\d{3,6}")
EXTENSION = re.compile(r"\s*(?:;ext=|\bextension|\bext|\bx|#|转|分机)\s*[.:]?\s*(\d{1,6})\s*$", re.IGNORECASE)
STRANGE = re.compile(r"[^\d\s+()./\-–—]")


class UnknownNumberError(ValueError):
    """What was typed is no phone number of any country."""


def normal(text: str, region: str) -> str:
    """``+442079460123``, with an extension ``+442079460123;ext=12``, or a short number as it is; "" for nothing.

    ``region`` (GB, CN) says how numbers without + are written. Raises UnknownNumberError.
    """
    words = unicodedata.normalize("NFKC", text).strip().removeprefix("tel:")
    if words.casefold() in NOTHING:
        return ""
    if len(words) > LONGEST:
        raise UnknownNumberError(text)
    extension = EXTENSION.search(words)
    words = words[: extension.start()] if extension else words
    if SHORT.fullmatch(words):
        return words
    try:
        number = phonenumbers.parse(words, region) if not STRANGE.search(words) else None
    except phonenumbers.NumberParseException:
        number = None
    if number is None:
        raise UnknownNumberError(text)
    written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    if not (phonenumbers.is_valid_number(number) or FICTION.match(written)):
        raise UnknownNumberError(text)
    return f"{written};ext={extension[1]}" if extension else str(written)


def shown(phone: str, region: str = "") -> str:
    """A kept number as people write it, within ``region`` without the country's code; what is none, as it is."""
    plain, _sign, extension = phone.partition(";ext=")
    try:
        number = phonenumbers.parse(plain) if plain.startswith("+") else None
    except phonenumbers.NumberParseException:
        return phone
    if number is not None:
        is_home = bool(region) and phonenumbers.country_code_for_region(region) == number.country_code
        forms = phonenumbers.PhoneNumberFormat
        plain = phonenumbers.format_number(number, forms.NATIONAL if is_home else forms.INTERNATIONAL)
    return _("%(phone)s ext. %(extension)s") % {"phone": plain, "extension": extension} if extension else plain


def digits_of(text: str) -> str:
    """What of a search could be a number, without the zeros that are no part of the kept one; "" when nothing is."""
    digits = re.sub(r"\D", "", text)
    return digits.lstrip("0") if len(digits) >= 3 and not STRANGE.search(text) else ""
