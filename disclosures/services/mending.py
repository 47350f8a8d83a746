"""A mended file takes the place of the lines there were: each line that is found again stays the one it was."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db.models import F

from attachments.services import hand_over
from disclosures import queries
from disclosures.models import AccountStatement, LineSeen, Remark, StatementLine
from disclosures.rules import matching

BATCH = 1000
# Beyond every place a file can name: lines change places among each other, and no two stand at one place meanwhile.
ASIDE = 10**9
KEPT = ("id", "key", "statement", "organisation")
SAID_OF_IT = ("text_en", "text_zh", "category", "category_en", "category_zh", "direction")


def replace_lines(row: AccountStatement, lines: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """Write the lines of a file. Words, marks and vouchers stay with their line; a mark on one that changed is gone, it
    has to be looked at again. Of a line that is no longer there, words and vouchers stay on the statement.

    The caller holds the statement's row. Returns how many are there, new, gone and changed, for the audit log.
    """
    old = list(row.lines.order_by("place").values())
    found = matching.paired(old, lines)
    changed = [
        old[at]["id"] for one, at in zip(lines, found, strict=True) if at is not None and matching.differs(old[at], one)
    ]
    there = {at for at in found if at is not None}
    gone = [one["id"] for at, one in enumerate(old) if at not in there]
    _let_go(row, gone)
    LineSeen.objects.filter(line__in=changed).delete()
    row.lines.update(place=F("place") + ASIDE)
    again = _there_again(row, lines, found, {old[at]["key"] for at in there})
    kept = [again.get(number, {}) if at is None else {"pk": old[at]["id"], "key": old[at]["key"]}
            for number, at in enumerate(found)]  # fmt: skip
    written = [StatementLine(statement=row, **one, **same) for one, same in zip(lines, kept, strict=True)]
    names = [field.name for field in StatementLine._meta.concrete_fields if field.name not in KEPT]
    StatementLine.objects.bulk_create(
        written, batch_size=BATCH, update_conflicts=True, unique_fields=["organisation", "id"], update_fields=names
    )
    return {"lines": len(lines), "new": found.count(None), "gone": len(gone), "changed": len(changed)}


def _there_again(
    row: AccountStatement, lines: Sequence[Mapping[str, Any]], found: Sequence[int | None], taken: set[UUID]
) -> dict[int, dict[str, Any]]:
    """Of a correction: what one file left out and this one has is still the line of the version before, by its key."""
    if row.corrects_id is None:
        return {}
    before = StatementLine.objects.filter(statement=row.corrects_id).order_by("place").values()
    left = [line for line in before if line["key"] not in taken]
    new = [number for number, at in enumerate(found) if at is None]
    pairs = zip(new, matching.paired(left, [lines[number] for number in new]), strict=True)
    return {number: {"key": left[at]["key"]} for number, at in pairs if at is not None}


def _let_go(row: AccountStatement, gone: Sequence[UUID]) -> None:
    for remark in Remark.objects.filter(line__in=gone).select_related("line"):
        remark.line_was, remark.line = _said_of(remark.line), None
        remark.save(update_fields=["line", "line_was"])
    for key in queries.vouchers_by_line(gone):
        hand_over(subject_type=queries.VOUCHERS_OF, subject_id=key, to_type=queries.VOUCHERS_OF, to_id=row.pk)
        row.has_loose_vouchers = True
        row.save(update_fields=["has_loose_vouchers"])
    StatementLine.objects.filter(pk__in=gone).delete()


def _said_of(line: StatementLine | None) -> dict[str, Any]:
    """What of a line is told beside the words that were about it."""
    if line is None:
        return {}
    return {"place": line.place, "amount": str(line.amount), **{name: getattr(line, name) for name in SAID_OF_IT}}
