"""What was withdrawn by two is closed: owners read that, when and why; staff and committee still read what it said."""

import re
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook
from pypdf import PdfReader

from attachments.models import Attachment
from attachments.queries import may_read
from disclosures import fee_queries, queries
from disclosures.models import Publication, Remark
from disclosures.services import asking, fees, withdrawing
from disclosures.services.asking import Asking
from tenancy.errors import NotFound
from tenancy.policy import can
from tests.complaints.pages import signed_in, text
from tests.disclosures.campaign_making import seated
from tests.disclosures.fees_making import in_force, rerated
from tests.disclosures.making import brought_to
from tests.factories.api import program
from tests.factories.house import NOON, in_scope_of

pytestmark = pytest.mark.django_db
TODAY, LATER = NOON.date(), NOON + timedelta(days=40)
WHY = "A figure was wrong"
READERS, CLOSED = ("clerk", "manager", "admin", "auditor", "committee"), ("owner", "coowner")


def withdraw(house, row):
    publication = Publication.objects.get(subject_id=row.pk)
    withdrawing.ask(publication_id=publication.pk, reason=WHY, actor=house.supervisor, now=LATER)
    return publication, lambda: withdrawing.confirm(publication_id=publication.pk, actor=house.manager, now=LATER)


def withdrawn(house, row):
    publication, confirm = withdraw(house, row)
    confirm()
    publication.refresh_from_db()
    return publication


@pytest.fixture
def account(house):
    seated(house)
    return brought_to(house, "published")


@pytest.fixture
def schedule(house):
    seated(house)
    return in_force(house)


def get(house, who, route, *args):
    return signed_in(house, who).get(reverse(f"disclosures:{route}", args=args))


def printed(answer):
    pages = PdfReader(BytesIO(b"".join(answer.streaming_content))).pages
    return " ".join(" ".join(page.extract_text().split()) for page in pages)


# -- accounts ----------------------------------------------------------------------------------------------------------


def test_while_it_is_only_asked_for_owners_read_on(house, account):
    withdraw(house, account)
    page = text(get(house, "owner", "statement", account.pk))
    assert "Lift advertisements" in page
    assert WHY not in page


def test_owners_read_of_withdrawn_accounts_that_they_were_when_and_why_and_nothing_else(house, account):
    publication = withdrawn(house, account)
    assert publication.withdrawn_by != publication.withdrawal_asked_by
    for who in CLOSED:
        answer = get(house, who, "statement", account.pk)
        page = text(answer)
        assert answer.status_code == 200
        assert "Withdrawn on 11 April 2026" in page
        assert WHY in page
        assert reverse("disclosures:publication", args=[publication.pk]) in page
        for secret in ("Lift advertisements", "300.00", "309.85", house.supervisor.name, house.manager.name):
            assert secret not in page


def test_staff_and_committee_read_on_and_are_told(house, account):
    withdrawn(house, account)
    for who in ("supervisor", "manager", "admin", "auditor", "committee"):
        page = text(get(house, who, "statement", account.pk))
        assert "Lift advertisements" in page
        assert "Withdrawn on 11 April 2026" in page
        assert WHY in page


def test_its_files_lines_and_questions_are_closed_too(house, account):
    withdrawn(house, account)
    line = account.lines.first()
    routes = [("pdf", account.pk), ("xlsx", account.pk), ("ask", account.pk), ("line", line.pk), ("ask_line", line.pk)]
    for route, key in routes:
        answer = get(house, "owner", route, key)
        assert answer.status_code == 410
        page = text(answer)
        assert WHY in page
        assert "Lift advertisements" not in page
    posted = signed_in(house, "owner").post(reverse("disclosures:ask", args=[account.pk]), {"body": "Why?"})
    assert posted.status_code == 410
    with pytest.raises(NotFound):
        asking.remark(statement_id=account.pk, asking=Asking("Why?"), actor=house.owner, now=LATER)
    assert not Remark.objects.exists()
    assert not can(house.owner, "statement.read", account)
    assert not can(house.owner, "statement.ask", account)
    assert can(house.committee, "statement.read", account)


def test_what_staff_and_committee_take_away_says_so_itself(house, account):
    withdrawn(house, account)
    for who in ("manager", "committee"):
        words = printed(get(house, who, "pdf", account.pk))
        assert "was withdrawn on 11 April 2026" in words
        assert WHY in words
        assert "Lift advertisements" in words
        book = load_workbook(BytesIO(get(house, who, "xlsx", account.pk).content))
        assert WHY in book["Summary"]["B1"].value


def test_programs_of_owners_get_the_words_and_no_figure(house, account):
    withdrawn(house, account)
    owner, manager = program(house, "owner"), program(house, "manager")
    for path in ("", "lines/", "questions/"):
        answer = owner.read(f"accounts/{account.pk}/{path}")
        assert answer.status_code == 410
        said = answer.json()
        assert said["type"].endswith("#gone")
        assert "was withdrawn on 11 April 2026" in said["detail"]
        assert WHY in said["detail"]
        assert "closing" not in said
        assert manager.read(f"accounts/{account.pk}/{path}").status_code == 200
    assert owner.read("accounts/").json()["results"] == []
    assert len(manager.read("accounts/").json()["results"]) == 1
    assert program(house, "committee").read(f"accounts/{account.pk}/").json()["closing"]


def test_the_list_names_it_as_withdrawn_without_its_figures(house, account):
    withdrawn(house, account)
    page = text(get(house, "owner", "index"))
    assert reverse("disclosures:statement", args=[account.pk]) in page
    assert "Withdrawn" in page
    assert "309.85" not in page
    for who in ("manager", "committee"):
        page = text(get(house, who, "index"))
        assert "Withdrawn" in page
        assert "309.85" in page


def test_no_later_account_is_compared_with_it_for_owners(house, account):
    later = brought_to(house, "published", opening="309.85", from_on=date(2026, 4, 1), to_on=date(2026, 6, 30),
                       closing="519.70")  # fmt: skip
    assert queries.before(later, house.owner) == account
    text(get(house, "owner", "statement", later.pk))  # what is kept ready is of before
    withdrawn(house, account)
    assert queries.before(later, house.owner) is None
    assert queries.before(later, house.committee) == account
    assert "Period before" not in text(get(house, "owner", "statement", later.pk))
    assert "Period before" in text(get(house, "committee", "statement", later.pk))


def test_a_correction_does_not_tell_what_the_withdrawn_one_said(house, account):
    later = brought_to(house, "published", opening="309.85", from_on=date(2026, 4, 1), to_on=date(2026, 6, 30),
                       closing="519.70")  # fmt: skip
    type(later).objects.filter(pk=later.pk).update(corrects=account, explanation="A wrong voucher", closing="999.99")
    assert "309.85 CNY →" in text(get(house, "owner", "statement", later.pk))
    withdrawn(house, account)
    assert "309.85 CNY →" not in text(get(house, "owner", "statement", later.pk))
    assert "309.85 CNY →" in text(get(house, "committee", "statement", later.pk))


def test_strangers_learn_nothing_of_it(house, account, stranger):
    withdrawn(house, account)
    there = in_scope_of(stranger.organisation.pk, lambda: signed_in(stranger, "owner"))
    for route in ("statement", "pdf", "xlsx"):
        address = reverse(f"disclosures:{route}", args=[account.pk])
        answer = in_scope_of(None, lambda address=address: there.get(address))
        assert answer.status_code == 404
    assert get(house, "occupant", "statement", account.pk).status_code == 404


# -- fees --------------------------------------------------------------------------------------------------------------


def test_withdrawn_fees_are_closed_to_whoever_lives_there(house, schedule):
    publication = withdrawn(house, schedule)
    for who in (*CLOSED, "occupant"):
        page = text(get(house, who, "fee_schedule", schedule.pk))
        assert "Withdrawn on 11 April 2026" in page
        assert WHY in page
        assert reverse("disclosures:publication", args=[publication.pk]) in page
        assert "2.85" not in page
        answer = get(house, who, "fee_pdf", schedule.pk)
        assert answer.status_code == 410
        assert WHY in text(answer)
        assert not can(house.members[who], "fee.read", schedule)
    for who in READERS:
        page = text(get(house, who, "fee_schedule", schedule.pk))
        assert "2.85" in page
        assert "Withdrawn on 11 April 2026" in page
    words = printed(get(house, "committee", "fee_pdf", schedule.pk))
    assert WHY in words
    assert "2.85" in words


def test_programs_read_withdrawn_fees_as_pages_do(house, schedule):
    withdrawn(house, schedule)
    owner = program(house, "owner")
    answer = owner.read(f"fees/{schedule.pk}/")
    assert (answer.status_code, WHY in answer.json()["detail"]) == (410, True)
    assert owner.read("fees/").json()["results"] == []
    assert program(house, "committee").read(f"fees/{schedule.pk}/").json()["charges"]


def test_what_my_unit_pays_and_the_list_of_fees_tell_that_they_were_withdrawn(house, schedule):
    assert "2.85" in text(get(house, "owner", "fees_mine"))
    withdrawn(house, schedule)
    page = text(get(house, "owner", "fees_mine"))
    assert "were withdrawn" in page
    assert "2.85" not in page
    assert {
        (bill.is_withdrawn, bill.lines == [], bill.monthly) for bill in fee_queries.bills_of(house.owner, TODAY)
    } == {(True, True, Decimal(0))}
    assert "Withdrawn" in text(get(house, "owner", "fees"))


def test_withdrawn_fees_to_come_are_in_no_bill(house, schedule):
    later = rerated(house, "2.00", valid_from=timezone.localdate() + timedelta(days=60))
    fees.publish(schedule_id=later.pk, actor=house.manager, now=NOON)
    address = reverse("disclosures:fee_schedule", args=[later.pk])
    assert address in text(get(house, "owner", "fees_mine"))
    withdrawn(house, later)
    assert address not in text(get(house, "owner", "fees_mine"))


def test_later_fees_are_not_shown_beside_withdrawn_ones(house, schedule):
    later = rerated(house, "2.00", valid_from=TODAY + timedelta(days=60))
    fees.publish(schedule_id=later.pk, actor=house.manager, now=NOON)
    withdrawn(house, schedule)
    page = text(get(house, "owner", "fee_schedule", later.pk))
    assert "2.85" not in page
    assert "nothing is compared with it" in page
    assert "2.85" not in printed(get(house, "owner", "fee_pdf", later.pk))
    rates = [one["rate_before"] for one in program(house, "owner").read(f"fees/{later.pk}/").json()["charges"]]
    assert set(rates) == {None}
    assert "2.85" in text(get(house, "committee", "fee_schedule", later.pk))


def test_the_audit_report_of_withdrawn_fees_is_closed_too(house, schedule):
    said = {"decision": "Two thirds agreed", "decided_on": TODAY}
    rise = rerated(house, "3.00", valid_from=TODAY + timedelta(days=60), report=True, **said)
    fees.publish(schedule_id=rise.pk, actor=house.manager, now=NOON)
    file = Attachment.objects.get(subject_type=fee_queries.FILES_OF)
    assert may_read(file, membership=house.owner, holder="")
    withdrawn(house, rise)
    assert not may_read(file, membership=house.owner, holder="")
    assert may_read(file, membership=house.committee, holder="")


# -- the publication itself ------------------------------------------------------------------------------------------------


def test_its_publication_no_longer_tells_owners_the_figures(house, account):
    publication = withdrawn(house, account)
    figure = re.search(r"Closing balance: ([\d.,]+)", publication.text_en)[1]
    page = text(get(house, "owner", "publication", publication.pk))
    assert WHY in page
    assert figure not in page
    assert figure not in printed(get(house, "owner", "publication_pdf", publication.pk))
    said = program(house, "owner").read(f"publications/{publication.pk}/").json()
    assert (said["text_en"], said["text_zh"], said["withdrawal_reason"]) == ("", "", WHY)
    found = signed_in(house, "owner").get(reverse("disclosures:publications"), {"q": "Closing balance"})
    assert found.context["rows"] == []
    for who in ("manager", "committee"):
        assert figure in text(get(house, who, "publication", publication.pk))
        assert figure in printed(get(house, who, "publication_pdf", publication.pk))
    publication.refresh_from_db()
    assert figure in publication.text_en


def test_the_lists_cost_the_same_with_one_and_with_many_withdrawn(house, account):
    withdrawn(house, account)

    def cost():
        client = signed_in(house, "owner")
        client.get(reverse("disclosures:index"))
        with CaptureQueriesContext(connection) as seen:
            client.get(reverse("disclosures:index"))
        return len(seen)

    one = cost()
    for year in range(2015, 2025):
        row = brought_to(house, "published", from_on=date(year, 1, 1), to_on=date(year, 3, 31))
        withdrawn(house, row)
    assert cost() == one


def test_whoever_asks_for_it_is_told_what_it_closes(house, account):
    publication, _confirm = withdraw(house, account)
    page = text(get(house, "supervisor", "publication_withdraw", publication.pk))
    assert "owners and occupants read only that it was" in page
    client = signed_in(house, "manager")
    Publication.objects.filter(pk=publication.pk).update(min_until=TODAY)
    told = client.post(reverse("disclosures:publication_confirm", args=[publication.pk]), follow=True)
    assert "Owners and occupants read only that it was, when and why." in text(told)
