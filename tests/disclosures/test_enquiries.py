"""Enquiries: a number and a day each, answered with where it is written, asked back, closed, opened without names."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from audit.models import AuditEntry
from disclosures import article_queries
from disclosures import enquiry_queries as queries
from disclosures.models import Citation, Enquiry, EnquiryTurn
from disclosures.rules import enquiries as rules
from disclosures.rules.defaults import defaults
from disclosures.services import articles, enquiring, library_reminding
from disclosures.services.enquiring import Sources
from notices.models import Delivery
from owners.models import Estate, EstateAssignment
from tenancy.errors import DomainError, NotAllowed, NotFound
from tests.disclosures.enquiry_making import answered, asked, entered
from tests.disclosures.library_making import RULES, no_campaign_asked_for, published, wording
from tests.factories.house import NOON

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def told(step):
    rows = Delivery.objects.filter(event=f"enquiry.{step}", channel="portal").select_related("membership")
    return sorted(row.membership.role for row in rows)


def clause(house, key="art-2"):
    return article_queries.version_in_force(published(house)).clauses.get(key=key)


@pytest.mark.parametrize(
    ("topic", "channel", "due"),
    [
        ("rule", "app", date(2026, 3, 9)), ("account", "counter", date(2026, 3, 9)), ("law", "app", date(2026, 3, 12)),
        ("service", "app", date(2026, 3, 3)), ("fee", "letter", date(2026, 3, 3)), ("other", "counter", date(2026, 3, 2)),
        ("service", "phone", date(2026, 3, 2)),
    ],
)  # fmt: skip
def test_the_day_of_the_answer_follows_from_what_it_is_about_and_how_it_came(house, topic, channel, due):
    row = asked(house, topic=topic) if channel == "app" else entered(house, topic=topic, channel=channel)
    assert row.due_on == due


def test_a_weekend_is_no_working_day(house):
    friday = NOON + 4 * DAY
    assert asked(house, topic="service", now=friday).due_on == date(2026, 3, 9)


def test_without_any_working_day_days_are_counted():
    from deadlines.rules.calendars import Calendar

    never = Calendar.parse({"time_zone": "Europe/London", "weekly": {}})
    said = defaults()["enquiries"]
    assert rules.due_on(topic="other", channel="app", asked_on=date(2026, 3, 2), calendar=never, said=said) == date(
        2026, 3, 3
    )


def test_numbers_run_without_a_gap_and_a_second_click_gets_none(house):
    key = uuid4()
    first = asked(house, entry_key=key)
    assert asked(house, entry_key=key).pk == first.pk
    with pytest.raises(DomainError):
        asked(house, question=" ")
    assert [first.number, asked(house).number] == ["Q-LAK-2026-000001", "Q-LAK-2026-000002"]
    with pytest.raises(NotAllowed):
        asked(house, by=house.occupant, entry_key=key)


def test_owners_see_their_own_and_staff_those_of_their_estates(house, stranger):
    row = asked(house)
    assert row in queries.own_enquiries(house.owner)
    for member in (house.neighbour, house.occupant, stranger.owner):
        assert row not in queries.own_enquiries(member)
        with pytest.raises(NotFound):
            enquiring.settle(enquiry_id=row.pk, actor=member, now=NOON)
    other = Estate.objects.create(code="OTH", name="Other", calendar=house.calendar)
    EstateAssignment.objects.filter(membership=house.clerk).update(estate=other)
    for member in (house.clerk, house.engineer, house.owner):
        assert row not in queries.enquiries_visible_to(member)
    assert row in queries.enquiries_visible_to(house.supervisor)
    assert row in queries.enquiries_visible_to(house.auditor)
    with pytest.raises(NotAllowed):
        enquiring.close(enquiry_id=row.pk, actor=house.auditor, now=NOON)


def test_nobody_asks_for_an_estate_that_is_not_theirs(house):
    other = Estate.objects.create(code="OTH", name="Other", calendar=house.calendar)
    for by in (house.owner, house.clerk, house.builder):
        with pytest.raises(NotAllowed):
            asked(house, by=by, estate=other, channel="phone", caller_name="X")
    assert (Enquiry.objects.count(), EnquiryTurn.objects.count()) == (0, 0)


def test_staff_say_who_asked_and_how(house):
    with pytest.raises(DomainError, match="how the question came"):
        asked(house, by=house.clerk, caller_name="X")
    with pytest.raises(DomainError, match="who asked"):
        asked(house, by=house.clerk, channel="phone")


def test_an_answer_names_its_clauses_and_is_told(house):
    one, row = clause(house), asked(house)
    assert told("asked") == ["clerk", "supervisor"]
    answered(house, row, clauses=(one.pk,))
    row.refresh_from_db()
    assert (row.state, row.handler, row.answered_at) == ("answered", house.clerk, NOON)
    assert Citation.objects.get().clause == one
    mail = Delivery.objects.get(event="enquiry.answered", channel="email")
    assert "House rules Article 2" in mail.text
    assert mail.link == f"/enquiries/mine/{row.pk}/"
    with pytest.raises(DomainError, match="has been answered"):
        answered(house, row)


def test_a_clause_that_is_gone_or_hidden_is_not_cited(house):
    draft = articles.write_article(wording=wording(house, title="Draft"), actor=house.admin, now=NOON)
    hidden = article_queries.draft_of(draft).clauses.get(key="art-1")
    row = asked(house)
    for key in (hidden.pk, uuid4()):
        with pytest.raises(DomainError, match="Search again"):
            answered(house, row, clauses=(key,))
    row.refresh_from_db()
    assert (row.state, Citation.objects.count()) == ("asked", 0)


def test_what_the_asker_cannot_read_is_not_cited(house):
    other = Estate.objects.create(code="OTH", name="Other", calendar=house.calendar)
    EstateAssignment.objects.create(membership=house.clerk, estate=other)
    far, everywhere = published(house, title="Far", estates=[other]), published(house, title="All", estates=[])
    row = asked(house)
    one = article_queries.version_in_force(far)
    for sources in (Sources(versions=(one.pk,)), Sources(clauses=(one.clauses.get(key="art-1").pk,))):
        with pytest.raises(DomainError, match="“Far” does not hold in Lakeside") as refusal:
            enquiring.answer(enquiry_id=row.pk, words="No.", sources=sources, actor=house.clerk, now=NOON)
        assert refusal.value.code == "sources"
    assert Citation.objects.count() == 0
    answered(house, row, clauses=(article_queries.version_in_force(everywhere).clauses.get(key="art-1").pk,))
    assert Citation.objects.count() == 1


def test_who_has_one_building_is_told_of_nothing_they_may_not_see(house):
    for member in (house.clerk, house.manager):
        EstateAssignment.objects.filter(membership=member).update(building=house.building)
    row = asked(house)
    library_reminding.remind_batch(now=NOON + 8 * DAY)
    assert (told("asked"), told("late")) == (["supervisor"], ["supervisor"])
    assert not Delivery.objects.filter(
        event__startswith="enquiry.", membership__in=[house.clerk, house.manager]
    ).exists()
    assert row not in queries.enquiries_visible_to(house.clerk)


def test_a_citation_leads_to_the_words_as_they_were_then(house):
    one, row = clause(house), asked(house)
    answered(house, row, clauses=(one.pk,))
    said = wording(house, text=RULES.replace("leash", "short leash"))
    article = one.version.article
    articles.change_article(article_id=article.pk, wording=said, actor=house.admin, now=NOON)
    articles.publish_article(article_id=article.pk, actor=house.admin, now=NOON)
    (turn,) = queries.turns_of(row)
    assert "on a leash" in turn.citations.all()[0].clause.body


def test_asked_back_it_waits_again_and_is_clarified(house):
    row = answered(house, asked(house))
    with pytest.raises(DomainError, match="still open"):
        enquiring.ask_back(enquiry_id=row.pk, question=" ", actor=house.owner, now=NOON)
    row = enquiring.ask_back(enquiry_id=row.pk, question="And three?", actor=house.owner, now=NOON + 3 * DAY)
    assert (row.state, row.due_on, told("back")) == ("assigned", date(2026, 3, 12), ["clerk"])
    with pytest.raises(DomainError, match="not possible now"):
        enquiring.ask_back(enquiry_id=row.pk, question="Well?", actor=house.owner, now=NOON)
    row = answered(house, row, now=NOON + 4 * DAY)
    assert row.state == "clarified"
    row = enquiring.settle(enquiry_id=row.pk, actor=house.owner, now=NOON + 5 * DAY)
    assert (row.state, row.was_answered) == ("closed", True)
    assert enquiring.settle(enquiry_id=row.pk, actor=house.owner, now=NOON + 6 * DAY).closed_at == NOON + 5 * DAY


def mails(step):
    return [row.text for row in Delivery.objects.filter(event=f"enquiry.{step}", channel="email")]


def test_mails_show_what_was_asked_last(house):
    row = answered(house, asked(house))
    enquiring.ask_back(enquiry_id=row.pk, question="And three?", actor=house.owner, now=NOON + 3 * DAY)
    enquiring.assign(enquiry_id=row.pk, handler_id=house.supervisor.pk, actor=house.clerk, now=NOON + 3 * DAY)
    library_reminding.remind_batch(now=NOON + 9 * DAY)
    library_reminding.remind_batch(now=NOON + 11 * DAY)
    assert all("May I keep two dogs?" in text for text in mails("asked"))
    for step in ("back", "assigned", "due", "late"):
        assert mails(step), step
        assert all("And three?" in text and "two dogs" not in text for text in mails(step)), step


def test_it_is_given_to_who_answers_there_and_they_are_told(house):
    row = asked(house)
    for wrong in (house.engineer, house.owner, house.auditor):
        with pytest.raises(DomainError, match="Choose somebody"):
            enquiring.assign(enquiry_id=row.pk, handler_id=wrong.pk, actor=house.clerk, now=NOON)
    enquiring.assign(enquiry_id=row.pk, handler_id=house.supervisor.pk, actor=house.clerk, now=NOON)
    row.refresh_from_db()
    assert (row.state, row.handler, told("assigned")) == ("assigned", house.supervisor, ["supervisor"])
    enquiring.assign(enquiry_id=row.pk, handler_id=house.clerk.pk, actor=house.clerk, now=NOON)
    assert told("assigned") == ["supervisor"]  # whoever takes it knows


def test_what_waits_is_not_closed_and_silence_closes_what_was_answered(house):
    row = asked(house)
    with pytest.raises(DomainError, match="Answer it first"):
        enquiring.close(enquiry_id=row.pk, actor=house.clerk, now=NOON)
    answered(house, row)
    assert enquiring.close_silent(now=NOON + 13 * DAY) == 0
    assert enquiring.close_silent(now=NOON + 14 * DAY) == 1
    row.refresh_from_db()
    assert (row.state, row.was_answered) == ("closed", None)
    assert enquiring.close_silent(now=NOON + 15 * DAY) == 0


def test_what_is_opened_to_all_names_nobody(house):
    row = answered(house, asked(house, question="I am Owner of Lakeside of A-0101. Dogs?"))

    def opened(question, answer="Two are allowed."):
        return enquiring.open_to_all(
            enquiry_id=row.pk, question=question, answer=answer, actor=house.supervisor, now=NOON
        )

    for field, said in (
        ("public_question", {"question": row.question}), ("public_question", {"question": "In a-0101?"}),
        ("public_answer", {"question": "Dogs?", "answer": "Dear owner of lakeside"}),
        ("public_question", {"question": "Mail to owner@lakeside.example"}),
    ):  # fmt: skip
        with pytest.raises(DomainError) as refusal:
            opened(**said)
        assert refusal.value.code == field
    assert not queries.opened_to(house.neighbour).exists()
    opened("How many dogs may one keep?")
    for member in (house.neighbour, house.occupant, house.owner):
        assert [one.pk for one in queries.opened_to(member)] == [row.pk]
    assert not queries.opened_to(house.builder).exists()
    enquiring.take_back(enquiry_id=row.pk, actor=house.supervisor, now=NOON)
    assert not queries.opened_to(house.neighbour).exists()


def test_who_may_not_publish_does_not(house):
    row = answered(house, asked(house))
    with pytest.raises(NotAllowed):
        enquiring.open_to_all(enquiry_id=row.pk, question="Dogs?", answer="Two.", actor=house.clerk, now=NOON)
    unanswered = asked(house)
    with pytest.raises(DomainError, match="Answer it first"):
        enquiring.open_to_all(enquiry_id=unanswered.pk, question="Q", answer="A", actor=house.manager, now=NOON)


def test_staff_find_by_number_words_and_who_asked_and_late_comes_first(house):
    late, other = asked(house, topic="service"), entered(house, topic="law", question="Which law holds for dogs?")
    today = date(2026, 3, 5)

    def found(member=house.clerk, **said):
        return [row.pk for row in queries.listed(member, today=today, **said)]

    assert found() == [late.pk, other.pk]
    assert found(which="late") == [late.pk]
    assert found(words="dogs") == [late.pk, other.pk]
    assert found(words="gray LAW") == [other.pk]
    assert found(words="q-lak-2026-000002") == [other.pk]
    assert found(topic="law") == [other.pk]
    assert found(words="two gray") == []
    assert found(house.auditor, words="gray") == []  # who does not see names finds nobody by them


def test_the_day_before_and_when_late(house):
    no_campaign_asked_for()
    row = asked(house)  # due on the 9th
    assert library_reminding.remind_batch(now=NOON + 5 * DAY) == 0
    library_reminding.remind_batch(now=NOON + 6 * DAY)
    assert (told("due"), told("late")) == (["clerk", "supervisor"], [])
    library_reminding.remind_batch(now=NOON + 8 * DAY)
    assert told("late") == ["clerk", "manager", "supervisor"]
    assert library_reminding.remind_batch(now=NOON + 9 * DAY) == 0
    answered(house, row, now=NOON + 9 * DAY)
    assert library_reminding.remind_batch(now=NOON + 10 * DAY) == 0


def test_nothing_said_stands_in_the_log(house):
    row = asked(house, question="A secret of mine")
    answered(house, row)
    told_log = str(list(AuditEntry.objects.values_list("changes", "subject_label")))
    assert "secret" not in told_log
    assert "Two are allowed" not in told_log
