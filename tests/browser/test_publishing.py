"""Fees from the first charge to what a unit pays; a publication from its draft to its withdrawal; what must be published."""

from zoneinfo import ZoneInfo

from django.utils import timezone, translation

WORDS = {
    "en": {"charge": "Service charge", "title": "Works on the lift", "text": "The lift stands still on Monday.",
           "reason": "The day was wrong.", "order": "Court order 9", "board": "Hall"},
    "zh": {"charge": "物业服务费", "title": "电梯维修公告", "text": "周一电梯停运。", "reason": "日期有误。",
           "order": "法院第九号文书", "board": "大堂公告栏"},
}  # fmt: skip


def named(visitor, context, words):
    """A button whose words have a context of their own."""
    with translation.override("zh-hans" if visitor.language == "zh" else "en"):
        return visitor.page.get_by_role("button", name=translation.pgettext(context, words), exact=True)


def test_fees_are_written_checked_published_and_reckoned_for_a_unit(visit, window):
    language, words = window[0], WORDS[window[0]]
    writer = visit().be("supervisor")
    writer.open("/disclosures/fees/")
    writer.see("01-none-yet")
    writer.open("/disclosures/fees/new/")
    writer.press("Begin")
    writer.see("02-errors")
    writer.pick("estate", str(writer.house.estate.pk))
    writer.write("valid_from", "2026-01-01")
    writer.press("Begin")
    writer.see("03-draft-empty", dark=True)
    writer.follow("Add a charge")
    writer.write("rate", "two")
    writer.press("Add")
    writer.see("04-charge-errors")
    writer.write(f"name_{language}", words["charge"])
    writer.write("rate", "2.85")
    writer.press("Add")
    writer.see("05-draft")
    address = writer.page.url

    manager = visit().be("manager")
    manager.page.goto(address)
    manager.press("Checked, all right")
    manager.follow("Publish")
    manager.press("Publish")
    manager.see("06-published", dark=True)

    owner = visit().be("owner")
    owner.open("/disclosures/fees/")
    owner.see("07-owner", dark=True)
    owner.open("/disclosures/fees/mine/")
    owner.see("08-mine")
    assert words["charge"] in owner.text()

    writer.open("/disclosures/fees/new/")
    writer.pick("estate", str(writer.house.estate.pk))
    writer.write("valid_from", "2031-01-01")
    writer.press("Begin")
    writer.page.locator("table a.btn").first.click()
    writer.write("rate", "3.05")
    writer.press("Save")
    writer.reads("A fee rises")
    writer.see("09-rise", dark=True)


def test_a_publication_is_written_shown_and_withdrawn_by_two(visit, window, tmp_path):
    language, words = window[0], WORDS[window[0]]
    writer = visit().be("supervisor")
    writer.open("/disclosures/publications/")
    writer.see("01-none-yet")
    writer.open("/disclosures/publications/new/")
    writer.press("Save as a draft")
    writer.see("02-errors")
    writer.pick("estate", str(writer.house.estate.pk))
    writer.pick("kind", "other")
    writer.write(f"title_{language}", words["title"])
    writer.write(f"text_{language}", words["text"])
    writer.press("Save as a draft")
    writer.see("03-draft")
    address = writer.page.url

    manager = visit().be("manager")
    manager.page.goto(address)
    named(manager, "publication", "Publish").click()
    manager.see("04-shown", dark=True)
    manager.follow("Note where it is shown")
    manager.see("05-place")
    manager.write("where", words["board"])
    there = ZoneInfo(manager.house.organisation.time_zone)
    manager.write("from_on", timezone.localdate(timezone=there).isoformat())
    manager.press("Note")
    manager.follow("Ask to withdraw it")
    manager.write("reason", words["reason"])
    manager.press("Ask")
    manager.see("06-withdrawal-errors")
    manager.write("legal_order", words["order"])
    (tmp_path / "order.txt").write_text(words["order"], encoding="utf-8")
    manager.attach("documents", tmp_path / "order.txt")
    manager.press("Ask")
    manager.see("07-asked", dark=True)

    second = visit().be("admin")
    second.page.goto(address)
    second.press("Withdraw it")
    second.see("08-withdrawn")
    owner = visit().be("owner")
    owner.page.goto(address)
    assert words["reason"] in owner.text()
    owner.see("09-owner", dark=True)
    owner.open("/disclosures/publications/")
    owner.see("10-list")


def test_what_must_be_published_is_switched_on_and_seen_by_owners(visit):
    manager = visit().be("manager")
    manager.open("/disclosures/duties/")
    manager.see("01-none-yet")
    manager.open(f"/disclosures/duties/plan/{manager.house.estate.pk}/")
    manager.tick("kinds", "audit")
    manager.press("Save")
    manager.see("02-errors")
    manager.tick("pack", "shanghai")
    manager.press("Save")
    manager.see("03-switched-on", dark=True)
    manager.page.get_by_role("link", name=manager.say("Name what kept it")).first.click()
    manager.see("04-keeper")
    owner = visit().be("owner")
    owner.open("/disclosures/duties/")
    owner.see("05-owner", dark=True)
