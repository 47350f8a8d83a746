"""Accounts and fees and the publication that makes them known: read where they stand, named on page and paper."""

from datetime import date
from io import BytesIO

import pytest
from pypdf import PdfReader

from disclosures.models import Publication, PublicationRead
from tests.complaints.pages import signed_in, text
from tests.disclosures.fees_making import in_force
from tests.disclosures.making import brought_to
from tests.factories.house import NOON

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("kind", "page"), [("statement", ""), ("fees", "fees/")])
def test_accounts_and_fees_opened_where_they_stand_are_their_publication_read(house, kind, page):
    """Once for each person it is for, not for staff; the page and the paper name the publication."""
    row = brought_to(house, "published") if kind == "statement" else in_force(house)
    made = Publication.objects.get(subject_id=row.pk)
    address = f"/disclosures/{page}{row.pk}/"
    for who in ("owner", "owner", "manager", "neighbour"):
        assert f"Publication {made.number}" in text(signed_in(house, who).get(address))
    readers = PublicationRead.objects.filter(publication=made).values_list("member", flat=True)
    assert sorted(readers) == sorted([house.owner.pk, house.neighbour.pk])
    paper = PdfReader(BytesIO(b"".join(signed_in(house, "owner").get(f"{address}pdf/").streaming_content)))
    words = " ".join(paper.pages[0].extract_text().split())
    assert f"Publication {made.number}" in words
    assert f"/disclosures/publications/{made.pk}/" in words.replace(" ", "")


def test_what_is_not_published_or_was_withdrawn_is_not_read(house):
    row = brought_to(house, "committee_review")
    assert "Publication P-" not in text(signed_in(house, "committee").get(f"/disclosures/{row.pk}/"))
    row = brought_to(house, "published", from_on=date(2026, 4, 1), to_on=date(2026, 6, 30))
    made = Publication.objects.get(subject_id=row.pk)
    made.state = Publication.State.WITHDRAWN
    made.withdrawn_at = NOON
    made.save()
    page = text(signed_in(house, "committee").get(f"/disclosures/{row.pk}/"))
    assert "Withdrawn on" in page
    paper = PdfReader(
        BytesIO(b"".join(signed_in(house, "committee").get(f"/disclosures/{row.pk}/pdf/").streaming_content))
    )
    assert f"/disclosures/publications/{made.pk}/" not in paper.pages[0].extract_text().replace("\n", "")
    assert not PublicationRead.objects.exists()
