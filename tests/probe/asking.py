"""One request of the probe: sent, judged by the matrix, searched for marks, taken back."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any

from django.core.files.base import File
from django.db import connection, transaction

from tenancy.context import scope
from tenancy.policy import can
from tests.factories.api import API
from tests.probe.marks import ELSEWHERE, FOREIGN, INTERNAL, PHONES, PRIVATE, found_in, readable
from tests.probe.routes import Case
from tests.probe.world import Visitor, World

# What follows from the moment, the visitor's cookies and the length of what was asked.
PASSING = ("Set-Cookie", "Expires", "Content-Length", "X-Request-ID")
# What differs between two answers to the same question: the token of the form, the nonce of the page.
VARYING = re.compile(
    r'(name="csrfmiddlewaretoken" value="|name="filing_key" value="|name="csp-nonce" content="|nonce[-=]"?)[^"\'; ]+'
)
WRITES = re.compile(r"\s*(INSERT INTO|UPDATE|DELETE FROM) \"?(\w+)")
# A visit itself is no change: the session, and that somebody was refused.
VISITS = ("django_session", "usersessions_usersession")


@dataclass
class Answer:
    status: int
    headers: Mapping[str, str]
    text: str
    wrote: list[str] = field(default_factory=list)

    def same_as(self, *names: str) -> tuple[int, dict[str, str], str]:
        """The answer without the names that were asked for, and without what is random."""

        def plain(text: str) -> str:
            for name in names:
                text = text.replace(name, "NAME")
            return VARYING.sub(r"\1", text)

        return self.status, {k: plain(v) for k, v in self.headers.items() if k not in PASSING}, plain(self.text)


def is_upload(data: Any) -> bool:
    """Whether a file is sent, so a form and no document."""
    return any(isinstance(value, File) for value in (data or {}).values())


@contextmanager
def taken_back() -> Iterator[list[str]]:
    """What happens inside is undone; yields the tables that were written meanwhile."""
    wrote: list[str] = []

    def watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        found = WRITES.match(sql)
        if found and found[2] not in VISITS:
            wrote.append(found[2])
        return execute(sql, params, many, context)

    with transaction.atomic(), connection.execute_wrapper(watch):
        yield wrote
        transaction.set_rollback(True)


def ask(visitor: Visitor, method: str, path: str, data: Any = None, before: Callable[[], None] | None = None) -> Answer:
    """Send one request as this visitor and undo it, and what was done ``before`` it.

    An exception of the product is a failure of the probe.
    """
    client = visitor.client
    kept = client.cookies.output(header="", sep=";")
    with taken_back() as wrote:
        if before is not None:
            before()
            wrote.clear()
        call = getattr(client, method.lower())
        if method == "POST" and path.startswith(API) and not is_upload(data):
            response = call(path, data or {}, content_type="application/json")
        else:
            response = call(path, data or {}) if method in ("GET", "HEAD", "POST") else call(path)
        body = b"".join(response.streaming_content) if response.streaming else response.content
    client.cookies = SimpleCookie()
    client.cookies.load(kept)
    return Answer(response.status_code, dict(response.items()), readable(body), wrote)


# -- what the matrix says --------------------------------------------------------------------------------------------------


def expected(world: World, case: Case, visitor: Visitor, which: str) -> tuple[tuple[int, ...], bool]:
    """The answers that are right, and whether they let the visitor in."""
    exists = not case.kind or which == "own" or which == "elsewhere"
    if case.opens:
        by_link = any(value.startswith("@") for _name, value in case.fixed)  # what belongs to the own link alone
        is_there = exists and (which == "own" or not by_link)
        return (case.opens, True) if is_there or "<path:" in case.route.text else (case.no_object, False)
    if not visitor.is_signed_in:
        return case.anonymous, False
    member = visitor.member
    if member is None:
        return case.no_member or case.not_staff or case.no_role, False
    if case.not_staff and not member.is_staff_role:
        return case.not_staff, False
    kind = case.kind or case.about
    thing = world.object_of(kind, which) if kind else None
    with scope(world.house.organisation.pk):
        let_in = [answers for action, answers in case.needs.items() if _may(member, action, thing, bool(kind))]
        if let_in and (not case.roles or member.role in case.roles):
            return let_in[0], True
        if case.seen and can(member, case.seen):
            return (403,) if _may(member, case.seen, thing, True) else case.no_object, False
        has_role = bool(kind) and any(can(member, action) for action in case.needs)
    return (case.no_object if has_role else case.no_role), False


def _may(member: Any, action: str, thing: Any, names_one: bool) -> bool:
    return can(member, action, thing) if thing is not None else not names_one and can(member, action)


def allowed_statuses(case: Case, method: str, right: tuple[int, ...], lets_in: bool) -> set[int]:
    """The statuses that may come for this method."""
    if method == "POST" and method in case.methods and lets_in:
        return set(case.posted or right)
    if method in case.methods or (method == "HEAD" and "GET" in case.methods):
        return set(right) | ({405} if method == "HEAD" else set())
    return set(right) | ({200, 405} if method == "OPTIONS" else {405})


# -- what may stand in an answer -----------------------------------------------------------------------------------------------


def forbidden_marks(world: World, case: Case | None, visitor: Visitor) -> list[str]:
    """The kinds of marks that this visitor must not read. The same for all cases but those that a link opens."""
    by_link = case is not None and bool(case.opens) and bool(case.kind)
    known = (visitor.name, by_link)
    if known not in world.unreadable:
        world.unreadable[known] = _unreadable(world, visitor, by_link=by_link)
    return world.unreadable[known]


def _unreadable(world: World, visitor: Visitor, *, by_link: bool) -> list[str]:
    own, elsewhere = (world.plots[which].objects["complaint"] for which in ("own", "elsewhere"))
    with scope(world.house.organisation.pk):
        works_here = can(visitor.member, "complaint.read", own)
        works_there = can(visitor.member, "complaint.read", elsewhere)
        is_theirs = can(visitor.member, "complaint.follow", own)
    kinds = [FOREIGN]
    if not works_there and not by_link:
        kinds.append(ELSEWHERE)
    if not works_here and not is_theirs and not by_link:
        kinds.append(PRIVATE)
    if not works_here:
        kinds.append(INTERNAL)
    return kinds


def leaks(world: World, answer: Answer, kinds: list[str], asked: str, visitor: Visitor) -> list[str]:
    """Marks of these kinds in body and headers, ids of the other organisation, contacts an auditor reads unmasked."""
    headers = "\n".join(f"{name}: {value}" for name, value in answer.headers.items() if name not in PASSING)
    text = VARYING.sub(r"\1", f"{answer.text}\n{headers}")  # a random word may look like a mark
    found = [hit for hit in found_in(text, kinds) if hit not in asked.lower()]
    found += [key for key in world.foreign_ids if key in text and key not in asked]
    if visitor.member is not None and visitor.member.role == "auditor":
        found += re.findall(rf"{PRIVATE}\d\d\d@example", text.lower())
        found += [PHONES[PRIVATE]] if PHONES[PRIVATE] in text.replace(" ", "") else []
    return found


# Asked about more than the others: what was deleted, and by POST what is another organisation's.
PROGRAM = "program of "
THOROUGHLY = ("anonymous", "owner", "clerk", "admin")


def telling(world: World, case: Case, visitor: Visitor) -> Iterator[tuple[str, list[str]]]:
    """The objects whose answers can differ, each with the methods to ask by.

    Who has the action in no scope at all gets one refusal for all. That an unknown object is answered like another
    organisation's is for people test_searches.py's; tests/chaos asks all of them everything.
    """
    methods = case.told
    for which in _objects(world, case, visitor):
        yield which, methods[:1] if which == "foreign" and _is_refused_alike(case, visitor) else methods


def _objects(world: World, case: Case, visitor: Visitor) -> list[str]:
    if not case.kind:
        return ["own"]
    if not _has_role(case, visitor):
        return ["own"] if case.route.name.startswith("admin") else ["own", "foreign"]
    is_other = world.name_of(case.kind, "deleted") != world.name_of(case.kind, "unknown")
    is_thorough = visitor.name.removeprefix(PROGRAM) in THOROUGHLY
    unknown = ["unknown"] if is_thorough and visitor.name.startswith(PROGRAM) else []
    return ["own", "elsewhere", "foreign", *unknown, *(["deleted"] if is_other and is_thorough else [])]


def _has_role(case: Case, visitor: Visitor) -> bool:
    return bool(case.opens) or any(can(visitor.member, action) for action in (*case.needs, *filter(None, [case.seen])))


def _is_refused_alike(case: Case, visitor: Visitor) -> bool:
    """Whether the page is closed to this visitor whatever it is about, so that one method tells of all."""
    return not _has_role(case, visitor) and visitor.name not in (*THOROUGHLY, "foreign administrator")


def asked(world: World, case: Case, visitor: Visitor, which: str, methods: Iterable[str]) -> list[str]:
    """What is wrong with the answers of one case about one object, in a sentence each."""
    right, lets_in = expected(world, case, visitor, which)
    kinds = forbidden_marks(world, case, visitor)
    wrong = []
    for method in sorted(set(methods) - case.siblings):
        wrong += _faults(world, case, visitor, method, which, (right, lets_in, kinds))
    return wrong


def _faults(world: World, case: Case, visitor: Visitor, method: str, which: str, said: Any) -> list[str]:
    right, lets_in, kinds = said
    path = case.path(world, which)
    where = f"{case.id}: {method} {path} as {visitor.name}"
    try:
        answer = ask(visitor, method, path, *case.sent(world, which, method))
    except Exception as error:
        return [f"{where} raised {type(error).__name__}: {error}"]
    found = [f"{where} shows {hit}" for hit in leaks(world, answer, kinds, path, visitor)]
    allowed = allowed_statuses(case, method, right, lets_in)
    if answer.status not in allowed:
        found.append(f"{where} answers {answer.status}, not {sorted(allowed)}")
    if not lets_in and answer.wrote:
        found.append(f"{where} was refused ({answer.status}), but wrote {sorted(set(answer.wrote))}")
    return found


def told_apart(visitor: Visitor, method: str, paths: tuple[str, str], names: tuple[Any, Any], data: Any = None) -> str:
    """What differs between the answers to two addresses, apart from the name or names asked for; empty when nothing does.

    Minutes pass: what differs is asked for once more.
    """
    for _turn in range(2):
        said = [ask(visitor, method, path, data).same_as(*([asked] if isinstance(asked, str) else asked))
                for path, asked in zip(paths, names, strict=True)]  # fmt: skip
        if said[0] == said[1]:
            return ""
    first, second = (repr(part) for part in said)
    start = next((at for at, pair in enumerate(zip(first, second, strict=False)) if len(set(pair)) > 1), 0)
    return f"{first[max(start - 60, 0) : start + 60]} / {second[max(start - 60, 0) : start + 60]}"
