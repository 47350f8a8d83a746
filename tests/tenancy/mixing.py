"""Work of two organisations in turn on connections that are used again, some of it ending in an error."""

import random
import threading
from dataclasses import dataclass, field
from typing import Any

from django.db import connections
from django.test import Client

from owners.models import Estate
from tenancy.context import scope
from tests.factories.house import House

LEFT = "SELECT current_setting('app.organisation_id', true)"


class Trouble(Exception):
    """What goes wrong in the middle of somebody's work."""


@dataclass
class Seen:
    """What was wrong, and that the test tested something."""

    wrong: list[str] = field(default_factory=list)
    errors: int = 0
    backends: dict[int, set[int]] = field(default_factory=dict)


def left_behind(alias: str = "default") -> list[str]:
    """What a statement of nobody's finds on the connection: nothing set, and no rows."""
    with connections[alias].cursor() as cursor:
        cursor.execute(LEFT)
        (value,) = cursor.fetchone()
        cursor.execute("SELECT count(*) FROM owners_estate")
        (rows,) = cursor.fetchone()
    return ([f"left set: {value}"] if value else []) + ([f"{rows} rows without an organisation"] if rows else [])


def requests(houses: list[House], count: int, seed: int) -> Seen:
    """``count`` requests at both hosts, of members and of nobody, a part of them failing inside the view."""
    chance, seen = random.Random(seed), Seen()
    clients = {house.organisation.pk: _clients(house) for house in houses}
    paths = ["/", "/units/", "/complaints/", "/admin/triage/", "/registry/people/", "/registry/people/?q=%00", "/nowhere/",
             "/admin/triage/C-NO-2026-000001/", "/reports/", "/reports/past-due/", "/accounts/login/"]  # fmt: skip
    names = {house.organisation.pk: house.organisation.name for house in houses}
    for _turn in range(count):
        house = chance.choice(houses)
        answer = chance.choice(clients[house.organisation.pk]).get(chance.choice(paths))
        seen.errors += answer.status_code >= 500
        others = [name for pk, name in names.items() if pk != house.organisation.pk]
        body = answer.content.decode()
        seen.wrong += [f"{answer.request['PATH_INFO']} names {name}" for name in others if name in body]
        seen.wrong += left_behind()
    return seen


def _clients(house: House) -> list[Client]:
    found = [Client(headers={"host": house.host}, raise_request_exception=False)]
    for role in ("owner", "clerk", "admin"):
        client = Client(headers={"host": house.host}, raise_request_exception=False)
        client.force_login(house.members[role].user, backend="django.contrib.auth.backends.ModelBackend")
        found.append(client)
    return found


def scopes(organisations: list[int], alias: str, count: int, clients: int = 8) -> Seen:
    """``count`` scopes by several clients at once on fewer server connections."""
    seen, lock = Seen(), threading.Lock()

    def work(number: int) -> None:
        chance = random.Random(number)
        try:
            for _turn in range(count // clients):
                _once(chance.choice(organisations), alias, chance, seen, lock)
        except BaseException as error:
            with lock:
                seen.wrong.append(repr(error))
        finally:
            connections[alias].close()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(600)
    return seen


def _once(pk: int, alias: str, chance: random.Random, seen: Seen, lock: Any) -> None:
    fails = chance.random() < 0.2
    try:
        with scope(pk, using=alias):
            found = set(Estate.across.using(alias).values_list("organisation_id", flat=True))
            with connections[alias].cursor() as cursor:
                cursor.execute("SELECT pg_backend_pid()")
                (backend,) = cursor.fetchone()
            with lock:
                seen.backends.setdefault(backend, set()).add(pk)
                seen.wrong += [] if found == {pk} else [f"{pk} saw {found}"]
            if fails:
                raise Trouble
    except Trouble:
        seen.errors += 1
    left = left_behind(alias)  # asked without the lock: who holds it may wait for this connection
    with lock:
        seen.wrong += left
