"""Who may do what: the matrix of `data/policy.yaml`, and the plain questions asked of it.

Rooms ask ``can(actor, action, obj)``. An object is asked by the attributes it happens to have (``estate_id``,
``handler_id``, ``complainant`` ...), so this file knows no room above it. Without an object the question is whether the
role has the action at all; lists are narrowed by each room's queries, which a test holds against this file.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from tenancy.models import Membership
from tenancy.reach import reach_of

SOURCE = Path(__file__).resolve().parent / "data" / "policy.yaml"
SIGHTS = ("whole", "while_open", "masked")
HIDDEN = "hidden"


class PolicyError(ValueError):
    """The matrix says something that cannot be read, or is asked for what it does not hold."""


@dataclass(frozen=True)
class Rule:
    """One action: the scopes of each role that has it, and what takes it away again."""

    title: str
    allow: Mapping[str, frozenset[str]]
    never: frozenset[str]


@dataclass(frozen=True)
class Field:
    """How much of a field each role sees."""

    title: str
    see: Mapping[str, str]


@dataclass(frozen=True)
class Matrix:
    scopes: Mapping[str, str]
    exceptions: Mapping[str, str]
    actions: Mapping[str, Rule]
    fields: Mapping[str, Field]


# -- the questions -------------------------------------------------------------------------------------------------------


def can(actor: Membership | None, action: str, obj: Any = None) -> bool:
    """Whether the member may do this, to this object when one is given. Somebody shut out may do nothing.

    Raises PolicyError for an action the matrix does not hold.
    """
    rule = _rule(action)
    if actor is None or not actor.is_active:
        return False
    scopes = rule.allow.get(actor.role, frozenset())
    if obj is None or not scopes:
        return bool(scopes)
    if getattr(obj, "organisation_id", actor.organisation_id) != actor.organisation_id:
        return False
    if any(EXCEPTIONS[word](actor, obj) for word in rule.never):
        return False
    return any(SCOPES[word](actor, obj) for word in scopes)


def scopes_of(actor: Membership | None, action: str) -> frozenset[str]:
    """The scopes in which the member has the action, for a query that narrows a list; empty when not at all."""
    rule = _rule(action)
    return rule.allow.get(actor.role, frozenset()) if actor is not None and actor.is_active else frozenset()


def roles_with(action: str) -> frozenset[str]:
    """The roles that have the action in any scope."""
    return frozenset(_rule(action).allow)


def sight(actor: Membership | None, field: str, obj: Any = None) -> str:
    """How the member sees a field: ``whole``, ``masked`` or ``hidden``. ``obj`` is the case it is shown with."""
    if field not in matrix().fields:
        raise PolicyError(f"policy.yaml knows no field {field!r}")
    if actor is None or not actor.is_active:
        return HIDDEN
    seen = matrix().fields[field].see.get(actor.role, HIDDEN)
    if seen == "while_open":
        return "whole" if obj is not None and getattr(obj, "is_open", False) else HIDDEN
    return seen


def best_sight(actor: Membership | None, field: str) -> str:
    """How the member sees a field at best: ``while_open`` where it depends on the case. For a query that searches it."""
    seen = sight(actor, field)
    if seen == HIDDEN and actor is not None and actor.is_active:
        return matrix().fields[field].see.get(actor.role, HIDDEN)
    return seen


def _rule(action: str) -> Rule:
    try:
        return matrix().actions[action]
    except KeyError:
        raise PolicyError(f"policy.yaml knows no action {action!r}") from None


# -- scopes: whether an object is one of those the word speaks of ----------------------------------------------------------


def _is_own(actor: Membership, obj: Any) -> bool:
    complainant = getattr(obj, "complainant", None)
    if complainant is not None and complainant.membership_id == actor.pk:
        return True
    return bool(getattr(obj, "membership_id", None) == actor.pk)


def _is_handled(actor: Membership, obj: Any) -> bool:
    return bool(getattr(obj, "handler_id", None) == actor.pk)


def _is_addressed(actor: Membership, obj: Any) -> bool:
    return bool(getattr(obj, "to_id", None) == actor.pk)


def _is_of_estate(actor: Membership, obj: Any) -> bool:
    """By the estate and building of the object; by all its estates; or by any of the places it belongs to."""
    reach = reach_of(actor)
    if reach.everywhere:
        return True
    if hasattr(obj, "covered_estates"):
        return reach.covers_whole(obj.covered_estates())
    if hasattr(obj, "places"):
        return any(reach.covers(estate, building) for estate, building in obj.places())
    return reach.covers(getattr(obj, "estate_id", None), getattr(obj, "building_id", None))


def _is_at_home(actor: Membership, obj: Any) -> bool:
    hangs_before = getattr(obj, "hangs_before", None)
    return bool(hangs_before is not None and hangs_before(actor))


def _is_of_organisation(actor: Membership, obj: Any) -> bool:
    return True  # another organisation's object has been refused before


def _is_subject(actor: Membership, obj: Any) -> bool:
    return bool(getattr(obj, "subject_staff_id", None) == actor.pk)


def _decided_first(actor: Membership, obj: Any) -> bool:
    if getattr(obj, "stage", 1) == 1:
        return False
    return actor.pk in (getattr(obj, "first_handler_id", None), getattr(obj, "first_signer_id", None))


Question = Callable[[Membership, Any], bool]
SCOPES: dict[str, Question] = {
    "own": _is_own,
    "handled": _is_handled,
    "addressed": _is_addressed,
    "home": _is_at_home,
    "estate": _is_of_estate,
    "organisation": _is_of_organisation,
}
EXCEPTIONS: dict[str, Question] = {"subject": _is_subject, "first": _decided_first}


# -- reading the matrix ----------------------------------------------------------------------------------------------------


@cache
def matrix() -> Matrix:
    """The matrix, read once. Raises PolicyError with a sentence that names what is wrong."""
    return read(yaml.safe_load(SOURCE.read_text(encoding="utf-8")))


def read(said: Any) -> Matrix:
    """Check what the file says. Raises PolicyError."""
    _only(said, "the file", {"scopes", "exceptions", "actions", "fields"})
    _known(said["scopes"], SCOPES, "scope")
    _known(said["exceptions"], EXCEPTIONS, "exception")
    missing = set(SCOPES) - set(said["scopes"]) | set(EXCEPTIONS) - set(said["exceptions"])
    if missing:
        raise PolicyError(f"policy.yaml does not say what {', '.join(sorted(missing))} means")
    actions = {name: _read_rule(name, row) for name, row in said["actions"].items()}
    fields = {name: _read_field(name, row) for name, row in said["fields"].items()}
    return Matrix(said["scopes"], said["exceptions"], actions, fields)


def _read_rule(name: str, row: Any) -> Rule:
    _only(row, name, {"title", "allow"}, {"never"})
    _known(row["allow"], Membership.Role.values, "role", name)
    allow = {role: frozenset(_words(words)) for role, words in row["allow"].items()}
    for words in allow.values():
        _known(words, SCOPES, "scope", name)
        if not words:
            raise PolicyError(f"policy.yaml, {name}: a role without a scope; leave the role out instead")
    never = frozenset(_words(row.get("never", ())))
    _known(never, EXCEPTIONS, "exception", name)
    return Rule(row["title"], allow, never)


def _read_field(name: str, row: Any) -> Field:
    _only(row, name, {"title", "see"})
    _known(row["see"], Membership.Role.values, "role", name)
    _known(row["see"].values(), SIGHTS, "sight", name)
    return Field(row["title"], dict(row["see"]))


def _words(said: Any) -> tuple[str, ...]:
    return (said,) if isinstance(said, str) else tuple(said)


def _only(row: Any, name: str, needed: set[str], free: Iterable[str] = ()) -> None:
    if not isinstance(row, dict) or not needed <= set(row) <= needed | set(free):
        raise PolicyError(f"policy.yaml, {name}: must say {', '.join(sorted(needed))}, and nothing it does not know")


def _known(words: Iterable[str], known: Iterable[str], kind: str, name: str = "") -> None:
    strange = sorted(set(words) - set(known))
    if strange:
        where = f", {name}" if name else ""
        raise PolicyError(f"policy.yaml{where}: no such {kind}: {', '.join(map(str, strange))}")
