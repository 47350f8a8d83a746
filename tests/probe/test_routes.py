"""Every address x method x person x object answers as the matrix says, and tells nobody what is not theirs."""

import pytest

from tenancy.models import Membership
from tests.probe.asking import asked, telling
from tests.probe.routes import METHODS, cases, documented, oracle, walk, without_names
from tests.probe.world import PROGRAMS

pytestmark = pytest.mark.django_db
VISITORS = (
    "anonymous", "owner", "coowner", "neighbour", "occupant", "committee", "partner", "clerk", "clerk of a building",
    "clerk of another building", "engineer", "engineer2", "supervisor", "manager", "quality", "admin", "auditor",
    "ex-member", "platform operator", "foreign administrator",
)  # fmt: skip


def test_every_route_has_its_entry_in_the_oracle():
    assert len(cases()) >= len(list(walk())) > 150


def test_the_oracle_speaks_of_no_route_that_is_gone():
    assert set(oracle()["routes"]) - {route.name for route in walk()} == set()


def test_every_path_of_the_openapi_document_is_walked():
    walked = {without_names(route.text) for route in walk()}
    assert documented() - walked == set()
    undocumented = {path for path in walked if path.startswith("/api/")} - documented()
    assert undocumented == {"/api/v1/schema/", "/api/v1/docs/", without_names("api/v1/[\\s\\S]*")}
    assert without_names("registry/people/<uuid:person_id>/") == without_names("/registry/people/{id}/")


def test_every_role_of_the_matrix_walks(world):
    walking = {visitor.member.role for visitor in world.visitors.values() if visitor.member}
    assert walking == set(Membership.Role.values)
    assert set(VISITORS) == set(world.visitors)
    assert world.planted >= 200


@pytest.mark.parametrize("name", VISITORS)
@pytest.mark.usefixtures("_free_of_limits")
def test_the_answers_are_those_of_the_matrix(world, name):
    """GET and POST on every object that makes a difference; tests/chaos asks the full product of all methods."""
    visitor, wrong = world.visitors[name], []
    for case in cases():
        for which, methods in telling(world, case, visitor):
            wrong += asked(world, case, visitor, which, methods)
    assert wrong == [], "\n".join(wrong)


@pytest.mark.parametrize("name", PROGRAMS)
@pytest.mark.usefixtures("_free_of_limits")
def test_a_token_opens_what_its_member_may_and_no_more(world, name):
    """The same matrix for programs; that a token opens no page is tests/tenancy/test_api_doors.py's."""
    program, wrong = world.programs[name], []
    for case in cases():
        if not case.route.name.startswith("api:"):
            continue
        for which, methods in telling(world, case, program):
            wrong += asked(world, case, program, which, methods)
    assert wrong == [], "\n".join(wrong)


@pytest.mark.usefixtures("_free_of_limits")
def test_other_methods_open_nothing_more(world):
    """To a clerk, who gets into most; tests/chaos tries them as everybody."""
    visitor, wrong = world.visitors["clerk"], []
    for case in cases():
        others = [method for method in METHODS if method not in case.methods]
        wrong += asked(world, case, visitor, "own", others)
    assert wrong == [], "\n".join(wrong)
