"""What is opened to all names nobody."""

import re
import unicodedata
from collections.abc import Iterable, Iterator

import phonenumbers
from django.utils.translation import gettext as _

from disclosures.rules.words import HAN
from owners.queries import persons_of, units_of
from tenancy.errors import DomainError
from tenancy.models import Membership

# Blanks, dashes and brackets that people put into a number or a name, and signs that are not seen.
BETWEEN = r"[\s\-\u00ad\u200b-\u200d\u2010-\u2015\u2060\u2212\ufeff_.·•()]*"
LETTER = rf"[^\W\d_{HAN}]"
PIECES = re.compile(rf"{LETTER}+|\d+|\S")
NUMBER = re.compile(r"\+?\d(?:[\s\-().]*\d)+")
# So many figures are a number by which somebody is called, however it is grouped.
CALLED_BY = 7
MAIL = re.compile(r"[^\s@,;，；<>()（）]+@[^\s@,;，；<>()（）]+")


def known_by(member: Membership) -> list[str]:
    """Names, units and numbers by which a member would be known."""
    told = [member.name, member.user.email, *(unit.code for unit, _relation in units_of(member))]
    for person in persons_of(member):
        told += [person.name, str(person.phone or ""), person.email]
    return told


def must_name_nobody(told: Iterable[str], **texts: str) -> None:
    """Raises DomainError, at the field, where a text holds one of these names, units or numbers.

    However it is written: wide or narrow, with blanks or dashes inside, a phone number with its country or without. A word that only holds a name ("Rosewood" of Rose)
    is no name.
    """
    names = [one for name in told for one in _names_in(name)]
    patterns = [(name, pattern) for name in names if (pattern := _pattern(name)) is not None]
    for field, text in texts.items():
        said = _alike(text)
        found = next((name for name, pattern in patterns if pattern.search(said)), None)
        if found is not None:
            raise DomainError(_("All owners would read “%(name)s” here. Take it out.") % {"name": found}, code=field)


def _alike(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _names_in(told: str) -> Iterator[str]:
    """What was said, and the numbers and addresses in it: "07700 900123, evenings"."""
    yield told
    said = _alike(told)
    yield from MAIL.findall(said)
    for found in NUMBER.finditer(said):
        if len(re.sub(r"\D", "", found.group())) < CALLED_BY:
            continue
        yield found.group()
        if found.group().startswith("+"):
            try:
                yield str(phonenumbers.parse(found.group()).national_number)
            except phonenumbers.NumberParseException:
                continue


def _pattern(name: str) -> re.Pattern[str] | None:
    """What finds this name; None for one of a single sign, which stands in every text."""
    said = _alike(name).strip()
    if NUMBER.fullmatch(said) and len(figures := re.sub(r"\D", "", said)) >= CALLED_BY:
        return re.compile(BETWEEN.join(figures) + r"(?!\d)")
    pieces = [piece for piece in PIECES.findall(said) if not re.fullmatch(BETWEEN, piece)]
    if len("".join(pieces)) < 2:
        return None
    first, last = pieces[0], pieces[-1]
    before = rf"(?<!{LETTER})" if re.match(LETTER, first) else r"(?<!\d)" if first.isdigit() else ""
    after = rf"(?!{LETTER})" if re.match(LETTER, last) else r"(?!\d)" if last.isdigit() else ""
    return re.compile(before + BETWEEN.join(re.escape(piece) for piece in pieces) + after)
