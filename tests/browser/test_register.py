"""Staff write contacts, promises and requests down, look at what is open and at the plan; reports of them."""

from datetime import timedelta

from django.utils import timezone

WORDS = {
    "en": ("We look at it on Friday", "Ada", "Mop the hall before the viewing"),
    "zh": ("我们周五上门查看", "吴女士", "看房前请拖净大堂"),
}


def test_what_is_said_is_written_down_promised_and_asked_for(visit, window):
    promise, to_whom, need = WORDS[window[0]]
    clerk = visit().be("clerk")
    for step, path in (
        ("01-register", "/register/"), ("02-open", "/register/open/"), ("03-promises", "/register/promises/"),
        ("04-dealings", "/register/dealings/"), ("05-requests", "/register/requests/"), ("06-plan", "/register/plan/"),
    ):  # fmt: skip
        clerk.open(path)
        clerk.see(step)
    clerk.open("/register/new/")
    clerk.see("07-contact", dark=True)
    clerk.open("/register/promises/new/")
    clerk.write("text", promise)
    clerk.write("to_whom", to_whom)
    clerk.write("due_on", (timezone.localdate() + timedelta(days=5)).isoformat())
    clerk.press("Write it down")
    clerk.see("08-promise")
    clerk.open("/register/requests/new/")
    clerk.press("Ask")
    clerk.see("09-errors")
    clerk.pick("from_department", "front_desk")
    clerk.pick("to_department", "cleaning")
    clerk.write("need", need)
    clerk.press("Ask")
    clerk.see("10-request", dark=True)
    supervisor = visit().be("supervisor")  # whoever asked does not answer
    supervisor.page.goto(clerk.page.url)
    supervisor.press("Accept")
    supervisor.reads("Accepted. Whoever asked is told.")
    manager = visit().be("manager")
    for step, kind in (("11-contacts", "contacts"), ("12-letters", "letters"), ("13-kept", "promises")):
        manager.open(f"/reports/{kind}/")
        manager.see(step)


DEVICES = {"en": ("From the phone", "From the desk"), "zh": ("手机上写的", "电脑上写的")}
HIDE = """() => {
  Object.defineProperty(document, "visibilityState", { get: () => "hidden", configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
}"""


def test_a_draft_on_two_devices_is_told_of_and_nothing_is_lost(visit, window):
    first, second = DEVICES[window[0]]
    phone, desk = visit().be("clerk"), visit().be("clerk")
    phone.open("/register/new/")
    phone.write("summary", "…")
    phone.press("Keep as a draft")
    phone.reads("Kept as a draft. Only you see it.")
    phone.follow("Go on")
    desk.open(phone.page.url)
    for device, words, status in ((phone, first, 204), (phone, first + "!", 204), (desk, second, 409)):
        device.write("summary", words)
        with device.page.expect_response(lambda answer: answer.request.method == "POST") as heard:
            device.page.evaluate(HIDE)
        assert heard.value.status == status
    assert not phone.page.locator("[data-kept-elsewhere]").is_visible()
    desk.page.locator("[data-kept-elsewhere]").wait_for()
    desk.press("Keep as a draft")
    desk.see("14-two-devices", dark=True)
    assert desk.page.locator("[name=summary]").input_value() == second
    assert first + "!" in desk.page.locator("#theirs").inner_text()
    desk.press("Keep both, as two drafts")
    desk.reads("Kept as a draft. Only you see it.")
    desk.see("15-both")
