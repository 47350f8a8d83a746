"""An owner: in by invitation, complains, follows, says solved or not."""

import re
from pathlib import Path

from complaints.models import Complaint
from tests.browser.visitor import in_every_window

PHOTOS = Path(__file__).resolve().parents[1] / "attachments" / "files"
BACK = re.compile(r"https?://[^\s>\"]+")


def body_of(message):
    part = message.get_body(("plain",))
    return part.get_content()


def path_in(message, marker):
    for link in BACK.findall(body_of(message)):
        if marker in link:
            return link
    raise AssertionError(f"no link with {marker} in:\n{body_of(message)}")


def code_in(message):
    lines = [line.strip() for line in body_of(message).splitlines()]
    return next(line for line in lines if re.fullmatch(r"[A-Z0-9]{3,6}(-[A-Z0-9]{3,6})?", line))


def test_owner_joins(visit, town, post, work, window):
    """Invited by the office, in by the link, out, in by a code, in by a password."""
    office = visit().be("admin")
    place = office.house
    office.open(f"/registry/people/{place.cases['newcomer'].pk}/")
    office.see("00-person")
    office.press("Send an invitation")
    work()
    [invitation] = post.to("newcomer@")

    owner = visit()
    owner.open(path_in(invitation, "/join/"))
    owner.see("01-invitation", dark=True)
    owner.press("Accept and go in")
    owner.see("02-joined")
    owner.follow("Go to the start page")
    owner.see("03-home")
    owner.follow("My units")
    owner.see("04-units")
    owner.page.locator("details.menu summary").last.click()
    owner.see("05-account-menu")
    owner.press("Sign out")
    owner.see("06-welcome", dark=True)

    owner.open("/accounts/login/")
    owner.see("07-sign-in", dark=True)
    owner.follow("Send me a code by e-mail")
    owner.see("08-ask-for-code")
    owner.write("email", "newcomer@nowhere")
    owner.press("Send the code")
    owner.see("09-wrong-address")
    owner.write("email", f"newcomer@{place.organisation.slug}.example")
    owner.press("Send the code")
    owner.see("10-type-the-code")
    work()
    code = code_in(post.to("newcomer@")[-1])
    owner.write("code", "WRONG1")
    owner.press("Continue")
    owner.see("11-wrong-code")
    owner.write("code", code)
    owner.press("Continue")
    owner.page.wait_for_url("**/")
    owner.open("/accounts/password/set/")
    owner.see("12-set-password")
    owner.page.locator("input[type=password]").nth(0).fill("a-long-test-password")
    if owner.page.locator("input[type=password]").count() > 1:
        owner.page.locator("input[type=password]").nth(1).fill("a-long-test-password")
    owner.page.locator("main form button").first.click()
    owner.see("13-password-set")
    owner.be(None).open("/accounts/login/")
    owner.write("login", f"newcomer@{place.organisation.slug}.example")
    owner.write("password", "not-the-password")
    owner.press("Sign in")
    owner.see("14-wrong-password")
    owner.write("password", "a-long-test-password")
    owner.press("Sign in")
    owner.page.wait_for_url("**/")
    for step, path in (
        ("15-email", "email"),
        ("16-password", "password/change"),
        ("17-devices", "sessions"),
        ("18-2fa", "2fa"),
    ):
        owner.open(f"/accounts/{path}/")
        owner.see(step)


def test_owner_asks_for_a_unit(visit, work, post):
    owner = visit()
    place = owner.house
    owner.be("builder").open("/")
    owner.see("01-home-without-unit")
    owner.open("/units/")
    owner.see("02-no-units")
    owner.follow("Ask for a unit")
    owner.press("Send the request")
    owner.see("03-problems")
    owner.page.locator("select[name=estate]").select_option(index=1) if owner.page.locator(
        "select[name=estate]"
    ).count() else None
    owner.write("unit_words", "A-0103")
    owner.page.locator("input[name=relation]").first.check(force=True)
    owner.press("Send the request")
    owner.see("04-asked")

    office = visit().be("admin")
    office.open("/registry/claims/")
    office.see("05-claims")
    office.page.locator("main a.row-title").first.click()
    office.see("06-claim")
    office.press("Show the people of this unit")
    office.see("07-claim-people")
    office.page.locator("input[name=person]").first.check(force=True)
    office.press("Approve")
    office.see("08-approved")
    work()
    owner.open("/units/")
    owner.see("09-has-unit")
    assert place.cases["newcomer_unit"].code in owner.text()
    assert post.to("builder@")


@in_every_window
def test_owner_complains(visit, town, work, post, window):
    """With script at both widths, without it on the phone."""
    for script in (True, False) if window[1] == 360 else (True,):
        owner = visit(script=script).be("owner")
        place = owner.house
        owner.open("/")
        owner.see("01-home", dark=script)
        owner.follow("Report or complain")
        owner.see("02-form", dark=script)
        owner.write("description", place.words["lift"])
        owner.tick("where", "common") if owner.page.locator("input[name=where]").count() else None
        owner.attach("photos", PHOTOS / "letter.pdf", PHOTOS / "corridor_alpha.png")
        owner.press("Send")
        owner.see("03-problems")
        owner.reads("There is a problem")
        assert owner.page.locator("textarea[name=description]").input_value() == place.words["lift"]
        assert owner.page.locator("input[name=photos_held]").count() == 2
        owner.write("place", place.words["place"])
        owner.tick("category", "lift")
        owner.attach("photos", PHOTOS / "leak_ceiling_gps.jpg")
        owner.press("Send")
        owner.page.wait_for_url("**/filed/")
        owner.see("04-filed")
        with place.scope():
            case = Complaint.objects.order_by("-number").first()
        assert case.number in owner.text()
        link = owner.page.locator("#follow-link").input_value()
        owner.follow("Add photos or words")
        owner.see("05-case", dark=script)
        owner.write("body", place.words["again"])
        owner.attach("photos", PHOTOS / "lift_panel.png")
        owner.press("Send")
        owner.see("06-words-added")
        owner.reads(place.words["again"])
        assert owner.page.locator("textarea[name=body]").input_value() == ""
        owner.open("/complaints/")
        owner.see("07-mine")

        anybody = visit(script=script)
        anybody.open(link)
        anybody.see("08-by-link")
        assert case.number in anybody.text()
        anybody.open(link[:-3] + "xyz")
        anybody.see("09-wrong-link")
    work()
    assert case.number in str(post.to("owner@")[-1]["Subject"])


@in_every_window
def test_owner_judges(visit, work, post):
    """One is solved, one is not, one answer is waited for, one is late."""
    owner = visit()
    place = owner.house
    place.live_a_little()
    with place.scope():
        place.cases["unsolved"] = place.answered("water", "water-leak")
    owner.be("owner").open("/")
    owner.see("01-home-full", dark=True)
    owner.open(f"/complaints/{place.cases['late'].number}/")
    owner.see("02-late")
    owner.open(f"/complaints/{place.cases['waiting'].number}/")
    owner.see("03-we-asked")
    owner.open(f"/complaints/{place.cases['resolved'].number}/")
    owner.page.locator("summary", has_text=owner.say("Solved")).first.click()
    owner.see("04-is-it-solved", dark=True)
    owner.tick("rating", "5")
    owner.write("comment", place.words["thanks"])
    owner.press("It is solved")
    owner.see("05-solved")
    owner.reads("Thank you. The complaint is closed.")
    owner.open(f"/complaints/{place.cases['unsolved'].number}/")
    owner.page.locator("summary", has_text=owner.say("Not solved")).click()
    owner.press("It is not solved")
    owner.see("06-say-why")
    owner.write("why", place.words["why"])
    owner.press("It is not solved")
    owner.see("07-reopened")
    owner.open(f"/complaints/{place.cases['closed'].number}/")
    owner.see("08-closed")
    owner.open("/complaints/")
    owner.see("09-mine-full")


def test_owner_reads_the_inbox(visit):
    owner = visit()
    place = owner.house
    owner.be("owner").open("/notices/")
    owner.see("01-empty")
    place.live_a_little()
    owner.open("/notices/")
    owner.see("02-inbox", dark=True)
    owner.page.locator("main a.row-title").first.click()
    owner.see("03-message")
    owner.follow("Open it")
    owner.see("04-its-case")
