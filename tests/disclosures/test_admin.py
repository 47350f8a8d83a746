"""What is made known and asked is found in the administration, and worked on on its own page."""

from datetime import date
from typing import Any

import pytest

from disclosures.models import PublicationTask
from tests.complaints.pages import text
from tests.complaints.test_triage import browser
from tests.disclosures.enquiry_making import entered
from tests.disclosures.fees_making import begun as fees
from tests.disclosures.library_making import published
from tests.disclosures.publishing_making import shown
from tests.factories.house import NOON, House, in_scope_of

pytestmark = pytest.mark.django_db


def duty(house: House) -> PublicationTask:
    return PublicationTask.objects.create(
        estate=house.estate, pack="default", kind="budget", period_from=date(2025, 1, 1), period_to=date(2025, 12, 31),
        due_on=date(2026, 3, 31), computed_at=NOON,
    )  # fmt: skip


MADE: dict[str, tuple[Any, str, str]] = {
    "article": (published, "title", "/disclosures/articles/"),
    "enquiry": (entered, "number", "/enquiries/"),
    "feeschedule": (fees, "number", "/disclosures/fees/"),
    "publication": (shown, "number", "/disclosures/publications/"),
    "publicationtask": (duty, "kind", "/disclosures/duties/"),
}


@pytest.mark.parametrize("kind", MADE)
def test_a_row_is_listed_found_and_leads_to_the_page_where_it_is_worked(house, kind):
    make, named, page = MADE[kind]
    row, client, address = make(house), browser(house, "manager"), f"/admin/disclosures/{kind}/"
    page = page if kind == "publicationtask" else f"{page}{row.pk}/"
    listed = client.get(address)
    assert listed.status_code == 200
    assert page in listed.content.decode()
    found = client.get(address, {"q": getattr(row, named)})
    assert page in found.content.decode()
    assert page not in client.get(address, {"q": "no such thing"}).content.decode()
    sent = client.get(f"{address}{row.pk}/change/")
    assert (sent.status_code, page in sent["Location"]) == (302, True)


@pytest.mark.parametrize("kind", MADE)
def test_nobody_adds_changes_or_deletes_one_here_and_strangers_find_none(house, stranger, kind):
    row, address = MADE[kind][0](house), f"/admin/disclosures/{kind}/"
    client = browser(house, "admin")
    assert client.get(f"{address}add/").status_code == 403
    assert client.post(f"{address}{row.pk}/delete/", {"post": "yes"}).status_code == 403
    assert type(row).objects.filter(pk=row.pk).exists()
    there = in_scope_of(stranger.organisation.pk, lambda: browser(stranger, "admin").get(address))
    assert (there.status_code, str(row.pk) in there.content.decode()) == (200, False)


def test_who_asked_stands_in_no_list_of_the_administration(house):
    entered(house)
    assert "Mrs Gray" not in text(browser(house, "admin").get("/admin/disclosures/enquiry/"))
