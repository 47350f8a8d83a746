"""Law texts as they come: numbers in every writing, headings, contents, marks, breaks; what looks wrong is named."""

import re
from datetime import date

import pytest

from disclosures.rules.law_text import read_law
from disclosures.rules.numerals import chinese_number, roman_number
from tests.disclosures.library_making import LAWS, law


def clauses(text):
    return {part.key: part.body for part in read_law(text).parts if part.kind == "clause"}


def problems(text):
    return [(one.line, one.words, one.stops) for one in read_law(text).problems]


@pytest.mark.parametrize(
    ("written", "number"),
    [("一", 1), ("十", 10), ("十二", 12), ("二十", 20), ("一百零三", 103), ("一百一十", 110), ("二百七十一", 271),
     ("一千二百六十", 1260), ("一千零一", 1001), ("廿一", 21), ("二七一", 271), ("278", 278), ("百百", None), ("", None),
     ("十十", None), ("999999999", 999_999_999), ("1234567890", None), ("9" * 5000, None), ("二" * 5000, None)],
)  # fmt: skip
def test_chinese_numbers(written, number):
    assert chinese_number(written) == number


@pytest.mark.parametrize(("written", "number"), [("IV", 4), ("xii", 12), ("IIII", None), ("A", None)])
def test_roman_numbers(written, number):
    assert roman_number(written) == number


@pytest.mark.parametrize(
    ("name", "title", "count", "first", "last", "since"),
    [
        ("civil_code_condominium_271_287.md", "中华人民共和国民法典", 17, "art-271", "art-287", date(2021, 1, 1)),
        ("property_management_regulations_2018.md", "物业管理条例", 67, "art-1", "art-67", date(2003, 9, 1)),
    ],
)
def test_laws_as_published(name, title, count, first, last, since):
    read = read_law(law(name))
    keys = [part.key for part in read.parts if part.kind == "clause"]
    assert (read.title, len(keys), keys[0], keys[-1], read.in_force) == (title, count, first, last, since)
    assert read.problems == ()


def test_paragraphs_and_items_stay_with_their_article():
    body = clauses(law("civil_code_condominium_271_287.md"))["art-278"]
    assert body.startswith("下列事项由业主共同决定：\n")
    assert "\n(三)选举业主委员会或者更换业主委员会成员；" in body.replace("（", "(").replace("）", ")")
    assert len(body.split("\n")) == 11


@pytest.mark.parametrize(
    "text",
    [
        "某某规定\r\n\r\n第一章　总　则\r\n第一条　为了管理。\r\n第二条　业主有权。\r\n（一）参加；\r\n",
        "\ufeff某某规定\n第一章 总则\n第一条为了管理。\n第二条业主有权。\n（一）参加；",
        "# 某某规定\r第一章总则\r**第一条** 为了管理。\r**第二条** 业主有权。\r（一）参加；\r",
        "# 某某规定\n\n## 第一章 总则\n\n### 第一条 为了管理。\n\n### 第二条\n业主有权。\n\n（一）参加；",
        "某某规定\n<!-- INFO END -->\n第 一 条 : 为了管理。\n第 二 条：业主有权。\n\u3000\u3000（一）参加；",
        "某某规定\n第1条 为了管理。\n第２条　业主有权。\n（一）参加；",
    ],
)
def test_one_text_in_six_writings(text):
    read = read_law(text)
    assert read.title == "某某规定"
    assert [(part.plain_number, part.body) for part in read.parts if part.kind == "clause"] == [
        ("1", "为了管理。"), ("2", "业主有权。\n（一）参加；"),
    ]  # fmt: skip
    assert not read.stops


def test_a_paragraph_that_speaks_of_an_article_is_none():
    text = "规定\n第一条 甲。\n第二条 乙。\n第一条规定的费用由业主承担。\n第十条、第十一条的规定也适用。\n第三条 丙。"
    assert clauses(text) == {
        "art-1": "甲。", "art-2": "乙。\n第一条规定的费用由业主承担。\n第十条、第十一条的规定也适用。", "art-3": "丙。",
    }  # fmt: skip
    text = "Rules\nSection 1 One.\nSection 2 Two.\nSection 1 applies to guests.\nSection 3 Three."
    assert clauses(text) == {"art-1": "One.", "art-2": "Two.\nSection 1 applies to guests.", "art-3": "Three."}


UNSPACED = (
    "第一条为了管理。", "第二条中华人民共和国境内的物业适用本条例。", "第三条以人为本。", "第四条所有权属于业主。",
    "第五条和睦相处。", "第六条及时维修。", "第七条与第三人签订合同的，应当公示。", "第八条或者选聘，或者自管。",
    "第九条到期重选。", "第十条的士不得停放。", "第十一条项目负责人驻场。", "第十二条款项专户存储。",
    "第十三条规定用途以外使用的，责令改正。", "第十三条之一以招标方式选聘。", "第十四条至今未交的，催交。",
)  # fmt: skip


@pytest.mark.parametrize("line_end", ["\n", "\r\n\r\n"])
def test_whatever_an_article_begins_with_it_needs_no_blank_before(line_end):
    text = line_end.join(("条例", "第一章总则", *UNSPACED))
    assert [part.number + part.body for part in read_law(text).parts if part.kind == "clause"] == list(UNSPACED)
    assert problems(text) == []


@pytest.mark.parametrize(
    "said",
    ["第三条规定的费用由业主承担。", "第三条第二款的费用照付。", "第三条、第四条的费用照付。", "第三条至第五条适用于车位。",
     "第三条和本条例第九条适用。", "第三条所列费用照付。", "第三条所称费用，是指物业费。", "第三条中的费用照付。",
     "第三条之规定适用。", "第三条的规定适用。", "第三条第（一）项适用。".replace("（一）", "一"), "第三条规定，业主交费。"],
)  # fmt: skip
def test_an_article_that_can_only_be_spoken_of_is_words_and_is_named(said):
    text = f"规定\n第一条甲。\n第二条乙。\n{said}\n第三条丙。"
    assert clauses(text) == {"art-1": "甲。", "art-2": f"乙。\n{said}", "art-3": "丙。"}
    ((line, words, stops),) = problems(text)
    assert (line, "“第三条” was read as words here" in words, stops) == (4, True, False)


def test_a_sentence_broken_before_a_number_goes_on_and_the_number_is_named():
    text = "规定\n第一条业主依照本规定\n第二条以招标方式选聘。\n第二条乙。"
    assert clauses(text) == {"art-1": "业主依照本规定\n第二条以招标方式选聘。", "art-2": "乙。"}
    assert [one[0] for one in problems(text)] == [3]


def test_a_gap_in_an_excerpt_without_blanks_is_named_and_swallows_nothing():
    text = "民法典\n第271条业主享有所有权。\n第278条下列事项由业主共同决定：\n（一）选举；\n第279条业主不得违反。"
    assert list(clauses(text)) == ["art-271", "art-278", "art-279"]
    assert problems(text) == [(3, "Between “第271条” and “第278条” 6 articles are missing.", False)]


def test_an_article_that_goes_back_is_named_where_it_became_words():
    text = "规定\n第五条甲。\n第三条以招标方式选聘。\n第六条丙。"
    assert [(line, stops) for line, _words, stops in problems(text)] == [(3, False)]


@pytest.mark.parametrize("mark", ["**", "__"])
def test_a_number_in_bold_is_parted_from_its_words(mark):
    text = f"规定\n{mark}第一条{mark}甲，\n{mark}第二条{mark}以招标方式选聘。\n{mark} 第九条 {mark}所有。\n{mark}第一条规定的{mark}照付。"
    assert clauses(text) == {"art-1": "甲，", "art-2": "以招标方式选聘。", "art-9": "所有。\n第一条规定的照付。"}


@pytest.mark.parametrize("name", sorted(path.name for path in LAWS.glob("*.md")))
def test_a_law_reads_the_same_without_its_blanks(name):
    text = law(name)
    bare = re.sub(r"(?m)^([#\s*]*第[零一二三四五六七八九十百千]+条)\**[ \u3000]+", r"\1", text).replace("### 第", "第")
    assert bare != text
    assert clauses(bare) == clauses(text)
    assert not read_law(bare).problems


def test_a_number_of_thousands_of_figures_stops_and_breaks_nothing():
    figures = "9" * 5000
    for text in (f"规定\n第{figures}条 甲。", f"规定\n第1-{figures}条 甲。", f"Rules\nArticle {figures} One."):
        read = read_law(text)
        assert (read.stops, read.clauses) == (True, 0)


def test_inserted_articles_have_their_own_address():
    read = read_law("规定\n第十条 甲。\n第十条之一 乙。\n第十条之二　丙。\n第十一条 丁。")
    assert [(part.key, part.number) for part in read.parts] == [
        ("art-10", "第十条"), ("art-10-1", "第十条之一"), ("art-10-2", "第十条之二"), ("art-11", "第十一条"),
    ]  # fmt: skip
    assert read.problems == ()


def test_a_heading_in_brackets_is_the_heading_of_its_article():
    (part,) = read_law("规定\n第一条 【立法目的】 为了管理。").parts
    assert (part.heading, part.body) == ("立法目的", "为了管理。")


def test_parts_chapters_and_sections_have_their_levels():
    text = "民法典\n第二编 物权\n第二分编 所有权\n第六章 建筑物区分所有权\n第一节 一般规定\n第一条 甲。\n第七章 相邻关系\n附则\n第二条 乙。"
    assert [(part.level, part.heading) for part in read_law(text).parts if part.kind == "heading"] == [
        (1, "第二编 物权"), (2, "第二分编 所有权"), (3, "第六章 建筑物区分所有权"), (4, "第一节 一般规定"),
        (3, "第七章 相邻关系"), (3, "附则"),
    ]  # fmt: skip


def test_a_list_of_contents_is_left_out():
    text = "条例\n目　录\n第一章 总则\n第二章 罚则\n第一章 总则\n第一条 甲。\n第二章 罚则\n第二条 乙。"
    read = read_law(text)
    assert [part.heading or part.number for part in read.parts] == ["第一章 总则", "第一条", "第二章 罚则", "第二条"]
    assert read.problems == ()


def test_english_articles_with_headings_and_broken_lines():
    text = """MANAGEMENT COVENANT

PART I GENERAL

Article 1. Purpose
This covenant orders the use
of the common parts.

Article 2 The owners of a unit
(a) keep it in repair;
(b) pay the fees.

CHAPTER 2 Parking
Art. 3: Visitors use the marked spaces. It came into force on 1 January 2024.
"""
    read = read_law(text)
    assert (read.title, read.in_force) == ("MANAGEMENT COVENANT", date(2024, 1, 1))
    assert [(part.key, part.heading, part.body) for part in read.parts] == [
        ("part-1", "PART I GENERAL", ""),
        ("art-1", "Purpose", "This covenant orders the use of the common parts."),
        ("art-2", "The owners of a unit", "(a) keep it in repair;\n(b) pay the fees."),
        ("part-2", "CHAPTER 2 Parking", ""),
        ("art-3", "", "Visitors use the marked spaces. It came into force on 1 January 2024."),
    ]
    assert read.problems == ()


def test_sections_that_begin_anew_under_each_article_keep_apart():
    text = "BYLAWS\nARTICLE I Name\nSection 1. The name is X.\nSection 2. The seat is Y.\nARTICLE II Members\nSection 1. All owners.\n"
    read = read_law(text)
    assert [(part.kind, part.key) for part in read.parts] == [
        ("heading", "part-1"), ("clause", "art-1"), ("clause", "art-2"), ("heading", "part-2"),
        ("clause", "part-2-art-1"),
    ]  # fmt: skip
    assert not read.stops


def test_sections_above_articles_are_headings():
    text = "Code\nSection 1 General\nArticle 271 Owners have rights.\nArticle 272 They use it.\nSection 2 Other\nArticle 273 More of it.\n"
    assert [(part.kind, part.plain_number) for part in read_law(text).parts] == [
        ("heading", ""), ("clause", "271"), ("clause", "272"), ("heading", ""), ("clause", "273"),
    ]  # fmt: skip


def test_what_looks_wrong_is_named_with_its_line():
    text = "规定\n第一条 甲。\n第二条 乙。\n第二条 又是乙。\n第五条 丙。\n第四条 丁。\n第六条\n第百百条 戊。"
    assert problems(text) == [
        (4, "“第二条” stands there twice: on line 3 too.", True),
        (5, "Between “第二条” and “第五条” 2 articles are missing.", False),
        (6, "“第四条” comes after “第五条”.", False),
        (7, "Between “第四条” and “第六条” 1 article is missing.", False),
        (7, "“第六条” has no words.", False),
        (8, "“第百百条” is no number of an article.", True),
    ]


def test_a_text_without_a_title_says_so():
    assert problems("第一条 甲。\n第二条 乙。") == [(1, "The text has no title of its own: enter one.", False)]
    assert problems("2018年3月19日修订\n第一条 甲。")[0][1] == "The text has no title of its own: enter one."


@pytest.mark.parametrize("text", ["", "  \n\u3000\n", "\ufeff"])
def test_nothing_stops(text):
    assert problems(text) == [(1, "There is no text in it.", True)]


def test_a_guide_without_numbers_is_text_with_headings():
    read = read_law("# How to report a leak\n\nClose the tap.\n\n## At night\n\nCall the guard.\nStay calm.")
    assert [(part.kind, part.key, part.heading or part.body) for part in read.parts] == [
        ("text", "text-1", "Close the tap."), ("heading", "part-1", "At night"),
        ("text", "text-2", "Call the guard.\nStay calm."),
    ]  # fmt: skip
    assert read.title == "How to report a leak"
    assert not read.stops


def test_traditional_signs_and_figures_with_a_dash():
    read = read_law(
        "公寓大廈管理條例\n第一章 總則\n第 1 條 為加強管理。\n第 10-1 條 另有規定者，從其規定。\n附則\n第十一條 自公布日施行。"
    )
    assert read.title == "公寓大廈管理條例"
    assert [part.key for part in read.parts] == ["part-1", "art-1", "art-10-1", "part-2", "art-11"]


def test_a_list_of_contents_with_page_numbers_and_a_name_on_a_line_of_its_own():
    text = "条例\n目录\n第一章 总则……1\n第二章 罚则 ...... 12\n第一章\n总则\n第一条 甲。\n第二章\n罚则\n第二条 乙。"
    parts = read_law(text.replace("第一章\n总则\n第一条", "第一章 总则\n第一条")).parts
    assert [part.heading or part.number for part in parts] == ["第一章 总则", "第一条", "第二章 罚则", "第二条"]
    assert [part.heading for part in read_law("条例\n第一章\n总　则\n第一条 甲。").parts if part.heading] == [
        "第一章 总 则"
    ]


def test_short_words_of_english_numbers():
    assert list(clauses("Rules\nArt 1 One is one.\nArt. 2 Two is two.\nart 3 Three is three.")) == [
        "art-1",
        "art-2",
        "art-3",
    ]
    assert list(clauses("Rules\nSec 3A Of guests:\n§ 3A.1 Guests sign in.\nSection 4 End it.")) == [
        "art-3a", "art-3a-1", "art-4",
    ]  # fmt: skip


def test_a_chapter_needs_no_blank_before_its_name():
    text = "条例\n第一章所有权\n第一条甲。\n第二章项目管理\n第二条乙。\n第二章和第三章的规定"
    assert [part.heading for part in read_law(text).parts if part.kind == "heading"] == [
        "第一章 所有权", "第二章 项目管理",
    ]  # fmt: skip
