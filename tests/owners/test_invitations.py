"""Invitations: who is asked, what the link does, and what it does not."""

import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.utils import timezone

from audit.models import AuditEntry
from notices import invitations as sending
from notices.models import Delivery
from owners.models import EstateAssignment, Invitation, Occupancy, Ownership, Person
from owners.services.invitations import accept_invitation, hash_of, invite_person
from tenancy.errors import DomainError, NotAllowed, NotFound
from tenancy.models import Membership, User
from tests.factories.house import in_scope_of
from tests.owners.test_pages import signed_in


@pytest.fixture
def newcomer(house):
    person = Person.objects.create(name="Leah Watson", email="Leah@example.net", language="en")
    Ownership.objects.create(unit=house.unit, person=person)
    return person


def now():
    return timezone.now()


def today():
    return timezone.localdate()


def invited(house, person, actor=None):
    return invite_person(person_id=person.pk, actor=actor or house.clerk, now=now())


def accept(token, at=None):
    return accept_invitation(token=token, now=at or now(), on=today())


def visitor(house):
    return Client(headers={"host": house.host})


def test_only_the_hash_of_the_token_is_kept(house, newcomer):
    made = invited(house, newcomer)
    row = Invitation.objects.get()
    assert row.token_hash == hash_of(made.token)
    assert made.token not in str(Invitation.objects.values())
    assert len(made.token) >= 43
    assert row.expires_at - row.created_at == timedelta(days=14)


@pytest.mark.parametrize("role", ["owner", "occupant", "engineer", "supervisor", "quality", "auditor", "committee"])
def test_who_may_not_invite_invites_nobody(house, newcomer, role):
    with pytest.raises(NotAllowed):
        invited(house, newcomer, house.members[role])
    assert not Invitation.objects.exists()


def test_a_clerk_of_another_estate_does_not_find_the_person(house, newcomer, stranger):
    EstateAssignment.objects.filter(membership=house.clerk).delete()
    with pytest.raises(NotFound):
        invited(house, newcomer)
    theirs = in_scope_of(stranger.organisation.pk, lambda: Person.objects.first())
    with pytest.raises(NotFound):
        invited(house, theirs, house.admin)


def test_without_address_or_with_a_sign_in_nobody_is_invited(house, newcomer):
    with pytest.raises(DomainError, match="signs in already"):
        invited(house, house.people["owner"])
    newcomer.email = ""
    newcomer.save()
    with pytest.raises(DomainError, match="no e-mail address"):
        invited(house, newcomer)


def test_the_mail_carries_the_link_in_the_persons_language(house, newcomer):
    newcomer.language = "zh-hans"
    newcomer.save()
    made = sending.send_invitation(person_id=newcomer.pk, actor=house.clerk, now=now())
    mail = Delivery.objects.get()
    assert (mail.address, mail.language, mail.channel) == ("leah@example.net", "zh-hans", "email")
    assert f"/join/{made.token}/" in mail.text
    assert house.unit.code in mail.text


def test_a_newcomer_accepts_and_is_in(house, newcomer):
    token = invited(house, newcomer).token
    client = visitor(house)
    page = client.get(f"/join/{token}/").content.decode()
    assert "Leah Watson" in page
    assert house.unit.code in page
    assert not User.objects.filter(email="leah@example.net").exists()
    answer = client.post(f"/join/{token}/", follow=True)
    assert b"You are in" in answer.content
    user = User.objects.get(email="leah@example.net")
    assert str(user.pk) == client.session["_auth_user_id"]
    assert not user.has_usable_password()
    assert EmailAddress.objects.get(user=user).verified
    member = Membership.objects.get(user=user)
    assert (member.role, member.name, member.is_active) == ("owner", "Leah Watson", True)
    newcomer.refresh_from_db()
    assert newcomer.membership == member
    actions = set(AuditEntry.objects.values_list("action", flat=True))
    assert actions >= {"person.invited", "membership.added", "person.linked", "person.accepted_invitation"}


def test_an_occupant_becomes_an_occupant(house):
    person = Person.objects.create(name="Bo", email="bo@example.net")
    Occupancy.objects.create(unit=house.unit, person=person, kind="lessee")
    assert accept(invited(house, person).token).membership.role == "occupant"


def test_a_second_click_changes_nothing(house, newcomer):
    token = invited(house, newcomer).token
    first, second = accept(token), accept(token)
    assert second.was_accepted_before
    assert second.membership == first.membership
    assert Membership.objects.filter(user=first.user).count() == 1
    page = visitor(house).get(f"/join/{token}/").content.decode()
    assert "accepted already" in page
    client = visitor(house)
    assert b"accepted already" in client.post(f"/join/{token}/").content
    assert "_auth_user_id" not in client.session  # a used link signs nobody in


def test_an_older_invitation_ends_with_the_newer(house, newcomer):
    older, newer = invited(house, newcomer).token, invited(house, newcomer).token
    with pytest.raises(DomainError, match="no longer valid"):
        accept(older)
    assert b"no longer valid" in visitor(house).get(f"/join/{older}/").content
    accept(newer)


def test_after_fourteen_days_it_is_no_longer_valid(house, newcomer):
    token = invited(house, newcomer).token
    with pytest.raises(DomainError):
        accept(token, now() + timedelta(days=14, seconds=1))
    assert not User.objects.filter(email="leah@example.net").exists()


def test_an_unknown_token_is_told_apart_and_not_found(house):
    for token in ("x", "A" * 43, "A" * 300):
        answer = visitor(house).get(f"/join/{token}/")
        assert answer.status_code == 404
        assert b"We do not know this invitation" in answer.content


def test_a_token_of_another_organisation_is_unknown(house, newcomer, stranger):
    token = invited(house, newcomer).token
    assert in_scope_of(None, lambda: visitor(stranger).get(f"/join/{token}/")).status_code == 404


def test_another_account_is_told_who_is_signed_in(house, newcomer):
    token = invited(house, newcomer).token
    client = signed_in(house, "neighbour")
    page = client.post(f"/join/{token}/").content.decode()
    assert house.neighbour.user.email in page
    assert "Sign out" in page
    newcomer.refresh_from_db()
    assert newcomer.membership is None


def test_an_account_that_never_confirmed_the_address_loses_its_password(house, newcomer):
    squatter = User.objects.create_user("leah@example.net", "set-by-somebody-else")
    accepted = accept(invited(house, newcomer).token)
    assert accepted.user == squatter
    squatter.refresh_from_db()
    assert not squatter.has_usable_password()


def test_a_known_account_keeps_its_password_and_its_role(house, newcomer):
    user = house.clerk.user
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    password = user.password
    Person.objects.filter(pk=newcomer.pk).update(email=user.email)
    accepted = accept(invited(house, newcomer, house.admin).token)
    user.refresh_from_db()
    assert (accepted.membership, accepted.membership.role, user.password) == (house.clerk, "clerk", password)


def test_somebody_shut_out_stays_out(house, newcomer):
    EmailAddress.objects.create(user=house.clerk.user, email=house.clerk.user.email, verified=True, primary=True)
    Membership.objects.filter(pk=house.clerk.pk).update(is_active=False)
    Person.objects.filter(pk=newcomer.pk).update(email=house.clerk.user.email)
    with pytest.raises(DomainError, match="closed by the office"):
        accept(invited(house, newcomer, house.admin).token)
    User.objects.filter(pk=house.clerk.user_id).update(is_active=False)
    with pytest.raises(DomainError, match="closed"):
        accept(invited(house, newcomer, house.admin).token)


def test_everybody_left_is_counted_first_and_invited_once(house, newcomer):
    Person.objects.create(name="Without a unit", email="nobody@example.net")
    silent = Person.objects.create(name="No address")
    Ownership.objects.create(unit=house.unit, person=silent)
    client = signed_in(house, "clerk")
    page = client.get(f"/registry/invitations/?estate={house.estate.pk}").content.decode()
    assert "1 person gets an invitation" in page
    assert not Invitation.objects.exists()
    client.post("/registry/invitations/", {"estate": house.estate.pk, "building": ""})
    client.post("/registry/invitations/", {"estate": house.estate.pk, "building": house.building.pk})
    assert [row.person for row in Invitation.objects.all()] == [newcomer]
    assert Delivery.objects.count() == 1


def test_one_person_is_invited_from_their_page(house, newcomer):
    client = signed_in(house, "clerk")
    assert b"Send an invitation" in client.get(f"/registry/people/{newcomer.pk}/").content
    client.post(f"/registry/people/{newcomer.pk}/invite/")
    assert b"Invited; the link is valid until" in client.get(f"/registry/people/{newcomer.pk}/").content
    client.post(f"/registry/people/{newcomer.pk}/invite/")
    assert Delivery.objects.count() == 2
    tokens = [re.search(r"/join/([^/]+)/", mail.text)[1] for mail in Delivery.objects.order_by("created_at")]
    with pytest.raises(DomainError):
        accept(tokens[0])
    assert accept(tokens[1]).membership.role == "owner"


def test_a_foreign_estate_cannot_be_invited(house, stranger):
    answer = signed_in(house, "admin").post("/registry/invitations/", {"estate": stranger.estate.pk})
    assert answer.status_code == 422
    assert not Invitation.objects.exists()
