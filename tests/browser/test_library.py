"""A rule is written, read, asked about from its clause, answered, opened to all and voted on; a campaign explains it."""

from datetime import timedelta

from django.utils import timezone

from disclosures.services import articles
from disclosures.services.articles import Wording
from tests.browser.visitor import WIDE

WORDS = {
    "en": {
        "title": "House rules", "short": "Rules", "source": "Owners' meeting", "text": "# Animals\n\nArticle 1 A dog is on a leash in the lifts.\n\n"
        "Article 2 Two dogs may be kept.", "question": "Big dogs too?", "answer": "Yes, two of any size.", "public": "Do big dogs count?",
        "name": "Living with dogs", "words": "What holds for animals, and why.", "purpose": "Half have read it.",
        "step": "Stand in the hall", "outcome": "Most have read it.",
    },
    "zh": {
        "title": "小区管理规约", "short": "管理规约", "source": "业主大会", "text": "# 饲养宠物\n\n第一条 犬只乘坐电梯应当牵绳。\n\n第二条 每户可饲养两只犬。",
        "question": "大型犬也算吗？", "answer": "算，不论大小，每户两只。", "public": "大型犬也计算在内吗？", "name": "文明养犬",
        "words": "饲养宠物有哪些规定，为什么这样规定。", "purpose": "半数以上业主已读。", "step": "大堂设点宣传", "outcome": "多数业主已读。",
    },
}  # fmt: skip


def published(house, words, language):
    wording = Wording(
        kind="covenant", language="en" if language == "en" else "zh-hans", title=words["title"], text=words["text"],
        keeper=house.supervisor, short_title=words["short"], source=words["source"], estates=[house.estate],
    )  # fmt: skip
    with house.scope():
        row = articles.write_article(wording=wording, actor=house.admin, now=timezone.now())
        return articles.publish_article(article_id=row.pk, actor=house.admin, now=timezone.now())


def test_a_rule_is_written_read_and_voted_on(visit, window):
    words = WORDS[window[0]]
    writer = visit().be("supervisor")
    writer.open("/disclosures/articles/")
    writer.see("01-none-yet")
    writer.open("/disclosures/articles/bring-in/")
    assert (writer.page.evaluate(WIDE), writer._axe()) == ("", [])  # its examples are Latin in every language
    writer.open("/disclosures/articles/new/")
    writer.press("Keep as a draft")
    writer.see("03-errors")
    for name in ("title", "source", "text"):
        writer.write(name, words[name])
    writer.write("short_title", words["short"])
    writer.page.locator("input[name=places]").first.check(force=True)
    writer.press("Look how it is understood")
    writer.see("04-understood")
    writer.press("Keep as a draft")
    writer.see("05-draft", dark=True)
    writer.press("Publish")
    address = writer.page.url
    writer.see("06-published")
    writer.follow("Looked through, still right")
    writer.see("07-look-through")

    owner = visit().be("owner")
    owner.open("/disclosures/articles/")
    owner.see("08-list", dark=True)
    owner.page.goto(address)
    owner.press("It did not help")
    owner.see("09-voted", dark=True)

    writer.open("/disclosures/articles/to-improve/")
    writer.see("10-to-improve", dark=True)
    writer.page.goto(address)
    writer.follow("Withdraw it")
    writer.press("Withdraw it")
    writer.see("11-withdraw-errors")


def test_a_question_is_asked_of_a_clause_answered_and_opened_to_all(visit, window):
    words = WORDS[window[0]]
    owner = visit()
    article = published(owner.house, words, window[0])
    owner.be("owner")
    owner.open(f"/disclosures/articles/{article.pk}/at/art-2/")
    owner.see("01-clause")
    owner.follow("Ask about this clause")
    owner.see("02-ask")
    owner.write("question", "")
    owner.press("Send")
    owner.see("03-errors")
    owner.write("question", words["question"])
    owner.press("Send")
    owner.see("04-asked", dark=True)
    mine = owner.page.url
    owner.open("/enquiries/mine/")
    owner.see("05-mine")

    clerk = visit().be("clerk")
    clerk.open("/enquiries/")
    clerk.see("06-waiting")
    clerk.page.locator("a.row-title").first.click()
    clerk.see("07-enquiry", dark=True)
    clerk.page.get_by_role("link", name=clerk.say("Answer"), exact=True).click()
    clerk.press("Send the answer")
    clerk.see("08-answer-errors")
    clerk.write("words", words["answer"])
    clerk.press("Send the answer")
    clerk.see("09-answered")
    address = clerk.page.url
    clerk.open("/enquiries/enter/")
    clerk.see("10-enter")

    supervisor = visit().be("supervisor")
    supervisor.page.goto(address)
    supervisor.follow("Open it to all")
    supervisor.see("11-open")
    supervisor.write("public_question", words["public"])
    supervisor.press("Open it to all")
    supervisor.see("12-opened", dark=True)

    neighbour = visit().be("neighbour")
    neighbour.open("/enquiries/open/")
    neighbour.press("It helped")
    neighbour.see("13-voted", dark=True)
    neighbour.open(f"/disclosures/articles/{article.pk}/")
    neighbour.reads("What others asked about it")
    owner.page.goto(mine)
    owner.see("14-own-answered")


def test_a_campaign_is_prepared_begun_read_and_ended(visit, window, settings):
    settings.STATISTICS_COVER_BELOW = 2
    language, words = window[0], WORDS[window[0]]
    writer = visit()
    article = published(writer.house, words, language)
    writer.be("supervisor")
    writer.open("/disclosures/campaigns/")
    writer.see("01-none-yet", dark=True)
    writer.open("/disclosures/campaigns/new/")
    writer.press("Save")
    writer.see("02-errors")
    writer.write(f"name_{language}", words["name"])
    writer.write(f"words_{language}", words["words"])
    writer.write("purpose", words["purpose"])
    writer.tick("articles", str(article.pk))
    writer.tick("estates", str(writer.house.estate.pk))
    writer.write("to_on", (timezone.localdate() + timedelta(days=20)).isoformat())
    writer.tick("channels", "board")
    writer.press("Save")
    writer.see("03-prepared")
    address = writer.page.url
    writer.follow("Add a step")
    writer.press("Add")
    writer.see("04-step-errors")
    writer.write("words", words["step"])
    writer.press("Add")
    writer.see("05-with-step", dark=True)

    manager = visit().be("manager")
    manager.page.goto(address)
    manager.press("Let it begin")
    manager.see("06-running", dark=True)

    owner = visit().be("owner")
    owner.open("/")
    owner.see("07-home")
    owner.page.get_by_role("link", name=words["name"], exact=True).click()
    owner.see("08-owner", dark=True)
    owner.page.get_by_role("link", name=words["title"], exact=True).click()
    owner.page.goto(address)
    owner.reads("you opened it")

    manager.page.goto(address)
    manager.reads("Whom it reached", context="a campaign")
    manager.see("09-read")
    manager.follow("End the campaign")
    manager.see("10-end")
    manager.write("outcome", words["outcome"])
    manager.press("End it")
    manager.see("11-ended", dark=True)
    manager.open("/disclosures/campaigns/")
    manager.see("12-list")
    owner.open("/disclosures/campaigns/")
    owner.see("13-owner-list")
