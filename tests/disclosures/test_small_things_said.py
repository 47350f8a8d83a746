"""Accounts are found by words and number; duties that press stand on the first page; a case is called what it is."""

import re
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from complaints.models import Category
from complaints.services.from_enquiry import Becoming, convert_enquiry
from disclosures import queries
from disclosures.models import Publication
from disclosures.publicduty_queries import pressing, tasks_visible_to
from disclosures.services import publicduties
from tests.complaints.pages import signed_in, text
from tests.complaints.seeds import furnish
from tests.disclosures.campaign_making import seated
from tests.disclosures.enquiry_making import asked as enquired
from tests.disclosures.making import brought_to, line
from tests.disclosures.publishing_making import planned
from tests.factories.house import NOON

pytestmark = pytest.mark.django_db


def listed(house, who, words, **said):
    return list(queries.listed(getattr(house, who), text=words, **said))


def test_accounts_are_found_by_number_account_correction_and_line(house, stranger):
    row = brought_to(house, "published")
    other = brought_to(
        house, "published", lines=(line(1, "income", "IN-1", "209.85", text_en="Rent of the hall"),), opening="100.00",
        from_on=date(2026, 4, 1), to_on=date(2026, 6, 30),
    )  # fmt: skip
    for words in ("bulbs", "Focus", "P-3", row.number):
        assert listed(house, "owner", words) == [row]
    assert listed(house, "owner", "hall") == [other]
    assert listed(house, "owner", "revenue") == [other, row]
    assert listed(house, "owner", "zebra") == listed(house, "occupant", "bulbs") == []
    page = text(signed_in(house, "owner").get("/disclosures/?q=bulbs"))
    assert (row.number in page, other.number in page) == (True, False)
    assert "No account found" in text(signed_in(house, "owner").get("/disclosures/?q=zebra"))
    assert list(queries.listed(stranger.manager, text="bulbs")) == []


def test_what_is_withdrawn_is_not_found_by_what_it_said(house):
    row = brought_to(house, "published")
    Publication.objects.filter(subject_id=row.pk).update(state="withdrawn", withdrawn_at=NOON)
    assert listed(house, "owner", "bulbs") == []
    assert listed(house, "owner", row.number) == listed(house, "manager", "bulbs") == [row]


def test_duties_that_press_stand_on_the_first_page_of_who_keeps_them_and_of_the_committee(house, stranger):
    """The third quarter of 2025 was due on 15 October, the fourth on 15 January, the first of 2026 on 15 April."""
    seated(house)
    plan = planned(house)
    for day, missed, due in ((date(2026, 3, 2), 2, 0), (date(2026, 4, 10), 2, 1), (date(2026, 4, 16), 3, 0)):
        publicduties.compute(plan=plan, now=NOON.replace(month=day.month, day=day.day))
        for who in ("manager", "supervisor", "committee"):
            assert pressing(getattr(house, who), day) == {"missed": missed, "due": due}
    assert not tasks_visible_to(stranger.manager).exists()
    for who in ("owner", "occupant", "engineer", "clerk"):
        with CaptureQueriesContext(connection) as asked:
            assert pressing(getattr(house, who), date(2026, 4, 10)) == {"missed": 0, "due": 0}
        assert not asked.captured_queries
    assert "Not published in time" in text(signed_in(house, "manager").get("/"))
    assert "What must be published" in text(signed_in(house, "committee").get("/"))
    for who in ("owner", "engineer"):
        assert "/disclosures/duties/?which" not in text(signed_in(house, who).get("/"))
        assert "Not published in time" not in text(signed_in(house, who).get("/"))


def test_what_became_a_request_is_not_called_a_complaint(house):
    furnish(house)
    row, owner = enquired(house, question="When do you mend the lift?"), signed_in(house, "owner")
    becoming = Becoming(Category.objects.get(code="lift"), "The lift waits to be mended.", house.unit, kind="request")
    case = convert_enquiry(enquiry_id=row.pk, becoming=becoming, actor=house.clerk, now=NOON)
    assert case.number.startswith("R-")
    page = text(owner.get(f"/enquiries/mine/{row.pk}/"))
    assert f"Open {case.number}" in page
    assert "Became a case" in page
    for who, address in ((owner, f"/enquiries/mine/{row.pk}/"), (signed_in(house, "clerk"), f"/enquiries/{row.pk}/")):
        said = re.sub(r"<nav.*?</nav>|<header.*?</header>", "", text(who.get(address)), flags=re.DOTALL)
        assert "Made a complaint" not in said
        assert "To the complaint" not in said
