"""What is promised to an estate: entered, done, looked at, changed, ended; and the sheet for the board."""

from django.utils import timezone

WORDS = {
    "en": {"item": "Sweeping of the stairs", "level": "Every floor is swept.", "measure": "By the sheet of the cleaner.",
           "note": "All floors.", "why": "Twice a week from now on.", "end": "The robot does it.", "wrong": "Another day."},
    "zh": {"item": "楼道清扫", "level": "每层楼道清扫。", "measure": "以保洁签到表为准。", "note": "各层均已清扫。", "why": "今后每周两次。",
           "end": "改由清扫机器人负责。", "wrong": "日期记错。"},
}  # fmt: skip


def test_a_promise_is_entered_done_changed_and_ended(visit, window):
    language, words = window[0], WORDS[window[0]]
    today = timezone.localdate()
    manager = visit().be("manager")
    manager.open("/disclosures/standards/")
    manager.see("01-none-yet", dark=True)
    manager.open("/disclosures/standards/new/")
    manager.page.locator("form.form-broad button.btn-primary").click()
    manager.see("02-errors")
    for name in ("item", "level", "measure"):
        manager.write(f"{name}_{language}", words[name])
    manager.pick("unit", "week")
    manager.pick("evidence", "records:")
    manager.write("from_on", today.replace(day=1).isoformat())
    manager.page.locator("form.form-broad button.btn-primary").click()
    manager.see("03-promise", dark=True)
    address = manager.page.url

    manager.follow("Note that it was done")
    manager.write("times", "0")
    manager.page.locator("form.form-broad button.btn-primary").click()
    manager.see("04-done-errors")
    manager.write("times", "1")
    manager.write("note", words["note"])
    manager.page.locator("form.form-broad button.btn-primary").click()
    manager.see("05-done")
    manager.page.goto(f"{address}{today.year}/{today.month}/")
    manager.see("06-month", dark=True)
    manager.page.goto(address)
    manager.follow("Change what is promised")
    manager.see("07-change")
    manager.page.locator("form.form-broad button.btn-primary").click()
    manager.see("08-change-errors")
    manager.page.goto(address)
    manager.follow("End this promise")
    manager.page.locator("form.form-broad button.btn-primary").click()
    manager.see("09-end-errors")

    owner = visit().be("owner")
    owner.open("/disclosures/standards/")
    owner.see("10-owner", dark=True)
    owner.page.goto(address)
    owner.see("11-owner-promise")
