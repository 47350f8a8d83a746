"""A valid POST to every route by which outside parties are let in, and to the one that they open."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.test import Client
from django.utils import timezone

from contacts.services import grants
from contacts.services.grants import Given, Wish
from tests.audit.programs import sends
from tests.audit.routes import act, post
from tests.complaints.pages import signed_in
from tests.contacts.making import party
from tests.factories.house import House

FORM = "contacts.outageform"


def given(house: House) -> Given:
    water = party(house, name="City Water", kind="utility", branch="water", email="desk@water.example")
    wish = Wish(FORM, None)
    return grants.give(party_id=water.pk, wish=wish, form_key=None, actor=house.clerk, now=timezone.now())


@act("contacts:grant_new")
def let_in(house: House) -> Any:
    water = party(house, name="City Water", kind="utility", branch="water")
    said = {"subject": f"{FORM}:", "days": "30", "how": "shown", "form_key": str(uuid4())}
    return post(signed_in(house, "clerk"), "contacts:grant_new", water.pk, **said)


@act("contacts:grant_end")
def end(house: House) -> Any:
    return post(signed_in(house, "clerk"), "contacts:grant_end", given(house).grant.pk)


@act("outside:door")
def report(house: House) -> Any:
    token = given(house).path.rstrip("/").rsplit("/", 1)[-1]
    starts = timezone.now() + timedelta(days=2)
    said = {"starts_at": f"{starts:%Y-%m-%dT%H:%M}", "areas": [f"{house.estate.pk}:"], "cause": "Somebody"}
    return post(Client(HTTP_HOST=house.host), "outside:door", token, **said)


@act("api:grants")
def let_in_by_program(house: House) -> Any:
    row = party(house, name="City Water", kind="utility", branch="water")
    return sends(house, "clerk", f"contacts/{row.pk}/grants/", {"subject_type": FORM})


@act("api:grant_end")
def end_by_program(house: House) -> Any:
    return sends(house, "clerk", f"grants/{given(house).grant.pk}/end/")
