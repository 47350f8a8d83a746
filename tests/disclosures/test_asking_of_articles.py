"""A question asked from the page of an article or a clause: it names it, the answer names it, and others find it there."""

import pytest
from django.urls import reverse

from disclosures.models import Enquiry
from disclosures.services import articles, enquiring
from disclosures.services.enquiring import Asking
from owners.models import Estate
from tenancy.errors import NotFound
from tests.complaints.pages import signed_in, text
from tests.disclosures.enquiry_making import answered
from tests.disclosures.library_making import published
from tests.factories.house import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def clause(house):
    return published(house).versions.get().clauses.get(key="art-2")


def ask_page(client, of):
    return client.get(reverse("enquiries:new"), {"of": of})


def test_it_is_asked_from_the_clause_with_the_clause_cited_and_answered_from_there(house, clause):
    owner, clerk = signed_in(house, "owner"), signed_in(house, "clerk")
    page = text(owner.get(reverse("disclosures:clause", args=[clause.version.article_id, clause.key])))
    assert f"?of=clause:{clause.pk}" in page
    page = ask_page(owner, f"clause:{clause.pk}")
    form = page.context["form"]
    assert form["topic"].value() == "rule"
    assert form["question"].value() == "On House rules Article 2: "
    assert "You ask about" in text(page)
    said = {"of": f"clause:{clause.pk}", "topic": "rule", "question": "On House rules Article 2: big dogs too?"}
    assert owner.post(reverse("enquiries:new"), said).status_code == 302
    row = Enquiry.objects.get()
    assert (row.of_version, row.of_clause) == (clause.version, clause)
    assert "Asked about" in text(owner.get(reverse("enquiries:own", args=[row.pk])))
    answer = clerk.get(reverse("enquiries:answer", args=[row.pk])).context["form"]
    assert answer["sources"].value() == [f"clause:{clause.pk}"]
    assert answer.fields["sources"].choices[0][0] == f"clause:{clause.pk}"


def test_once_open_it_stands_with_the_article(house, clause):
    asking = Asking(estate=house.estate, topic="rule", question="Big dogs?", of=clause.version, of_clause=clause)
    row = answered(house, enquiring.ask(asking=asking, actor=house.owner, now=NOON))
    address = reverse("disclosures:article", args=[clause.version.article_id])
    neighbour = signed_in(house, "neighbour")
    assert "Big dogs?" not in text(neighbour.get(address))
    enquiring.open_to_all(enquiry_id=row.pk, question="Big dogs?", answer="All.", actor=house.manager, now=NOON)
    assert "What others asked about it" in text(neighbour.get(address))
    assert "What others asked about it" not in text(signed_in(house, "clerk").get(address))


@pytest.mark.parametrize("of", ["clause:x", "version:", "clause:0199c5a2-0000-7000-8000-000000000001", "dog:1"])
def test_what_is_not_there_is_a_plain_question(house, clause, of):
    page = ask_page(signed_in(house, "owner"), of)
    assert (page.status_code, page.context["of"]) == (200, None)


def test_an_article_that_does_not_hold_there_is_not_asked_of(house):
    far = Estate.objects.create(code="FAR", name="Far Court", calendar=house.calendar)
    version = published(house, estates=[far]).versions.get()
    assert ask_page(signed_in(house, "owner"), f"version:{version.pk}").context["of"] is None
    asking = Asking(estate=house.estate, topic="rule", question="Dogs?", of=version)
    with pytest.raises(NotFound):
        enquiring.ask(asking=asking, actor=house.owner, now=NOON)
    assert not Enquiry.objects.exists()


def test_what_is_out_of_force_is_not_asked_of(house, clause):
    articles.withdraw_article(article_id=clause.version.article_id, reason="Old", actor=house.admin, now=NOON)
    owner = signed_in(house, "owner")
    assert ask_page(owner, f"clause:{clause.pk}").context["of"] is None
    page = text(owner.get(reverse("disclosures:article", args=[clause.version.article_id])))
    assert "Ask about this" not in page
