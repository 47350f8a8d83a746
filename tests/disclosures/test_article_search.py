"""Search: Chinese by signs, English by stems, whatever is typed; by an index, under row-level security."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from disclosures.article_search import search
from disclosures.models import ArticleWord
from disclosures.rules import words as rules
from disclosures.services import articles
from owners.models import Estate
from tests.disclosures.library_making import law, published
from tests.factories.house import NOON

pytestmark = pytest.mark.django_db
CIVIL, REGULATIONS = "civil_code_condominium_271_287.md", "property_management_regulations_2018.md"


@pytest.fixture
def library(house):
    published(
        house, kind="law", language="zh-hans", title="中华人民共和国民法典", short_title="民法典", text=law(CIVIL)
    )
    published(house, kind="law", language="zh-hans", title="物业管理条例", text=law(REGULATIONS))
    published(house)
    return house


def keys(house, text, **said):
    return [hit.clause.key if hit.clause else "" for hit in search(house.owner, text, **said)]


@pytest.mark.parametrize(
    ("text", "found"),
    [("车位", ["art-275", "art-276"]), ("车库", ["art-275", "art-276"]), ("电梯", ["art-281"]), ("诉讼时效", [])],
)
def test_words_of_two_signs_are_found(library, text, found):
    assert sorted(keys(library, text)) == found


def test_signs_that_do_not_stand_together_are_not_found(library):
    # 业主 and 主大 and 大会 in one clause are not 业主大会 unless they follow each other.
    hits = search(library.owner, "业主大会决定")
    assert hits
    assert all("业主大会决定" in (hit.clause.body if hit.clause else "") for hit in hits)


@pytest.mark.parametrize("text", ["第二百七十八条", "第278条", "278", "民法典 278", "民法典第二百七十八条"])
def test_an_article_is_found_by_its_number(library, text):
    first = search(library.owner, text)[0]
    assert (first.clause.plain_number, first.version.called) == ("278", "民法典")


def test_english_words_are_found_by_their_stems(library):
    assert keys(library, "dogs") == ["art-2"]
    assert keys(library, "visitor PARKING") == ["art-3"]
    assert keys(library, "the dog") == ["art-2"]
    assert keys(library, "the") == []
    assert keys(library, "house rules leash")[0] == "art-2"  # the title and the clause together hold the words


def test_a_title_is_found_first(library):
    assert keys(library, "house rules")[0] == ""
    assert search(library.owner, "物业管理条例")[0].clause is None


def test_a_short_title_is_found(library):
    published(library, language="zh-hans", title="某某小区业主守则", short_title="管理规约", text="第一条 爱护公物。")
    best = search(library.owner, "管理规约")[0]
    assert (best.clause, best.version.short_title) == (None, "管理规约")
    assert [hit.clause.key for hit in search(library.owner, "管理规约 公物")] == ["art-1"]


def test_what_stands_exactly_is_found_behind_much_that_holds_only_its_signs(house):
    near = "".join(f"第{number}条 业主、主大、大会。\n" for number in range(1, 80))
    published(
        house, kind="law", language="zh-hans", title="规定", text=f"规定\n{near}第80条 业主大会。\n第81条 业主大会。"
    )
    assert keys(house, "业主大会", most=1) == ["art-80"]
    assert keys(house, "业主大会", most=2) == keys(house, "业主大会") == ["art-80", "art-81"]


def test_it_can_be_narrowed_to_what_holds_in_an_estate(library):
    other = Estate.objects.create(code="OTH", name="Other", calendar=library.calendar)
    published(library, title="Other rules", estates=[other])
    published(library, title="Rules of all", estates=[])
    found = {hit.version.title for hit in search(library.admin, "leash", estate=library.estate)}
    assert found == {"House rules", "Rules of all"}


def test_one_sign_is_found_too(library):
    assert keys(library, "梯") == ["art-281"]


def test_only_what_is_in_force_and_may_be_read(library, stranger):
    assert search(stranger.owner, "车位") == []
    assert search(library.builder, "车位") == []
    row = search(library.owner, "dog")[0].article
    articles.withdraw_article(article_id=row.pk, reason="Gone", actor=library.admin, now=NOON)
    assert search(library.owner, "dog") == []


@pytest.mark.parametrize(
    "text", ["", "  ", "\0", "''; DROP TABLE", "%_%", "a" * 5000, "车" * 3000, "<script>", "\\", "!&|():*<->", "\ud83d\ude00", "“”"],
)  # fmt: skip
def test_whatever_is_typed_is_only_looked_for(library, text):
    assert search(library.owner, text) == [] or text


def test_kinds_and_languages_narrow(library):
    assert keys(library, "dog", kind="law") == []
    assert keys(library, "dog", language="en") == ["art-2"]


def test_a_sentence_finds_the_articles_that_hold_some_of_its_words(library):
    hits = search(library.owner, "我的车位被别人占用了怎么办", loosely=True, most=3)
    assert hits[0].clause.key in ("art-275", "art-276")
    assert (
        search(library.owner, "My neighbour drills at night outside the quiet hours", loosely=True)[0].clause.key
        == "art-1"
    )
    assert search(library.owner, "哈哈", loosely=True) == []


def test_what_was_found_is_marked_and_escaped(house):
    published(house, text="Rules\nArticle 1 <b>Dogs</b> & cats use the lift.\n")
    (hit,) = search(house.owner, "dog")
    assert ("Dogs", True) in hit.pieces
    from disclosures.templatetags.citing import pieces

    assert "&lt;b&gt;<mark>Dogs</mark>&lt;/b&gt; &amp; cats" in pieces(hit.pieces)


def test_a_snippet_goes_on_and_on_without_cutting_a_hit():
    text = "前言" * 100 + "维修资金" + "后语" * 100
    shown = rules.snippet(text, rules.wanted_of("维修资金"), {})
    assert (shown[0], shown[-1]) == (("…", False), ("…", False))
    assert ("维修资金", True) in shown


def test_the_index_serves_it_under_row_level_security(library):
    """Row-level security keeps an index from any comparison that could give rows away: equality it allows."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, rolbypassrls FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone()[1] is False
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("ANALYZE disclosures_articleword")  # else the planner knows nothing of the words
        words = ArticleWord.objects.filter(word="车位").order_by().values_list("version_id", "places")
        cursor.execute(f"EXPLAIN {words.query.sql_with_params()[0]}", words.query.sql_with_params()[1])
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "one_entry_per_word" in plan
    conditions = [line for line in plan.splitlines() if "Index Cond" in line]
    assert any("word" in line and "organisation_id" in line for line in conditions), plan
    assert "Seq Scan" not in plan


def test_a_search_asks_as_much_of_many_articles_as_of_few(library):
    def asked():
        with CaptureQueriesContext(connection) as counted:
            search(library.owner, "dogs")
        return len(counted)

    search(library.owner, "leash")  # where they are at home is read once
    few = asked()
    for number in range(12):
        published(library, title=f"Rules {number}", text=f"Rules\nArticle 1 Dogs of building {number}.\n")
    assert asked() == few
