"""The minutes of a review: who looked, who decided what and why, what was asked."""

from io import BytesIO

import pytest

from disclosures.services import asking, reviewing
from disclosures.services.asking import Asking
from notices.paper import pdf
from tests.complaints.pages import signed_in
from tests.disclosures.making import brought_to
from tests.factories.house import NOON

pytestmark = pytest.mark.django_db


def minutes(house, row, who, monkeypatch):
    """The answer, and the page that goes to paper."""
    written = []
    monkeypatch.setattr(pdf, "write", lambda html, **pictures: written.append(html) or b"%PDF")
    answer = signed_in(house, who).get(f"/disclosures/{row.pk}/minutes/")
    if answer.status_code == 200:
        b"".join(answer.streaming_content)
    return answer.status_code, "".join(written)


def test_they_say_who_decided_what_and_what_was_asked(house, monkeypatch):
    row = brought_to(house, "committee_review")
    said = asking.remark(statement_id=row.pk, asking=Asking("Which bulbs?"), actor=house.committee, now=NOON)
    asking.answer(remark_id=said.pk, words="Those of the hall.", actor=house.manager, now=NOON)
    line = row.lines.first()
    reviewing.mark_seen(line_id=line.pk, is_seen=True, actor=house.committee, now=NOON)
    reviewing.decide(
        statement_id=row.pk, decision="returned", reason="A voucher <is> missing.", actor=house.committee, now=NOON
    )
    status, page = minutes(house, row, "manager", monkeypatch)
    assert status == 200
    for words in (
        "Of 1 asked, 0 signed it off, 1 returned it, 0 did not decide.", "A voucher &lt;is&gt; missing.", "1 / 3",
        "Which bulbs?", "Those of the hall.", house.committee.name,
    ):  # fmt: skip
        assert words in page, words


@pytest.mark.parametrize(("who", "status"), [("committee", 200), ("auditor", 200), ("owner", 404), ("clerk", 404)])
def test_owners_read_how_many_and_not_who(house, who, status, monkeypatch):
    assert minutes(house, brought_to(house, "published"), who, monkeypatch)[0] == status


def test_before_it_was_put_before_anybody_there_are_none(house, monkeypatch):
    assert minutes(house, brought_to(house, "prepared"), "manager", monkeypatch)[0] == 404


def test_it_is_a_pdf(house):
    row = brought_to(house, "published")
    answer = signed_in(house, "manager").get(f"/disclosures/{row.pk}/minutes/")
    assert BytesIO(b"".join(answer.streaming_content)).read(5) == b"%PDF-"
