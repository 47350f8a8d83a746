"""Fees, publications and duties to publish for programs: what the pages show, exact decimals, nothing of others."""

from datetime import date

import pytest

from disclosures.models import Publication
from disclosures.services import withdrawing
from tests.disclosures.fees_making import in_force, rerated
from tests.disclosures.making import brought_to
from tests.disclosures.publishing_making import planned, shown
from tests.factories.api import program
from tests.factories.house import NOON

pytestmark = pytest.mark.django_db


def test_fees_with_their_charges_beside_the_version_before(house):
    in_force(house)
    row = rerated(house, "2.50", valid_from=date(2026, 9, 1))
    staff = program(house, "manager")
    assert [one["version"] for one in staff.read("fees/").json()["results"]] == [2, 1]
    charge = staff.read(f"fees/{row.pk}/").json()["charges"][0]
    assert {name: charge[name] for name in ("rate", "rate_before", "verdict", "difference", "percent", "per")} == {
        "rate": "2.5000", "rate_before": "2.8500", "verdict": "down", "difference": "-0.3500", "percent": "-12.3",
        "per": "m2_month",
    }  # fmt: skip
    owner = program(house, "owner")
    assert [one["version"] for one in owner.read("fees/").json()["results"]] == [1]
    assert owner.read(f"fees/{row.pk}/").status_code == 404


def test_publications_and_that_withdrawal_is_told_once_it_is_done(house):
    row = shown(house)
    withdrawing.ask(publication_id=row.pk, reason="Wrong", actor=house.supervisor, now=NOON.replace(month=5))
    owner = program(house, "owner")
    said = owner.read(f"publications/{row.pk}/").json()
    assert (said["number"], said["text_en"], said["withdrawal_reason"]) == (row.number, "More than half agreed.", "")
    assert [one["kind"] for one in said["places"]] == ["portal"]
    withdrawing.confirm(publication_id=row.pk, actor=house.manager, now=NOON.replace(month=5))
    assert owner.read(f"publications/{row.pk}/").json()["withdrawal_reason"] == "Wrong"
    accounts = Publication.objects.get(subject_id=brought_to(house, "published").pk)
    listed = {one["id"] for one in program(house, "occupant").read("publications/").json()["results"]}
    assert listed == {str(row.pk)}
    assert program(house, "occupant").read(f"publications/{accounts.pk}/").status_code == 404


def test_duties_of_an_estate_and_none_of_one_that_is_not_there(house, stranger):
    planned(house)
    owner = program(house, "owner")
    rows = owner.read("publication-duties/").json()["results"]
    assert [one["period_from"] for one in rows] == ["2026-01-01", "2025-10-01", "2025-07-01"]
    assert rows[0]["title"] == "Revenue of common parts"
    assert owner.read(f"publication-duties/?estate={stranger.estate.pk}").status_code == 404
    assert program(house, "occupant").read("publication-duties/").status_code == 404
