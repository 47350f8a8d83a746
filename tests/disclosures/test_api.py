"""Accounts for programs: what the pages show, to whom they show it."""

import pytest

from disclosures.models import AccountStatement, Remark
from disclosures.services import asking
from disclosures.services.asking import Asking
from owners.models import EstateAssignment
from tenancy.errors import DomainError
from tests.disclosures.making import LINES, brought_to, drafted
from tests.factories.api import program
from tests.factories.house import NOON

pytestmark = pytest.mark.django_db


def test_the_figures_are_those_of_the_page_as_exact_decimals(house):
    row = brought_to(house, "published")
    said = program(house, "manager").read(f"accounts/{row.pk}/").json()
    money = {name: said[name] for name in ("opening", "income", "expense", "closing", "difference")}
    assert money == {
        "opening": "100.000", "income": "300.000", "expense": "90.150", "closing": "309.850", "difference": "0.000",
    }  # fmt: skip
    assert next((one["code"], one["amount"]) for one in said["categories"]) == ("IN-1", "300.000")
    assert sum(one["part"] for one in said["of_each_hundred"]) == 100
    assert (said["asked_members"], said["signed"], said["returned"]) == (1, 1, 0)


def test_lines_come_in_the_order_of_the_account_page_by_page(house, settings):
    settings.API = {**settings.API, "PAGE_ROWS": 2}
    row, reader = brought_to(house, "published"), program(house, "owner")
    first = reader.read(f"accounts/{row.pk}/lines/").json()
    second = reader.get(first["next"]).json()
    places = [line["place"] for line in first["results"] + second["results"]]
    assert (places, second["next"]) == ([line["place"] for line in LINES], None)
    assert reader.read(f"accounts/{row.pk}/lines/?cursor=x").status_code == 400


@pytest.mark.parametrize(("who", "status"), [("manager", 200), ("committee", 404), ("owner", 404), ("clerk", 404)])
def test_a_draft_is_there_for_those_who_keep_the_accounts_alone(house, who, status):
    EstateAssignment.objects.get_or_create(membership=house.committee, estate=house.estate)
    row, reader = drafted(house), program(house, who)
    for path in ("", "lines/", "questions/"):
        assert reader.read(f"accounts/{row.pk}/{path}").status_code == status
    listed = reader.read("accounts/")
    assert listed.status_code == 404 or (len(listed.json()["results"]) == 1) is (status == 200)


def test_a_question_of_another_owner_is_read_without_a_name_once_it_is_public(house):
    row = brought_to(house, "published")
    said = asking.remark(statement_id=row.pk, asking=Asking("I of A-0101 ask"), actor=house.owner, now=NOON)
    neighbour = program(house, "neighbour")
    assert neighbour.read(f"accounts/{row.pk}/questions/").json()["results"] == []
    asking.answer(
        remark_id=said.pk, words="Bulbs.", actor=house.manager, now=NOON, is_public=True, public_body="What for?"
    )
    (shown,) = neighbour.read(f"accounts/{row.pk}/questions/").json()["results"]
    assert (shown["asked_by"], shown["body"], shown["answer"]) == ("", "What for?", "Bulbs.")
    (own,) = program(house, "owner").read(f"accounts/{row.pk}/questions/").json()["results"]
    assert own["body"] == "I of A-0101 ask"


def test_the_committee_asks_on_a_line_and_signs_off(house):
    row = brought_to(house, "committee_review")
    member, line = program(house, "committee"), row.lines.get(place=2)
    asked = member.send(f"accounts/{row.pk}/questions/", {"body": "Which bank?", "line": str(line.pk)})
    assert (asked.status_code, Remark.objects.get().line) == (201, line)
    signed = member.send(f"accounts/{row.pk}/sign/")
    assert (signed.status_code, signed.json()["state"]) == (200, AccountStatement.State.APPROVED)


def test_nobody_else_decides_and_a_return_needs_reasons(house):
    row = brought_to(house, "committee_review")
    for who in ("manager", "supervisor"):
        assert program(house, who).send(f"accounts/{row.pk}/sign/").status_code == 403
    member = program(house, "committee")
    assert member.send(f"accounts/{row.pk}/return/", {"reason": ""}).status_code == 400
    assert member.send(f"accounts/{row.pk}/return/", {"reason": "No voucher."}).json()["returned"] == 1


def test_a_token_without_the_right_reads_nothing(house):
    row = brought_to(house, "published")
    reader = program(house, "manager", scopes=["reports:read"])
    assert reader.read(f"accounts/{row.pk}/").status_code == 403


def test_what_is_opened_to_all_names_neither_who_asked_nor_their_unit(house):
    row = brought_to(house, "published")
    said = asking.remark(statement_id=row.pk, asking=Asking("Why?"), actor=house.owner, now=NOON)
    given = {"remark_id": said.pk, "actor": house.manager, "now": NOON}
    open_to_all = {"is_public": True, "public_body": "What for?"}
    for change, field in (
        ({"public_body": f"{house.owner.name} asks"}, "public_body"),
        ({"public_body": f"Why in {house.unit.code.lower()}?"}, "public_body"),
        ({"words": f"Dear {house.owner.name}, bulbs."}, "words"),
    ):
        with pytest.raises(DomainError) as refusal:
            asking.answer(**{"words": "Bulbs.", **given, **open_to_all, **change})
        assert refusal.value.code == field
    assert asking.answer(words=f"Dear {house.owner.name}, bulbs.", **given).answered_at == NOON  # to them alone
