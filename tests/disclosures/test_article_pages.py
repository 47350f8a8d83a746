"""Pages of articles: bringing a law in, reading, finding, writing; nothing typed is lost and nothing half stored."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from disclosures import article_queries as queries
from disclosures.models import Article, ArticleVote
from tests.audit.articles import filled
from tests.complaints.pages import signed_in, text
from tests.disclosures.library_making import LAWS, RULES, drafted, law, published

pytestmark = pytest.mark.django_db
CIVIL = "civil_code_condominium_271_287.md"


def get(client, route, *args, **asked):
    return client.get(reverse(f"disclosures:{route}", args=args), asked)


def bring(house, content, name="law.md", role="manager"):
    file = SimpleUploadedFile(name, content)
    return signed_in(house, role).post(reverse("disclosures:article_bring_in"), {"file": file})


def test_a_law_is_shown_as_it_was_understood_then_kept_then_published(house):
    shown = bring(house, (LAWS / CIVIL).read_bytes())
    assert (shown.status_code, Article.objects.count()) == (200, 0)
    page = text(shown)
    assert "17 numbered clauses" in page
    assert "The numbers run without a gap." in page
    assert 'value="中华人民共和国民法典"' in page
    assert 'value="2021-01-01"' in page
    form = shown.context["form"]
    assert (form["language"].value(), form["kind"].value()) == ("zh-hans", "law")
    client = signed_in(house, "manager")
    said = filled(
        house,
        text=form["text"].value(),
        title="中华人民共和国民法典",
        short_title="民法典",
        language="zh-hans",
        kind="law",
    )
    kept = client.post(reverse("disclosures:article_new"), said)
    row = Article.objects.get()
    assert (kept.status_code, row.state) == (302, "draft")
    assert client.post(reverse("disclosures:article_publish", args=[row.pk])).status_code == 302
    page = text(get(signed_in(house, "owner"), "article", row.pk))
    assert '<section class="clause" id="art-278">' in page
    assert '<h2 id="part-1">物权编 第二分编 所有权</h2>' in page
    clause = text(get(signed_in(house, "owner"), "clause", row.pk, "art-278"))
    assert "<h1>民法典 art. 278</h1>" in clause
    assert '<p class="item">(一)制定和修改业主大会议事规则；</p>' in clause.replace("（", "(").replace("）", ")")
    assert "第二百七十七条" in clause


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_a_file_is_read_however_its_signs_were_written_down(house, encoding):
    content = law(CIVIL).replace("\n", "\r\n").encode(encoding)
    assert "17 numbered clauses" in text(bring(house, content))


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"", "empty"), (b" \r\n\xef\xbb\xbf", "The file is empty."), (b"PK\x03\x04rest", "no text file"), (b"%PDF-1.7", "no text file"),
     (b"abc\0def", "cannot be read"), (b"\xff\xff\xff\x81\xff", "cannot be read")],
)  # fmt: skip
def test_what_is_no_text_is_refused_at_the_field(house, content, words):
    page = bring(house, content)
    assert page.status_code == 422
    assert words in text(page)


def test_what_stops_a_text_is_said_at_the_field_and_what_was_typed_stays(house):
    said = filled(house, text="Rules\nArticle 1 One.\nArticle 1 Two.\nMy long work.")
    page = signed_in(house, "manager").post(reverse("disclosures:article_new"), said)
    assert page.status_code == 422
    assert "Line 3: “Article 1” stands there twice: on line 2 too." in text(page)
    assert "My long work." in text(page)
    assert Article.objects.count() == 0


def test_looking_stores_nothing_and_keeps_what_was_typed(house):
    said = filled(house, look="1", title="Mine", text="Article 1 One.\nArticle 3 Three.")
    page = signed_in(house, "manager").post(reverse("disclosures:article_new"), said)
    assert (page.status_code, Article.objects.count()) == (200, 0)
    assert 'value="Mine"' in text(page)
    assert "1 article is missing" in text(page)


def test_without_places_the_form_says_so(house):
    said = {**filled(house), "places": []}
    page = signed_in(house, "manager").post(reverse("disclosures:article_new"), said)
    assert "Choose where it holds." in text(page)


def test_a_second_click_makes_one_article(house):
    said = filled(house, entry_key="0199c5a2-0000-7000-8000-000000000001")
    client = signed_in(house, "manager")
    ways = {client.post(reverse("disclosures:article_new"), said)["Location"] for _click in range(2)}
    assert (len(ways), Article.objects.count()) == (1, 1)


def test_a_new_version_is_read_beside_the_old_one(house):
    row = published(house)
    client = signed_in(house, "supervisor")
    shown = client.get(reverse("disclosures:article_edit", args=[row.pk]))
    assert shown.context["form"]["text"].value() == RULES
    said = filled(house, text=RULES.replace("leash", "short leash"), note="Short leashes")
    after = client.post(reverse("disclosures:article_edit", args=[row.pk]), said)
    assert after["Location"] == reverse("disclosures:article_version", args=[row.pk, 2])
    assert get(signed_in(house, "owner"), "article_version", row.pk, 2).status_code == 404
    client.post(reverse("disclosures:article_publish", args=[row.pk]))
    owner = signed_in(house, "owner")
    assert "short leash" in text(get(owner, "article", row.pk))
    old = text(get(owner, "article_version", row.pk, 1))
    assert "An earlier version, published from" in old
    assert "short leash" not in old
    assert "Was this helpful?" not in old


def test_a_search_marks_what_it_found_and_leads_to_the_clause(house):
    row = published(house, text="Rules\nArticle 1 <script>alert(1)</script> Dogs ride.\n")
    page = text(get(signed_in(house, "owner"), "articles", q="dog"))
    assert "<mark>Dogs</mark>" in page
    assert "<script>alert(1)" not in page
    assert f'href="{reverse("disclosures:clause", args=[row.pk, "art-1"])}"' in page


def test_what_is_not_found_whole_is_found_in_part_and_else_says_what_to_try(house):
    published(house)
    owner = signed_in(house, "owner")
    assert "These hold some of them" in text(get(owner, "articles", q="quiet hours elephants"))
    assert "Nothing found" in text(get(owner, "articles", q="elephants"))


def test_an_empty_library_offers_the_first_law_to_who_may_bring_it_in(house):
    assert "Bring in the first law" in text(get(signed_in(house, "manager"), "articles"))
    page = text(get(signed_in(house, "owner"), "articles"))
    assert "No articles yet" in page
    assert "Bring in" not in page


def test_staff_see_drafts_and_what_is_to_be_looked_through(house):
    row = drafted(house, title="Only a draft")
    page = text(get(signed_in(house, "manager"), "articles", which="draft"))
    assert "Only a draft" in page
    assert "Only a draft" not in text(get(signed_in(house, "clerk"), "articles", which="draft"))
    assert get(signed_in(house, "clerk"), "article", row.pk).status_code == 404


def test_a_vote_is_counted_for_staff_and_shown_to_who_gave_it(house):
    row = published(house)
    owner = signed_in(house, "owner")
    for helped in ("yes", "no", "no"):
        owner.post(reverse("disclosures:article_vote", args=[row.pk]), {"helped": helped})
    assert ArticleVote.objects.get().was_helpful is False
    assert "You said that it did not help." in text(get(owner, "article", row.pk))
    assert "not to have helped: 1" in text(get(signed_in(house, "clerk"), "article", row.pk))
    assert "not to have helped" not in text(get(signed_in(house, "occupant"), "article", row.pk))


def test_lists_are_paged_and_ask_as_much_at_thirty_as_at_one(house):
    client = signed_in(house, "owner")

    def asked():
        with CaptureQueriesContext(connection) as counted:
            page = get(client, "articles")
        return len(counted), text(page)

    published(house, title="Rules 00")
    asked()
    few, _page = asked()
    for number in range(1, 30):
        published(house, title=f"Rules {number:02}")
    many, page = asked()
    assert many == few
    assert "Rules 24" in page
    assert "Rules 25" not in page
    assert "Rules 29" in text(get(client, "articles", page=2))


def test_numbers_in_chinese_on_chinese_pages(house):
    row = published(
        house, kind="law", language="zh-hans", title="中华人民共和国民法典", short_title="民法典", text=law(CIVIL)
    )
    house.owner.user.language = "zh-hans"
    house.owner.user.save()
    assert "《民法典》第二百七十八条" in text(get(signed_in(house, "owner"), "clause", row.pk, "art-278"))
    assert queries.clause_of(queries.version_in_force(row), "art-999") is None


def suggest(client, **said):
    return client.post(reverse("disclosures:article_suggested"), said)


def test_words_that_are_being_typed_find_articles_and_nothing_is_kept(house):
    row = published(house)
    owner = signed_in(house, "owner")
    page = suggest(owner, description="My neighbour parks on the visitors' space every day")
    assert page.status_code == 200
    assert reverse("disclosures:clause", args=[row.pk, "art-3"]) in text(page)
    assert 'rel="noopener"' in text(page)
    assert text(suggest(owner, question="quiet hours at night")).count("<li") == 1
    for nothing in ("", "a", "elephants", "the", "x" * 100_000):
        assert "<li" not in text(suggest(owner, description=nothing))


def test_the_form_of_a_complaint_offers_them(house):
    page = text(signed_in(house, "owner").get("/complaints/new/"))
    assert f'hx-post="{reverse("disclosures:article_suggested")}"' in page


def test_a_draft_of_a_day_to_come_is_not_offered_for_publishing(house):
    row = drafted(house, valid_from=timezone.localdate() + timedelta(days=30))
    client, way = signed_in(house, "admin"), reverse("disclosures:article_publish", args=[row.pk])
    page = text(get(client, "article", row.pk))
    assert "It can be published from" in page
    assert way not in page
    assert "publish it on that day" in text(client.post(way, follow=True))
    row.refresh_from_db()
    assert row.state == "draft"
    row.versions.update(valid_from=timezone.localdate())
    assert way in text(get(client, "article", row.pk))


def test_what_is_typed_is_looked_for_so_often_and_not_more(house, settings, tmp_path):
    file = tmp_path / "limits.yaml"
    file.write_text("suggestion: [{times: 2, minutes: 1, each: [person]}]")
    settings.LIMITS_FILE = str(file)
    owner = signed_in(house, "owner")
    assert [suggest(owner, question="quiet hours").status_code for _try in range(3)] == [200, 200, 429]
