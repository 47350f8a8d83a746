"""The API under many made-up requests: the long form of tests/propcomm/test_api_fuzz.py."""

import os

import pytest

from tests.complaints.seeds import furnish
from tests.propcomm.fuzzing import Fuzz, known_things
from tests.propcomm.test_api_fuzz import ROLES

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "100"))


@pytest.mark.parametrize("role", ROLES)
def test_many_made_up_requests_are_answered_as_the_schema_says(house, role):
    furnish(house)
    fuzz = Fuzz(house, role, examples=EXAMPLES, known=known_things(house))
    fuzz.run()
    assert fuzz.sent >= 50 * EXAMPLES
