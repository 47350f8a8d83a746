"""From the spreadsheet to what every owner reads: reckoned to the cent, checked by a second person, decided by more than half."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit.models import AuditEntry
from disclosures import queries
from disclosures.models import AccountStatement, Review
from disclosures.rules import figures
from disclosures.rules import statements as rules
from disclosures.services import asking, reviewing, statements
from disclosures.services.asking import Asking
from notices.models import Delivery
from owners.models import EstateAssignment
from tenancy.errors import DomainError, NotAllowed, NotFound
from tenancy.models import Membership
from tests.disclosures.making import LINES, brought_to, drafted, line
from tests.factories.house import NOON, member

pytestmark = pytest.mark.django_db


def act(row, name, actor, now=NOON, **said):
    return statements.act(statement_id=row.pk, name=name, actor=actor, now=now, **said)


def test_a_statement_reckons_to_the_cent(house):
    row = drafted(house)
    found = statements.totals_of(row)
    assert (found.income, found.expense) == (Decimal("300.00"), Decimal("90.15"))
    assert found.is_right
    assert found.reckoned.difference == 0


@pytest.mark.parametrize(("said", "words"), [({"closing": "309.86"}, "0.01"), ({"bank": "309.84"}, "-0.01")])
def test_what_does_not_reckon_is_not_prepared(house, said, words):
    row = drafted(house, **said)
    with pytest.raises(DomainError, match=words):
        act(row, "prepare", house.supervisor)
    row.refresh_from_db()
    assert row.state == "draft"


def test_who_prepared_it_does_not_check_it(house):
    row = act(drafted(house), "prepare", house.manager)
    with pytest.raises(DomainError, match="Somebody else"):
        act(row, "check", house.manager)
    assert act(row, "check", house.quality).checked_by == house.quality


def test_a_mended_file_replaces_the_draft_but_nothing_that_went_on(house):
    first, second = (
        drafted(house),
        drafted(house, closing="249.75", lines=LINES[:1] + (line(2, "expense", "EX-1", "150.25"),)),
    )
    assert (first.pk, second.lines.count()) == (second.pk, 2)
    act(second, "prepare", house.supervisor)
    with pytest.raises(DomainError, match="Correct that one instead"):
        drafted(house)
    assert AccountStatement.objects.get().lines.count() == 2


def test_what_was_sent_back_says_why_and_is_prepared_again(house):
    row = brought_to(house, "prepared")
    with pytest.raises(DomainError, match="what is to be mended"):
        act(row, "send_back", house.manager)
    assert act(row, "send_back", house.manager, reason="Line 3").back_reason == "Line 3"
    assert Delivery.objects.filter(event="statement.draft", membership=house.supervisor).exists()
    assert act(row, "prepare", house.supervisor).state == "prepared"


@pytest.mark.parametrize("state", ["draft", "prepared", "finance_checked"])
def test_a_committee_sees_nothing_before_its_review_and_owners_nothing_before_publication(house, state):
    row = brought_to(house, state)
    for person in (house.committee, house.owner):
        assert row not in queries.statements_visible_to(person)
        with pytest.raises(NotFound):
            act(row, "prepare", person)


def test_who_of_a_committee_was_elected_for_a_building_decides_too_and_staff_of_one_hear_nothing(house):
    for one in (house.committee, house.manager):
        EstateAssignment.objects.filter(membership=one).delete()
        EstateAssignment.objects.create(membership=one, estate=house.estate, building=house.building)
    assert list(queries.people_of(house.estate.pk, Membership.Role.COMMITTEE)) == [house.committee]
    assert list(queries.people_of(house.estate.pk, Membership.Role.MANAGER)) == []


def test_owners_see_what_is_published_and_occupants_and_strangers_nothing(house, stranger):
    reviewed = brought_to(house, "committee_review")
    assert reviewed in queries.statements_visible_to(house.committee)
    assert reviewed not in queries.statements_visible_to(house.owner)
    row = reviewing.decide(statement_id=reviewed.pk, decision="signed", reason="", actor=house.committee, now=NOON)
    act(row, "publish", house.manager)
    assert row in queries.statements_visible_to(house.owner)
    assert row not in queries.statements_visible_to(house.occupant)
    assert not queries.statements_visible_to(stranger.owner).exists()


# -- the committee ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("members", "signed", "returned", "decided"),
    [(1, 1, 0, "approved"), (5, 3, 0, "approved"), (5, 2, 2, None), (4, 2, 2, None), (4, 2, 1, None),
     (5, 1, 3, "returned"), (0, 0, 0, None)],
)  # fmt: skip
def test_more_than_half_of_all_members_decide(members, signed, returned, decided):
    assert rules.decision_of(members=members, signed=signed, returned=returned) == decided


def seat(house, name):
    colleague = member("committee", f"lakeside-{name}")
    EstateAssignment.objects.create(membership=colleague, estate=house.estate)
    return colleague


def test_one_of_three_decides_nothing_two_do(house):
    others = [seat(house, name) for name in ("b", "c")]
    row = brought_to_review(house)
    assert decide(row, house.committee).state == "committee_review"
    assert decide(row, house.committee).state == "committee_review"  # the second click
    assert decide(row, others[0]).state == "approved"
    assert Review.objects.filter(decision="signed").count() == 2
    with pytest.raises(DomainError):
        decide(row, others[1])


def brought_to_review(house):
    return brought_to(house, "committee_review")


def decide(row, actor, decision="signed", reason=""):
    return reviewing.decide(statement_id=row.pk, decision=decision, reason=reason, actor=actor, now=NOON)


def test_who_returns_it_says_why_and_all_decide_anew_on_what_is_mended(house):
    row = brought_to_review(house)
    with pytest.raises(DomainError, match="Say why"):
        decide(row, house.committee, "returned")
    assert decide(row, house.committee, "returned", "No voucher for line 3").state == "returned"
    act(row, "prepare", house.supervisor)
    act(row, "check", house.manager)
    act(row, "submit", house.manager)
    assert list(row.reviews.values_list("round", "decision")) == [(1, "returned"), (2, "")]


def test_silence_blocks_nothing_once_the_time_is_over_and_is_shown(house):
    row = brought_to_review(house)
    with pytest.raises(DomainError, match="still has time"):
        act(row, "publish", house.manager, NOON + timedelta(days=7, seconds=-1))
    assert act(row, "publish", house.manager, NOON + timedelta(days=7)).state == "published"
    assert row.reviews.filter(decision="").count() == 1


def test_staff_and_owners_do_not_sign(house):
    row = brought_to_review(house)
    with pytest.raises(NotAllowed):
        decide(row, house.manager)
    with pytest.raises(NotFound):
        decide(row, house.owner)


def test_a_line_is_gone_through_once_by_each_and_taken_back(house):
    row = brought_to_review(house)
    first = row.lines.first()
    for _ in range(2):
        reviewing.mark_seen(line_id=first.pk, is_seen=True, actor=house.committee, now=NOON)
    assert queries.lines_listed(row, house.committee, which="unseen").count() == 2
    reviewing.mark_seen(line_id=first.pk, is_seen=False, actor=house.committee, now=NOON)
    assert queries.lines_listed(row, house.committee, which="unseen").count() == 3
    assert AuditEntry.objects.filter(action="statement.line_seen").count() == 1


# -- published: asked, answered, corrected --------------------------------------------------------------------------------


def ask(row, actor, body="Why?", **said):
    return asking.remark(statement_id=row.pk, asking=Asking(body, **said), actor=actor, now=NOON)


def test_a_question_is_due_in_seven_days_and_the_statement_is_answered_when_all_are(house):
    row = brought_to(house, "published")
    one, two = ask(row, house.owner), ask(row, house.committee, line=row.lines.first())
    row.refresh_from_db()
    assert (row.state, one.due_on) == ("questioned", date(2026, 3, 9))
    for asked, state in ((one, "questioned"), (two, "answered")):
        asking.answer(remark_id=asked.pk, words="Because.", actor=house.manager, now=NOON)
        row.refresh_from_db()
        assert row.state == state
    with pytest.raises(DomainError, match="has been answered"):
        asking.answer(remark_id=one.pk, words="Again.", actor=house.manager, now=NOON)
    assert Delivery.objects.filter(event="statement.answered", membership=house.owner).exists()


def test_an_owner_reads_the_questions_of_others_only_when_opened_and_without_names(house, client):
    row = brought_to(house, "published")
    asked = ask(row, house.owner, "I, Ada of 101, want to know")
    assert not queries.remarks_visible_to(house.neighbour, row).exists()
    asking.answer(
        remark_id=asked.pk,
        words="So.",
        is_public=True,
        public_body="An owner wants to know",
        actor=house.manager,
        now=NOON,
    )
    assert queries.remarks_visible_to(house.neighbour, row).get() == asked
    client.force_login(house.neighbour.user)
    page = client.get(f"/disclosures/{row.pk}/", HTTP_HOST=house.host).content.decode()
    assert "An owner wants to know" in page
    assert "Ada of 101" not in page
    assert house.owner.name not in page


def test_an_open_question_keeps_it_open(house):
    row = brought_to(house, "published")
    ask(row, house.owner)
    with pytest.raises(DomainError):
        act(row, "close", house.manager)


def test_what_is_published_stays_and_a_correction_stands_beside_it(house):
    row = brought_to(house, "published")
    with pytest.raises(DomainError, match="what is corrected"):
        statements.correct(statement_id=row.pk, explanation=" ", actor=house.supervisor, now=NOON)
    new, again = (
        statements.correct(statement_id=row.pk, explanation="A late bill", actor=house.supervisor, now=NOON)
        for _ in range(2)
    )
    assert (new, new.version, new.lines.count(), new.state) == (again, 2, 3, "draft")
    mended = drafted(house, closing="299.85", lines=(*LINES, line(4, "expense", "EX-1", "10.00")))
    assert mended.pk == new.pk
    row.refresh_from_db()
    assert (row.state, row.closing, row.lines.count()) == ("published", Decimal("309.85"), 3)


def test_vouchers_are_for_staff_and_committee(house):
    first = brought_to(house, "published").lines.first()
    for person, may in ((house.manager, True), (house.committee, True), (house.owner, False), (house.clerk, False)):
        assert queries.voucher_readable_by(first.pk, None, person) is may


# -- figures ---------------------------------------------------------------------------------------------------------------


def test_of_each_hundred_spent_the_parts_sum_to_a_hundred(house):
    shown = figures.compared(queries.booked_of(drafted(house)), None, flag_share=queries.flag_share())
    assert [(one.booked.category, part) for one, part in figures.of_each_hundred(shown)] == [("EX-1", 67), ("EX-2", 33)]


def test_a_category_is_flagged_when_it_differs_by_more_than_a_tenth(house):
    drafted(house)
    later = drafted(
        house, from_on=date(2026, 4, 1), to_on=date(2026, 6, 30), opening="309.85", closing="481.06",
        lines=(line(1, "income", "IN-1", "270.00"), line(2, "expense", "EX-1", "66.12"), line(3, "expense", "EX-3", "32.67")),
    )  # fmt: skip
    assert queries.before(later, house.owner) is None  # a draft: no figure of it for those who cannot read it
    prior = queries.before(later, house.manager)
    shown = figures.compared(queries.booked_of(later), queries.sums_of(prior), flag_share=queries.flag_share())
    found = {one.booked.category: (one.change, one.is_flagged) for one in shown}
    # exactly a tenth is no flag, 10.02 % is one, and what there was nothing of before
    assert found == {"IN-1": (Decimal("-10.0"), False), "EX-1": (Decimal("10.0"), True), "EX-3": (None, True)}


def test_the_page_asks_as_much_for_thirty_lines_as_for_one(house, client):
    lines = tuple(line(place, "income", f"IN-{place % 9}", "1.00") for place in range(1, 31))
    many = brought_to(house, "published", opening="0.00", closing="30.00", lines=lines)
    client.force_login(house.owner.user)
    counts = []
    few = brought_to(house, "published", opening="0.00", closing="1.00", lines=lines[:1], from_on=date(2025, 1, 1),
                     to_on=date(2025, 3, 31))  # fmt: skip
    for row in (few, many, few, many):  # twice: what is the same for every reader is made for the first one
        with CaptureQueriesContext(connection) as asked:
            assert client.get(f"/disclosures/{row.pk}/", HTTP_HOST=house.host).status_code == 200
        counts.append(len(asked))
    assert counts[3] <= counts[2] + 1  # what it is compared with
