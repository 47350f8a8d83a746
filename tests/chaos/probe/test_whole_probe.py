"""The probe's full product: every route x every method x everybody x every object."""

import pytest

from tests.probe.asking import asked
from tests.probe.conftest import _free_of_limits, _private_storage, world
from tests.probe.routes import METHODS, cases
from tests.probe.test_routes import VISITORS
from tests.probe.world import PROGRAMS, WHICH

__all__ = ["_free_of_limits", "_private_storage", "world"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_free_of_limits")]


@pytest.mark.parametrize("name", VISITORS)
def test_every_answer_is_that_of_the_matrix(world, name):
    visitor, wrong = world.visitors[name], []
    for case in cases():
        for which in WHICH if case.kind else ("own",):
            wrong += asked(world, case, visitor, which, METHODS)
    assert wrong == [], "\n".join(wrong)


@pytest.mark.parametrize("name", PROGRAMS)
def test_every_answer_to_a_program_is_that_of_the_matrix(world, name):
    program, wrong = world.programs[name], []
    for case in cases():
        if case.route.name.startswith("api:"):
            for which in WHICH if case.kind else ("own",):
                wrong += asked(world, case, program, which, METHODS)
    assert wrong == [], "\n".join(wrong)
