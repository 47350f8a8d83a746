"""A draft that should not be is discarded; what anybody else has had before them stays."""

import pytest

from attachments.models import Attachment
from audit.models import AuditEntry
from disclosures import queries
from disclosures.models import AccountStatement, StatementLine
from disclosures.services import discarding, reviewing, statements
from tenancy.errors import DomainError, NotAllowed, NotFound
from tests.complaints.pages import signed_in, text
from tests.disclosures.making import brought_to, drafted
from tests.disclosures.test_mending import add_voucher
from tests.factories.house import NOON

pytestmark = pytest.mark.django_db


def discard(row, actor):
    discarding.discard(statement_id=row.pk, actor=actor, now=NOON)


def test_a_draft_goes_with_its_lines_and_vouchers_and_leaves_an_entry(house):
    row = drafted(house)
    add_voucher(row, 3, house)
    discard(row, house.supervisor)
    assert not AccountStatement.objects.exists()
    assert not StatementLine.objects.exists()
    assert not Attachment.objects.exists()
    entry = AuditEntry.objects.get(action="statement.discarded")
    assert (entry.subject_label, entry.changes) == (row.number, {"lines": 3, "files": 1})
    with pytest.raises(NotFound):
        discard(row, house.supervisor)
    again = drafted(house)
    assert again.number != row.number


@pytest.mark.parametrize("state", ["prepared", "finance_checked", "committee_review", "approved", "published"])
def test_what_went_on_is_not_discarded(house, state):
    row = brought_to(house, state)
    with pytest.raises(DomainError, match="Only a draft"):
        discard(row, house.supervisor)
    with pytest.raises(NotFound):
        statements.act(statement_id=row.pk, name="discard", actor=house.supervisor, now=NOON)
    assert AccountStatement.objects.get().lines.count() == 3


def test_what_the_committee_returned_once_is_not_discarded_as_a_draft(house):
    row = brought_to(house, "committee_review")
    reviewing.decide(statement_id=row.pk, decision="returned", reason="Line 3", actor=house.committee, now=NOON)
    for name, actor in (("prepare", house.supervisor), ("send_back", house.manager)):
        statements.act(statement_id=row.pk, name=name, actor=actor, now=NOON, reason="Line 3")
    with pytest.raises(DomainError, match="committee has had it"):
        discard(row, house.supervisor)
    assert "Discard the draft" not in text(signed_in(house, "supervisor").get(f"/disclosures/{row.pk}/"))


def test_who_may_not_prepare_it_does_not_discard_it(house, stranger):
    row = drafted(house)
    for person, refusal in ((house.auditor, NotAllowed), (house.committee, NotFound), (house.owner, NotFound),
                            (stranger.supervisor, NotFound)):  # fmt: skip
        with pytest.raises(refusal):
            discard(row, person)
    assert row.lines.count() == 3


def test_of_a_correction_only_what_was_added_to_it_goes(house):
    row = brought_to(house, "committee_review")
    add_voucher(row, 3, house)
    reviewing.decide(statement_id=row.pk, decision="signed", reason="", actor=house.committee, now=NOON)
    statements.act(statement_id=row.pk, name="publish", actor=house.manager, now=NOON)
    said = {"statement_id": row.pk, "explanation": "A late bill", "actor": house.supervisor, "now": NOON}
    new = statements.correct(**said)
    add_voucher(new, 2, house)
    discard(new, house.supervisor)
    assert AccountStatement.objects.get() == row
    assert queries.vouchers_of(row, row.lines.values("pk")) == {row.lines.get(place=3).pk: 1}
    assert statements.correct(**said).version == 2


def test_the_page_asks_once_more(house):
    row, client = drafted(house), signed_in(house, "supervisor")
    address = f"/disclosures/{row.pk}/discard/"
    assert f'href="{address}"' in text(client.get(f"/disclosures/{row.pk}/"))
    assert "deleted for good" in text(client.get(address))
    assert AccountStatement.objects.exists()
    answer = client.post(address)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/disclosures/")
    assert client.post(address).status_code == 404
    assert not AccountStatement.objects.exists()
