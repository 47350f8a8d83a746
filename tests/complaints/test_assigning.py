"""Who gets what is accepted: the closest rule, whoever has least, nobody who is away or complained of."""

from dataclasses import replace
from datetime import date, timedelta
from threading import Barrier, Thread
from uuid import UUID, uuid4

import pytest
from django.db import connections
from django.utils import timezone

from audit.models import AuditEntry
from complaints.conditions import Case
from complaints.models import Absence, AssignmentRule, AssignmentTurn, Category, Complaint, Move
from complaints.performing import perform
from complaints.rules.assigning import Person, Rule, chosen_person, chosen_rule, place_for
from complaints.services import assigning, intake
from complaints.services.assigning import RuleFacts, keep_rule, note_absence
from complaints.services.joining import join_complaint
from owners.models import Building, Estate, EstateAssignment
from tenancy.context import scope
from tenancy.errors import DomainError, NotAllowed, NotFound
from tests.complaints.pages import signed_in, text
from tests.complaints.seeds import accepted, filed, furnish
from tests.factories.house import NOON, build_house

ESTATE, BUILDING, LIFT = uuid4(), uuid4(), uuid4()
A, B, C = (UUID(int=number) for number in (1, 2, 3))

# -- the rules themselves --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rules", "wanted"),
    [
        ([], None),
        ([Rule(A), Rule(B, estate=ESTATE)], B),
        ([Rule(A, estate=ESTATE, category=LIFT), Rule(B, estate=ESTATE, building=BUILDING)], B),
        ([Rule(A, estate=ESTATE), Rule(B, estate=ESTATE, category=LIFT)], B),
        ([Rule(A, category=LIFT), Rule(B, estate=ESTATE)], B),
        ([Rule(A, estate=ESTATE), Rule(B, estate=ESTATE, words=("basement",))], B),
        ([Rule(A, estate=ESTATE), Rule(B, estate=ESTATE, words=("roof",))], A),
        ([Rule(A), Rule(B)], A),
        ([Rule(A, estate=uuid4()), Rule(B, category=uuid4())], None),
    ],
)
def test_put_in_by_how_much_they_hold_for_the_closest_rule_speaks(rules, wanted):
    ordered = []
    for new in rules:
        ordered.insert(place_for(new, ordered), new)
    ordered = [replace(rule, position=at) for at, rule in enumerate(ordered)]
    found = chosen_rule(ordered, estate=ESTATE, building=BUILDING, category=LIFT, place="Lift 2, basement")
    assert (found and found.key) == wanted


@pytest.mark.parametrize(
    ("people", "able", "wanted"),
    [
        ({A: Person(2), B: Person(1)}, {A, B}, B),
        ({A: Person(1, NOON), B: Person(1, NOON - timedelta(1))}, {A, B}, B),
        ({A: Person(1, NOON), B: Person(1)}, {A, B}, B),
        ({A: Person(0), B: Person(5)}, {B}, B),
        ({A: Person(0, is_away=True), B: Person(5)}, {A, B}, B),
        ({A: Person(0, is_away=True, deputy=C), B: Person(5), C: Person(1)}, {A, B, C}, C),
        ({A: Person(0, is_away=True, deputy=C), B: Person(5), C: Person(1, is_away=True)}, {A, B, C}, B),
        ({A: Person(is_away=True), B: Person(is_away=True)}, {A, B}, None),
        ({}, set(), None),
    ],
)
def test_whose_turn_it_is(people, able, wanted):
    assert chosen_person([A, B], people, able=able) == wanted


# -- what is accepted ------------------------------------------------------------------------------------------------------


@pytest.fixture
def house(house):
    furnish(house)
    return house


def rule(house, *members, name="Lifts", **given):
    facts = RuleFacts(name=name, members=members or (house.engineer,), **{"estate": house.estate, **given})
    return keep_rule(facts=facts, actor=house.manager, now=NOON)


db = pytest.mark.django_db


@db
def test_what_is_accepted_goes_to_whose_turn_it_is_and_its_story_says_by_which_rule(house):
    rule(house, category=Category.objects.get(code="lift"))
    complaint = accepted(house)
    assert (complaint.state, complaint.handler) == (Complaint.State.ASSIGNED, house.engineer)
    move = Move.objects.get(complaint=complaint, to_state="assigned")
    assert (move.actor, move.reason) == (None, "Lifts")


@db
def test_without_a_rule_or_of_another_class_it_stays_in_the_pool(house):
    rule(house, category=Category.objects.get(code="noise"))
    assert accepted(house).state == Complaint.State.ACCEPTED


@db
def test_two_take_turns(house):
    EstateAssignment.objects.get_or_create(membership=house.engineer2, estate=house.estate)
    rule(house, house.engineer, house.engineer2)
    got = [accepted(house, at=NOON + timedelta(minutes=number)).handler.pk for number in range(4)]
    assert got.count(house.engineer.pk) == got.count(house.engineer2.pk) == 2
    assert got[0] != got[1]


@db
def test_never_to_the_person_complained_of(house):
    rule(house, house.engineer)
    assert accepted(house, subject_staff=house.engineer).handler is None


@db
def test_never_to_somebody_who_does_not_work_there(house):
    rule(house, house.engineer)
    EstateAssignment.objects.filter(membership=house.engineer).delete()
    assert accepted(house).handler is None


@db
@pytest.mark.parametrize("has_deputy", [True, False])
def test_for_somebody_away_their_deputy_or_else_the_pool(house, has_deputy):
    rule(house, house.engineer)
    deputy = house.clerk if has_deputy else None
    days = {"from_on": date(2026, 3, 2), "to_on": date(2026, 3, 2)}
    note_absence(member=house.engineer, deputy=deputy, actor=house.engineer, now=NOON, **days)
    assert accepted(house).handler == deputy
    assert accepted(house, at=NOON + timedelta(days=1)).handler == house.engineer


@db
def test_a_rule_switched_off_does_nothing(house):
    rule(house, is_active=False)
    assert accepted(house).handler is None


@pytest.mark.django_db(transaction=True)
def test_many_accepted_at_once_are_shared_out_evenly():
    house = build_house("turns")
    with scope(house.organisation.pk):
        furnish(house)
        EstateAssignment.objects.get_or_create(membership=house.engineer2, estate=house.estate)
        rule(house, house.engineer, house.engineer2)
        cases = [filed(house) for _number in range(8)]
    start, failures = Barrier(8), []

    def accept(complaint):
        start.wait()
        try:
            with scope(house.organisation.pk):
                intake.accept_complaint(complaint_id=complaint.pk, actor=house.clerk, now=NOON)
        except Exception as error:
            failures.append(error)
        finally:
            connections.close_all()

    threads = [Thread(target=accept, args=(case,)) for case in cases]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with scope(house.organisation.pk):
        shares = [Complaint.objects.filter(handler=member).count() for member in (house.engineer, house.engineer2)]
    assert shares == [4, 4]


def accept_together(house, ids):
    """As many threads as there are complaints, ten at a time; what became of each."""
    results = []

    def accept(pk):
        try:
            with scope(house.organisation.pk):
                intake.accept_complaint(complaint_id=pk, actor=house.clerk, now=NOON)
            results.append("done")
        except Exception as error:
            results.append(type(error).__name__)
        finally:
            connections.close_all()

    for start in range(0, len(ids), 10):
        threads = [Thread(target=accept, args=(pk,)) for pk in ids[start : start + 10]]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    return results


@pytest.mark.django_db(transaction=True)
def test_fifty_at_once_under_two_rules_of_the_same_people_are_shared_out_evenly_and_five_clicks_assign_once():
    house = build_house("turns")
    with scope(house.organisation.pk):
        furnish(house)
        both = (house.engineer, house.engineer2)
        rule(house, *both, category=Category.objects.get(code="lift"))
        rule(house, *both, name="All the rest")
        ids = [filed(house, category="lift" if number % 2 else "noise").pk for number in range(50)]
        clicked = filed(house).pk
    assert accept_together(house, ids) == ["done"] * 50
    assert sorted(accept_together(house, [clicked] * 5)) == ["IllegalMove"] * 4 + ["done"]
    with scope(house.organisation.pk):
        shares = [Complaint.objects.filter(pk__in=ids, handler=member).count() for member in both]
        assert shares == [25, 25]
        assert Move.objects.filter(to_state="assigned").count() == 51


# -- dealt with together ---------------------------------------------------------------------------------------------------


def joined_to(house, leading):
    complaint = filed(house)
    join_complaint(complaint_id=complaint.pk, actor=house.supervisor, leading_number=leading.number, now=NOON)
    return complaint


def handler_of(complaint):
    return Complaint.objects.get(pk=complaint.pk).handler


@db
def test_what_is_joined_to_a_complaint_nobody_has_waits_with_it(house):
    leading = accepted(house)
    rule(house, house.engineer)
    assert (handler_of(joined_to(house, leading)), handler_of(leading)) == (None, None)


@db
def test_what_is_accepted_with_the_leading_one_gets_the_same_handler(house):
    leading = filed(house)
    complaint = joined_to(house, leading)
    Complaint.objects.filter(pk=complaint.pk).update(state="received", handler=None)
    complaint.clocks.filter(kind__in=("answer", "resolve")).delete()
    rule(house, house.engineer, house.engineer2)
    perform("accept", Case(Complaint.objects.get(pk=leading.pk), house.clerk, NOON), {})
    assert handler_of(complaint) == handler_of(leading) is not None


@db
def test_the_log_names_a_rule_by_its_id_because_its_name_may_be_a_persons(house):
    made = rule(house, name="To Wei Chen")
    accepted(house)
    told = AuditEntry.objects.filter(action__in=("assignment.rule_made", "complaint.assigned_by_rule"))
    assert "Wei Chen" not in str(list(told.values()))
    assert told.get(action="complaint.assigned_by_rule").changes == {"rule": str(made.pk)}


# -- who keeps them --------------------------------------------------------------------------------------------------------


@db
@pytest.mark.parametrize("who", ["clerk", "engineer", "supervisor", "owner", "auditor"])
def test_only_managers_keep_rules(house, who):
    facts = RuleFacts(name="Mine", members=[house.engineer], estate=house.estate)
    with pytest.raises(NotAllowed):
        keep_rule(facts=facts, actor=getattr(house, who), now=NOON)


@db
def test_a_manager_of_one_estate_keeps_no_rule_of_another_nor_of_all(house):
    other = Estate.objects.create(code="OTH", name="Elsewhere", calendar=house.calendar)
    for estate in (other, None):
        with pytest.raises(NotAllowed):
            rule(house, estate=estate)
    everywhere = keep_rule(facts=RuleFacts(name="All", members=[house.engineer]), actor=house.admin, now=NOON)
    facts = RuleFacts(name="Taken", members=[house.engineer], estate=house.estate)
    with pytest.raises(NotAllowed):
        keep_rule(facts=facts, actor=house.manager, now=NOON, rule_id=everywhere.pk)


@db
def test_a_rule_needs_people_and_a_building_of_its_estate(house):
    other = Estate.objects.create(code="OTH", name="Elsewhere", calendar=house.calendar)
    strange = Building.objects.create(estate=other, code="Z", name="Far")
    for given in ({"building": strange}, {"members": []}):
        facts = RuleFacts(**{"name": "X", "members": [house.engineer], "estate": house.estate, **given})
        with pytest.raises(DomainError):
            keep_rule(facts=facts, actor=house.manager, now=NOON)


@db
def test_a_changed_rule_keeps_the_turns_of_those_who_stay(house):
    kept = rule(house, house.engineer)
    accepted(house)
    facts = RuleFacts(name="Lifts", members=[house.engineer, house.clerk], estate=house.estate)
    keep_rule(facts=facts, actor=house.manager, now=NOON, rule_id=kept.pk)
    turns = dict(AssignmentTurn.objects.values_list("member", "last_at"))
    assert turns == {house.engineer.pk: NOON, house.clerk.pk: None}


@db
def test_the_page_makes_a_rule_keeps_what_was_typed_and_says_who_would_get_it(house):
    client = signed_in(house, "manager")
    assert "No rules yet" in text(client.get("/admin/triage/assignment/"))
    place = f"estate:{house.estate.pk}"
    lift = Category.objects.get(code="lift")
    sent = {"name": "Lifts & doors", "place": place, "category": str(lift.pk), "is_active": "on"}
    page = client.post("/admin/triage/assignment/new/", sent)
    assert (page.status_code, AssignmentRule.objects.count()) == (422, 0)
    assert "Lifts &amp; doors" in text(page)
    done = client.post("/admin/triage/assignment/new/", {**sent, "members": [str(house.engineer.pk)]})
    assert (done.status_code, AssignmentRule.objects.get().name) == (302, "Lifts & doors")
    tried = text(client.get("/admin/triage/assignment/", {"place": place, "category": str(lift.pk)}))
    assert f"{house.engineer.name}, by the rule" in tried


@db
def test_trying_says_why(house):
    now, lift = timezone.now(), Category.objects.get(code="lift")
    rule(house, house.engineer, house.engineer2, house.clerk, name="Doors")
    EstateAssignment.objects.filter(membership=house.clerk).delete()
    took = intake.accept_complaint(complaint_id=filed(house, at=now).pk, actor=house.quality, now=now).handler
    days = {"from_on": timezone.localdate(), "to_on": timezone.localdate()}
    other = next(one for one in (house.engineer, house.engineer2) if one != took)
    note_absence(member=other, deputy=house.supervisor, actor=other, now=now, **days)
    asked = {"place": f"estate:{house.estate.pk}", "category": str(lift.pk)}
    page = text(signed_in(house, "manager").get("/admin/triage/assignment/", asked))
    said = {
        took: "1 complaint in hand",
        other: f"away, {house.supervisor.name} stands in", house.clerk: "does not work at this place",
    }  # fmt: skip
    for member, words in said.items():
        assert f"<bdi>{member.name}</bdi>: {words}" in page


# -- absences --------------------------------------------------------------------------------------------------------------

DAYS = {"from_on": date(2026, 3, 5), "to_on": date(2026, 3, 9)}


@db
def test_the_same_absence_twice_is_one_and_one_that_overlaps_is_refused(house):
    given = {"member": house.engineer, "deputy": house.clerk, "actor": house.engineer, "now": NOON}
    first = note_absence(**given, **DAYS)
    assert note_absence(**given, **DAYS) == first
    with pytest.raises(DomainError):
        note_absence(**given, from_on=DAYS["to_on"], to_on=DAYS["to_on"])


@db
def test_of_others_managers_note_it(house):
    for who in (house.engineer2, house.clerk, house.supervisor, house.owner):
        with pytest.raises(NotAllowed):
            note_absence(member=house.engineer, deputy=None, actor=who, now=NOON, **DAYS)
    note_absence(member=house.engineer, deputy=None, actor=house.manager, now=NOON, **DAYS)


@db
@pytest.mark.parametrize(("today", "left"), [(date(2026, 3, 4), None), (date(2026, 3, 7), date(2026, 3, 6))])
def test_back_early(house, today, left):
    row = note_absence(member=house.engineer, deputy=None, actor=house.engineer, now=NOON, **DAYS)
    with pytest.raises(NotFound):
        assigning.end_absence(absence_id=row.pk, actor=house.engineer2, today=today, now=NOON)
    assigning.end_absence(absence_id=row.pk, actor=house.engineer, today=today, now=NOON)
    assert Absence.objects.values_list("to_on", flat=True).first() == left


@db
def test_an_unknown_absence_is_not_found(house):
    with pytest.raises(NotFound):
        assigning.end_absence(absence_id=uuid4(), actor=house.manager, today=NOON.date(), now=NOON)
