"""Complaints by the API: what each role sees and does, and that a refusal changes nothing."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from attachments.models import Attachment
from audit.models import AuditEntry
from complaints.acts import ACTS
from complaints.api.sent import SENT
from complaints.models import Complaint, Message, Move
from complaints.services import handling, talking
from tenancy.models import ApiAnswer
from tests.complaints.pages import photo
from tests.complaints.seeds import accepted, answered, assigned, filed, furnish, resolved
from tests.factories.api import API, program
from tests.factories.house import NOON, House, in_scope_of


@pytest.fixture
def house(house: House) -> House:
    return furnish(house)


def said(house: House, **changes):
    given = {"unit": str(house.unit.pk), "category": "lift", "description": "The lift stops between floors."}
    return {**given, **changes}


def problem(answer, status: int, kind: str) -> dict:
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    body = answer.json()
    assert body["status"] == status
    assert body["type"] == f"/api/v1/docs/#{kind}"
    return body


def again(complaint: Complaint) -> Complaint:
    return Complaint.objects.get(pk=complaint.pk)


# -- filing ------------------------------------------------------------------------------------------------------------


def test_an_owner_files_and_reads_their_complaint(house):
    client = program(house, "owner")
    answer = client.send("complaints/", said(house, demand="Mend it."))
    assert answer.status_code == 201
    number = answer.json()["number"]
    assert answer["Location"] == f"{API}complaints/{number}/"
    assert answer.json()["follow_link"].startswith("http://lakeside.localhost/complaints/follow/")
    shown = client.get(answer["Location"]).json()
    assert (shown["state"], shown["description"], shown["demand"]) == (
        "received",
        "The lift stops between floors.",
        "Mend it.",
    )
    assert (shown["unit"]["code"], shown["building"]["name"], shown["desk"]) == ("A-0101", "North Tower", None)
    assert shown["acts"] == ["words"]
    complaint = Complaint.objects.get(number=number)
    assert (complaint.channel, complaint.complainant) == ("portal", house.people["owner"])


def test_what_is_missing_or_wrong_is_named_field_by_field(house):
    body = problem(program(house, "owner").send("complaints/", {"category": "lift"}), 400, "not-valid")
    assert body["errors"] == {"description": ["This field is required."]}
    client = program(house, "owner")
    wrong = {
        "category": said(house, category="none"),
        "unit": said(house, unit=str(house.other_unit.pk)),
        "place": said(house, unit=None, building=str(house.building.pk)),
        "building": said(house, unit=None, place="Lift 2"),
        "estate": said(house, unit=None, place="Gate", estate=str(uuid4())),
        "subject_staff": said(house, subject_staff=str(house.owner.pk)),
        "files": said(house, files=[str(uuid4())]),
    }
    for field, sent in wrong.items():
        assert list(problem(client.send("complaints/", sent), 400, "not-valid")["errors"]) == [field]
    assert Complaint.objects.count() == 0


def test_another_organisations_unit_looks_like_one_that_does_not_exist(house, stranger):
    client = program(house, "owner")
    foreign = client.send("complaints/", said(house, unit=str(stranger.unit.pk)))
    unknown = client.send("complaints/", said(house, unit=str(uuid4())))
    assert foreign.status_code == 400
    assert foreign.content == unknown.content


def test_an_anonymous_filing_leaves_no_trace_of_the_member_not_even_its_answer(house):
    client, key = program(house, "owner"), str(uuid4())
    sent = said(house, is_anonymous=True)
    first = client.send("complaints/", sent, Idempotency_Key=key)
    assert first.status_code == 201
    assert "Location" not in first
    complaint = Complaint.objects.get()
    assert (complaint.complainant, complaint.unit, complaint.building) == (None, None, house.building)
    assert ApiAnswer.objects.count() == 0
    second = client.send("complaints/", sent, Idempotency_Key=key)
    assert second.json()["number"] == first.json()["number"]
    assert Complaint.objects.count() == 1
    problem(client.read(f"complaints/{complaint.number}/"), 404, "not-found")


def test_staff_do_not_file_as_owners_and_owners_do_not_enter_for_others(house):
    problem(program(house, "clerk").send("complaints/", said(house)), 403, "not-allowed")
    problem(program(house, "owner").send("complaints/enter/", said(house, channel="phone")), 403, "not-allowed")
    problem(program(house, "auditor").send("complaints/enter/", said(house, channel="phone")), 403, "not-allowed")
    assert Complaint.objects.count() == 0


def test_a_clerk_enters_a_complaint_for_a_person_of_the_registry(house):
    person = str(house.people["owner"].pk)
    answer = program(house, "clerk").send("complaints/enter/", said(house, channel="phone", complainant=person))
    assert answer.status_code == 201
    complaint = Complaint.objects.get(number=answer.json()["number"])
    assert (complaint.complainant, complaint.taken_by, complaint.unit) == (
        house.people["owner"],
        house.clerk,
        house.unit,
    )


def test_what_the_counters_form_refuses_the_api_refuses(house):
    client, person = program(house, "clerk"), str(house.people["neighbour"].pk)
    sent = said(house, channel="phone", complainant=person)
    assert list(problem(client.send("complaints/enter/", sent), 400, "not-valid")["errors"]) == ["unit"]
    nameless = said(house, unit=None, estate=str(house.estate.pk), channel="phone")
    assert list(problem(client.send("complaints/enter/", nameless), 400, "not-valid")["errors"]) == ["caller_name"]
    badly = {**nameless, "caller_name": "A caller", "caller_phone": "12"}
    assert list(problem(client.send("complaints/enter/", badly), 400, "not-valid")["errors"]) == ["caller_phone"]
    assert client.send("complaints/enter/", {**badly, "caller_phone": "07700 900123"}).status_code == 201
    assert str(Complaint.objects.get().caller_phone) == "+447700900123"


# -- files -------------------------------------------------------------------------------------------------------------


def test_a_file_is_sent_first_and_named_in_the_filing(house):
    client = program(house, "owner")
    held = client.post(f"{API}files/", {"file": photo()})
    assert held.status_code == 201
    answer = client.send("complaints/", said(house, files=[held.json()["id"]]))
    shown = client.read(f"complaints/{answer.json()['number']}/").json()
    assert [each["name"] for each in shown["files"]] == ["leak.jpg"]
    got = client.get(held["Location"])
    assert got.status_code == 200
    assert got["Content-Type"] == "image/jpeg"
    assert b"".join(got.streaming_content)[:2] == b"\xff\xd8"
    assert AuditEntry.objects.get(action="attachment.downloaded").actor == house.owner
    problem(client.send("complaints/", said(house, files=[held.json()["id"]])), 400, "not-valid")


def test_somebody_elses_held_file_is_not_there(house):
    held = program(house, "neighbour").post(f"{API}files/", {"file": photo()}).json()["id"]
    client = program(house, "owner")
    problem(client.send("complaints/", said(house, files=[held])), 400, "not-valid")
    problem(client.read(f"files/{held}/"), 404, "not-found")
    assert Complaint.objects.count() == 0


# -- who sees what -----------------------------------------------------------------------------------------------------


def test_a_foreign_number_an_unknown_one_and_a_neighbours_are_one_answer_byte_for_byte(house, stranger):
    def file_there():
        furnish(stranger)
        return filed(stranger).number

    foreign = in_scope_of(stranger.organisation.pk, file_there)
    own = filed(house).number
    client = program(house, "neighbour")
    answers = [client.read(f"complaints/{number}/") for number in (foreign, own, "C-LAK-2026-999999", "x")]
    assert [answer.status_code for answer in answers] == [404] * 4
    assert len({answer.content for answer in answers}) == 1
    acts = [client.send(f"complaints/{number}/words/", {"body": "Mine."}) for number in (foreign, own, "x")]
    assert len({(answer.status_code, answer.content) for answer in [*acts, answers[0]]}) == 1
    assert Message.objects.count() == 0


def test_each_role_lists_what_its_pages_show(house):
    filed(house)
    other = assigned(house, complainant=house.people["neighbour"], unit=house.other_unit)
    accused = filed(house, subject_staff=house.clerk)
    listed = {
        role: {row["number"] for row in program(house, role).read("complaints/").json()["results"]}
        for role in (
            "owner",
            "neighbour",
            "clerk",
            "engineer",
            "engineer2",
            "manager",
            "auditor",
            "committee",
            "builder",
        )
    }
    assert listed["neighbour"] == listed["engineer"] == {other.number}
    assert len(listed["manager"]) == len(listed["auditor"]) == 3
    assert len(listed["owner"]) == 2
    assert accused.number not in listed["clerk"]
    assert listed["engineer2"] == listed["committee"] == listed["builder"] == set()


def test_the_person_complained_of_cannot_read_it(house):
    number = filed(house, subject_staff=house.clerk).number
    problem(program(house, "clerk").read(f"complaints/{number}/"), 404, "not-found")
    assert program(house, "manager").read(f"complaints/{number}/").json()["desk"]["subject_staff"] == house.clerk.name


def test_the_complainant_never_sees_what_stays_inside(house):
    complaint = assigned(house)
    handling.propose_solution(complaint_id=complaint.pk, actor=house.engineer, remedy="Inside only.", now=NOON)
    talking.write_note(complaint_id=complaint.pk, actor=house.clerk, body="Inside too.", now=NOON)
    answer = program(house, "owner").read(f"complaints/{complaint.number}/")
    assert "Inside" not in answer.content.decode()
    assert answer.json()["desk"] is None
    seen = program(house, "manager").read(f"complaints/{complaint.number}/").json()
    assert seen["remedy"] == "Inside only."
    assert [each["body"] for each in seen["messages"]] == ["Inside too."]
    assert seen["desk"]["priority"] == complaint.priority


def test_phones_are_masked_for_the_auditor_and_gone_for_the_engineer_when_it_is_over(house):
    person = house.people["owner"]
    person.phone = "+447700900123"
    person.save()
    complaint = assigned(house)

    def phone(role: str) -> str:
        return program(house, role).read(f"complaints/{complaint.number}/").json()["desk"]["complainant"]["phone"]

    assert [phone(role) for role in ("manager", "engineer", "auditor")] == ["+447700900123", "+447700900123", "••• 123"]
    assert AuditEntry.objects.filter(action="complaint.read", actor=house.auditor).count() == 1
    Complaint.objects.filter(pk=complaint.pk).update(is_open=False)
    assert phone("engineer") == ""


def test_the_list_is_narrowed(house):
    first, second = filed(house), accepted(house, category="noise", description="Drums at night.")
    client = program(house, "clerk")

    def numbers(**query):
        return [row["number"] for row in client.read("complaints/", query).json()["results"]]

    assert numbers() == [second.number, first.number]
    assert numbers(state="accepted") == numbers(category="noise") == numbers(q="drums") == [second.number]
    assert numbers(q=first.number) == [first.number]
    assert numbers(is_open="false") == numbers(estate_id=str(uuid4())) == []
    assert list(problem(client.read("complaints/", {"state": "lost"}), 400, "not-valid")["errors"]) == ["state"]


def test_pages_hold_each_complaint_once(house, settings):
    settings.API = {**settings.API, "PAGE_ROWS": 3}
    numbers = {filed(house).number for _ in range(7)}
    client, address, seen = program(house, "clerk"), f"{API}complaints/?is_open=true", []
    while address:
        page = client.get(address).json()
        seen += [row["number"] for row in page["results"]]
        address = page["next"]
    assert sorted(seen) == sorted(numbers)
    problem(client.read("complaints/", {"cursor": "bm9wZQ"}), 400, "not-valid")


@pytest.mark.parametrize("role", ["owner", "clerk"])
def test_a_list_asks_as_much_for_thirty_rows_as_for_one(house, role):
    client, counts = program(house, role), []
    for more in (1, 29):
        for _ in range(more):
            assigned(house)
        client.read("complaints/")
        with CaptureQueriesContext(connection) as asked:
            client.read("complaints/")
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 10


# -- acts --------------------------------------------------------------------------------------------------------------


def test_every_act_of_the_pages_has_its_address():
    assert list(SENT) == list(ACTS)


def test_a_complaint_is_walked_from_filed_to_closed(house):
    owner, clerk, engineer = program(house, "owner"), program(house, "clerk"), program(house, "engineer")
    case = f"complaints/{owner.send('complaints/', said(house)).json()['number']}/"
    assert clerk.read(case).json()["acts"] == ["accept", "priority", "reply", "task", "watch", "aside", "note"]
    assert clerk.send(f"{case}accept/").json()["state"] == "accepted"
    handed = program(house, "supervisor").send(f"{case}assign/", {"handler_id": str(house.engineer.pk)})
    assert handed.json()["handler"]["name"] == house.engineer.name
    assert engineer.send(f"{case}investigate/").json()["state"] == "investigating"
    assert engineer.send(f"{case}wait/", {"question": "Which floor?"}).json()["state"] == "waiting_for_complainant"
    assert owner.read(case).json()["question"] == "Which floor?"
    assert owner.send(f"{case}words/", {"body": "The fifth."}).json()["state"] == "investigating"
    answered_ = engineer.send(f"{case}answer/", {"decision": "A contact was worn.", "remedy": "We replace it."})
    assert (answered_.json()["state"], answered_.json()["remedy"]) == ("answered", "We replace it.")
    assert engineer.send(f"{case}resolve/", {"resolution": "Replaced."}).json()["state"] == "resolved"
    done = owner.send(f"{case}solved/", {"rating": 5})
    assert (done.json()["state"], done.json()["is_open"], done.json()["rating"]) == ("closed", False, 5)


def test_an_illegal_move_is_a_409_that_names_the_state(house):
    complaint = accepted(house)
    body = problem(program(house, "clerk").send(f"complaints/{complaint.number}/accept/"), 409, "conflict")
    assert "“Accepted”" in body["detail"]
    assert Move.objects.filter(complaint=complaint, to_state="accepted").count() == 1
    own = problem(program(house, "owner").send(f"complaints/{complaint.number}/solved/", {}), 409, "conflict")
    assert "“Accepted”" in own["detail"]


@pytest.mark.parametrize(
    ("role", "act", "status"),
    [
        ("owner", "accept", 403),
        ("engineer", "accept", 404),
        ("auditor", "accept", 403),
        ("auditor", "note", 403),
        ("clerk", "assign", 403),
        ("clerk", "words", 404),
        ("neighbour", "words", 404),
        ("committee", "words", 404),
    ],
)
def test_who_may_not_act_changes_nothing(house, role, act, status):
    complaint = filed(house)
    moves = Move.objects.count()
    sent = {"handler_id": str(house.engineer.pk), "body": "No."}
    assert program(house, role).send(f"complaints/{complaint.number}/{act}/", sent).status_code == status
    assert (again(complaint).state, Move.objects.count(), Message.objects.count()) == ("received", moves, 0)


def test_an_act_without_its_words_is_refused_and_nothing_is_done(house):
    complaint = assigned(house)
    client = program(house, "engineer")
    body = problem(client.send(f"complaints/{complaint.number}/answer/", {"decision": " "}), 400, "not-valid")
    assert list(body["errors"]) == ["decision"]
    assert again(complaint).state == "assigned"
    body = problem(client.send(f"complaints/{complaint.number}/resolve/", {"resolution": "Done."}), 409, "conflict")
    assert "“Assigned”" in body["detail"]


def test_nobody_replies_to_an_anonymous_complaint(house):
    complaint = filed(house, is_anonymous=True)
    problem(program(house, "clerk").send(f"complaints/{complaint.number}/reply/", {"body": "Hello."}), 409, "conflict")
    assert Message.objects.count() == 0


def test_the_return_visit_needs_an_answer(house):
    complaint = resolved(house, at=timezone.now() - timedelta(hours=1))
    client = program(house, "clerk")
    sent = {"method": "phone", "is_reached": True}
    body = problem(client.send(f"complaints/{complaint.number}/visit/", sent), 400, "not-valid")
    assert list(body["errors"]) == ["is_solved"]
    done = client.send(f"complaints/{complaint.number}/visit/", {**sent, "is_solved": True, "rating": 4})
    assert done.json()["state"] == "closed"


def test_a_notes_file_stays_inside(house):
    complaint, client = assigned(house), program(house, "engineer")
    held = client.post(f"{API}files/", {"file": photo()}).json()["id"]
    client.send(f"complaints/{complaint.number}/note/", {"files": [held]})
    assert Attachment.objects.get().audience == "staff"
    owner = program(house, "owner")
    assert owner.read(f"complaints/{complaint.number}/").json()["files"] == []
    problem(owner.read(f"files/{held}/"), 404, "not-found")


# -- versions ----------------------------------------------------------------------------------------------------------


def test_a_version_is_read_once_and_changed_only_as_it_was_seen(house):
    complaint = filed(house)
    client = program(house, "clerk")
    case = f"complaints/{complaint.number}/"
    first = client.read(case)
    unchanged = client.read(case, **{"If-None-Match": first["ETag"]})
    assert (unchanged.status_code, unchanged.content, unchanged["ETag"]) == (304, b"", first["ETag"])
    program(house, "manager").send(f"{case}note/", {"body": "Meanwhile."})
    problem(client.send(f"{case}accept/", If_Match=first["ETag"]), 412, "changed-meanwhile")
    assert again(complaint).state == "received"
    assert client.read(case, **{"If-None-Match": first["ETag"]}).status_code == 200
    done = client.send(f"{case}accept/", If_Match=client.read(case)["ETag"])
    assert done.status_code == 200
    assert client.read(case)["ETag"] == done["ETag"]


def test_the_same_words_after_an_answer(house):
    complaint = answered(house)
    client = program(house, "owner")
    assert client.read(f"complaints/{complaint.number}/").json()["acts"] == [
        "words",
        "solved",
        "not-solved",
        "second-look",
    ]
    assert client.send(f"complaints/{complaint.number}/second-look/").json()["state"] == "stage_2"


def test_categories_are_named_in_the_readers_language(house):
    rows = program(house, "owner").read("categories/").json()["results"]
    assert {"code": "lift", "name": "Lift"}.items() <= next(row for row in rows if row["code"] == "lift").items()
