"""The API under made-up requests: no server error, and nothing that the OpenAPI document does not say."""

import pytest

from tests.complaints.seeds import furnish
from tests.propcomm.fuzzing import Fuzz, known_things

ROLES = ("owner", "clerk", "engineer", "manager", "auditor")


@pytest.mark.parametrize("role", ROLES)
def test_made_up_requests_are_answered_as_the_schema_says(house, role):
    furnish(house)
    fuzz = Fuzz(house, role, examples=1, known=known_things(house))
    fuzz.run()
    assert fuzz.sent >= 80
