"""Enquiries as tests need them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from disclosures.models import Enquiry
from disclosures.services import enquiring
from disclosures.services.enquiring import Asking, Sources
from tenancy.models import Membership
from tests.factories.house import NOON, House


def asked(house: House, by: Membership | None = None, now: datetime = NOON, **said: Any) -> Enquiry:
    given = {"estate": house.estate, "topic": "rule", "question": "May I keep two dogs?", **said}
    return enquiring.ask(asking=Asking(**given), actor=by or house.owner, now=now)


def entered(house: House, now: datetime = NOON, **said: Any) -> Enquiry:
    given = {"channel": "phone", "topic": "service", "caller_name": "Mrs Gray", **said}
    return asked(house, by=house.clerk, now=now, **given)


def answered(house: House, row: Enquiry, now: datetime = NOON, clauses: tuple[UUID, ...] = ()) -> Enquiry:
    return enquiring.answer(
        enquiry_id=row.pk, words="Two are allowed.", sources=Sources(clauses=clauses), actor=house.clerk, now=now
    )
