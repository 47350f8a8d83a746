"""Every address of the product, and what the oracle says of each."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, partial
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import yaml
from django.urls import URLPattern, URLResolver, get_resolver

ORACLE = Path(__file__).resolve().parent / "oracle.yaml"
TUPLES = ("anonymous", "no_member", "not_staff", "no_role", "no_object", "posted", "opens", "roles")
METHODS = ("GET", "POST", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS")
PARAMETER = re.compile(r"\(\?P<(\w+)>[^)]*\)|<(?:\w+:)?(\w+)>")


@dataclass(frozen=True)
class Route:
    """One pattern of the resolver: its name with namespaces (or its text, when it has none) and its text."""

    name: str
    text: str

    @property
    def parameters(self) -> list[str]:
        return [found[1] or found[2] for found in PARAMETER.finditer(self.text)]

    def path(self, values: Mapping[str, str]) -> str:
        return "/" + PARAMETER.sub(lambda found: values[found[1] or found[2]], self.text)


def walk(patterns: Any = None, prefix: str = "", spaces: tuple[str, ...] = ()) -> Iterator[Route]:
    """Every pattern below these; those of an API are found like all others."""
    for pattern in get_resolver("propcomm.urls").url_patterns if patterns is None else patterns:
        text = prefix + str(pattern.pattern).removeprefix("^").removesuffix("$")
        if isinstance(pattern, URLResolver):
            space = (pattern.namespace,) if pattern.namespace else ()
            yield from walk(pattern.url_patterns, text, spaces + space)
        elif isinstance(pattern, URLPattern):
            yield Route(":".join((*spaces, pattern.name)) if pattern.name else text, text)


def documented() -> set[str]:
    """The paths of the OpenAPI document, once there is an API; their parameters are written ``{}``."""
    if find_spec("drf_spectacular") is None:
        return set()
    generators = import_module("drf_spectacular.generators")
    return {without_names(path) for path in generators.SchemaGenerator().get_schema(public=True)["paths"]}


def without_names(path: str) -> str:
    """A path of the resolver or of the document, whatever its parameters are called."""
    return "/" + re.sub(r"\{[^}]*\}", "{}", PARAMETER.sub("{}", path)).lstrip("/")


@dataclass(frozen=True)
class Case:
    """One way to call a route: the method it answers, what it names, what it needs."""

    route: Route
    methods: tuple[str, ...]
    needs: Mapping[str, tuple[int, ...]]
    """Actions, any of which opens it, and with which answers."""
    kind: str = ""
    """The kind of object it names, if it names one."""
    parameter: str = ""
    fixed: tuple[tuple[str, str], ...] = ()
    data: Mapping[str, Any] = field(default_factory=dict)
    """What is sent with a POST; ``@kind`` stands for the name of an object, ``@@photo`` for a file."""
    about: str = ""
    """The kind of object the data speaks of, when the address names none."""
    stands: Mapping[str, Any] = field(default_factory=dict)
    """How the object stands before a POST: columns and their values."""
    opens: tuple[int, ...] = ()
    """The answers anybody gets, whoever they are; empty when not everybody gets in."""
    seen: str = ""
    """The action without which the object is not there at all; without ``needs`` alone it is refused."""
    roles: tuple[str, ...] = ()
    """Of those whom the action lets in only these roles, where a rule asks for more; the others as without it."""
    anonymous: tuple[int, ...] = (302,)
    no_member: tuple[int, ...] = ()
    """The answers to a sign-in that is no member here, when they are not those of ``no_role``."""
    not_staff: tuple[int, ...] = ()
    """The answers to whoever has no role of the staff here, when they are not those of ``no_role``."""
    no_role: tuple[int, ...] = (403,)
    no_object: tuple[int, ...] = (404,)
    posted: tuple[int, ...] = ()
    """The answers to a POST that is let in, when they are not those to a GET."""
    alone: bool = False
    """It speaks of its own methods and of no other: what else may be tried is judged beside it."""
    siblings: frozenset[str] = frozenset()
    """Methods that other cases of the route speak of."""

    @property
    def told(self) -> list[str]:
        """The methods whose answers differ from each other: HEAD is answered as GET."""
        return [method for method in ("GET", "POST", "DELETE") if method in self.methods]

    @property
    def id(self) -> str:
        said = ",".join(value for _name, value in self.fixed)
        return f"{self.route.name}[{said}]" if said else self.route.name

    def path(self, world: Any, which: str) -> str:
        """The address, naming an object of this or another estate or organisation, an unknown or a deleted one."""
        fixed = {name: _fixed(world, value, which) for name, value in self.fixed}
        return self.route.path({**fixed, self.parameter: world.name_of(self.kind, which) if self.kind else ""})

    def names(self, world: Any, which: str) -> list[str]:
        """What the address names of this or another estate or organisation."""
        beside = [_fixed(world, value, which) for _name, value in self.fixed if value.startswith("&")]
        return [world.name_of(self.kind, which), *beside]

    def sent(self, world: Any, which: str, method: str) -> tuple[dict[str, Any] | None, Callable[[], None] | None]:
        """What a request of this method carries, and what is done before it is sent."""
        if method != "POST":
            return None, None
        before = partial(world.stand, self.kind, which, self.stands) if self.stands else None
        return {name: world.worded(value, which) for name, value in self.data.items()}, before


def _fixed(world: Any, value: str, which: str) -> str:
    """``@kind`` stands for the name of the own object of that kind, ``&kind`` for that beside the object asked for."""
    if value.startswith("&"):
        return world.name_of(value[1:], which)
    return world.name_of(value[1:], "own") if value.startswith("@") else value


class NoOracle(AssertionError):
    """A route the oracle does not speak of."""


@cache
def oracle() -> dict[str, Any]:
    return yaml.safe_load(ORACLE.read_text(encoding="utf-8"))


@cache
def cases() -> tuple[Case, ...]:
    """A case or more for each route. Raises NoOracle with a sentence for each route without one."""
    found: list[Case] = []
    lost: list[str] = []
    for route in walk():
        rows = _rows(route)
        if rows is None:
            lost.append(f"{route.name} ({route.text}) has no entry in {ORACLE.name}: say who may call it, and on what.")
        else:
            found += _with_siblings([_case(route, row) for row in rows])
    if lost:
        raise NoOracle("\n".join(lost))
    return tuple(found)


def _with_siblings(family: list[Case]) -> list[Case]:
    """Each case of a route with the methods of the others, which it does not judge."""
    spoken = {method for case in family for method in case.methods}
    others = {True: set(METHODS), False: spoken}
    return [replace(case, siblings=frozenset(others[case.alone] - set(case.methods))) for case in family]


def _rows(route: Route) -> list[dict[str, Any]] | None:
    """What the oracle says of a route: its own entry, or that of the administration's page of a model."""
    said = oracle()["routes"].get(route.name)
    if said is not None:
        group = oracle()["groups"].get(said.get("group", ""), {})
        variants = said.get("variants", [{}])
        return [{**group, **{k: v for k, v in said.items() if k != "variants"}, **variant} for variant in variants]
    page = re.fullmatch(r"admin:(\w+?)_(\w+)_(changelist|add|history|delete|change)", route.name)
    label, verb = (f"{page[1]}.{page[2]}", page[3]) if page else ("", "")
    shortcut = re.fullmatch(r"admin/(\w+)/(\w+)/<path:object_id>/", route.text)
    if shortcut:
        label, verb = f"{shortcut[1]}.{shortcut[2]}", "shortcut"
    model = oracle()["administration"].get(label)
    return _pages_of(model, verb) if model is not None else None


def _pages_of(model: dict[str, Any], verb: str) -> list[dict[str, Any]]:
    """A stock page of a model in the administration; what is sent to a page that is read needs a right of its own."""
    row = _page_of(model, verb)
    writes = model.get("writes", "")
    if verb in ("change", "history") and model.get("sends_on"):  # to a page of the product, whoever may see the object
        sent = {"no_role": [403], "no_object": [403]}
    elif verb == "change" and "ok" not in model.get("change", {}):
        sent = {"needs": {writes: [200, 302]} if writes else {}}
    else:
        return [row]
    return [{**row, "methods": "GET HEAD"}, {**row, "methods": "POST", "alone": True, **sent}]


def _page_of(model: dict[str, Any], verb: str) -> dict[str, Any]:
    reads, writes = model["reads"], model.get("writes", "")
    row = {**oracle()["groups"]["administration"], **model.get(verb, {})}
    if "needs" not in row:
        action = reads if verb in ("changelist", "change", "history", "shortcut") else writes
        row["needs"] = {action: row.pop("ok", [200])} if action else {}
    if verb in ("change", "history", "delete", "shortcut"):
        row |= {"object": model["object"], "no_object": model.get("no_object", [302])}
    if verb == "shortcut":  # it sends on to the page of the object
        row |= {"opens": [302], "methods": "GET HEAD POST", "no_object": [302]}
    return row


def _case(route: Route, row: dict[str, Any]) -> Case:
    needs = row.get("needs", {})
    if isinstance(needs, str):
        needs = {needs: row.get("ok", [200])}
    fixed = {name: str(value) for name, value in row.get("fixed", {}).items()}
    free = [name for name in route.parameters if name not in fixed]
    if bool(free) != ("object" in row):
        raise NoOracle(f"{route.name}: the oracle must name the object of {route.text}, and only where there is one.")
    given = {name: tuple(row[name]) for name in TUPLES if name in row}
    return Case(
        route=route,
        methods=tuple(row.get("methods", "GET HEAD").split()),
        needs={action: tuple(answers) for action, answers in needs.items()},
        kind=row.get("object", ""),
        parameter=free[0] if free else "",
        fixed=tuple(fixed.items()),
        data=row.get("data", {}),
        stands=row.get("stands", {}),
        about=row.get("about", ""),
        seen=row.get("seen", ""),
        alone=row.get("alone", False),
        **given,
    )
