"""A correction is a new version: it shows the vouchers of what it was copied from, and what differs from that."""

import pytest

from disclosures import queries
from disclosures.services import asking, reviewing, statements
from disclosures.services.asking import Asking
from tenancy.errors import DomainError
from tests.complaints.pages import photo, signed_in, text
from tests.disclosures.making import LINES, brought_to, drafted
from tests.disclosures.publishing_making import upload
from tests.disclosures.test_mending import add_voucher
from tests.factories.house import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def published(house):
    """Line 3 has a voucher."""
    row = brought_to(house, "committee_review")
    add_voucher(row, 3, house)
    reviewing.decide(statement_id=row.pk, decision="signed", reason="", actor=house.committee, now=NOON)
    return statements.act(statement_id=row.pk, name="publish", actor=house.manager, now=NOON)


def correct(row, house):
    return statements.correct(statement_id=row.pk, explanation="A late bill", actor=house.supervisor, now=NOON)


def shown(row):
    """How many vouchers each line shows, by place; the same in the list of lines and on the page of the line."""
    counts = queries.vouchers_of(row, row.lines.values("pk"))
    for line in row.lines.select_related("statement"):
        assert queries.voucher_files(line).count() == counts.get(line.pk, 0)
    return {line.place: counts[line.pk] for line in row.lines.filter(pk__in=counts)}


def test_a_correction_shows_the_vouchers_of_the_version_before(house, published):
    new = correct(published, house)
    assert shown(new) == {3: 1}
    file = queries.voucher_files(new.lines.get(place=3)).get()
    page = text(signed_in(house, "supervisor").get(f"/disclosures/lines/{new.lines.get(place=3).pk}/"))
    assert str(file.pk) in page
    assert "with a scan" in text(signed_in(house, "supervisor").get(f"/disclosures/{new.pk}/"))


def test_a_voucher_of_the_newer_version_is_none_of_the_published_one(house, published):
    new = correct(published, house)
    add_voucher(new, 3, house)
    add_voucher(new, 2, house)
    assert (shown(published), shown(new)) == ({3: 1}, {2: 1, 3: 2})
    added = queries.voucher_files(new.lines.get(place=2)).get()
    # The committee has not been shown the newer version yet.
    readers = (house.supervisor, house.committee, house.owner)
    assert [queries.voucher_readable_by(added.subject_id, added, who) for who in readers] == [True, False, False]
    old = queries.voucher_files(published.lines.get(place=3)).get()
    assert [queries.voucher_readable_by(old.subject_id, old, who) for who in readers] == [True, True, False]


def test_what_is_published_takes_no_voucher_any_more(house, published):
    line = published.lines.get(place=3)
    client = signed_in(house, "supervisor")
    asked = asking.remark(statement_id=published.pk, asking=Asking("Why?"), actor=house.owner, now=NOON)
    for do, state in (
        (lambda: None, "questioned"),
        (lambda: asking.answer(remark_id=asked.pk, words="So.", actor=house.manager, now=NOON), "answered"),
        (lambda: statements.act(statement_id=published.pk, name="close", actor=house.manager, now=NOON), "closed"),
    ):
        do()
        published.refresh_from_db()
        assert published.state == state
        with pytest.raises(DomainError, match="begin a correction"):
            statements.add_vouchers(line_id=line.pk, files=[upload(house)], actor=house.supervisor, now=NOON)
        assert "Add vouchers" not in text(client.get(f"/disclosures/lines/{line.pk}/"))
        address = f"/disclosures/lines/{line.pk}/vouchers/"
        assert client.get(address).status_code == client.post(address, {"documents": [photo()]}).status_code == 409
    assert shown(published) == {3: 1}


def test_a_line_that_a_correction_leaves_out_keeps_its_voucher_where_it_was(house, published):
    new = correct(published, house)
    again = drafted(house, closing="339.90", lines=LINES[:2])
    assert (again.pk, shown(new), shown(published)) == (new.pk, {}, {3: 1})
    new.refresh_from_db()
    assert not new.has_loose_vouchers


def test_the_list_asks_as_much_for_a_correction_of_many_lines_as_of_one(house, published, django_assert_num_queries):
    new = correct(published, house)
    first = new.lines.get(place=1).pk
    for number, found in ((1, 0), (3, 1)):
        with django_assert_num_queries(1):
            assert len(queries.vouchers_of(new, queries.lines_from(new, first, number))) == found
