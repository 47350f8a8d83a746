"""Two connections at once: one correction, one question, one set of drafts, one decision."""

from uuid import UUID

import pytest

from disclosures.models import AccountStatement, Remark, Review
from disclosures.services import asking, discarding, reviewing, statements
from disclosures.services.asking import Asking
from notices.services import queueing
from tenancy.context import scope
from tenancy.errors import NotFound
from tests.disclosures.making import book, brought_to, drafted
from tests.factories.house import NOON, build_house
from tests.owners.test_import_at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "system"])
KEY = UUID("0198c0de-0000-7000-8000-000000000001")


@pytest.fixture
def committed(transactional_db, monkeypatch):
    """A house that other connections see; nothing is sent to a broker."""
    monkeypatch.setattr(queueing, "nudge", lambda organisation_id: None)
    return build_house("lakeside")


def inside(house, call):
    def run():
        with scope(house.organisation.pk):
            return call()

    return run


def test_of_two_clicks_at_once_there_is_one_of_everything(committed):
    house = committed
    bring = inside(
        house, lambda: statements.bring_in(book=book(), estate=house.estate, actor=house.manager, now=NOON)[0].pk
    )
    assert len(set(at_once(bring, bring))) == 1
    with scope(house.organisation.pk):
        AccountStatement.objects.all().delete()
        row = brought_to(house, "committee_review")
    sign = inside(house, lambda: reviewing.decide(
        statement_id=row.pk, decision="signed", reason="", actor=house.committee, now=NOON
    ).state)  # fmt: skip
    assert at_once(sign, sign) == ["approved"] * 2
    publish = inside(house, lambda: statements.act(
        statement_id=row.pk, name="publish", actor=house.manager, now=NOON
    ).state)  # fmt: skip
    assert at_once(publish, publish) == ["published"] * 2
    asked = Asking("Why?", entry_key=KEY)
    ask = inside(house, lambda: asking.remark(statement_id=row.pk, asking=asked, actor=house.owner, now=NOON).pk)
    assert len(set(at_once(ask, ask))) == 1
    mend = inside(house, lambda: statements.correct(
        statement_id=row.pk, explanation="A late bill", actor=house.manager, now=NOON
    ).pk)  # fmt: skip
    assert len(set(at_once(mend, mend))) == 1
    with scope(house.organisation.pk):
        assert (Remark.objects.count(), Review.objects.count(), AccountStatement.objects.count()) == (1, 1, 2)


def test_a_file_brought_in_while_it_is_prepared_does_not_make_it_a_draft_again(committed):
    house = committed
    with scope(house.organisation.pk):
        row = drafted(house)
    bring = inside(house, lambda: statements.bring_in(book=book(), estate=house.estate, actor=house.manager, now=NOON))
    prepare = inside(house, lambda: statements.act(
        statement_id=row.pk, name="prepare", actor=house.supervisor, now=NOON
    ))  # fmt: skip
    at_once(bring, prepare)
    with scope(house.organisation.pk):
        row.refresh_from_db()
        assert (row.state, row.lines.count()) == ("prepared", 3)


def test_of_two_who_discard_a_draft_one_finds_it_gone(committed):
    house = committed
    with scope(house.organisation.pk):
        row = drafted(house)
    discard = inside(house, lambda: discarding.discard(statement_id=row.pk, actor=house.supervisor, now=NOON))
    assert {type(one) for one in at_once(discard, discard)} == {type(None), NotFound}
