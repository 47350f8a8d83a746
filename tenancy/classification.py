"""The register of personal data: what every column holds, why, how long, and what erasure does to it.

Each room keeps ``data/privacy.yaml`` beside its models; ``propcomm`` keeps that of the libraries. Erasure, retention
and docs/privacy.md all read this one register, so what is written there is what happens.
"""

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from django.apps import apps

FILE = Path("data") / "privacy.yaml"
# Every table of an organisation has these, and they say nothing of a person.
IMPLIED = ("organisation", "id")


class Kind(StrEnum):
    """What a column holds."""

    NONE = "none"  # facts of the house: numbers, dates, states, references by id
    PERSONAL = "personal"  # says who somebody is, or something about them
    CONTACT = "contact"  # reaches somebody
    SENSITIVE = "sensitive"  # would hurt when it leaks: whereabouts, finance, children
    CONTENT = "content"  # free words, which may name anybody
    SECRET = "secret"  # opens something: passwords, tokens, keys


class Action(StrEnum):
    """What erasure does to a column of a row that is about the person."""

    KEEP = "keep"
    BLANK = "blank"  # emptied
    MARK = "mark"  # words become the mark of erasure; empty stays empty
    PSEUDONYM = "pseudonym"  # the same invented name in every place
    UNIQUE = "unique"  # replaced by a word made from the row's id
    DELETE = "delete"  # the whole row goes


class Retention(StrEnum):
    """How long rows of a table are kept. The terms are data of the privacy room."""

    CASES = "cases"
    DRAFTS = "drafts"
    PEOPLE = "people"
    CLAIMS = "claims"
    INVITATIONS = "invitations"
    INBOX = "inbox"
    IMPORTS = "imports"
    INBOUND = "inbound"
    REPORTS = "reports"
    UPLOADS = "uploads"
    EXPORTS = "exports"
    REQUESTS = "requests"
    LOGINS = "logins"
    AUDIT = "audit"
    MEMBERSHIP = "membership"
    HOUSE = "house"


@dataclass(frozen=True)
class Column:
    name: str
    kind: Kind
    action: Action


@dataclass(frozen=True)
class Table:
    label: str
    purpose: str
    retention: Retention
    columns: dict[str, Column]

    def with_action(self, action: Action) -> list[str]:
        return [column.name for column in self.columns.values() if column.action is action]

    @property
    def is_deleted(self) -> bool:
        """Whether erasure deletes the row instead of emptying columns."""
        return bool(self.with_action(Action.DELETE))


class Unclassified(Exception):
    """The register and the models disagree; the message names where."""


@lru_cache(maxsize=1)
def register() -> dict[str, Table]:
    """Every classified table by its label, such as ``complaints.Complaint``. Raises Unclassified on nonsense."""
    tables = {}
    for config in apps.get_app_configs():
        path = Path(config.path) / FILE
        if path.exists():
            for name, said in yaml.safe_load(path.read_text(encoding="utf-8")).items():
                label = name if "." in name else f"{config.label}.{name}"
                tables[label] = _table(label, said)
    return tables


def table_of(model: Any) -> Table:
    """The table of a model. Raises Unclassified when nobody classified it."""
    try:
        return register()[model._meta.label]
    except KeyError as error:
        raise Unclassified(f"{model._meta.label} is not in the register of personal data") from error


def _table(label: str, said: dict[str, Any]) -> Table:
    whole_row = said.get("erasure") == Action.DELETE
    columns = {name: Column(name, Kind.NONE, Action.KEEP) for name in said.get("none", [])}
    try:
        for name, words in said.get("fields", {}).items():
            kind, action = words.split()
            columns[name] = Column(name, Kind(kind), Action.DELETE if whole_row else Action(action))
        return Table(label, said["purpose"], Retention(said["retention"]), columns)
    except (KeyError, ValueError) as error:
        raise Unclassified(f"{label}: {error}") from error


def disagreements() -> list[str]:
    """Columns that nobody classified and classified ones that are gone, each in a sentence that says what to do."""
    known, found = register(), []
    models = {model._meta.label: model for model in apps.get_models(include_auto_created=True)}
    for label, model in models.items():
        fields = {field.name for field in model._meta.local_fields}
        said = set(known[label].columns) if label in known else set()
        for name in sorted(fields - said - set(IMPLIED)):
            found.append(f"{label}.{name} is not classified: say in {FILE} of its room what it holds")
        for name in sorted(said - fields):
            found.append(f"{label}.{name} is classified, but there is no such column")
    found += [f"{label} is classified, but there is no such table" for label in sorted(set(known) - set(models))]
    return found
