"""Timelines hold by themselves what other rooms exchanged: dealings, outages, enquiries; each as far as its reader may."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from contacts.models import MatterAnswer, MatterWait
from contacts.register_lines import timeline
from contacts.services import matters
from disclosures.services import enquiring
from owners.timelines import Asked, Line
from tests.complaints.pages import signed_in, text
from tests.contacts.making import contact, dealing, hill, party
from tests.contacts.outages import taken
from tests.disclosures.enquiry_making import answered, asked, entered
from tests.factories.house import NOON, House, in_scope_of

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def lines(house: House, kind: str, key: Any, member: str = "clerk", **narrowed: Any) -> list[Line]:
    found, _more = timeline(Asked(member=house.members[member], kind=kind, key=key, count=50, **narrowed))
    return found


def paged(house: House, kind: str, key: Any) -> list[str]:
    """The same two at a time, as somebody turns the pages."""
    found: list[str] = []
    before, more = None, True
    while more:
        page, more = timeline(Asked(member=house.clerk, kind=kind, key=key, count=2, before=before))
        found += [line.key for line in page]
        before = (page[-1].at, page[-1].key)
    return found


@pytest.fixture
def water(house: House) -> Any:
    """Waited for, answered by its link twice, and it has told of an outage; all since noon, an hour apart."""
    water = party(house, name="City Water", kind="utility", branch="water")
    row = dealing(house, party=water)
    matters.wait(
        matter_id=row.pk, what="the new pump", since=NOON.date(), promised_on=NOON.date() + timedelta(days=3),
        actor=house.clerk, now=NOON,
    )  # fmt: skip
    for number, words in enumerate(("It is on the lorry", "The lorry broke down"), start=1):
        MatterAnswer.objects.create(matter=row, at=NOON + number * HOUR, words=words)
    taken(house, party_id=water.pk, at=NOON + 3 * HOUR, source="email")
    contact(house, party=water, subject="A call", occurred_at=NOON - HOUR)
    return water


@pytest.mark.parametrize("kind", ["party", "estate"])
def test_what_a_party_answers_promises_and_tells_of_stands_in_its_timeline_by_itself(house, water, kind):
    key = water.pk if kind == "party" else house.estate.pk
    found = lines(house, kind, key)
    said = [line.words for line in found]
    assert said == [
        "A valve in the main pipe.", "The lorry broke down", "It is on the lorry", "Waiting for: the new pump",
        "The lift is loud.",
    ]  # fmt: skip
    assert {line.who for line in found[:4]} == {"City Water"}
    assert [line.direction for line in found] == ["in", "in", "in", "internal", "in"]
    assert found[3].marks == ("promised by 5 March 2026",)
    assert found[1].link.startswith("/register/dealings/")
    assert found[0].link.startswith("/contacts/outages/")
    assert paged(house, kind, key) == [line.key for line in found]
    page = text(signed_in(house, "clerk").get(f"/register/of/{kind}/{key}/"))
    assert all(words in page for words in said)


def test_they_are_narrowed_like_every_other_line(house, water):
    def said(**narrowed: Any) -> list[str]:
        return [line.words for line in lines(house, "party", water.pk, **narrowed)]

    assert said(direction="internal") == ["Waiting for: the new pump"]
    assert said(form="oral") == ["The lift is loud."]
    assert said(content="enquiry", method="reading") == []
    assert len(said(method="reading")) == 3
    assert said(until=NOON.date() - timedelta(days=1)) == []
    assert len(said(since=NOON.date(), until=NOON.date())) == 5


def test_another_party_a_unit_and_who_works_elsewhere_read_nothing_of_it(house, water, stranger):
    other = party(house, name="Lift & Co")
    assert lines(house, "party", other.pk) == []
    assert lines(house, "unit", house.unit.pk) == []
    estate, _building = hill(house)
    away = dealing(house, actor="quality", party=water, estate=estate, title="On the hill")
    MatterAnswer.objects.create(matter=away, at=NOON, words="Not for your clerk")
    matters.wait(matter_id=away.pk, what="a key", since=NOON.date(), promised_on=None, actor=house.quality, now=NOON)
    taken(house, "quality", party_id=water.pk, areas=[(estate.pk, None)], cause="On the hill alone")
    here = {line.words for line in lines(house, "party", water.pk)}
    everywhere = {line.words for line in lines(house, "party", water.pk, "quality")}
    assert everywhere - here == {"Not for your clerk", "Waiting for: a key", "On the hill alone"}
    assert MatterWait.objects.count() == 2
    assert in_scope_of(stranger.organisation.pk, lambda: lines(stranger, "party", water.pk, "quality")) == []


@pytest.mark.parametrize("kind", ["unit", "person", "estate"])
def test_enquiries_and_their_answers_stand_in_the_timelines_of_who_asked(house, kind):
    row = asked(house, now=NOON)
    answered(house, row, now=NOON + HOUR)
    enquiring.ask_back(enquiry_id=row.pk, question="And cats?", actor=house.owner, now=NOON + 2 * HOUR)
    key = {"unit": house.unit, "person": house.people["owner"], "estate": house.estate}[kind].pk
    found = [line for line in lines(house, kind, key) if line.content == "enquiry"]
    assert [(line.words, line.direction) for line in found] == [
        ("And cats?", "in"), ("Two are allowed.", "out"), ("May I keep two dogs?", "in"),
    ]  # fmt: skip
    assert {line.who for line in found} == {house.owner.name}
    assert {line.link for line in found} == {f"/enquiries/{row.pk}/"}
    assert row.number in text(signed_in(house, "clerk").get(f"/register/of/{kind}/{key}/"))
    assert paged(house, kind, key) == [line.key for line in lines(house, kind, key)]


def test_what_was_asked_at_the_counter_stands_in_the_estates_alone(house):
    entered(house)
    (line,) = (line for line in lines(house, "estate", house.estate.pk) if line.content == "enquiry")
    assert (line.who, line.form) == ("Mrs Gray", "oral")
    assert lines(house, "person", house.people["owner"].pk) == []
    (line,) = (one for one in lines(house, "estate", house.estate.pk, "auditor") if one.content == "enquiry")
    assert line.who == "M••"


def test_enquiries_are_read_by_who_reads_them_in_their_room(house):
    asked(house)
    key = house.unit.pk
    assert [line.content for line in lines(house, "unit", key)][-1] == "enquiry"
    assert "enquiry" not in {line.content for line in lines(house, "unit", key, "engineer")}
    estate, _building = hill(house)
    elsewhere = asked(house)
    type(elsewhere).objects.filter(pk=elsewhere.pk).update(estate=estate)
    said = [line.title for line in lines(house, "unit", key, "quality") if line.content == "enquiry"]
    assert not any(elsewhere.number in title for title in said)
    assert any(elsewhere.number in line.title for line in lines(house, "estate", estate.pk, "quality"))
    assert not any(elsewhere.number in line.title for line in lines(house, "estate", estate.pk))


@pytest.mark.parametrize("kind", ["party", "estate", "unit"])
def test_it_takes_as_many_statements_for_many_as_for_one(house, water, kind, django_assert_max_num_queries):
    key = {"party": water, "estate": house.estate, "unit": house.unit}[kind].pk
    for number in range(12):
        answered(house, asked(house, now=NOON), now=NOON + HOUR)
        MatterAnswer.objects.create(matter=dealing(house, party=water), at=timezone.now(), words=f"No. {number}")
    with django_assert_max_num_queries({"party": 5, "estate": 12, "unit": 10}[kind]):
        assert lines(house, kind, key)
