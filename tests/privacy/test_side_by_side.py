"""On real transactions: two organisations with one sign-in, and two officers with one person."""

import pytest

from audit.models import AuditEntry
from owners.models import Person
from privacy.models import Erasure
from privacy.services.erasing import erase_person
from tenancy.context import scope
from tenancy.models import Membership, User
from tests.factories.house import NOON, build_house
from tests.notices.test_side_by_side import at_once

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "system"])


def erase(house, who="owner"):
    with scope(house.organisation.pk):
        key = house.people[who].pk
        return erase_person(kind="person", key=key, include_open=True, actor=house.admin, now=NOON)


def test_a_shared_sign_in_goes_with_the_last_organisation_that_uses_it():
    house, other = build_house("lakeside"), build_house("jinghu")
    shared = house.owner.user
    with scope(other.organisation.pk):
        Membership.objects.filter(pk=other.owner.pk).update(user=shared)
    erase(house)
    kept = User.objects.get(pk=shared.pk)
    assert (kept.email, kept.is_active) == (shared.email, True)
    with scope(other.organisation.pk):
        assert Person.objects.get(pk=other.people["owner"].pk).email == "owner@jinghu.example"
    erase(other)
    gone = User.objects.get(pk=shared.pk)
    assert (gone.email, gone.is_active) == (f"erased-{shared.pk}@erased.invalid", False)


def test_two_officers_at_once_erase_once():
    house = build_house("lakeside")
    first, second = at_once(lambda: erase(house), lambda: erase(house))
    assert first.pk == second.pk
    with scope(house.organisation.pk):
        assert Erasure.objects.count() == AuditEntry.objects.filter(action="person.erased").count() == 1
