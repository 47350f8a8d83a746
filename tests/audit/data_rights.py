"""A valid POST to every route of the pages about people's data."""

from typing import Any

from django.utils import timezone

from owners.models import Person
from privacy.models import LegalHold
from privacy.services import requests
from tests.audit.routes import act, post
from tests.complaints.pages import signed_in
from tests.complaints.seeds import filed, furnish
from tests.factories.house import House


def asked(house: House) -> Any:
    owner = house.owner
    return requests.ask(user=owner.user, actor=owner, kind="erasure", words="Seen.", now=timezone.now())


@act("privacy:ask")
def ask(house: House) -> Any:
    return post(signed_in(house, "owner"), "privacy:ask", kind="access")


@act("privacy:make")
def make_archive(house: House) -> Any:
    return post(signed_in(house, "owner"), "privacy:make")


@act("privacy:withdraw")
def withdraw(house: House) -> Any:
    return post(signed_in(house, "owner"), "privacy:withdraw", asked(house).pk)


@act("privacy:answer")
def answer(house: House) -> Any:
    return post(signed_in(house, "admin"), "privacy:answer", asked(house).pk, outcome="refused", reply="Seen.")


@act("privacy:enter")
def enter(house: House) -> Any:
    return post(signed_in(house, "admin"), "privacy:enter", house.people["owner"].pk, kind="access")


@act("privacy:make_for")
def make_archive_for(house: House) -> Any:
    somebody = Person.objects.create(name="Nora")
    return post(signed_in(house, "admin"), "privacy:make_for", somebody.pk)


@act("privacy:hold")
def hold(house: House) -> Any:
    return post(signed_in(house, "admin"), "privacy:hold", "person", house.people["owner"].pk, reason="Seen.")


@act("privacy:hold_complaint")
def hold_complaint(house: House) -> Any:
    complaint = filed(furnish(house), at=timezone.now())
    return post(signed_in(house, "admin"), "privacy:hold_complaint", number=complaint.number, reason="Seen.")


@act("privacy:release")
def release(house: House) -> Any:
    held = LegalHold.objects.create(
        person=house.people["owner"], reason="Seen.", set_by=house.admin, set_at=timezone.now()
    )
    return post(signed_in(house, "admin"), "privacy:release", held.pk)


@act("privacy:terms")
def set_term(house: House) -> Any:
    return post(signed_in(house, "admin"), "privacy:terms", key="answer.access", amount="10")


@act("privacy:erase")
def erase(house: House) -> Any:
    return post(signed_in(house, "admin"), "privacy:erase", "person", house.people["owner"].pk, word="ERASE")
