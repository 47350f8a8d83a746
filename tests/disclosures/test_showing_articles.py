"""An article, and what is promised to an estate, shown like any publication: number, places, minimum time, sheet."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from disclosures import publication_queries as queries
from disclosures.models import Publication
from disclosures.services import publications
from owners.models import Estate
from tests.complaints.pages import signed_in, text
from tests.disclosures.library_making import drafted, published
from tests.disclosures.promises import promised
from tests.factories.house import NOON

pytestmark = pytest.mark.django_db
NEW = "/disclosures/publications/new/"


def begun(client, about):
    response = client.get(NEW, {"about": about})
    assert response.status_code == 200
    return response.context["form"]


def sent(client, about, **changes):
    form = begun(client, about)
    fields = {name: form[name].value() or "" for name in form.fields if name != "documents"}
    return client.post(NEW, {**fields, "estate": fields["estate"] or form.fields["estate"].choices[0][0], **changes})


def test_an_article_is_shown_with_its_text_and_leads_to_it(house):
    row = published(house)
    manager = signed_in(house, "manager")
    assert f"{NEW}?about=article:{row.pk}" in text(manager.get(reverse("disclosures:article", args=[row.pk])))
    form = begun(manager, f"article:{row.pk}")
    assert (form["kind"].value(), form["title_en"].value()) == ("article", "House rules")
    assert "Between 22:00 and 7:00 it is quiet." in form["text_en"].value()
    sent(manager, f"article:{row.pk}")
    made = Publication.objects.get()
    assert (made.subject_number, queries.page_of_subject(made)) == (
        "House rules", reverse("disclosures:article", args=[row.pk]),
    )  # fmt: skip
    made = publications.publish(publication_id=made.pk, actor=house.manager, now=NOON)
    assert (made.number, made.min_days) == ("P-2026-000001", 15)
    page = text(signed_in(house, "owner").get(reverse("disclosures:publication", args=[made.pk])))
    assert "Open House rules" in page
    assert "Between 22:00 and 7:00 it is quiet." in page


def test_a_new_text_of_an_article_is_shown_anew_and_the_older_leads_to_it(house):
    row = published(house)
    manager = signed_in(house, "manager")
    shown = []
    for day in range(2):
        sent(manager, f"article:{row.pk}", entry_key=str(uuid4()))
        draft = Publication.objects.get(state="draft")
        shown.append(publications.publish(publication_id=draft.pk, actor=house.manager, now=NOON + timedelta(days=day)))
    assert queries.newer_of(shown[0], house.manager) == shown[1]
    assert queries.newer_of(shown[1], house.manager) is None


def test_a_text_too_long_for_a_sheet_is_cut_between_lines_and_says_where_the_rest_is(house):
    long = "# House rules\n\n" + "\n\n".join(f"Article {n} {'Quiet is kept. ' * 20}" for n in range(1, 60))
    row = published(house, text=long)
    said = begun(signed_in(house, "manager"), f"article:{row.pk}")["text_en"].value()
    assert len(said) <= 8000
    kept, _gap, end = said.rpartition("\n\n")
    assert end == "The whole text stands in the portal, under Articles."
    assert kept.endswith("Quiet is kept.") or kept.split("\n")[-1].startswith("Article")
    assert sent(signed_in(house, "manager"), f"article:{row.pk}").status_code == 302


def test_only_what_is_in_force_and_seen_is_shown_and_only_where_it_holds(house):
    other = Estate.objects.create(code="OTH", name="Other", calendar=house.estate.calendar)
    admin = signed_in(house, "admin")
    for about in (f"article:{drafted(house).pk}", f"article:{uuid4()}", "article:x", "nothing", "standards:"):
        assert begun(admin, about)["title_en"].value() in (None, "")
    row = published(house, title="Rules of Lakeside")
    assert [key for key, _name in begun(admin, f"article:{row.pk}").fields["estate"].choices] == [str(house.estate.pk)]
    refused = sent(admin, f"article:{row.pk}", estate=str(other.pk))
    assert (refused.status_code, Publication.objects.count()) == (422, 0)


def test_the_promises_in_force_are_shown_in_both_languages(house):
    promised(house)
    manager = signed_in(house, "manager")
    form = begun(manager, f"standards:{house.estate.pk}")
    assert form["kind"].value() == "standards"
    assert form["text_en"].value().startswith("Sweeping of the stairs (2 times a week): Every floor is swept.")
    assert form["text_zh"].value().startswith("楼道清扫")
    assert house.estate.name in form["title_zh"].value()
    assert f"{NEW}?about=standards:{house.estate.pk}" in text(manager.get("/disclosures/standards/"))
    sent(manager, f"standards:{house.estate.pk}")
    assert Publication.objects.get().subject_id is None
