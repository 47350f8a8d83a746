"""Requests about data: due in fifteen days, refused only with a reason, told to who asked."""

from datetime import timedelta

import pytest

from audit.models import AuditEntry
from notices.models import Delivery
from privacy.models import DataRequest
from privacy.services import requests
from privacy.services.terms import set_term
from tenancy.errors import DomainError, IllegalMove, NotAllowed, NotFound
from tests.factories.house import NOON, in_scope_of


def asked(house, kind="access", words="", who="owner"):
    member = getattr(house, who)
    return requests.ask(user=member.user, actor=member, kind=kind, words=words, now=NOON)


def answered(house, row, *, granted=True, reply="", actor=None):
    return requests.answer(
        request_id=row.pk, actor=actor or house.admin, is_granted=granted, reply=reply, now=NOON + timedelta(days=1)
    )


@pytest.mark.parametrize("kind", ["access", "correction", "erasure", "objection"])
def test_a_request_is_due_in_fifteen_days_and_its_officer_is_told(house, kind):
    row = asked(house, kind, "Please.")
    assert (row.state, row.due_at) == ("open", NOON + timedelta(days=15))
    told = set(Delivery.objects.filter(channel="email").values_list("event", "membership__role"))
    assert told == {("privacy.new", "admin"), ("privacy.received", "owner")}
    assert AuditEntry.objects.get(action="datarequest.asked").actor == house.owner


def test_an_organisation_may_answer_sooner_but_not_later_than_the_law(house):
    with pytest.raises(DomainError):
        set_term(key="answer.access", amount=31, actor=house.admin, now=NOON)
    with pytest.raises(NotAllowed):
        set_term(key="answer.access", amount=10, actor=house.manager, now=NOON)
    set_term(key="answer.access", amount=10, actor=house.admin, now=NOON)
    assert asked(house).due_at == NOON + timedelta(days=10)


@pytest.mark.parametrize("kind", ["correction", "objection", "nonsense"])
def test_what_is_wrong_must_be_said(house, kind):
    with pytest.raises(DomainError):
        asked(house, kind, "  ")
    assert not DataRequest.objects.exists()


def test_the_same_question_twice_is_one(house):
    assert asked(house).pk == asked(house).pk
    assert Delivery.objects.filter(event="privacy.new", channel="email").count() == 1


def test_a_refusal_needs_a_reason_which_the_person_reads(house):
    row = asked(house, "erasure")
    with pytest.raises(DomainError):
        answered(house, row, granted=False, reply=" ")
    row.refresh_from_db()
    assert row.state == "open"
    done = answered(house, row, granted=False, reply="Your case is at court.")
    assert (done.state, done.decided_by) == ("refused", house.admin)
    mail = Delivery.objects.get(event="privacy.refused", channel="email")
    assert "Your case is at court." in mail.text
    assert mail.address == house.owner.user.email


def test_an_answer_is_given_once(house):
    row = asked(house)
    answered(house, row)
    with pytest.raises(IllegalMove):
        answered(house, row, granted=False, reply="No.")
    row.refresh_from_db()
    assert row.state == "done"


def test_an_erasure_is_granted_by_carrying_it_out(house):
    row = asked(house, "erasure")
    with pytest.raises(DomainError, match="preview"):
        answered(house, row)
    row.refresh_from_db()
    assert row.state == "open"


@pytest.mark.parametrize("role", ["manager", "clerk", "supervisor", "auditor", "owner"])
def test_only_the_privacy_officer_answers(house, role):
    row = asked(house)
    with pytest.raises(NotAllowed):
        answered(house, row, actor=getattr(house, role))
    row.refresh_from_db()
    assert row.state == "open"


def test_one_withdraws_ones_own_only(house):
    row = asked(house)
    with pytest.raises(NotFound):
        requests.withdraw(request_id=row.pk, user=house.neighbour.user, actor=house.neighbour, now=NOON)
    assert requests.withdraw(request_id=row.pk, user=house.owner.user, actor=house.owner, now=NOON).state == "withdrawn"


def test_a_letter_is_entered_for_somebody_without_a_sign_in(house):
    person = house.people["neighbour"]
    person.membership, person.language = None, "zh-hans"
    person.save()
    row = requests.enter_for(person_id=person.pk, kind="access", words="", actor=house.admin, now=NOON)
    assert (row.person, row.user, row.entered_by) == (person, None, house.admin)
    assert Delivery.objects.get(event="privacy.received").language == "zh-hans"


def test_a_strangers_request_is_not_found(house, stranger):
    row = asked(house)
    with pytest.raises(NotFound):
        in_scope_of(stranger.organisation.pk, lambda: answered(house, row, actor=stranger.admin))
