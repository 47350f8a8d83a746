"""The register: a contact is written down once, never changed in silence, and hidden from whom it is about."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from contacts import register_queries as queries
from contacts.models import Amendment, CommunicationRecord
from contacts.services import register
from owners.timelines import Asked
from tenancy.errors import DomainError, NotAllowed, NotFound
from tests.complaints.pages import signed_in, text
from tests.complaints.seeds import filed, furnish
from tests.contacts.making import contact, hill, party, person, said
from tests.factories.api import program
from tests.factories.house import NOON

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(days=3)


def test_the_way_of_contact_says_form_and_methods(house):
    call, letter = contact(house), contact(house, channel="letter", direction="out")
    assert (call.form, call.methods) == ("oral", ["listening", "speaking"])
    assert (letter.form, letter.methods) == ("written", ["writing"])


def test_what_is_written_down_a_day_later_is_marked(house):
    assert not contact(house, now=NOON + timedelta(hours=24)).is_late
    assert contact(house, now=NOON + timedelta(hours=24, minutes=1)).is_late


def test_what_is_still_to_come_is_no_contact(house):
    with pytest.raises(DomainError, match="still to come"):
        contact(house, occurred_at=LATER)


@pytest.mark.parametrize("year", [1, 1899])
def test_a_year_that_nobody_can_mean_is_refused(house, year):
    with pytest.raises(DomainError, match="Check the year"):
        contact(house, occurred_at=NOON.replace(year=year))


def test_what_is_open_is_shown_page_by_page(house):
    for number in range(51):
        contact(house, channel="letter", subject=f"Letter {number:02}")
    client = signed_in(house, "clerk")
    first = text(client.get(reverse("register:waiting")))
    second = text(client.get(reverse("register:waiting"), {"answers": 2}))
    assert "1 to 50 of 51" in first
    assert (first.count("Letter ") // 2, second.count("Letter ") // 2) == (50, 1)
    assert "answers=2" in first
    assert client.get(reverse("register:waiting"), {"answers": "x", "tasks": 99}).status_code == 200


def test_a_second_click_finds_the_entry_that_is_there(house):
    key = uuid.uuid4()
    assert contact(house, entry_key=key) == contact(house, entry_key=key)
    assert CommunicationRecord.objects.count() == 1


def test_a_change_has_a_reason_and_shows_how_it_read(house):
    row = contact(house)
    changed = register.Contact(
        estate=house.estate, party_type="owner", channel="phone", content="enquiry", subject="Lift noise",
        summary="The lift is loud at night.", occurred_at=NOON, name_given="Somebody",
    )  # fmt: skip
    with pytest.raises(DomainError, match="Say why"):
        register.amend(record_id=row.pk, contact=changed, reason=" ", version=1, actor=house.clerk, now=LATER)
    register.amend(record_id=row.pk, contact=changed, reason="Misheard", version=1, actor=house.clerk, now=LATER)
    amendment = Amendment.objects.get()
    assert amendment.before == {"summary": "The lift is loud."}
    with pytest.raises(DomainError, match="meanwhile"):
        register.amend(record_id=row.pk, contact=changed, reason="Again", version=1, actor=house.clerk, now=LATER)
    page = text(signed_in(house, "supervisor").get(reverse("register:entry", args=[row.pk])))
    assert "Misheard" in page
    assert "The lift is loud.</dd>" in page


def test_about_a_member_of_staff_is_restricted_and_they_never_see_it(house):
    row = contact(house, actor="manager", subject_staff=house.clerk)
    assert row.is_restricted
    seen = {
        name for name in ("clerk", "engineer", "supervisor", "manager", "quality", "auditor")
        if queries.records_visible_to(getattr(house, name)).exists()
    }  # fmt: skip
    assert seen == {"supervisor", "manager", "quality"}
    about_chief = contact(house, actor="quality", subject_staff=house.manager)
    for name in seen | {"clerk", "auditor"}:
        member = getattr(house, name)
        listed = set(queries.records_visible_to(member).values_list("pk", flat=True))
        assert listed == {one.pk for one in (row, about_chief) if queries.is_readable(member, one)}, name
    assert signed_in(house, "manager").get(reverse("register:entry", args=[about_chief.pk])).status_code == 404


def test_what_came_in_writing_waits_until_it_is_answered_or_settled(house):
    letter = contact(house, channel="letter")
    assert letter.state == "follow_up_open"
    assert letter.answer_due_on.isoformat() == "2026-03-11"
    with pytest.raises(DomainError):
        register.settle_without_answer(record_id=letter.pk, reason=" ", actor=house.clerk, now=NOON)
    answer = contact(house, channel="letter", direction="out", answer_to=letter.pk)
    letter.refresh_from_db()
    assert letter.state == "closed"
    assert list(queries.to_answer(house.clerk)) == []
    assert answer.answer_to == letter
    other = contact(house, channel="email")
    register.settle_without_answer(record_id=other.pk, reason="An advertisement", actor=house.clerk, now=NOON)
    other.refresh_from_db()
    assert (other.state, other.no_answer_reason) == ("closed", "An advertisement")


def test_registered_letters_have_numbers_of_their_own_in_and_out(house):
    came, went = (contact(house, channel="letter", direction=way, is_letter=True) for way in ("in", "out"))
    code = house.estate.code
    assert came.letter_number == f"IN-{code}-2026-000001"
    assert went.letter_number == f"OUT-{code}-2026-000001"
    with pytest.raises(DomainError, match="letter or an e-mail"):
        contact(house, channel="phone", is_letter=True)


def test_a_task_keeps_the_entry_open_until_something_came_of_it(house):
    row = contact(house)
    task = register.add_follow_up(
        record_id=row.pk, task="Call back", assignee=house.clerk, due_on=LATER.date(), actor=house.clerk, now=NOON
    )
    row.refresh_from_db()
    assert row.state == "follow_up_open"
    register.finish_follow_up(follow_up_id=task.pk, outcome="Reached them", actor=house.clerk, now=LATER)
    row.refresh_from_db()
    assert row.state == "closed"
    with pytest.raises(DomainError, match="may not read"):
        register.add_follow_up(
            record_id=row.pk, task="Look", assignee=house.engineer, due_on=LATER.date(), actor=house.clerk, now=NOON
        )


def test_nobody_writes_of_places_where_they_do_not_work(house, stranger):
    estate, _building = hill(house)
    for place in (estate, stranger.estate):
        with pytest.raises((NotAllowed, NotFound)):
            contact(house, estate=place)
    for role in ("owner", "auditor"):
        with pytest.raises(NotAllowed):
            contact(house, actor=role)


def test_a_caller_is_found_by_number_and_written_down(house):
    somebody = house.people["owner"]
    somebody.phone = "+442079460123"
    somebody.save()
    ana = person(house, party(house), mobile="+447700900123")
    client = signed_in(house, "clerk")
    found = text(client.get(reverse("register:people"), {"q": "020 7946 0123"}))
    assert somebody.name in found
    assert f"p:{somebody.pk}:{house.unit.pk}" in found
    assert ana.name in text(client.get(reverse("register:people"), {"q": "07700 900123"}))
    given = said(house, who=f"p:{somebody.pk}:{house.unit.pk}", q="79460123", entry_key=str(uuid.uuid4()))
    for _click in range(2):
        assert client.post(reverse("register:new"), given).status_code == 302
    row = CommunicationRecord.objects.get()
    assert (row.person, row.unit, row.party_type, row.subject) == (somebody, house.unit, "owner", "The lift is loud.")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"summary": ""}, "Write what was said"),
        ({"occurred_at": "2999-01-01T10:00"}, "still to come"),
        ({"occurred_at": "yesterday"}, "Enter a valid date"),
        ({"occurred_at": "0001-01-01T00:00"}, "Check the year"),
        ({"answer_due_on": "1026-12-31"}, "Check the year"),
        ({"case_number": "C-XXX-1"}, "no case with this number"),
        ({"is_letter": "on"}, "letter or an e-mail"),
        ({"who": "p:nobody:"}, "Search again"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(house, changes, words):
    given = said(house, participants="Kim and Lee", **changes)
    response = signed_in(house, "clerk").post(reverse("register:new"), given)
    assert response.status_code == 422
    assert words in text(response)
    assert "Kim and Lee" in text(response)
    assert not CommunicationRecord.objects.exists()


def test_a_timeline_holds_what_every_room_exchanged_and_pages_without_a_gap(house, django_assert_max_num_queries):
    furnish(house)
    case = filed(house)
    rows = [contact(house, person=house.people["owner"], unit=house.unit, subject=f"Call {n}") for n in range(5)]
    from contacts.register_lines import timeline

    asked = {"member": house.quality, "kind": "unit", "key": house.unit.pk}
    with django_assert_max_num_queries(9):
        lines, has_more = timeline(Asked(**asked, count=50))
    assert not has_more
    assert {str(row.pk) for row in rows} < {line.key for line in lines}
    assert any(case.number in line.title for line in lines)
    assert any(line.icon == "send" for line in lines)
    paged, before, more = [], None, True
    while more:
        page, more = timeline(Asked(**asked, count=2, before=before))
        paged += page
        before = (page[-1].at, page[-1].key)
    assert [line.key for line in paged] == [line.key for line in lines]
    oral, _more = timeline(Asked(**asked, count=50, form="oral", method="listening", content="enquiry"))
    assert len(oral) == 5


def test_a_letter_leaves_under_the_letterhead(house):
    row = contact(
        house,
        channel="letter",
        direction="out",
        is_letter=True,
        addressee="City Water\nDock 1",
        letter_text="Dear all,",
    )
    client = signed_in(house, "clerk")
    response = client.get(reverse("register:letter_pdf", args=[row.pk]))
    assert b"".join(response.streaming_content).startswith(b"%PDF")
    assert client.get(reverse("register:letter_pdf", args=[contact(house).pk])).status_code == 404


def test_a_program_gives_a_task_finds_it_and_says_what_came_of_it(house):
    row, due = contact(house), (timezone.localdate() + timedelta(days=2)).isoformat()
    clerk = program(house, "clerk")
    told = clerk.send(f"register/{row.pk}/tasks/", {"task": "Call back", "due_on": due}).json()
    assert [(one["task"], one["assignee_name"]) for one in told["tasks"]] == [("Call back", house.clerk.name)]
    assert told["state"] == "follow_up_open"
    theirs = program(house, "supervisor").get("/api/v1/register/tasks/?mine=true").json()["results"]
    mine = clerk.get("/api/v1/register/tasks/?mine=true").json()["results"]
    assert (theirs, [one["record_number"] for one in mine]) == ([], [row.number])
    wrong = clerk.send(f"register/{row.pk}/tasks/", {"task": "x", "due_on": due, "assignee": str(house.engineer.pk)})
    assert wrong.status_code in (400, 409)
    done = clerk.send(f"register/tasks/{mine[0]['id']}/done/", {"outcome": "Reached them"}).json()
    assert (done["state"], done["tasks"][0]["outcome"]) == ("closed", "Reached them")


@pytest.mark.parametrize(
    ("typed", "status", "kept"), [("020 7946 0123", 201, "+442079460123"), ("", 201, ""), ("abc", 400, None)]
)
def test_a_program_may_write_a_number_in_any_way_too(house, typed, status, kept):
    given = {
        "estate": str(house.estate.pk), "party_type": "owner", "channel": "phone", "content": "enquiry",
        "subject": "Lift", "summary": "Loud", "occurred_at": NOON.isoformat(), "phone_given": typed,
    }  # fmt: skip
    assert program(house, "clerk").send("register/", given).status_code == status
    assert list(CommunicationRecord.objects.values_list("phone_given", flat=True)) == ([] if kept is None else [kept])
