"""Finding people, and who sees whom."""

from datetime import date, timedelta

import pytest

from owners import queries
from owners.models import Estate, EstateAssignment, Occupancy, Ownership, Person, Unit
from owners.rules import estate_code, masked_email, masked_phone, may_import
from tests.factories.house import NOON
from tests.owners.making import imported, jinghu, lakeside, workbook

TODAY = NOON.date()


@pytest.fixture
def both(house):
    first = imported(house, workbook(lakeside()), estate_name="Test Court", estate_code="TST")
    second = imported(house, workbook(jinghu()), estate_name="镜湖花园", estate_code="JHU")
    return [first.estate, second.estate]


def names(text, estates):
    return [person.name for person in queries.people_matching(text, estates, TODAY)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("watson", ["Leah Watson"]),
        ("Leah W", ["Leah Watson"]),
        ("丽明", ["孙丽明"]),
        ("07700 900211", ["Leah Watson"]),
        ("+44 7700 900211", ["Leah Watson"]),
        ("0044 7700-900211", ["Leah Watson"]),
        ("900211", ["Leah Watson"]),
        ("0211", ["Leah Watson"]),
        ("13800000460", ["孙丽明"]),
        ("１３８００００ ０４６０", ["孙丽明"]),
        ("leah@example", ["Leah Watson"]),
        ("A-0101", ["Leah Watson", "Oscar Johnson"]),
        ("a0101", ["Leah Watson", "Oscar Johnson"]),
        ("A 101", ["Leah Watson", "Oscar Johnson"]),
        ("Ａ－０１０２", ["Harriet Martin", "Oscar Johnson"]),
        ("1幢101", ["吴宇宇", "孙丽明"]),
        ("1-101", ["吴宇宇", "孙丽明"]),
        ("1幢-1单元-102", ["陈琳婷", "陶轩", "高涛芳"]),
        ("nobody", []),
        ("", []),
        ("%", []),
        ("99", []),
        ("[(", []),
    ],
)
def test_people_are_found_as_callers_say_it(both, text, found):
    assert names(text, both) == found


def test_people_of_other_estates_are_not_found(both):
    assert names("watson", both[1:]) == []
    assert names("watson", Estate.objects.none()) == []


def test_found_people_carry_their_units_in_a_few_queries(both, django_assert_max_num_queries):
    with django_assert_max_num_queries(3):
        found = queries.people_matching("o", both, TODAY)
        oscar = next(person for person in found if person.name == "Oscar Johnson")
        assert [row.unit.code for row in oscar.owned_now] == ["A-0101", "A-0102"]
        assert [row.unit.estate.code for row in oscar.owned_now] == ["TST", "TST"]


def test_at_most_twenty_are_shown(house):
    for number in range(30):
        person = Person.objects.create(name=f"Smith {number:02}")
        Ownership.objects.create(unit=house.unit, person=person)
    assert len(queries.people_matching("smith", [house.estate], TODAY)) == 20


def test_units_of_a_member_are_those_of_today(house):
    assert queries.units_of(house.owner) == [(house.unit, "owner")]
    assert queries.units_of(house.occupant) == [(house.other_unit, "occupant")]
    assert queries.units_of(house.clerk) == []
    assert queries.units_of(None) == []
    Ownership.objects.filter(person=house.people["owner"]).update(to_on=date(2020, 1, 1))
    assert queries.units_of(house.owner) == []


def test_an_ownership_ends_before_its_last_day_and_a_term_with_it(house):
    Ownership.objects.filter(person=house.people["owner"]).update(to_on=TODAY)
    Occupancy.objects.filter(person=house.people["occupant"]).update(to_on=TODAY)
    assert queries.units_of(house.owner, TODAY) == []
    assert queries.units_of(house.occupant, TODAY) == [(house.other_unit, "occupant")]
    assert queries.units_of(house.occupant, TODAY + timedelta(days=1)) == []


def test_estates_by_role(house):
    other = Estate.objects.create(code="OTH", name="Other", calendar=house.calendar)

    def seen(role):
        return set(queries.estates_visible_to(house.members[role]))

    assert seen("admin") == seen("quality") == {house.estate, other}
    for role in ("clerk", "engineer", "manager", "owner", "occupant"):
        assert seen(role) == {house.estate}
    assert seen("committee") == seen("builder") == set()
    EstateAssignment.objects.create(membership=house.committee, estate=other)
    assert seen("committee") == {other}
    house.clerk.is_active = False
    assert seen("clerk") == set()


def test_a_unit_is_visible_to_its_people_and_the_staff_of_its_estate(house, stranger):
    assert queries.unit_visible_to(house.owner, house.unit.pk) == house.unit
    assert queries.unit_visible_to(house.owner, house.other_unit.pk) is None
    assert queries.unit_visible_to(house.clerk, house.other_unit.pk) == house.other_unit
    assert queries.unit_visible_to(house.admin, stranger.unit.pk) is None


def test_masks_leave_enough_to_tell_apart():
    assert masked_phone("+447700900211") == "••••••••••211"
    assert masked_email("leah@example.net") == "l•••@example.net"
    assert masked_phone("") == masked_email("") == ""


@pytest.mark.parametrize(
    ("name", "taken", "code"),
    [("Lakeside Court", set(), "LAK"), ("Lakeside Court", {"LAK"}, "LAK2"), ("镜湖花园", set(), "JIN"), ("镜湖花园", {"JIN", "JIN2"}, "JIN3"), ("8", set(), "JIN")],
)  # fmt: skip
def test_an_estate_without_a_code_gets_one(name, taken, code):
    assert estate_code(name, fallback="jinghu", taken=taken) == code


def test_who_may_import(house):
    assert may_import(house.admin)
    assert may_import(house.admin, house.estate.pk)
    assert may_import(house.manager, house.estate.pk, {house.estate.pk})
    assert not may_import(house.manager, house.estate.pk, set())
    assert not any(
        may_import(house.members[role], house.estate.pk, {house.estate.pk}) for role in ("clerk", "owner", "auditor")
    )
    assert not may_import(None)


def test_units_of_two_estates_with_one_code_stay_apart(house, both):
    assert Unit.objects.filter(code="A-0101").count() == 2
    assert names("A-0101", [house.estate]) == ["Coowner of Lakeside", "Owner of Lakeside"]
