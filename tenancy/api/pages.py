"""Lists in pages beside a cursor: never a count, never an offset."""

import base64
import binascii
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils.dateparse import parse_datetime
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request


def _instant(value: Any) -> datetime:
    at = parse_datetime(str(value))
    if at is None or at.tzinfo is None:
        raise ValueError(value)
    return at


def _words(value: Any) -> str:
    if not isinstance(value, str) or "\0" in value or len(value) > 300:
        raise ValueError(value)
    value.encode()  # lone surrogates
    return value


@dataclass(frozen=True)
class Keyset:
    """An order by one column and the id, both in one direction; without a column by the id alone."""

    column: str = ""
    is_falling: bool = False
    read: Callable[[Any], Any] = _instant

    def page(self, request: Request, rows: QuerySet[Any]) -> tuple[list[Any], str | None]:
        """One page of the rows, and the address of the next."""
        place = self.place(request)
        sorted_by = [*([self.column] if self.column else []), "pk"]
        found = self._beyond(rows, place) if place else rows
        size = settings.API["PAGE_ROWS"]
        ordered = found.order_by(*(f"-{name}" if self.is_falling else name for name in sorted_by))
        return self.cut(request, ordered[: size + 1], size)

    def cut(self, request: Request, found: Iterable[Any], size: int) -> tuple[list[Any], str | None]:
        """Of a page and a row more: the page, and the address of the next when there is one."""
        rows = list(found)
        return rows[:size], self._address(request, rows[size - 1]) if len(rows) > size else None

    def _beyond(self, rows: QuerySet[Any], place: tuple[Any, UUID]) -> QuerySet[Any]:
        value, pk = place
        step = "lt" if self.is_falling else "gt"
        if not self.column:
            return rows.filter(**{f"pk__{step}": pk})
        past = Q(**{f"{self.column}__{step}": value}) | Q(**{self.column: value, f"pk__{step}": pk})
        # The same once more as a plain range, which an index can begin at.
        return rows.filter(past, **{f"{self.column}__{step}e": value})

    def _address(self, request: Request, last: Any) -> str:
        value = getattr(last, self.column) if self.column else ""
        written = value.isoformat() if isinstance(value, date) else value
        cursor = base64.urlsafe_b64encode(json.dumps([written, last.pk.hex]).encode()).decode().rstrip("=")
        kept = [(name, each) for name in request.query_params for each in request.query_params.getlist(name)]
        return f"{request.path}?{urlencode([*((n, v) for n, v in kept if n != 'cursor'), ('cursor', cursor)])}"

    def place(self, request: Request) -> tuple[Any, UUID] | None:
        """Where the page before ended. Raises ValidationError for what is no cursor of this list."""
        text = request.query_params.get("cursor", "")
        if not text:
            return None
        try:
            raw = base64.b64decode(text.encode("ascii") + b"=" * (-len(text) % 4), altchars=b"-_", validate=True)
            value, pk = json.loads(raw)
            return (self.read(value) if self.column else None), UUID(hex=str(pk))
        except (ValueError, TypeError, binascii.Error, RecursionError) as error:
            raise ValidationError({"cursor": [_("This is no cursor of this list.")]}) from error


NEWEST_FIRST = Keyset("received_at", is_falling=True)
BY_ID_FALLING = Keyset(is_falling=True)
BY_NAME = Keyset("name", read=_words)
BY_CODE = Keyset("code", read=_words)
