"""Documents are kept as they came, so everything in them that could act is looked for."""

import pytest

from tests.attachments.documents import BAD, GOOD
from tests.attachments.test_gate import looked_at


@pytest.mark.parametrize("name", GOOD)
def test_an_odd_but_harmless_document_is_taken_as_it_is(name):
    make, file_name = GOOD[name]
    data = make()
    with looked_at(data, file_name) as found:
        assert found.verdict.is_clean, found.verdict
        assert found.verdict.kind == "document"
        assert found.content.read_bytes() == data


@pytest.mark.parametrize("name", BAD)
def test_a_document_that_could_act_or_pretends_is_refused(name):
    make, file_name, reason = BAD[name]
    with looked_at(make(), file_name) as found:
        assert (found.verdict.verdict, found.verdict.reason_code) == ("refused", reason)
