"""A valid POST to what stands beside the statements: the columns of a file."""

from typing import Any

from tests.audit.routes import act, post
from tests.disclosures.test_columns import FIELDS, begun
from tests.factories.house import House


@act("disclosures:columns")
def columns(house: House) -> Any:
    client, _page, kept = begun(house)
    return post(client, "disclosures:columns", **{**FIELDS, **kept})
