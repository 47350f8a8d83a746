"""What is done with accounts by programs: the machine's acts, corrections, lines gone through, questions answered."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from audit.models import AuditEntry
from disclosures.models import AccountStatement, LineSeen
from disclosures.services import asking, statements
from disclosures.services.asking import Asking
from tests.complaints.pages import photo
from tests.disclosures.making import brought_to, drafted, spreadsheet
from tests.factories.api import API, program
from tests.factories.house import NOON, in_scope_of

pytestmark = pytest.mark.django_db


def abroad(stranger, who, path, body=None):
    """What a program of another organisation is told."""
    return in_scope_of(stranger.organisation.pk, lambda: program(stranger, who).send(path, body))


def entries(action: str) -> int:
    return AuditEntry.objects.filter(action=action).count()


def test_a_program_brings_accounts_from_the_draft_to_the_end(house):
    row = brought_to(house, "draft")
    by, finance, member = (program(house, who) for who in ("supervisor", "manager", "committee"))
    way = ((by, "prepare", "prepared"), (finance, "check", "finance_checked"), (finance, "submit", "committee_review"))
    for who, act, state in way:
        assert f"do/{act}" in who.read(f"accounts/{row.pk}/").json()["acts"]
        said = who.send(f"accounts/{row.pk}/do/{act}/")
        assert (said.status_code, said.json()["state"]) == (200, state)
    assert member.read(f"accounts/{row.pk}/").json()["acts"] == ["sign", "return", "questions"]
    member.send(f"accounts/{row.pk}/sign/")
    assert finance.send(f"accounts/{row.pk}/do/publish/").json()["state"] == "published"
    assert program(house, "owner").read(f"accounts/{row.pk}/").json()["acts"] == ["questions"]
    assert finance.send(f"accounts/{row.pk}/do/close/").json()["state"] == "closed"


def test_the_second_call_changes_nothing(house):
    row, by = drafted(house), program(house, "supervisor")
    for _time in (1, 2):
        assert by.send(f"accounts/{row.pk}/do/prepare/").status_code == 200
    assert entries("statement.prepared") == 1


def test_the_same_key_is_carried_out_once_and_an_old_version_not_at_all(house):
    row, by = drafted(house), program(house, "supervisor")
    old = by.read(f"accounts/{row.pk}/").headers["ETag"]
    said = [by.send(f"accounts/{row.pk}/do/prepare/", Idempotency_Key="once", If_Match=old) for _time in (1, 2)]
    assert [one.status_code for one in said] == [200, 200]
    assert said[1].headers["Idempotent-Replayed"] == "true"
    late = program(house, "manager").send(f"accounts/{row.pk}/do/check/", If_Match=old)
    assert (late.status_code, AccountStatement.objects.get().state) == (412, "prepared")


ACTS = ("prepare", "check", "send_back", "submit", "publish", "close", "correct")


@pytest.mark.parametrize("act", ACTS)
def test_who_reads_accounts_only_is_refused_and_for_others_nothing_is_there(house, stranger, act):
    row = brought_to(house, "published")
    path = f"accounts/{row.pk}/do/{act}/"
    assert program(house, "committee").send(path, {"reason": "x", "explanation": "x"}).status_code == 403
    assert program(house, "auditor").send(path).status_code == 403
    assert program(house, "clerk").send(path).status_code == 404
    assert abroad(stranger, "manager", path).status_code == 404
    assert AccountStatement.objects.get().state == "published"


def test_reasons_are_missed_at_their_field_and_a_wrong_state_is_a_conflict(house):
    row, finance = brought_to(house, "prepared"), program(house, "manager")
    for reason in ({}, {"reason": " "}):
        said = finance.send(f"accounts/{row.pk}/do/send_back/", reason)
        assert (said.status_code, list(said.json()["errors"])) == (400, ["reason"])
    assert finance.send(f"accounts/{row.pk}/do/publish/").status_code == 409
    back = finance.send(f"accounts/{row.pk}/do/send_back/", {"reason": "A line is missing."}).json()
    assert (back["state"], back["back_reason"]) == ("draft", "A line is missing.")


def test_whoever_prepared_does_not_check_and_is_not_offered_it(house):
    row = drafted(house)
    statements.act(statement_id=row.pk, name="prepare", actor=house.manager, now=NOON)
    finance = program(house, "manager")
    assert "do/check" not in finance.read(f"accounts/{row.pk}/").json()["acts"]
    assert finance.send(f"accounts/{row.pk}/do/check/").status_code == 409


def test_a_correction_is_begun_once_and_names_what_it_corrects(house):
    row, by = brought_to(house, "published"), program(house, "supervisor")
    missed = by.send(f"accounts/{row.pk}/do/correct/")
    assert (missed.status_code, list(missed.json()["errors"])) == (400, ["explanation"])
    first, second = (by.send(f"accounts/{row.pk}/do/correct/", {"explanation": "A bill."}) for _time in (1, 2))
    assert [first.status_code, second.status_code] == [201, 200]
    assert (first.json()["id"], first.json()["corrects"]) == (second.json()["id"], str(row.pk))
    assert by.get(first.headers["Location"]).json()["version"] == 2


def test_who_has_looked_and_how_many_are_silent_is_told_to_staff_and_committee(house):
    row = brought_to(house, "committee_review")
    finance, member = program(house, "manager"), program(house, "committee")
    before = finance.read(f"accounts/{row.pk}/").json()
    assert (before["silent"], before["reviews"][0]["looked_at"]) == (1, None)
    assert member.read(f"accounts/{row.pk}/").json()["reviews"][0]["looked_at"]
    (review,) = finance.read(f"accounts/{row.pk}/").json()["reviews"]
    assert (review["member"], review["decision"], bool(review["looked_at"])) == (house.committee.name, "", True)
    member.send(f"accounts/{row.pk}/sign/")
    finance.send(f"accounts/{row.pk}/do/publish/")
    owner = program(house, "owner").read(f"accounts/{row.pk}/").json()
    assert (owner["reviews"], owner["signed"], owner["silent"]) == ([], 1, 0)


def test_the_bank_balance_stands_beside_the_closing_one(house):
    row = drafted(house, bank="309.85")
    assert program(house, "supervisor").read(f"accounts/{row.pk}/").json()["bank_balance"] == "309.850"


def test_a_member_goes_through_the_lines_and_may_take_that_back(house, stranger):
    row = brought_to(house, "committee_review")
    line, member = row.lines.get(place=2), program(house, "committee")
    path = f"accounts/lines/{line.pk}/seen/"
    for _time in (1, 2):
        assert member.send(path).json()["is_seen"] is True
    assert (entries("statement.line_seen"), LineSeen.objects.count()) == (1, 1)
    assert member.read(f"accounts/{row.pk}/").json()["lines_seen"] == 1
    seen = [each["is_seen"] for each in member.read(f"accounts/{row.pk}/lines/").json()["results"]]
    assert seen == [False, True, False]
    assert member.send(path, {"is_seen": False}).json()["is_seen"] is False
    assert program(house, "manager").send(path).status_code == 403
    assert program(house, "owner").send(path).status_code == 404
    assert abroad(stranger, "committee", path).status_code == 404
    assert member.send(path, {"is_seen": "perhaps"}).json()["errors"].keys() == {"is_seen"}
    assert program(house, "manager").read(f"accounts/{row.pk}/").json()["lines_seen"] is None


def test_scans_are_added_to_a_line_and_owners_do_not_read_which(house):
    row, by = brought_to(house, "committee_review"), program(house, "supervisor")
    path = f"accounts/lines/{row.lines.get(place=1).pk}/vouchers/"
    file = by.post(f"{API}files/", {"file": photo()}).json()["id"]
    assert program(house, "committee").send(path, {"files": [file]}).status_code == 403
    assert by.send(path, {"files": []}).json()["errors"].keys() == {"files"}
    assert by.send(path, {"files": [file]}).json()["vouchers"] == [file]
    assert by.send(path, {"files": [file]}).status_code == 400  # it belongs to the line now
    AccountStatement.objects.filter(pk=row.pk).update(state="published")
    other = by.post(f"{API}files/", {"file": photo()}).json()["id"]
    assert by.send(path, {"files": [other]}).status_code == 409  # what is published is not changed any more
    for who, said in (("committee", [file]), ("owner", [])):
        assert program(house, who).read(f"accounts/{row.pk}/lines/").json()["results"][0]["vouchers"] == said


def test_a_question_is_answered_once_and_names_nobody_before_all(house, stranger):
    row = brought_to(house, "published")
    asked = asking.remark(statement_id=row.pk, asking=Asking("Why?"), actor=house.owner, now=NOON)
    path, finance = f"accounts/questions/{asked.pk}/answer/", program(house, "manager")
    assert program(house, "owner").send(path, {"words": "x"}).status_code == 403
    assert program(house, "neighbour").send(path, {"words": "x"}).status_code == 404
    assert abroad(stranger, "manager", path, {"words": "x"}).status_code == 404
    assert finance.send(path, {"words": ""}).json()["errors"].keys() == {"words"}
    named = {"words": "Bulbs.", "is_public": True, "public_body": f"{house.owner.name} asks"}
    for body in (named, {**named, "public_body": ""}):
        said = finance.send(path, body)
        assert (said.status_code, list(said.json()["errors"])) == (400, ["public_body"])
    done = finance.send(path, {**named, "public_body": "What for?"})
    assert (done.status_code, done.json()["answer"], done.json()["is_public"]) == (200, "Bulbs.", True)
    assert finance.send(path, {"words": "Again."}).status_code == 409
    vote = f"accounts/questions/{asked.pk}/vote/"
    for helped in (False, False, True):
        assert program(house, "neighbour").send(vote, {"was_helpful": helped}).json() == {"was_helpful": helped}
    assert entries("statement.question_voted") == 2
    assert finance.send(vote, {"was_helpful": True}).status_code == 409
    assert abroad(stranger, "owner", vote, {"was_helpful": True}).status_code == 404


def test_a_file_is_brought_in_as_drafts_and_what_is_wrong_stands_at_it(house, stranger):
    by = program(house, "supervisor")

    def sent(who=by, **changes):
        file = SimpleUploadedFile("accounts.xlsx", changes.pop("content", spreadsheet()))
        return who.post(f"{API}accounts/bring-in/", {"estate": str(house.estate.pk), "file": file, **changes})

    for _time in (1, 2):
        (row,) = sent().json()["results"]
        assert (row["state"], row["kind"], row["closing"]) == ("draft", "public_revenue", "309.850")
    assert AccountStatement.objects.count() == 1
    for wrong, field in (
        ({"content": b"no workbook"}, "file"), ({"content": spreadsheet(amount="much")}, "file"), ({"file": ""}, "file"),
        ({"estate": str(stranger.estate.pk)}, "estate"),
    ):  # fmt: skip
        said = sent(**wrong)
        assert (said.status_code, list(said.json()["errors"])) == (400, [field])
    by.send(f"accounts/{row['id']}/do/prepare/")
    assert sent().json()["errors"].keys() == {"file"}
    assert sent(program(house, "committee")).status_code == 403
    assert sent(program(house, "clerk")).status_code == 404
