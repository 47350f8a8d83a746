"""A valid POST to every route of mail that came in."""

from typing import Any

from django.utils import timezone

from complaints.models import InboundMail
from tests.audit.routes import act, post
from tests.complaints.pages import signed_in
from tests.complaints.seeds import filed, furnish
from tests.factories.house import House


def waiting(house: House) -> InboundMail:
    furnish(house)
    return InboundMail.objects.create(
        key="1" * 64, sender="ann@elsewhere.example", subject="The lift", text="It stops.", received_at=timezone.now(),
        state="waiting", why="unknown",
    )  # fmt: skip


@act("inbound:case")
def make_case(house: House) -> Any:
    who = f"{house.people['owner'].pk}:{house.unit.pk}"
    said = {"q": "A-0101", "who": who, "category": "lift", "description": "It stops.", "spot": "", "place": ""}
    return post(signed_in(house, "clerk"), "inbound:case", waiting(house).pk, **said)


@act("inbound:attach")
def attach(house: House) -> Any:
    mail = waiting(house)
    case = filed(house, at=timezone.now())
    return post(signed_in(house, "clerk"), "inbound:attach", mail.pk, number=case.number)


@act("inbound:discard")
def discard(house: House) -> Any:
    return post(signed_in(house, "clerk"), "inbound:discard", waiting(house).pk, reason="An advertisement.")
