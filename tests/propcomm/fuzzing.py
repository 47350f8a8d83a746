"""Requests made up from the OpenAPI document, half of them about things that are there, sent as one role."""

import random
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from typing import Any

import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis.checks import CHECKS
from schemathesis.config import SchemathesisConfig
from schemathesis.generation import GenerationMode

from complaints.services import talking
from propcomm.api_docs import schema
from tests.complaints.seeds import accepted, answered, assigned, filed, resolved
from tests.factories.api import secret_of
from tests.factories.house import NOON, House

NAMES = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
    "response_headers_conformance",
    "negative_data_rejection",
)


def known_things(house: House) -> dict[str, list[Any]]:
    """By the name of a field or parameter: values that are there, so that requests get further than "not found"."""
    cases = [filed(house), accepted(house), assigned(house), answered(house), resolved(house)]
    talking.reply(complaint_id=cases[2].pk, actor=house.clerk, body="We are coming.", now=NOON)
    from notices.models import Delivery

    people = [person.pk for person in house.people.values()]
    return {
        "number": [case.number for case in cases],
        "delivery_id": list(Delivery.objects.filter(channel="portal").values_list("pk", flat=True)),
        "unit_id": [house.unit.pk],
        "person_id": people,
        "complainant": people,
        "unit": [house.unit.pk],
        "building": [house.building.pk],
        "estate": [house.estate.pk],
        "estate_id": [house.estate.pk],
        "handler_id": [house.engineer.pk, house.engineer2.pk],
        "category": ["lift", "noise"],
        "month": [NOON.date()],
    }


@dataclass
class Fuzz:
    """The whole API as one role: each operation so many times with what the schema allows, and with what it does not."""

    house: House
    role: str
    examples: int
    known: dict[str, list[Any]]
    sent: int = 0

    def run(self) -> None:
        for signal in (request_started, request_finished):  # the test holds its connection, as the test client has it
            signal.disconnect(close_old_connections)
        try:
            self._run()
        finally:
            for signal in (request_started, request_finished):
                signal.connect(close_old_connections)

    def _run(self) -> None:
        document = schema()
        found = schemathesis.openapi.from_dict(document, config=SchemathesisConfig())
        found.app = get_wsgi_application()
        checks = [CHECKS.get_one(name) for name in NAMES]
        headers = {"Authorization": f"Token {secret_of(self.house.members[self.role])}"}
        for result in found.get_all_operations():
            operation = result.ok()
            for mode in GenerationMode:
                cases = operation.as_strategy(generation_mode=mode)
                # Where anything goes, nothing wrong can be made up.
                with suppress(Unsatisfiable) if mode.is_negative else nullcontext():
                    self._each(cases, headers, checks, is_negative=mode.is_negative)

    def _each(self, cases: Any, headers: dict[str, str], checks: list[Any], *, is_negative: bool) -> None:
        @settings(
            max_examples=self.examples, deadline=None, database=None, derandomize=True, phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        @given(case=cases, chance=st.randoms(use_true_random=False))
        def one(case: Any, chance: random.Random) -> None:
            if not is_negative:
                self._put_in_what_is_there(case, chance)
            undo = transaction.savepoint()
            try:
                answer = case.call(base_url=f"http://{self.house.host}", headers=headers)
                self.sent += 1
            finally:
                transaction.savepoint_rollback(undo)
            case.validate_response(answer, checks=checks, headers=headers)

        one()

    def _put_in_what_is_there(self, case: Any, chance: random.Random) -> None:
        for place in (case.path_parameters, case.query, case.body):
            if isinstance(place, dict):
                for name in list(place):
                    if self.known.get(name) and chance.random() < 0.7:
                        place[name] = str(chance.choice(self.known[name]))
