"""Erasure as the register says it: rows emptied column by column, and an identity taken out of free words.

Erasure is pseudonymisation: the rows stay, and the house's numbers with them; who it was about does not.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import phonenumbers
from django.db import models
from django.db.models import Case, CharField, F, Func, JSONField, Q, QuerySet, TextField, Value, When
from django.db.models.functions import Cast, Concat, Left

from tenancy.checks import organisation_models
from tenancy.classification import Action, Kind, table_of
from tenancy.models import Membership

# Shorter names are left in other people's words unless somebody asks: "Li" stands in too many of them to mean one person.
SHORTEST_LATIN = 5
SHORTEST_CHINESE = 2
SHORTEST_NUMBER = 7
# Patterns are read by PostgreSQL and, for captured mail, by Python: only what both understand.
JOINT = r"[\s().-]*"
LETTER = "[A-Za-zÀ-ÖØ-öø-ÿĀ-ž]"
HAN = "[一-鿿]"
BEFORE_MAIL, AFTER_MAIL = "(?<![A-Za-z0-9._+-])", r"(?![A-Za-z0-9-]|\.[A-Za-z0-9])"


@dataclass(frozen=True)
class Ink:
    """What takes the place of what was there: the invented name, and the mark for words, in the house's language."""

    pseudonym: str
    mark: str


def erase_rows(rows: QuerySet[Any], ink: Ink) -> int:
    """Empty the columns of these rows as the register says, or delete them. Returns how many rows.

    ``rows`` must be unsliced. Writes with one statement; running it again changes nothing more.
    """
    table = table_of(rows.model)
    if table.is_deleted:
        return rows.delete()[0]
    changes = {}
    for column in table.columns.values():
        field = rows.model._meta.get_field(column.name)
        if column.action is not Action.KEEP:
            changes[column.name] = _instead(field, column.action, ink)
    return rows.order_by().update(**changes) if changes else 0


def erase_belongings(membership: Membership, ink: Ink) -> dict[str, int]:
    """Delete what is a member's alone: rows that name them as ``membership``, of tables that erasure deletes.

    A new table of that kind needs nothing but its entry in the register. Returns how many rows, by table.
    """
    counts = {}
    for model in organisation_models():
        names = {field.name for field in model._meta.local_fields if field.related_model is Membership}
        if table_of(model).is_deleted and "membership" in names:
            counts[model._meta.label] = erase_rows(model.objects.filter(membership=membership), ink)
    return counts


def _instead(field: Any, action: Action, ink: Ink) -> Any:
    if action is Action.MARK:
        return Case(When(**{field.name: ""}, then=Value("")), default=Value(ink.mark[: field.max_length]))
    if action is Action.PSEUDONYM:
        return ink.pseudonym[: field.max_length]
    if action is Action.UNIQUE:
        word = Concat(Value("erased-"), Cast("pk", CharField()), Value("@erased.invalid"))
        return word if field.max_length is None else Left(word, field.max_length)
    if isinstance(field, JSONField):
        return field.get_default()
    return None if field.null else ""


class _Replaced(Func):
    """Every match of a pattern replaced, whatever its case."""

    function = "regexp_replace"
    output_field = TextField()

    def __init__(self, words: Any, pattern: str, instead: str) -> None:
        super().__init__(words, Value(pattern), Value(instead), Value("gi"))


def patterns_of(
    *, names: Iterable[str], emails: Iterable[str], phones: Iterable[str], with_short: bool = False
) -> list[str]:
    """Regular expressions for what tells who somebody is: names, addresses, numbers in any way of writing them.

    ``with_short`` takes in names so short that they may mean somebody else, where they stand alone.
    """
    found = [_name_pattern(name) for name in names if name.strip() and (with_short or _is_telling(name))]
    found += [BEFORE_MAIL + re.escape(email.strip()) + AFTER_MAIL for email in emails if email.strip()]
    found += [pattern for phone in phones if (pattern := _phone_pattern(phone))]
    return sorted(set(found), key=lambda pattern: (-len(pattern), pattern))


def short_names(names: Iterable[str]) -> list[str]:
    """Those of these names that other people's words keep unless somebody asks."""
    return sorted(name for name in names if name.strip() and not _is_telling(name))


def _is_telling(name: str) -> bool:
    return len(name.strip()) >= (SHORTEST_LATIN if name.isascii() else SHORTEST_CHINESE)


def _name_pattern(name: str) -> str:
    """The name in any spacing. Chinese runs on without gaps; a Latin name must not be part of a longer one.

    A single character must stand alone, or every 王 of the house would be meant.
    """
    pattern = r"\s+".join(re.escape(part) for part in name.split())
    if re.fullmatch(LETTER, name.strip()[0]):
        return rf"(?<!{LETTER}){pattern}(?!{LETTER})"
    return pattern if _is_telling(name) else rf"(?<!{HAN}){pattern}(?!{HAN})"


def _phone_pattern(phone: str) -> str:
    try:
        number = phonenumbers.parse(phone)
        code, national = str(number.country_code), str(number.national_number)
    except phonenumbers.NumberParseException:
        code, national = "", re.sub(r"\D", "", phone)
    if len(national) < SHORTEST_NUMBER:
        return ""
    prefix = rf"(\+?(00)?{code}{JOINT})?" if code else ""
    return rf"(?<!\d){prefix}(\(?0\)?{JOINT})?" + JOINT.join(national) + r"(?!\d)"


def scrub(patterns: Iterable[str], ink: Ink, *, spared: dict[str, Q]) -> dict[str, int]:
    """Take an identity out of everybody's free words and stored figures. Returns how many rows changed, by table.

    Only columns of the kind ``content`` are searched: other people's own names and numbers are theirs.
    ``spared`` names rows that must stay as they are, by the label of their table.
    """
    wanted = list(patterns)
    changed: dict[str, int] = {}
    for rows, field in _free_words(spared):
        if count := _scrub_column(rows, field, wanted, ink):
            changed[rows.model._meta.label] = changed.get(rows.model._meta.label, 0) + count
    return changed


def places_of(patterns: Iterable[str], *, spared: dict[str, Q]) -> int:
    """In how many free words `scrub` would find any of these. Reads every one of them, and writes nothing."""
    wanted = "|".join(f"({pattern})" for pattern in patterns)
    if not wanted:
        return 0
    return sum(
        _searched(rows, field).filter(searched_text__iregex=wanted).count() for rows, field in _free_words(spared)
    )


def _free_words(spared: dict[str, Q]) -> Iterator[tuple[QuerySet[Any], Any]]:
    """The rows of every table that holds words, and the column they stand in."""
    for model in organisation_models():
        for column in table_of(model).columns.values():
            if column.kind is Kind.CONTENT:
                rows = model.objects.exclude(spared.get(model._meta.label, Q(pk__in=[])))
                yield rows, model._meta.get_field(column.name)


def _searched(rows: QuerySet[Any], field: Any) -> QuerySet[Any]:
    words = Cast(field.name, TextField()) if isinstance(field, JSONField) else F(field.name)
    return rows.order_by().annotate(searched_text=words)


def _scrub_column(rows: QuerySet[Any], field: Any, patterns: list[str], ink: Ink) -> int:
    is_json, found = isinstance(field, JSONField), _searched(rows, field)
    count = 0
    for pattern in patterns:
        hits = found.filter(searched_text__iregex=pattern)
        words: Any = _Replaced(Cast(F(field.name), TextField()), pattern, ink.pseudonym)
        if is_json:
            words = Cast(words, JSONField())
        elif field.max_length and isinstance(field, models.CharField):
            words = Left(words, field.max_length)
        count += hits.update(**{field.name: words})
    return count
