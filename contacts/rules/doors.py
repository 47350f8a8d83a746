"""What a door is: one thing that an outside party can be let in to by a link. Settings name the doors there are."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.functional import Promise
from django.utils.module_loading import import_string

from contacts.models import AccessGrant, OutsideParty
from tenancy.models import Membership


@dataclass(frozen=True)
class Answered:
    """What became of an answer: words of thanks, or the page's context again with what is wrong in it."""

    thanks: str = ""
    context: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Door:
    """``words`` name one of its things in the staff's list, where it has several. ``subjects`` are those it can be opened
    to for a party: (id or None, words), of those the member may give.

    ``show`` gives the context of ``template``; ``answer`` takes what was sent, by verbs of its room that ask the grant
    again under its lock. Neither sees who is signed in: whoever holds the link is nobody else here.
    """

    title: Promise
    template: str
    words: Callable[[UUID], str]
    subjects: Callable[[Membership | None, OutsideParty], list[tuple[UUID | None, str]]]
    show: Callable[[AccessGrant, datetime], dict[str, Any]]
    answer: Callable[[AccessGrant, Any, datetime], Answered]


@cache
def door_of(subject_type: str) -> Door | None:
    path = settings.ACCESS_DOORS.get(subject_type)
    found: Door | None = import_string(path) if path else None
    return found


def doors() -> dict[str, Door]:
    """Every door by its subject type."""
    return {name: door for name in settings.ACCESS_DOORS if (door := door_of(name)) is not None}
