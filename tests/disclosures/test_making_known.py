"""Accounts and fees and the publication that makes them known: how it is shown and told, read where they stand."""

from datetime import date, timedelta
from io import BytesIO

import pytest
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from disclosures.models import AccountStatement, Publication, PublicationPlace, PublicationRead
from disclosures.services import fees, statements
from disclosures.services.publication_mail import tell_owners
from disclosures.services.publications import Terms
from notices.models import Delivery
from tenancy.errors import DomainError, NotFound
from tests.audit.routes import post
from tests.complaints.pages import signed_in, text
from tests.disclosures.fees_making import filled, in_force
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


def publishable(house, kind):
    if kind == "statement":
        return brought_to(house, "approved"), "disclosures:publish"
    return fees.check(schedule_id=filled(house).pk, actor=house.manager, now=NOON), "disclosures:fee_publish"


def mailed():
    return sorted(
        Delivery.objects.filter(event="publication.shown", channel="email").values_list("person__name", flat=True)
    )


def owners(house):
    return sorted(house.people[who].name for who in ("owner", "coowner", "neighbour"))


@pytest.mark.parametrize("kind", ["statement", "fees"])
def test_it_is_shown_longer_than_the_rules_ask_and_told_to_each_owner_once(house, kind):
    row, route = publishable(house, kind)
    manager, until = signed_in(house, "manager"), timezone.localdate() + timedelta(days=60)
    said = {"min_days": "40", "end_on": until.isoformat(), "by_mail": "on"}
    for _again in range(2):
        assert post(manager, route, row.pk, **said).status_code == 302
    made = Publication.objects.get(subject_id=row.pk)
    assert (made.state, made.min_days, made.end_on) == ("live", 40, until)
    assert mailed() == owners(house)
    place = made.places_shown.get(kind=PublicationPlace.Kind.MAIL)
    assert (place.noted_by, place.from_on) == (house.manager, made.start_on)
    assert tell_owners(publication=made, actor=house.manager, now=NOON) == 0
    assert made.places_shown.count() == 2
    mail = Delivery.objects.filter(event="publication.shown").first()
    assert (mail.subject, made.number in mail.text) == (made.title_en, True)


@pytest.mark.parametrize("kind", ["statement", "fees"])
def test_left_empty_it_is_shown_by_the_rules_and_nobody_is_told(house, kind):
    row, route = publishable(house, kind)
    assert "15 days" in text(signed_in(house, "manager").get(reverse(route, args=[row.pk])))
    assert post(signed_in(house, "manager"), route, row.pk).status_code == 302
    made = Publication.objects.get(subject_id=row.pk)
    assert (made.min_days, made.end_on, mailed()) == (15, None, [])
    assert made.places_shown.get().kind == PublicationPlace.Kind.PORTAL


def test_less_than_the_rules_ask_publishes_nothing(house):
    row, route = publishable(house, "statement")
    manager = signed_in(house, "manager")
    for said in ({"min_days": "14"}, {"end_on": timezone.localdate().isoformat()}, {"min_days": "x"}):
        assert post(manager, route, row.pk, by_mail="on", **said).status_code == 422
    with pytest.raises(DomainError):
        statements.act(
            statement_id=row.pk, name="publish", actor=house.manager, now=NOON, terms=Terms(end_on=NOON.date())
        )
    assert AccountStatement.objects.get(pk=row.pk).state == "approved"
    assert (Publication.objects.count(), mailed()) == (0, [])


def test_only_who_publishes_finds_the_form(house, stranger):
    row, route = publishable(house, "statement")
    for who in ("supervisor", "committee", "owner"):
        assert post(signed_in(house, who), route, row.pk).status_code == 404
    with pytest.raises(NotFound):
        statements.act(statement_id=row.pk, name="publish", actor=stranger.manager, now=NOON)
    assert AccountStatement.objects.get(pk=row.pk).state == "approved"


def test_an_owner_without_an_address_or_whose_ownership_ended_gets_no_mail(house):
    person = house.people["coowner"]
    person.email = ""
    person.membership = None
    person.save()
    house.people["neighbour"].ownerships.update(to_on=NOON.date())
    row = brought_to(house, "approved")
    statements.act(statement_id=row.pk, name="publish", actor=house.manager, now=NOON, terms=Terms(by_mail=True))
    assert mailed() == [house.people["owner"].name]
