"""Asking for a unit, and the office's answer."""

from fractions import Fraction

import pytest
from django.test import Client
from django.utils import timezone

from audit.models import AuditEntry
from notices import invitations as sending
from notices.models import Delivery
from owners import queries
from owners.models import EstateAssignment, Occupancy, Ownership, Person, Unit, UnitClaim
from owners.services.claims import Decision, approve_claim, ask_for_unit, decline_claim, withdraw_claim
from tenancy.errors import DomainError, IllegalMove, NotAllowed, NotFound
from tenancy.models import Membership, User
from tests.factories.house import in_scope_of
from tests.owners.test_pages import signed_in


@pytest.fixture
def newcomer(db):
    return User.objects.create_user("new@example.net", name="New Comer")


def asked(house, user, **said):
    said = {"estate_id": house.estate.pk, "unit_words": "a 101", "relation": "lessee", "name": "New Comer", "phone": "+442079460123",
            "words": "since May", **said}  # fmt: skip
    return ask_for_unit(user=user, now=timezone.now(), **said)


def approve(house, claim, unit=None, person=None, share=None, actor=None, verb=approve_claim):
    decision = Decision((unit or house.unit).pk, person.pk if person else None, share)
    return verb(
        claim_id=claim.pk, decision=decision, actor=actor or house.clerk, now=timezone.now(), on=timezone.localdate()
    )


def client_of(house, user):
    client = Client(headers={"host": house.host})
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_a_tenant_asks_and_is_approved_and_told(house, newcomer):
    claim = asked(house, newcomer)
    approve(house, claim, verb=sending.approve_and_tell)
    member = Membership.objects.get(user=newcomer)
    assert (member.role, member.name) == ("occupant", "New Comer")
    assert queries.units_of(member) == [(house.unit, "occupant")]
    person = Person.objects.get(membership=member)
    assert (person.name, str(person.phone), person.email) == ("New Comer", "+442079460123", "new@example.net")
    claim.refresh_from_db()
    assert (claim.state, claim.unit, claim.decided_by) == ("approved", house.unit, house.clerk)
    assert "A-0101" in Delivery.objects.get(channel="email").subject
    actions = set(AuditEntry.objects.values_list("action", flat=True))
    assert actions >= {"unitclaim.asked", "unitclaim.approved", "person.added", "occupancy.added", "membership.added"}


def test_an_owner_is_matched_to_the_registered_owner(house, newcomer):
    registered = Person.objects.create(name="New Comer", phone="+442079460123")
    Ownership.objects.filter(unit=house.unit).update(person=registered)
    Ownership.objects.filter(unit=house.unit, is_voter=False).delete()
    claim = asked(house, newcomer, relation="owner")
    assert registered in queries.people_like(claim, queries.units_like(claim), timezone.localdate())
    approve(house, claim, person=registered)
    member = Membership.objects.get(user=newcomer)
    assert member.role == "owner"
    assert Ownership.objects.filter(unit=house.unit).count() == 1


def test_an_owner_who_is_not_registered_needs_an_explicit_share(house, newcomer):
    claim = asked(house, newcomer, relation="owner")
    with pytest.raises(DomainError, match="not registered as an owner"):
        approve(house, claim)
    with pytest.raises(DomainError, match="would hold 3/2"):
        approve(house, claim, share=Fraction(1, 2))
    Ownership.objects.filter(unit=house.unit).delete()
    approve(house, claim, share=Fraction(1, 2))
    row = Ownership.objects.get(unit=house.unit)
    assert (str(row.share), row.is_voter, row.person.name) == ("1/2", True, "New Comer")


def test_a_person_who_signs_in_as_somebody_else_is_not_taken_over(house, newcomer):
    claim = asked(house, newcomer, relation="owner")
    with pytest.raises(DomainError, match="another account"):
        approve(house, claim, person=house.people["owner"])
    house.people["owner"].refresh_from_db()
    assert house.people["owner"].membership == house.owner
    assert not Membership.objects.filter(user=newcomer).exists()


def test_declining_needs_a_reason_which_the_claimant_reads(house, newcomer):
    claim = asked(house, newcomer)
    with pytest.raises(DomainError, match="reason"):
        decline_claim(claim_id=claim.pk, reason="  ", actor=house.clerk, now=timezone.now())
    sending.decline_and_tell(
        claim_id=claim.pk, reason="No such contract is known.", actor=house.clerk, now=timezone.now()
    )
    assert "No such contract is known." in Delivery.objects.get().text
    assert b"No such contract is known." in client_of(house, newcomer).get("/units/").content


def test_what_is_decided_stays_decided(house, newcomer):
    claim = asked(house, newcomer)
    decline_claim(claim_id=claim.pk, reason="x", actor=house.clerk, now=timezone.now())
    for again in (
        lambda: approve(house, claim),
        lambda: decline_claim(claim_id=claim.pk, reason="y", actor=house.clerk, now=timezone.now()),
        lambda: withdraw_claim(claim_id=claim.pk, user=newcomer, now=timezone.now()),
    ):
        with pytest.raises(IllegalMove):
            again()
    client = signed_in(house, "clerk")
    assert client.post(f"/registry/claims/{claim.pk}/approve/", {"unit": "A-0101", "person": ""}).status_code == 409
    assert client.post(f"/registry/claims/{claim.pk}/decline/", {"reason": "z"}).status_code == 409
    assert client_of(house, newcomer).post(f"/units/requests/{claim.pk}/withdraw/").status_code == 409
    assert UnitClaim.objects.get().reason == "x"


def test_a_second_click_asks_once(house, newcomer):
    assert asked(house, newcomer) == asked(house, newcomer)
    assert UnitClaim.objects.count() == 1


def test_ten_waiting_requests_are_enough(house, newcomer):
    for number in range(10):
        asked(house, newcomer, unit_words=str(number))
    with pytest.raises(DomainError):
        asked(house, newcomer, unit_words="11")


@pytest.mark.parametrize("role", ["owner", "occupant", "engineer", "supervisor", "quality", "auditor"])
def test_who_may_not_decide_decides_nothing(house, newcomer, role):
    claim = asked(house, newcomer)
    with pytest.raises(NotAllowed):
        approve(house, claim, actor=house.members[role])
    assert signed_in(house, role).get(f"/registry/claims/{claim.pk}/").status_code == 404
    assert UnitClaim.objects.get().state == "waiting"


def test_a_foreign_request_is_not_found(house, newcomer, stranger):
    claim = asked(house, newcomer)
    EstateAssignment.objects.filter(membership=house.clerk).delete()
    with pytest.raises(NotFound):
        approve(house, claim)
    with pytest.raises(NotFound):
        withdraw_claim(claim_id=claim.pk, user=house.owner.user, now=timezone.now())
    with pytest.raises(NotFound):
        in_scope_of(stranger.organisation.pk, lambda: approve(stranger, claim, actor=stranger.admin))
    with pytest.raises(NotFound):
        asked(house, newcomer, estate_id=stranger.estate.pk)
    assert UnitClaim.objects.get().state == "waiting"


def test_somebody_without_membership_asks_in_the_browser(house, newcomer):
    client = client_of(house, newcomer)
    assert b"No unit yet" in client.get("/units/").content
    page = client.get("/units/ask/").content.decode()
    assert 'value="New Comer"' in page
    bad = client.post("/units/ask/", {"unit_words": "A-0101", "phone": "hello", "words": "kept words"})
    assert bad.status_code == 422
    assert b"kept words" in bad.content
    said = {
        "estate": house.estate.pk,
        "unit_words": "a 101",
        "relation": "owner",
        "name": "New Comer",
        "phone": "020 7946 0123",
    }
    assert client.post("/units/ask/", said).status_code == 302
    assert str(UnitClaim.objects.get().phone) == "+442079460123"
    page = client.get("/units/").content.decode()
    assert "The office checks it" in page
    client.post(f"/units/requests/{UnitClaim.objects.get().pk}/withdraw/")
    assert UnitClaim.objects.get().state == "withdrawn"


def test_staff_match_and_approve_in_the_browser(house, newcomer):
    claim = asked(house, newcomer)
    client = signed_in(house, "clerk")
    assert b"New Comer" in client.get("/registry/claims/").content
    page = client.get(f"/registry/claims/{claim.pk}/").content.decode()
    assert 'value="A-0101"' in page
    assert "Owner of Lakeside" in page
    look = client.post(f"/registry/claims/{claim.pk}/approve/", {"unit": "A-0102", "look": "1"})
    assert b"Neighbour of Lakeside" in client.get(look.url).content
    assert client.post(f"/registry/claims/{claim.pk}/approve/", {"unit": "Q-9", "person": ""}).status_code == 422
    assert client.post(f"/registry/claims/{claim.pk}/approve/", {"unit": "a-102", "person": ""}).status_code == 302
    assert Occupancy.objects.get(person__name="New Comer").unit == house.other_unit
    assert client.get(f"/registry/claims/{claim.pk}/").status_code == 200


def test_an_approved_owner_of_the_registry_keeps_the_data_the_office_has(house, newcomer):
    registered = Person.objects.create(name="New Comer", phone="+442079460999", email="old@example.net")
    Unit.objects.filter(pk=house.unit.pk).update(status="let")
    Ownership.objects.filter(unit=house.unit, is_voter=True).update(person=registered)
    approve(house, asked(house, newcomer, relation="owner"), person=registered)
    registered.refresh_from_db()
    assert (registered.email, str(registered.phone)) == ("old@example.net", "+442079460999")
