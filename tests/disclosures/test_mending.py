"""A mended file takes nothing away that the committee said: words, marks and vouchers stay with their line."""

from decimal import Decimal

import pytest

from attachments.queries import of_subject
from audit.models import AuditEntry
from disclosures import queries
from disclosures.models import LineSeen, Remark, Review
from disclosures.services import asking, reviewing, statements
from disclosures.services.asking import Asking
from tenancy.errors import NotFound
from tests.complaints.pages import signed_in, text
from tests.disclosures.making import LINES, brought_to, drafted, line
from tests.disclosures.publishing_making import upload
from tests.disclosures.test_minutes import minutes
from tests.factories.house import NOON

pytestmark = pytest.mark.django_db


def act(row, name, actor, **said):
    return statements.act(statement_id=row.pk, name=name, actor=actor, now=NOON, **said)


def ask(row, place, words, actor):
    asking_of = Asking(words, line=row.lines.get(place=place))
    return asking.remark(statement_id=row.pk, asking=asking_of, actor=actor, now=NOON)


def give_back(row, house, reason="No voucher for line 3"):
    return reviewing.decide(statement_id=row.pk, decision="returned", reason=reason, actor=house.committee, now=NOON)


def add_voucher(row, place, house):
    line_id = row.lines.get(place=place).pk
    statements.add_vouchers(line_id=line_id, files=[upload(house)], actor=house.supervisor, now=NOON)


def go_through(row, house):
    for one in row.lines.all():
        reviewing.mark_seen(line_id=one.pk, is_seen=True, actor=house.committee, now=NOON)


@pytest.fixture
def returned(house):
    """Line 3 has a voucher; the committee asked about it and about line 2, went through all, and returned it."""
    row = brought_to(house, "committee_review")
    add_voucher(row, 3, house)
    asked = ask(row, 3, "Which bulbs?", house.committee)
    asking.answer(remark_id=asked.pk, words="Those of the hall.", actor=house.manager, now=NOON)
    ask(row, 2, "Which fees?", house.committee)
    go_through(row, house)
    return give_back(row, house)


# A line was put in above, so that places moved on; the bulbs cost less.
MENDED = (
    LINES[0],
    line(2, "expense", "EX-9", "5.00", category_en="Paint", text_en="Paint of the gate", voucher="P-9"),
    {**LINES[1], "place": 3},
    {**LINES[2], "place": 4, "amount": Decimal("25.05")},
)


def test_words_marks_and_vouchers_follow_their_line(house, returned):
    keys = {one.text_en: one.key for one in returned.lines.all()}
    drafted(house, lines=MENDED)
    found = {remark.body: remark.line for remark in returned.remarks.all()}
    assert {body: (one.place, one.text_en) for body, one in found.items()} == {
        "Which bulbs?": (4, "New bulbs"), "Which fees?": (3, "Fees"),
    }  # fmt: skip
    assert returned.remarks.get(body="Which bulbs?").answer == "Those of the hall."
    bulbs = found["Which bulbs?"]
    assert bulbs.amount == Decimal("25.05")
    assert queries.vouchers_of(returned, [bulbs.pk]) == {bulbs.pk: 1}
    assert keys.items() <= {one.text_en: one.key for one in returned.lines.all()}.items()
    # What changed has to be looked at again, and what is new; what only moved has been looked at.
    unseen = queries.lines_listed(returned, house.committee, which="unseen")
    assert [one.text_en for one in unseen] == ["Paint of the gate", "New bulbs"]


def test_the_voucher_is_opened_by_who_could_open_it_before(house, returned):
    file = of_subject(queries.VOUCHERS_OF, returned.lines.get(place=3).pk).get()
    drafted(house, lines=MENDED)
    file.refresh_from_db()
    page = text(signed_in(house, "committee").get(f"/disclosures/lines/{returned.lines.get(place=4).pk}/"))
    assert f"/files/{file.pk}/" in page or str(file.pk) in page
    for who, may in ((house.manager, True), (house.committee, True), (house.owner, False)):
        assert queries.voucher_readable_by(file.subject_id, file, who) is may


def test_of_a_line_that_is_gone_words_and_vouchers_stand_on_the_statement(house, returned, monkeypatch):
    drafted(house, closing="339.90", lines=LINES[:2])
    said = returned.remarks.get(body="Which bulbs?")
    assert (said.line, said.answer, said.line_was["text_en"]) == (None, "Those of the hall.", "New bulbs")
    page = text(signed_in(house, "committee").get(f"/disclosures/{returned.pk}/"))
    for words in ("Which bulbs?", "Those of the hall.", "Line 3 (New bulbs, −30.05) is no longer there."):
        assert words in page, words
    returned.refresh_from_db()
    file = of_subject(queries.VOUCHERS_OF, returned.pk).get()
    assert str(file.pk) in page
    assert [queries.voucher_readable_by(returned.pk, file, who) for who in (house.committee, house.owner)] == [
        True,
        False,
    ]
    assert LineSeen.objects.count() == 2
    assert "Line 3 (New bulbs, −30.05) is no longer there." in minutes(house, returned, "manager", monkeypatch)[1]


def test_what_a_mended_file_changed_is_in_the_audit_log(house, returned):
    drafted(house, lines=MENDED)
    entry = AuditEntry.objects.filter(action="statement.brought_in").latest("id")
    assert entry.changes == {"lines": 4, "new": 1, "gone": 0, "changed": 1}


def test_the_same_file_again_changes_nothing(house, returned):
    before = list(returned.lines.values())
    drafted(house)
    assert list(returned.lines.values()) == before
    assert LineSeen.objects.count() == 3


# -- rounds --------------------------------------------------------------------------------------------------------------


def put_again(row, house):
    act(row, "prepare", house.supervisor)
    act(row, "check", house.manager)
    return act(row, "submit", house.manager)


def test_a_return_is_kept_with_its_reasons_when_all_decide_anew(house, returned, monkeypatch):
    row = put_again(returned, house)
    said = Review.objects.order_by("round").values_list("round", "decision", "reason")
    assert list(said) == [(1, "returned", "No voucher for line 3"), (2, "", "")]
    page = text(signed_in(house, "committee").get(f"/disclosures/{row.pk}/"))
    assert "Of 1 asked, 0 signed it off, 0 returned it, 1 did not decide." in page
    assert "No voucher for line 3" in page
    assert "No voucher for line 3" in minutes(house, row, "manager", monkeypatch)[1]
    done = reviewing.decide(statement_id=row.pk, decision="signed", reason="", actor=house.committee, now=NOON)
    assert done.state == "approved"
    assert not Remark.objects.filter(line_was__isnull=True).exists()


def test_only_the_last_round_decides(house, returned):
    """Whoever returned it before has decided nothing yet; what was returned once is not signed off by that."""
    row = put_again(returned, house)
    assert list(queries.listed(house.committee, which="mine")) == [row]
    assert reviewing.decide(
        statement_id=row.pk, decision="returned", reason="Still none", actor=house.committee, now=NOON
    ).state == "returned"  # fmt: skip
    assert Review.objects.get(round=2).reason == "Still none"
    assert not queries.listed(house.committee, which="mine").exists()


def test_owners_read_of_the_last_round_how_many_and_of_none_the_reasons(house, returned):
    row = put_again(returned, house)
    reviewing.decide(statement_id=row.pk, decision="signed", reason="", actor=house.committee, now=NOON)
    act(row, "publish", house.manager)
    page = text(signed_in(house, "owner").get(f"/disclosures/{row.pk}/"))
    assert "Of 1 asked, 1 signed it off, 0 returned it, 0 did not decide." in page
    assert "No voucher for line 3" not in page
    assert "Which bulbs?" not in page


def test_the_audit_log_says_why_it_was_returned(returned):
    for action in ("statement.review_returned", "statement.returned"):
        assert AuditEntry.objects.get(action=action).changes == {"reason": "No voucher for line 3"}


def test_strangers_find_nothing_of_it(house, stranger, returned):
    for person in (stranger.committee, stranger.supervisor):
        with pytest.raises(NotFound):
            reviewing.mark_seen(line_id=returned.lines.first().pk, is_seen=True, actor=person, now=NOON)
