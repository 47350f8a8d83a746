"""The table of limits, read from YAML and checked: pure values, no store."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

SHIPPED = Path(__file__).resolve().parent.parent / "data" / "limits.yaml"
SUBJECTS = frozenset({"account", "address", "person"})
UNITS = {"seconds": 1, "minutes": 60, "hours": 3600}


@dataclass(frozen=True)
class Rule:
    """At most ``times`` within the last ``seconds`` for each combination of the subjects ``each``."""

    times: int
    seconds: int
    each: tuple[str, ...]

    @property
    def name(self) -> str:
        """What tells the rule from the others of its action, in a key: a changed rule counts anew."""
        return f"{self.times}/{self.seconds}/{'+'.join(self.each)}"


Table = Mapping[str, tuple[Rule, ...]]


def rules_of(action: str) -> tuple[Rule, ...]:
    """The rules of an action. Raises KeyError for one the table does not name."""
    return limits_table(str(settings.LIMITS_FILE))[action]


@lru_cache(maxsize=8)
def limits_table(replaced_by: str = "") -> Table:
    """The shipped table, with the actions of another file in place of its own. Raises ImproperlyConfigured."""
    table = parse_table(_read(SHIPPED))
    if not replaced_by:
        return table
    other = parse_table(_read(Path(replaced_by)))
    if unknown := sorted(set(other) - set(table)):
        raise ImproperlyConfigured(f"{replaced_by}: there is no action {unknown[0]}")
    return {**table, **other}


def _read(path: Path) -> Any:
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    except (OSError, yaml.YAMLError) as error:
        raise ImproperlyConfigured(f"The limits cannot be read: {error}") from error


def parse_table(data: Any) -> Table:
    """Rules by action. Raises ImproperlyConfigured, naming the action whose rule is wrong."""
    if not isinstance(data, dict):
        raise ImproperlyConfigured("The limits are a mapping of actions to rules")
    return {action: tuple(_rule(action, rule) for rule in rules or ()) for action, rules in data.items()}


def _rule(action: str, said: Any) -> Rule:
    try:
        times, each = int(said["times"]), tuple(sorted(said["each"]))
        ((unit, length),) = ((name, said[name]) for name in UNITS if name in said)
        rule = Rule(times, int(length) * UNITS[unit], each)
    except (KeyError, TypeError, ValueError) as error:
        raise ImproperlyConfigured(f"{action}: a rule is written {{times: 5, minutes: 15, each: [account]}}") from error
    if rule.times < 1 or rule.seconds < 1 or not rule.each or not set(rule.each) <= SUBJECTS:
        raise ImproperlyConfigured(f"{action}: a rule needs a time or more, a second or more, and known subjects")
    return rule
