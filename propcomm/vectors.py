"""Vector files: cases as data that the product's own rules must answer exactly.

Each app answers for its own operations in ``<app>/vectors.py`` with
``run_case(op: str, case: Mapping, data: Library) -> dict``. This module reads the files, finds the
app, compares and reports; it knows no rule.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import yaml
from django.apps import apps
from django.conf import settings
from django.utils.module_loading import import_string

from deadlines.vectors import as_day

# Who answers for a kind; the machines of the kind "states" live in several apps.
RUNNERS: dict[str, str | dict[str, str]] = {
    "deadlines": "deadlines.vectors",
    "surveys": "surveys.vectors",
    "money": "disclosures.vectors",
    "votes": "committee.vectors",
    "states": {
        "complaint": "complaints.vectors",
        "account_statement": "disclosures.vectors",
        "handover": "handovers.vectors",
        "ballot": "committee.vectors",
    },
}
SHIPPED = {"calendars": "deadlines/data/calendars.yaml", "packs": "committee/data/rule_packs.yaml"}
BESIDE = {"calendars": "calendars.yaml", "packs": "rule_packs.yaml"}
NUMBER = re.compile(r"[+-]?\d+(\.\d+)?(/\d+(\.\d+)?)?")
MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}.*)?")

Plain = Mapping[str, Any]
RunCase = Callable[[str, Plain, "Data"], Plain]


class VectorError(Exception):
    """A file or kind that cannot be run at all; the message is one clear sentence."""


@dataclass(frozen=True)
class Data:
    """What cases refer to by code: plain mappings, ``extends`` not yet followed."""

    calendars: Plain
    packs: Plain


@dataclass(frozen=True)
class Outcome:
    """One case: its id and what is wrong with it, nothing when it passed."""

    id: str
    faults: list[str]


class PlainLoader(yaml.SafeLoader):
    """YAML in which dates, times of day and decimals stay the text that was written."""


PlainLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith((":timestamp", ":int", ":float"))]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
PlainLoader.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"[-+]?(0|[1-9][0-9_]*)$"), list("-+0123456789"))


def load(path: Path) -> Plain:
    """A YAML mapping from a file. Raises VectorError."""
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=PlainLoader)  # noqa: S506  (a safe loader that leaves scalars as text)
    except OSError as error:
        raise VectorError(f"{path} cannot be read: {error.strerror}.") from error
    except (yaml.YAMLError, UnicodeDecodeError, ValueError) as error:
        raise VectorError(f"{path} is not readable YAML: {_one_line(error)}") from error
    if not isinstance(content, Mapping):
        raise VectorError(f"{path} must hold a mapping.")
    return content


def load_data(beside: Path, *, calendars: Path | None = None, packs: Path | None = None) -> Data:
    """Each library from the named file, else from beside the cases, else as shipped. Raises VectorError."""
    named = {"calendars": calendars, "packs": packs}
    return Data(**{name: _library(name, path, beside) for name, path in named.items()})


def load_cases(kind: str, path: Path) -> list[Any]:
    """The cases of a file that must be of the kind. Raises VectorError."""
    content = load(path)
    if content.get("kind", kind) != kind:
        raise VectorError(f"{path} holds cases of the kind {content['kind']}, not {kind}.")
    cases = content.get("cases")
    if not isinstance(cases, list):
        raise VectorError(f"{path} has no list of cases.")
    return cases


def check_kind(kind: str) -> None:
    """Raises VectorError unless some installed app answers for the kind."""
    if kind not in RUNNERS:
        raise VectorError(f"There is no kind {kind}; kinds are {', '.join(RUNNERS)}.")
    runner = RUNNERS[kind]
    modules = [runner] if isinstance(runner, str) else sorted(runner.values())
    if not any(_exists(module) for module in modules):
        raise VectorError(f"Nothing here answers for the kind {kind} yet.")


def run(kind: str, cases: list[Any], data: Data) -> Iterator[Outcome]:
    """Every case in order; whatever goes wrong inside one is that case's fault and nobody else's."""
    for number, case in enumerate(cases, start=1):
        name = str(case.get("id", f"case {number}")) if isinstance(case, Mapping) else f"case {number}"
        try:
            yield Outcome(name, _faults(kind, case, data))
        except Exception as error:
            yield Outcome(name, [f"{type(error).__name__}: {_one_line(error)}"])


def differences(expected: Any, actual: Any, where: str = "") -> list[str]:
    """Where the result is not what is expected; fields that are not expected are ignored."""
    if isinstance(expected, Mapping):
        if not isinstance(actual, Mapping):
            return [_differs(where, expected, actual)]
        found = []
        for key, value in expected.items():
            inner = f"{where}.{key}" if where else str(key)
            name = key if key in actual else str(key)
            found += differences(value, actual[name], inner) if name in actual else [f"{inner}: missing"]
        return found
    if isinstance(expected, list):
        if not isinstance(actual, list | tuple) or len(actual) != len(expected):
            return [_differs(where, expected, actual)]
        pairs = enumerate(zip(expected, actual, strict=True))
        return [line for index, pair in pairs for line in differences(*pair, f"{where}[{index}]")]
    return [] if same(expected, actual) else [_differs(where, expected, actual)]


def same(expected: Any, actual: Any) -> bool:
    """Equal by value: numbers exactly, instants when they are the same instant; null and booleans only themselves."""
    if isinstance(actual, float):
        return False  # binary floating point is never exact
    if any(value is None or isinstance(value, bool) for value in (expected, actual)):
        return expected is actual
    numbers = _number(expected), _number(actual)
    if None not in numbers:
        return numbers[0] == numbers[1]
    moments = _moment(expected), _moment(actual)
    if None not in moments:
        return type(moments[0]) is type(moments[1]) and moments[0] == moments[1]
    return str(expected) == str(actual)


def _faults(kind: str, case: Any, data: Data) -> list[str]:
    if not isinstance(case, Mapping):
        return ["not a mapping"]
    missing = [field for field in ("op", "input", "expected") if not isinstance(case.get(field), str | Mapping)]
    if missing:
        return [f"no {field}" for field in missing]
    module = RUNNERS[kind]
    if not isinstance(module, str):
        machine = str(case["input"].get("machine"))
        if machine not in module:
            return [f"unknown machine {machine}"]
        module = module[machine]
    if not _exists(module):
        return [f"nothing here answers for it yet ({module})"]
    run_case: RunCase = import_string(f"{module}.run_case")
    return differences(case["expected"], run_case(case["op"], case, data))


def _exists(module: str) -> bool:
    app = module.partition(".")[0]
    return apps.is_installed(app) and find_spec(module) is not None


def _library(name: str, named: Path | None, beside: Path) -> Plain:
    path = named
    if path is None and (beside / BESIDE[name]).is_file():
        path = beside / BESIDE[name]
    if path is None:
        path = Path(settings.BASE_DIR) / SHIPPED[name]
        if not path.is_file():
            return {}
    library = load(path).get(name)
    if not isinstance(library, Mapping):
        raise VectorError(f"{path} has no {name}.")
    return library


def _number(value: Any) -> Fraction | None:
    if isinstance(value, int | Decimal | Fraction):
        return Fraction(value)
    if isinstance(value, str) and NUMBER.fullmatch(value):
        above, _slash, below = value.partition("/")
        divisor = Fraction(below or 1)
        return Fraction(above) / divisor if divisor else None
    return None


def _moment(value: Any) -> date | None:
    """A date, or an aware instant."""
    if isinstance(value, str) and not MOMENT.fullmatch(value):
        return None
    try:
        day = as_day(value)
    except ValueError:
        return None
    return day.astimezone(UTC) if isinstance(day, datetime) else day


def _differs(where: str, expected: Any, actual: Any) -> str:
    return f"{where or 'result'}: expected {_shown(expected)}, got {_shown(actual)}"


def _shown(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_shown(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_shown(inner) for inner in value) + "]"
    if isinstance(value, date):
        return value.isoformat()
    return "null" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def _one_line(error: BaseException) -> str:
    return " ".join(str(error).split()) or "no details"
