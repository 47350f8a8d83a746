"""The access matrix: what the file may say, what is asked of it, and that pages and lists agree with it."""

import ast
import re
from io import StringIO
from pathlib import Path
from types import SimpleNamespace
from uuid import uuid4

import pytest
import yaml
from django.contrib import admin
from django.core.management import call_command

from audit.admin import OrganisationAdmin
from tenancy import policy
from tenancy.access_page import access_page
from tenancy.models import Membership
from tenancy.policy import PolicyError, can, matrix, read, sight
from tenancy.reach import reach_from

ROOT = Path(__file__).resolve().parents[2]
HERE, THERE = uuid4(), uuid4()
NORTH, SOUTH = uuid4(), uuid4()


def somebody(role, **fields):
    given = {"organisation_id": 1, "role": role, "name": role, "all_estates": False, "is_active": True, **fields}
    member = Membership(**given)
    member.__dict__["_reach"] = reach_from([(HERE, None)])
    return member


def case(**fields):
    given = {"organisation_id": 1, "estate_id": HERE, "building_id": None, "handler_id": None, "subject_staff_id": None}
    return SimpleNamespace(**{**given, "complainant": None, "is_open": True, **fields})


# -- the file ------------------------------------------------------------------------------------------------------------


def said(**changes):
    return {**yaml.safe_load(policy.SOURCE.read_text(encoding="utf-8")), **changes}


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"actions": {"x.do": {"title": "X", "allow": {"boss": "own"}}}}, "policy.yaml, x.do: no such role: boss"),
        ({"actions": {"x.do": {"title": "X", "allow": {"clerk": "all"}}}}, "policy.yaml, x.do: no such scope: all"),
        ({"actions": {"x.do": {"title": "X", "allow": {}, "never": "boss"}}}, "policy.yaml, x.do: no such exception: boss"),
        ({"actions": {"x.do": {"title": "X", "allow": {"clerk": []}}}}, "policy.yaml, x.do: a role without a scope"),
        ({"actions": {"x.do": {"allow": {"clerk": "own"}}}}, "policy.yaml, x.do: must say allow, title"),
        ({"fields": {"x": {"title": "X", "see": {"clerk": "half"}}}}, "policy.yaml, x: no such sight: half"),
        ({"scopes": {"own": "theirs"}}, "policy.yaml does not say what addressed, estate, handled, home, organisation means"),
        ({"more": {}}, "policy.yaml, the file: must say actions, exceptions, fields, scopes"),
    ],
)  # fmt: skip
def test_a_matrix_that_cannot_be_read_says_what_is_wrong(changes, sentence):
    with pytest.raises(PolicyError, match=re.escape(sentence)):
        read(said(**changes))


def test_an_action_or_field_that_does_not_stand_there_is_an_error_not_a_refusal():
    with pytest.raises(PolicyError, match=re.escape("knows no action 'complaint.burn'")):
        can(somebody("admin"), "complaint.burn")
    with pytest.raises(PolicyError, match=re.escape("knows no field 'person.soul'")):
        sight(somebody("admin"), "person.soul")


def test_the_page_of_the_matrix_is_up_to_date(tmp_path):
    written = (ROOT / "docs" / "access.md").read_text(encoding="utf-8")
    assert written == access_page(matrix()), "run: manage.py render_access"
    call_command("render_access", to=tmp_path / "access.md", stdout=StringIO())
    assert (tmp_path / "access.md").read_text(encoding="utf-8") == written


def test_every_action_and_field_is_asked_for_somewhere():
    """What nobody asks would be documentation that nothing holds."""
    asked = set()
    for path in ROOT.glob("[a-z]*/**/*.py"):
        if path.parts[len(ROOT.parts)] in ("tests", "bench", "var"):
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        asked |= {
            node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)
        }
    for path in (ROOT / "templates").rglob("*.html"):
        asked |= set(re.findall(r'\|can:"([a-z_.]+)"', path.read_text(encoding="utf-8")))
    assert {name for name in (*matrix().actions, *matrix().fields) if name not in asked} == set()


def test_every_page_of_the_administration_names_its_actions():
    for model, page in admin.site._registry.items():
        if isinstance(page, OrganisationAdmin):
            assert page.reads in matrix().actions, f"{model.__name__}: reads names no action of the policy"
            assert page.writes in ("", *matrix().actions), f"{model.__name__}: writes names no action of the policy"
            assert not {"readers", "writers"} & set(vars(type(page))), f"{model.__name__}: name actions, not roles"


# -- the questions -------------------------------------------------------------------------------------------------------


def test_nobody_and_somebody_shut_out_may_do_nothing():
    for action in matrix().actions:
        assert not can(None, action)
        for role in Membership.Role.values:
            assert not can(somebody(role, is_active=False), action), (role, action)
            assert not can(somebody(role, is_active=False, all_estates=True), action, case())


def test_nothing_of_another_organisation_is_anybodys():
    theirs = case(organisation_id=2)
    for action in matrix().actions:
        for role in Membership.Role.values:
            member = somebody(role, all_estates=True)
            theirs.handler_id = theirs.to_id = theirs.membership_id = member.pk
            assert not can(member, action, theirs), (role, action)


def test_estate_scope_is_the_assigned_estates_or_all():
    clerk = somebody("clerk")
    assert can(clerk, "complaint.read", case())
    assert not can(clerk, "complaint.read", case(estate_id=THERE))
    assert can(somebody("clerk", all_estates=True), "complaint.read", case(estate_id=THERE))


def test_an_assignment_of_a_building_reaches_that_building_alone():
    clerk = somebody("clerk")
    clerk.__dict__["_reach"] = reach_from([(HERE, NORTH)])
    assert can(clerk, "complaint.read", case(building_id=NORTH))
    assert not can(clerk, "complaint.read", case(building_id=SOUTH))
    assert not can(clerk, "complaint.read", case(building_id=None)), "the grounds are nobody's building"


def test_a_whole_estate_beside_one_of_its_buildings_is_the_whole_estate():
    reach = reach_from([(HERE, NORTH), (HERE, None), (THERE, SOUTH)])
    assert (reach.estates, reach.buildings, reach.parts) == ({HERE}, {SOUTH}, {THERE})
    assert reach.covers(HERE, SOUTH)
    assert not reach.covers(THERE, NORTH)
    assert reach.covers_whole([HERE])
    assert not reach.covers_whole([HERE, THERE])
    assert not reach.covers_whole([])


def test_the_person_complained_of_loses_every_right_over_the_case():
    for role in ("clerk", "engineer", "supervisor", "manager", "quality", "admin"):
        member = somebody(role, all_estates=True)
        about_them = case(subject_staff_id=member.pk, handler_id=member.pk)
        allowed = {name for name in matrix().actions if name.startswith("complaint.") and can(member, name, about_them)}
        assert allowed == {"complaint.enter"}, role


def test_an_engineer_has_what_they_handle_and_no_more():
    engineer = somebody("engineer", all_estates=True)
    assert not can(engineer, "complaint.read", case())
    theirs = case(handler_id=engineer.pk)
    assert can(engineer, "complaint.read", theirs)
    assert can(engineer, "complaint.handle", theirs)
    assert not can(engineer, "complaint.assign", theirs)


def test_contacts_are_masked_for_auditors_and_hidden_after_the_case_from_engineers():
    assert sight(somebody("auditor"), "person.contact", case()) == "masked"
    assert sight(somebody("engineer"), "person.contact", case()) == "whole"
    assert sight(somebody("engineer"), "person.contact", case(is_open=False)) == "hidden"
    assert sight(somebody("engineer"), "person.contact") == "hidden"
    for role in ("owner", "occupant", "committee", "partner"):
        assert sight(somebody(role), "person.contact", case()) == "hidden"
    assert sight(somebody("clerk", is_active=False), "person.contact", case()) == "hidden"
