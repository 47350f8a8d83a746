"""Rules of assignment by words of the place and for a role, and the order in which they are asked."""

from datetime import timedelta
from importlib import import_module
from threading import Barrier, Thread
from uuid import UUID, uuid4

import pytest
from django.apps import apps
from django.db import connection, connections

from audit.models import AuditEntry
from complaints import assignment_queries as queries
from complaints.models import Absence, AssignmentRule, AssignmentTurn, Category, Complaint
from complaints.rules.assigning import Person, moved, next_turn
from complaints.services.assigning import RuleFacts, keep_rule, move_rule
from owners.models import Estate, EstateAssignment
from tenancy.context import scope
from tenancy.errors import DomainError, NotAllowed, NotFound
from tests.complaints.pages import signed_in, text
from tests.complaints.seeds import accepted, furnish
from tests.factories.house import NOON, build_house

A, B, C, D = (UUID(int=number) for number in (1, 2, 3, 4))
db = pytest.mark.django_db
PAGE = "/admin/triage/assignment/"


@pytest.fixture
def house(house):
    furnish(house)
    for member in (house.engineer, house.engineer2):
        EstateAssignment.objects.get_or_create(membership=member, estate=house.estate)
    return house


def rule(house, *members, name="Lifts", **given):
    facts = RuleFacts(name=name, members=members, **{"estate": house.estate, **given})
    return keep_rule(facts=facts, actor=house.manager, now=NOON)


def common(house, place):
    return accepted(house, unit=None, building=house.building, place=place).handler


def in_a_row(house, number, *, first=0):
    """Who got what was accepted one minute after the other."""
    return [accepted(house, at=NOON + timedelta(minutes=first + at)).handler for at in range(number)]


def order():
    return [row.name for row in AssignmentRule.objects.order_by("position", "pk")]


# -- words of the place ------------------------------------------------------------------------------------------------


@db
@pytest.mark.parametrize(
    ("typed", "is_meant"),
    [
        ("The GARAGE, level -1", True),
        ("地下车库B区", True),
        ("\uff27\uff21\uff32\uff21\uff27\uff25 \uff12", True),
        ("Bay 14", True),
        ("Bay 141", False),
        ("Hall", False),
        ("", False),
    ],
)
def test_what_was_typed_for_the_place_decides(house, typed, is_meant):
    rule(house, house.engineer, name="All the rest")
    rule(house, house.engineer2, name="Garage", place_words="garage, 车库、 bay 14")
    assert common(house, typed) == (house.engineer2 if is_meant else house.engineer)


@db
def test_words_are_kept_tidy(house):
    kept = rule(house, house.engineer, place_words=" Garage,, ＧＡＲＡＧＥ、车库 ")
    assert kept.place_words == "Garage, 车库"


# -- a role ------------------------------------------------------------------------------------------------------------


@db
def test_a_role_is_whoever_holds_it_and_works_there_also_who_comes_later(house):
    EstateAssignment.objects.filter(membership=house.engineer2).delete()
    rule(house, name="Engineers", role="engineer")
    assert {accepted(house).handler for _each in range(2)} == {house.engineer}
    EstateAssignment.objects.create(membership=house.engineer2, estate=house.estate)
    assert accepted(house).handler == house.engineer2
    assert set(AssignmentTurn.objects.values_list("member", flat=True)) == {house.engineer.pk, house.engineer2.pk}


@db
def test_in_turn_it_does_not_matter_how_much_they_have(house):
    rule(house, name="Engineers", role="engineer", sharing="turn")
    handlers = in_a_row(house, 1)
    Complaint.objects.update(is_open=False)  # whoever had it has nothing more in hand
    handlers += in_a_row(house, 3, first=1)
    assert handlers[0] == handlers[2] != handlers[1] == handlers[3]


def test_a_deputy_takes_the_turn_of_whoever_is_away_and_no_more():
    people = {A: Person(last_at=NOON, is_away=True, deputy=C), B: Person(), C: Person()}
    assert next_turn([A, B], people, able={B, C}, by_load=False) == (B, B)
    people[B] = Person(last_at=NOON.replace(hour=23))
    assert next_turn([A, B], people, able={B, C}, by_load=False) == (A, C)


@db
def test_the_turn_of_who_is_away_is_used_up_by_their_deputy(house):
    day = NOON.date()
    Absence.objects.create(membership=house.engineer, from_on=day, to_on=day, deputy=house.supervisor)
    rule(house, house.engineer, house.engineer2, sharing="turn")
    handlers = in_a_row(house, 4)
    assert handlers.count(house.supervisor) == handlers.count(house.engineer2) == 2


@db
def test_a_role_without_anybody_there_leaves_it_in_triage_and_one_that_handles_nothing_is_refused(house):
    EstateAssignment.objects.filter(membership__role="engineer").delete()
    rule(house, name="Engineers", role="engineer")
    assert accepted(house).state == Complaint.State.ACCEPTED
    for role in ("auditor", "owner", "nonsense"):
        with pytest.raises(DomainError):
            rule(house, role=role)


@db
def test_of_a_rule_that_becomes_one_of_a_role_the_named_go(house):
    kept = rule(house, house.engineer, house.clerk)
    facts = RuleFacts(name="Engineers", estate=house.estate, role="engineer")
    keep_rule(facts=facts, actor=house.manager, now=NOON, rule_id=kept.pk)
    assert not AssignmentTurn.objects.exists()
    assert AuditEntry.objects.get(action="assignment.rule_changed").changes == {"role": "engineer"}


# -- the order ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "way", "wanted"),
    [
        (C, {"before": B}, [A, C, B, D]),
        (B, {"after": C}, [A, C, B, D]),
        (D, {"before": A}, [D, A, B, C]),
        (A, {"before": B}, [A, B, C, D]),  # there already: a second click
        (B, {"after": A}, [A, B, C, D]),
        (A, {"before": uuid4()}, [A, B, C, D]),
        (uuid4(), {"before": A}, [A, B, C, D]),
        (A, {"before": A}, [A, B, C, D]),
        (A, {}, [A, B, C, D]),
    ],
)
def test_moved_past_another(key, way, wanted):
    assert moved([A, B, C, D], key, **way) == wanted


@db
def test_the_first_that_holds_counts_and_moving_changes_it(house):
    lift = Category.objects.get(code="lift")
    closer = rule(house, house.engineer, name="Lifts", category=lift)
    wider = rule(house, house.engineer2, name="All")
    assert (order(), accepted(house).handler) == (["Lifts", "All"], house.engineer)
    for changed in (True, False):
        assert move_rule(rule_id=wider.pk, before=closer.pk, actor=house.manager, now=NOON) is changed
    assert (order(), accepted(house).handler) == (["All", "Lifts"], house.engineer2)
    assert AuditEntry.objects.filter(action="assignment.rule_moved").count() == 1


@db
def test_a_new_rule_comes_before_those_that_hold_for_more(house):
    rule(house, house.engineer, name="Estate")
    rule(house, house.engineer, name="Building", building=house.building)
    rule(house, house.engineer, name="Garage", place_words="garage")
    facts = RuleFacts(name="Everywhere", members=[house.engineer])
    keep_rule(facts=facts, actor=house.admin, now=NOON)
    rule(house, house.engineer, name="Second of the estate")
    assert order() == ["Building", "Garage", "Estate", "Second of the estate", "Everywhere"]


@db
@pytest.mark.parametrize("who", ["clerk", "engineer", "supervisor", "owner", "auditor"])
def test_only_managers_change_the_order(house, who):
    first, second = rule(house, house.engineer, name="A"), rule(house, house.engineer, name="B")
    with pytest.raises(NotAllowed):
        move_rule(rule_id=second.pk, before=first.pk, actor=getattr(house, who), now=NOON)
    assert order() == ["A", "B"]


@db
def test_a_manager_moves_no_rule_of_all_nor_one_that_is_gone(house):
    everywhere = keep_rule(facts=RuleFacts(name="All", members=[house.engineer]), actor=house.admin, now=NOON)
    own = rule(house, house.engineer, name="Own")
    with pytest.raises(NotAllowed):
        move_rule(rule_id=everywhere.pk, before=own.pk, actor=house.manager, now=NOON)
    with pytest.raises(NotFound):
        move_rule(rule_id=uuid4(), before=own.pk, actor=house.manager, now=NOON)
    assert move_rule(rule_id=own.pk, after=everywhere.pk, actor=house.manager, now=NOON)


@pytest.mark.django_db(transaction=True)
def test_two_who_move_at_once_leave_an_order_with_each_rule_once():
    house = build_house("order")
    with scope(house.organisation.pk):
        furnish(house)
        rows = [rule(house, house.engineer, name=name) for name in "ABCD"]
    start, failures = Barrier(4), []

    def move(row, past):
        try:
            start.wait()
            with scope(house.organisation.pk):
                move_rule(rule_id=row.pk, before=past.pk, actor=house.manager, now=NOON)
        except Exception as error:
            failures.append(error)
        finally:
            connections.close_all()

    pairs = [(rows[3], rows[0]), (rows[2], rows[0]), (rows[3], rows[0]), (rows[1], rows[0])]
    threads = [Thread(target=move, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with scope(house.organisation.pk):
        assert sorted(AssignmentRule.objects.values_list("position", flat=True)) == [1, 2, 3, 4]
        assert order()[-1] == "A"


@db
def test_what_was_numbered_by_hand_is_asked_as_before(house):
    given = {"created_at": NOON, "is_active": True}
    AssignmentRule.objects.create(name="Estate", estate=house.estate, position=1, **given)
    AssignmentRule.objects.create(name="Building", estate=house.estate, building=house.building, position=9, **given)
    AssignmentRule.objects.create(name="All", position=0, **given)
    step = import_module("complaints.migrations.0014_shared_rules")
    with connection.schema_editor() as editor:
        step.in_every_organisation(step.NUMBER)(apps, editor)
    with scope(house.organisation.pk):
        assert order() == ["Building", "Estate", "All"]


# -- the page ----------------------------------------------------------------------------------------------------------


@db
def test_up_and_down_on_the_page_and_a_second_click_changes_nothing(house):
    first, second = rule(house, house.engineer, name="Alpha"), rule(house, house.engineer, name="Beta")
    client = signed_in(house, "manager")
    page = text(client.get(PAGE))
    assert page.count(f"{PAGE}{first.pk}/move/") == page.count(f"{PAGE}{second.pk}/move/") == 1
    for _click in range(2):
        answer = client.post(f"{PAGE}{second.pk}/move/", {"before": first.pk})
        assert answer.headers["Location"] == f"{PAGE}#rule-{second.pk}"
    assert order() == ["Beta", "Alpha"]
    assert client.post(f"{PAGE}{second.pk}/move/", {"before": "nonsense"}).status_code == 302
    assert order() == ["Beta", "Alpha"]


@db
def test_the_form_makes_a_rule_of_a_role_and_says_what_is_missing(house):
    client = signed_in(house, "manager")
    sent = {"name": "Clerks", "place": f"estate:{house.estate.pk}", "category": "", "is_active": "on"}
    page = client.post(f"{PAGE}new/", {**sent, "role": "", "place_words": "gate"})
    assert page.status_code == 422
    assert "Choose at least one person." in text(page)
    assert 'value="gate"' in text(page)
    done = client.post(f"{PAGE}new/", {**sent, "role": "clerk", "sharing": "turn", "place_words": "gate"})
    kept = AssignmentRule.objects.get()
    assert (done.status_code, kept.role, kept.sharing, kept.place_words) == (302, "clerk", "turn", "gate")
    shown = text(client.get(PAGE))
    assert "Everybody of a role: Customer-service clerk" in shown
    assert "next is one after the other" in shown
    assert 'value="turn"' in text(client.get(f"{PAGE}{kept.pk}/"))


@db
def test_trying_asks_for_the_words_of_the_place(house):
    rule(house, house.engineer2, name="Gates", place_words="gate")
    lift = Category.objects.get(code="lift")
    asked = {"place": f"estate:{house.estate.pk}", "category": str(lift.pk), "words": "the North GATE"}
    client = signed_in(house, "manager")
    assert f"{house.engineer2.name}, by the rule" in text(client.get(PAGE, asked))
    assert "No rule speaks for it" in text(client.get(PAGE, {**asked, "words": "hall"}))


@db
def test_a_rule_of_an_estate_the_manager_does_not_keep_is_not_shown_between_its_neighbours(house):
    far = Estate.objects.create(code="FAR", name="Far", calendar=house.calendar)
    for at, (name, estate) in enumerate((("A", house.estate), ("B", far), ("C", house.estate))):
        AssignmentRule.objects.create(name=name, estate=estate, position=at, created_at=NOON)
    first, _other, last = AssignmentRule.objects.order_by("position")
    page = text(signed_in(house, "manager").get(PAGE))
    assert f'name="before" value="{first.pk}"' in page
    move_rule(rule_id=last.pk, before=first.pk, actor=house.manager, now=NOON)
    assert order() == ["C", "A", "B"]
    assert queries.rules_in_force()
