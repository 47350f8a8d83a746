"""The figures of pages: the triage list, a case, the search, a filing."""

import itertools
import time
import uuid
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import quote, urlencode

from bench.clients import get, post
from bench.figures import CLIENTS, Figure, NotThereYet, Pace, Side, page_figure

HOST = "bench-1.localhost"
WORDS = {"en": "ballast", "zh": "渗水"}
CASES = 200
UNITS = 50


def _use_second_factor(client: Any, user: Any) -> None:
    """An authenticator app, and a session that was opened with it: staff see no page without."""
    from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
    from allauth.account.internal.flows.login import _AUTHENTICATION_METHODS_USER_SESSION_KEY
    from allauth.mfa.models import Authenticator

    Authenticator.objects.get_or_create(user=user, type=Authenticator.Type.TOTP, defaults={"data": {"secret": "BENCH"}})
    session = client.session
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [{"method": "mfa", "at": time.time()}]
    session[_AUTHENTICATION_METHODS_USER_SESSION_KEY] = str(user.pk)
    session.save()


@dataclass
class Pages:
    """Both servers, and the people of the first organisation who ask them."""

    product_port: int
    floor_port: int
    pace: Pace
    rows: int

    @cached_property
    def organisation(self) -> Any:
        from tenancy.models import Organisation

        return Organisation.objects.get(slug="bench-1")

    # -- the figures -------------------------------------------------------------------------------------------------

    def triage_list(self) -> Figure:
        return self._read(["/admin/triage/"], [f"/list/{self.organisation.pk}/"])

    def case_page(self) -> Figure:
        numbers = self._case_numbers()
        return self._read(
            [f"/admin/triage/{number}/" for number in numbers],
            [f"/case/{self.organisation.pk}/{number}/" for number in numbers],
        )

    def search(self) -> Figure:
        """An English word; a Chinese one, and all closed complaints in place of the open ones, stand beside it."""
        figures = {
            name: self._read(
                [f"/admin/triage/?tab={tab}&q={quote(word)}"], [f"/search/{self.organisation.pk}/?q={quote(word)}"]
            )
            for name, tab, word in (
                ("en", "open", WORDS["en"]),
                ("zh", "open", WORDS["zh"]),
                ("closed", "closed", WORDS["en"]),
            )
        }
        figure = figures["en"]
        for name in ("zh", "closed"):
            told = figures[name].as_json()
            figure.extra |= {
                f"value_{name}": told["value"],
                f"floor_{name}": told["floor"],
                f"p95_ms_{name}": told["p95_ms"],
            }
        return figure

    def filing(self) -> Figure:
        """A complaint sent by owners, each with a key of its own, beside a form that becomes one row."""
        senders = [self._sender(f"owner{index}@bench-1.example") for index in range(1, CLIENTS + 1)]
        form, *_rest = map(self._filing_form, senders)  # asks for each one's unit, before any clock runs
        queries = self._queries(senders[0], "post", "/complaints/new/", {**form, "filing_key": str(uuid.uuid4())})

        def ours(client: int, count: int) -> bytes:
            sender = senders[client]
            fields = {**self._filing_form(sender), "filing_key": str(uuid.uuid4()), "csrfmiddlewaretoken": sender.csrf}
            return post("/complaints/new/", HOST, sender.cookies, urlencode(fields).encode())

        bare_fields = self._bare_filing(form["description"])

        def bare(client: int, count: int) -> bytes:
            return post(f"/file/{self.organisation.pk}/", HOST, "csrftoken=" + "a" * 32, bare_fields)

        product = Side(self.product_port, ours, status=302)
        return page_figure(product, Side(self.floor_port, bare, status=302), self.pace, rows=self.rows, queries=queries)

    def unit_timeline(self) -> Figure:
        """What was exchanged with the units that have most of it, beside a page of the same entries."""
        units = self._talkative_units()
        return self._read(
            [f"/register/of/unit/{unit}/" for unit in units],
            [f"/timeline/{self.organisation.pk}/{unit}/" for unit in units],
        )

    def statement_review(self) -> Figure:
        """The review page of an account of 10,000 lines, beside a page of the lines that it shows; how long its file
        took to bring in stands beside it."""
        from bench.statements import LINES, brought_in

        statement, seconds = brought_in(self.organisation)
        figure = self._read([f"/disclosures/{statement}/"], [f"/statement/{self.organisation.pk}/{statement}/"])
        figure.rows = LINES
        figure.extra["import_seconds"] = round(seconds, 2)
        return figure

    # -- asking --------------------------------------------------------------------------------------------------------

    def _read(self, paths: list[str], floor_paths: list[str]) -> Figure:
        senders = [self._sender(f"admin{index}@bench-1.example") for index in range(1, CLIENTS + 1)]
        queries = self._queries(senders[0], "get", paths[0])
        ours = [[get(path, HOST, sender.cookies) for path in paths] for sender in senders]
        bare = [get(path, HOST) for path in floor_paths]
        product = Side(self.product_port, lambda client, count: ours[client][(client * 25 + count) % len(paths)])
        floor = Side(self.floor_port, lambda client, count: bare[(client * 25 + count) % len(bare)])
        return page_figure(product, floor, self.pace, rows=self.rows, queries=queries)

    def _case_numbers(self) -> list[str]:
        from complaints.models import Complaint
        from tenancy.context import scope

        with scope(self.organisation.pk):
            open_ones = Complaint.objects.filter(is_open=True, state="investigating", unit__isnull=False)
            return list(open_ones.order_by("pk").values_list("number", flat=True)[:CASES])

    def _talkative_units(self) -> list[str]:
        from django.db.models import Count

        from contacts.models import CommunicationRecord
        from tenancy.context import scope

        with scope(self.organisation.pk):
            counted = CommunicationRecord.objects.order_by().values("unit").annotate(number=Count("pk"))
            return [str(row["unit"]) for row in counted.order_by("-number", "unit")[:UNITS]]

    def _sender(self, email: str) -> "Sender":
        """Somebody signed in: the session is made here, as the sign-in's last step makes it."""
        from django.conf import settings
        from django.test import Client

        from tenancy.models import User

        client, user = Client(SERVER_NAME=HOST), User.objects.get(email=email)
        client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
        _use_second_factor(client, user)
        session, csrf = client.cookies[settings.SESSION_COOKIE_NAME].value, uuid.uuid4().hex
        client.cookies[settings.CSRF_COOKIE_NAME] = csrf
        cookies = f"{settings.SESSION_COOKIE_NAME}={session}; {settings.CSRF_COOKIE_NAME}={csrf}"
        return Sender(email, client, cookies, csrf)

    def _queries(self, sender: "Sender", method: str, path: str, data: Any = None) -> int:
        """How many statements one request needs, the bounds of transactions not counted. The second request is counted."""
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        if method == "get":
            sender.client.get(path)
        with CaptureQueriesContext(connection) as captured:
            answer = getattr(sender.client, method)(path, data)
        if answer.status_code == 404 and method == "get":
            raise NotThereYet(path)
        if answer.status_code not in (200, 302):
            raise SystemExit(f"{path} answers {answer.status_code}: {answer.content[:2000].decode()}")
        bounds = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")
        return sum(1 for query in captured.captured_queries if not query["sql"].startswith(bounds))

    # -- filing --------------------------------------------------------------------------------------------------------

    def _filing_form(self, sender: "Sender") -> dict[str, str]:
        """What an owner types about their unit, as the form names it; another matter each time."""
        if not sender.unit_key:
            from owners.models import Ownership
            from tenancy.context import scope

            with scope(self.organisation.pk):
                owned = Ownership.objects.get(person__membership__user__email=sender.email)
            sender.unit_key = f"unit:{owned.unit_id}"
        words = (
            f"The tap in the kitchen drips since Monday, and the water runs into the cupboard. No. {next(sender.count)}"
        )
        return {"where": sender.unit_key, "category": "water-leak", "description": words}

    def _bare_filing(self, description: str) -> bytes:
        from complaints.models import Complaint
        from tenancy.context import scope

        with scope(self.organisation.pk):
            known = Complaint.objects.filter(unit__isnull=False, complainant__isnull=False)[0]
        names = ("estate", "building", "unit", "category", "complainant")
        links = {f"{name}_id": str(getattr(known, f"{name}_id")) for name in names}
        return urlencode({**links, "description": description, "csrfmiddlewaretoken": "a" * 32}).encode()


@dataclass
class Sender:
    email: str
    client: Any
    cookies: str
    csrf: str
    unit_key: str = ""

    def __post_init__(self) -> None:
        self.count = itertools.count(1)
