"""Requests between departments and the communication plan: who answers, who rates, who hears of silence."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from contacts import internal_queries as queries
from contacts.models import Duty, InternalRequest
from contacts.services import internal
from notices.models import Delivery
from owners.models import EstateAssignment
from tenancy.errors import DomainError, NotAllowed, NotFound
from tests.complaints.pages import signed_in, text
from tests.contacts.duties import duty
from tests.contacts.making import contact, hill, party, requested
from tests.factories.api import program
from tests.factories.house import NOON, House

pytestmark = pytest.mark.django_db


def mails(event: str) -> list[str]:
    rows = Delivery.objects.filter(event=f"internal_request.{event}", channel="email").order_by("address")
    return list(rows.values_list("address", flat=True))


def test_it_is_answered_within_four_hours_of_service_time(house):
    assert requested(house).answer_due_at == NOON + timedelta(hours=4)


def test_asked_accepted_done_and_rated_each_told_to_the_other_side(house):
    row = requested(house, "done")
    assert (row.state, row.answered_by, row.done_by) == ("done", house.supervisor, house.supervisor)
    assert mails("accepted") == mails("done") == [house.clerk.user.email]
    row = internal.rate(request_id=row.pk, rating=4, words="Quick.", actor=house.clerk, now=NOON)
    assert (row.state, row.rating) == ("rated", 4)
    assert mails("rated") == [house.supervisor.user.email]
    (rated,) = queries.ratings(house.clerk, NOON - timedelta(days=1))
    assert (rated["to_department"], rated["count"], rated["mean"]) == ("cleaning", 1, 4)


def test_whoever_did_it_never_rates_it_and_nobody_rates_twice(house):
    row = requested(house, "done")
    for actor in (house.supervisor, house.engineer):
        with pytest.raises(NotAllowed):
            internal.rate(request_id=row.pk, rating=5, words="", actor=actor, now=NOON)
    internal.rate(request_id=row.pk, rating=1, words="", actor=house.manager, now=NOON)
    with pytest.raises(DomainError):
        internal.rate(request_id=row.pk, rating=5, words="", actor=house.clerk, now=NOON)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"need": "  "}, "need"),
        ({"to_department": "front_desk"}, "to_department"),
        ({"wanted_on": date(2026, 3, 1)}, "wanted_on"),
    ],
)
def test_what_cannot_be_asked_is_said_at_its_field(house, changes, code):
    with pytest.raises(DomainError) as refusal:
        requested(house, **changes)
    assert refusal.value.code == code
    assert not InternalRequest.objects.exists()


def test_declined_with_a_reason_is_its_end(house):
    row = requested(house)
    said = {"request_id": row.pk, "actor": house.supervisor, "now": NOON}
    with pytest.raises(DomainError):
        internal.decline(reason=" ", **said)
    for _click in range(2):
        internal.decline(reason="No hands today.", **said)
    assert mails("declined") == [house.clerk.user.email]
    with pytest.raises(DomainError):
        internal.accept(**said)


@pytest.mark.parametrize(
    ("department", "roles"),
    [
        ("engineering", {"engineer", "engineer2"}),
        ("cleaning", {"supervisor"}),
        ("quality", {"quality"}),
        ("management", {"manager"}),
    ],
)
def test_the_department_that_is_asked_hears_of_it_at_once(house, department, roles):
    row = requested(house, to_department=department)
    assert mails("asked") == sorted(house.members[role].user.email for role in roles)
    sent = Delivery.objects.filter(event="internal_request.asked", channel="portal")
    assert {one.link for one in sent} == {f"/register/requests/{row.pk}/"}
    assert {one.subject for one in sent} == {f"{row.number}: Front desk asks {row.get_to_department_display()}"}


def test_only_who_works_there_hears_of_it_and_never_whoever_asked(house):
    _estate, there = hill(house)
    EstateAssignment.objects.filter(membership=house.engineer2).update(estate=there.estate)
    EstateAssignment.objects.filter(membership=house.clerk).update(building=house.building)
    requested(house, to_department="engineering", building=house.building)
    assert mails("asked") == [house.engineer.user.email]
    internal.ask(
        asking=internal.Asking(house.estate, "engineering", "front_desk", "The keys."), actor=house.engineer, now=NOON
    )  # of the whole estate, where no clerk works: the supervisors and managers hear of it
    assert mails("asked") == sorted(one.user.email for one in (house.engineer, house.supervisor, house.manager))


def test_a_second_click_tells_nobody_twice(house):
    asking = internal.Asking(house.estate, "front_desk", "engineering", "A new bulb.")
    for _click in range(2):
        internal.ask(asking=asking, actor=house.clerk, now=NOON, entry_key=house.unit.pk)
    assert len(mails("asked")) == 2


@pytest.mark.parametrize(("asker", "may"), [("clerk", False), ("supervisor", False), ("manager", True)])
def test_whoever_asked_neither_answers_nor_does_it_unless_the_matrix_says_so(house, asker, may):
    actor = house.members[asker]
    asking = internal.Asking(house.estate, "front_desk", "engineering", "A new bulb.")
    row = internal.ask(asking=asking, actor=actor, now=NOON)
    client, said = signed_in(house, asker), {"request_id": row.pk, "now": NOON}
    page, at = f"/register/requests/{row.pk}/", f"internal-requests/{row.pk}/"
    assert (f"{page}accept/" in text(client.get(page))) is may
    assert client.get(f"{page}decline/").status_code == (200 if may else 403)
    if may:
        internal.accept(actor=actor, **said)
        assert f"{page}done/" in text(client.get(page))
        internal.finish(result="Changed.", actor=actor, **said)
        return
    with pytest.raises(NotAllowed):
        internal.decline(reason="No.", actor=actor, **said)
    for way, body in (("accept", {}), ("decline", {"reason": "No."})):
        assert client.post(f"{page}{way}/", body).status_code == 403, way
        assert program(house, asker).send(f"{at}{way}/", body).status_code == 403, way
    row.refresh_from_db()
    assert (row.state, row.answered_by) == ("asked", None)
    internal.accept(actor=house.engineer, **said)
    assert f"{page}done/" not in text(client.get(page))
    with pytest.raises(NotAllowed):
        internal.accept(actor=actor, **said)  # a click that comes second is refused too
    assert client.get(f"{page}done/").status_code == 403
    assert client.post(f"{page}done/", {"result": "Changed."}).status_code == 403
    assert program(house, asker).send(f"{at}done/", {"result": "Changed."}).status_code == 403
    row.refresh_from_db()
    assert (row.state, row.done_by) == ("accepted", None)
    internal.finish(result="Changed.", actor=house.engineer, **said)
    assert internal.rate(rating=5, words="", actor=actor, **said).rating == 5


def test_what_nobody_answers_is_passed_on_once(house):
    requested(house)
    late = NOON + timedelta(hours=4, minutes=1)
    assert internal.remind_batch(now=NOON) == 0
    assert internal.remind_batch(now=late) == 1
    assert internal.remind_batch(now=late) == 0
    assert mails("unanswered") == sorted([house.supervisor.user.email, house.manager.user.email])


def test_the_second_click_finds_the_first(house):
    page = signed_in(house, "clerk")
    form = page.get(reverse("register:request_new")).context["form"]
    given = {
        "entry_key": str(form["entry_key"].value()), "estate": str(house.estate.pk), "from_department": "front_desk",
        "to_department": "cleaning", "need": "Mop the hall.",
    }  # fmt: skip
    ways = {page.post(reverse("register:request_new"), given)["Location"] for _click in range(2)}
    assert len(ways) == 1
    wrong = {**given, "entry_key": "", "to_department": "front_desk"}
    refused = page.post(reverse("register:request_new"), wrong)
    assert refused.status_code == 422
    assert "Mop the hall." in refused.content.decode()


def test_a_stranger_finds_nothing(house, stranger):
    row = requested(house)
    page = signed_in(house, "owner").get(reverse("register:request", args=[row.pk]))
    assert page.status_code == 404
    with pytest.raises(NotFound):
        internal.accept(request_id=row.pk, actor=house.owner, now=NOON)


def test_the_list_is_narrowed_and_says_when_it_is_empty(house):
    page, address = signed_in(house, "supervisor"), reverse("register:requests")
    assert "No request yet" in text(page.get(address))
    requested(house)
    assert "Mop the hall." in text(page.get(f"{address}?department=cleaning&which=late"))
    assert "No request found" in text(page.get(f"{address}?department=finance"))


def test_the_plan_shows_the_party_its_rhythm_and_the_last_contact(house: House):
    row = party(house, name="Builder Ltd")
    duty(house, title="Warranty works", kind=Duty.Kind.COMMUNICATION, party_id=row.pk, every=6, unit="month")
    page, address = signed_in(house, "manager"), reverse("register:plan")
    shown = text(page.get(address))
    assert all(words in shown for words in ("Warranty works", "Builder Ltd", "every 6 months", "No contact is written"))
    contact(house, party=row, subject="About the roof")
    assert "About the roof" in text(page.get(address))
    assert "Nothing found in the plan" in text(page.get(f"{address}?q=lift"))
