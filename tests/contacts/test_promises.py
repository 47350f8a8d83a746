"""Promises: kept or broken with evidence, nobody forgets one, the committee sees those made to all owners."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from django.core.management import call_command
from django.urls import reverse

from contacts import commitment_queries as queries
from contacts.models import Commitment
from contacts.rules.commitments import Tally, fate, tally
from contacts.services import commitments, promise_reminding
from notices.models import Delivery
from owners.models import EstateAssignment
from tenancy.errors import DomainError, NotAllowed, NotFound
from tests.complaints.pages import signed_in, text
from tests.contacts.making import contact, hill, promised
from tests.factories.house import NOON

DUE = date(2026, 3, 9)  # a Monday
TODAY = date(2026, 3, 20)


@pytest.mark.parametrize(
    ("state", "kept_on", "today", "is_what"),
    [
        ("kept", DUE, TODAY, "kept"),
        ("kept", DUE + timedelta(days=1), TODAY, "late"),
        ("open", None, DUE, "open"),
        ("open", None, DUE + timedelta(days=1), "broken"),
        ("broken", None, DUE, "broken"),
        ("withdrawn", None, TODAY, "withdrawn"),
    ],
)
def test_what_a_promise_counts_as(state, kept_on, today, is_what):
    assert fate(state, DUE, kept_on, today) == is_what


def test_the_rate_is_exact_and_of_what_could_be_judged():
    rows = [
        ("kept", DUE, DUE),
        ("kept", DUE, TODAY),
        ("open", DUE, None),
        ("open", TODAY, None),
        ("withdrawn", DUE, None),
    ]
    counted = tally(rows, TODAY)
    assert counted == Tally(kept=1, late=1, broken=1, open=1, withdrawn=1)
    assert counted.rate == Fraction(1, 3)
    assert Tally(open=2).rate is None


pytestmark = pytest.mark.django_db


def test_kept_needs_evidence_and_a_day_since_the_promise(house):
    row = promised(house)
    said = {"commitment_id": row.pk, "actor": house.clerk, "now": NOON}
    for evidence, day, code in (("", NOON.date(), "evidence"), ("Seen", date(2026, 1, 1), "kept_on")):
        with pytest.raises(DomainError) as refusal:
            commitments.keep(evidence=evidence, kept_on=day, **said)
        assert refusal.value.code == code
    for _click in range(2):
        commitments.keep(evidence="Seen on the stairs", kept_on=NOON.date(), **said)
    row.refresh_from_db()
    assert (row.state, row.kept_on) == ("kept", NOON.date())
    with pytest.raises(DomainError, match="not possible"):
        commitments.break_commitment(reason="No", **said)


def test_after_its_day_it_is_not_taken_back(house):
    row = promised(house)
    late = NOON + timedelta(days=9)
    with pytest.raises(DomainError, match="has passed"):
        commitments.withdraw(commitment_id=row.pk, reason="No time", actor=house.clerk, now=late)


def test_whoever_made_it_or_a_supervisor_says_what_became_of_it(house, stranger):
    row = promised(house, actor="manager")
    said = {"commitment_id": row.pk, "reason": "No paint", "now": NOON}
    with pytest.raises(NotAllowed):
        commitments.break_commitment(actor=house.clerk, **said)
    for outsider in (stranger.manager, house.engineer, house.owner):
        with pytest.raises(NotFound):
            commitments.break_commitment(actor=outsider, **said)
    commitments.break_commitment(actor=house.supervisor, **said)
    assert [d.membership for d in Delivery.objects.filter(event="commitment.broken", channel="portal")] == [
        house.manager
    ]


def test_nobody_is_reminded_twice_and_the_manager_hears_of_what_is_overdue(house):
    row = promised(house)

    def told(days: int) -> set[tuple[str, object]]:
        before = set(Delivery.objects.values_list("pk", flat=True))
        for _run in range(2):
            promise_reminding.remind_batch(now=NOON + timedelta(days=days))
        new = Delivery.objects.filter(channel="portal").exclude(pk__in=before)
        return {(one.event.removeprefix("commitment."), one.membership_id) for one in new}

    assert told(4) == set()
    assert told(5) == {("due", house.clerk.pk)}
    assert told(7) == set()
    assert told(8) == {("late", house.clerk.pk)}  # Tuesday: the working day after it has not passed
    assert told(9) == {("escalated", house.manager.pk)}
    row.refresh_from_db()
    assert row.escalated_at == NOON + timedelta(days=9)
    assert told(12) == set()


def test_the_committee_sees_what_was_promised_to_all_and_nothing_else(house):
    public, other = promised(house, is_public=True), promised(house, text="A new key for Ms Ward")
    EstateAssignment.objects.create(membership=house.committee, estate=house.estate)
    estate, _building = hill(house)
    promised(house, actor="quality", estate=estate, is_public=True)
    client = signed_in(house, "committee")
    page = text(client.get(reverse("register:promises")))
    assert public.text in page
    assert other.text not in page
    assert set(queries.commitments_visible_to(house.committee)) == {public}
    assert client.get(reverse("register:promise", args=[public.pk])).status_code == 200
    assert client.get(reverse("register:promise", args=[other.pk])).status_code == 404
    assert client.get(reverse("register:promise_new")).status_code == 404
    assert signed_in(house, "owner").get(reverse("register:promises")).status_code == 404


def test_a_promise_of_a_contact_knows_whom_it_was_made_to(house):
    row = contact(house, person=house.people["owner"], unit=house.unit)
    client = signed_in(house, "clerk")
    address = reverse("register:promise_new") + f"?record={row.pk}"
    assert house.people["owner"].name in text(client.get(address))
    given = {
        "record": str(row.pk), "text": "Call back", "to_whom": "Ada", "promised_by": str(house.clerk.pk),
        "promised_on": "2026-03-02", "due_on": "2026-03-03", "entry_key": "0198c0de-0000-7000-8000-000000000001",
    }  # fmt: skip
    for _click in range(2):
        assert client.post(reverse("register:promise_new"), given).status_code == 302
    made = Commitment.objects.get()
    assert (made.person, made.unit, made.record) == (house.people["owner"], house.unit, row)
    assert "Call back" in text(client.get(reverse("register:entry", args=[row.pk])))


def test_what_was_promised_in_a_restricted_contact_is_not_public(house):
    row = contact(house, actor="manager", subject_staff=house.clerk)
    with pytest.raises(DomainError, match="restricted"):
        promised(house, actor="manager", record=row, is_public=True)


@pytest.mark.django_db(databases=["default", "system"])
def test_one_sweep_reminds_of_promises_too(house, capsys):
    promised(house)
    call_command("sweep", now=(NOON + timedelta(days=6)).isoformat())
    assert Delivery.objects.filter(event="commitment.due", channel="portal").count() == 1
