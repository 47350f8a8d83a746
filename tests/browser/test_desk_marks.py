"""The desk's own marks, requests, confidential cases, rules of assignment, the analysis, and “me too” at a label."""

from datetime import timedelta

from django.utils import timezone

from complaints.models import AssignmentRule, Checklist, Complaint, Joining, SavedFilter, Task, Watch
from complaints.services import handling
from owners.models import EstateAssignment
from tests.browser.test_desk import act
from tests.browser.visitor import in_every_window
from tests.complaints.places import lift

TITLES = {
    "en": {"list": "Lift stands still", "steps": "Call the maker\nPut up a sign", "task": "Order a door contact",
           "filter": "Lifts of my estate", "rule": "Garage", "words": "garage, ramp", "second": "All the rest",
           "why": "Nobody came for two weeks."},
    "zh": {"list": "电梯停运", "steps": "联系维保单位\n张贴告示", "task": "订购门触点", "filter": "本小区电梯", "rule": "车库",
           "words": "车库, 坡道", "second": "其余", "why": "两周了还没有人来。"},
}  # fmt: skip


def titles(staff):
    return TITLES[staff.language]


@in_every_window
def test_tasks_watching_and_putting_aside(visit, window):
    staff = visit().be("engineer")
    place, said = staff.house, titles(staff)
    with place.scope():
        case = place.assigned()
        Checklist.objects.create(title=said["list"], steps=said["steps"])
    path = f"/admin/triage/{case.number}/"
    staff.open(path)
    staff.see("01-no-tasks", dark=True)
    staff.page.locator(f"a[href*='{path}?act=task']").click()
    staff.page.locator("form[action$='/task/']").wait_for()
    staff.page.locator("form[action$='/task/'] button").last.click()
    staff.see("02-task-without-words")
    staff.page.locator("form[action$='/task/'] [name=text]").fill(said["task"])
    staff.page.locator("form[action$='/task/'] button").last.click()
    staff.page.wait_for_load_state()
    staff.page.get_by_role("button", name=said["list"]).click()
    staff.page.wait_for_load_state()
    staff.see("03-tasks", dark=True)
    staff.page.locator("form[action$='/tick/'] button").first.click()
    staff.page.wait_for_load_state()
    staff.see("04-one-done")
    with place.scope():
        assert Task.objects.filter(complaint=case, done_at=None).count() == 2
    staff.press("Watch it")
    staff.reads("You are told whenever it moves.")
    staff.see("05-watched")
    act(staff, "aside", on=(timezone.localdate() + timedelta(days=3)).isoformat())
    staff.see("06-aside", dark=True)
    for tab in ("watched", "aside"):
        staff.open(f"/admin/triage/?tab={tab}")
        staff.see(f"07-{tab}")
    staff.open("/")
    staff.see("08-start")
    with place.scope():
        EstateAssignment.objects.get_or_create(membership=place.engineer2, estate=place.estate)
        handling.assign_complaint(
            complaint_id=case.pk, handler_id=place.engineer2.pk, actor=place.supervisor, now=timezone.now()
        )
    staff.open("/admin/triage/?tab=watched")
    staff.reads("You watch these too, but may no longer read them")
    staff.see("09-out-of-sight", dark=True)
    staff.page.locator("#queue form[action$='/unwatch/'] button").click()
    staff.reads("You are told of it no longer.")
    with place.scope():
        assert not Watch.objects.exists()


@in_every_window
def test_filters_for_all_and_undoing_what_was_done_to_several(visit, window):
    staff = visit().be("supervisor")
    place, said = staff.house, titles(staff)
    with place.scope():
        kind = {place.accepted().category_id for _each in range(3)}.pop()
    staff.open(f"/admin/triage/?tab=open&category={kind}")
    staff.see("01-narrowed")
    staff.write("name", said["filter"])
    staff.page.locator("input[name=is_shared]").first.check(force=True)
    staff.see("02-naming-it")
    staff.page.locator("form[action$='/filters/'] button").first.click()
    staff.page.wait_for_load_state()
    staff.see("03-shared", dark=True)
    with place.scope():
        assert SavedFilter.objects.get().is_shared
    colleague = visit().be("clerk")
    colleague.open("/admin/triage/")
    colleague.page.get_by_role("link", name=said["filter"]).first.click()
    colleague.see("04-seen-by-a-colleague")
    staff.open("/admin/triage/?tab=assign")
    for each in staff.page.locator("input[name=tick]").all():
        each.press(" ")  # by the key: the bar of acts may lie over it
    staff.page.locator("button[name=act][value=assign]").click()
    staff.page.locator("select[name=handler]").select_option(index=1)
    staff.press("Assign them")
    staff.see("05-assigned", dark=True)
    with place.scope():
        assert Complaint.objects.filter(state="assigned").count() == 3
    staff.press("Undo")
    staff.page.wait_for_load_state()
    staff.see("06-undone")
    with place.scope():
        assert not Complaint.objects.filter(state="assigned").exists()


@in_every_window
def test_a_request_becomes_a_complaint_and_a_confidential_case_keeps_its_name(visit, window):
    staff = visit().be("clerk")
    place, said = staff.house, titles(staff)
    with place.scope():
        request = place.accepted("lamp", "power", kind="request")
        hidden = place.assigned("noise", "noise", is_confidential=True)
    staff.open(f"/admin/triage/{request.number}/?act=make-complaint")
    staff.see("01-form", dark=True)
    form = "form[action$='/make-complaint/']"
    staff.page.locator(f"{form} button").last.click()
    staff.see("02-without-words")
    staff.page.locator(f"{form} textarea").fill(said["why"])
    staff.page.locator(f"{form} button").last.click()
    staff.page.wait_for_load_state()
    staff.reads("Became complaint")
    staff.see("03-became")
    staff.page.locator(f"dt:text-is('{staff.say('Became complaint')}') + dd a").click()
    staff.reads("Arose from request")
    staff.see("04-the-complaint")
    staff.open(f"/admin/triage/{hidden.number}/")
    assert place.people["owner"].name in staff.text()
    staff.see("05-decides")
    staff.be("engineer").open(f"/admin/triage/{hidden.number}/")
    assert place.people["owner"].name not in staff.text()
    staff.see("06-handles", dark=True)
    staff.open("/admin/triage/?tab=mine")
    assert place.people["owner"].name not in staff.text()
    staff.see("07-in-a-list")


@in_every_window
def test_rules_of_assignment_are_made_tried_and_moved(visit, window):
    staff = visit().be("manager")
    place, said = staff.house, titles(staff)
    staff.open("/admin/triage/assignment/")
    staff.see("01-none", dark=True)
    staff.follow("New rule")
    staff.press("Keep it")
    staff.see("02-problems")
    for name, words, role in ((said["rule"], said["words"], "engineer"), (said["second"], "", "clerk")):
        staff.open("/admin/triage/assignment/new/")
        staff.write("name", name)
        staff.pick("place", f"estate:{place.estate.pk}")
        staff.write("place_words", words)
        staff.pick("role", role)
        staff.tick("sharing", "turn")
        staff.see(f"03-{role}")
        staff.press("Keep it")
    staff.see("04-two", dark=True)
    for words, wanted in ((said["words"].split(",")[0], said["rule"]), ("", said["second"])):
        staff.pick("place", f"estate:{place.estate.pk}")
        staff.write("words", words)
        staff.page.locator("[aria-labelledby=try] select[name=category]").select_option(index=1)
        staff.press("Who would get it?")
        assert wanted in staff.page.locator("[aria-labelledby=try] [role=status]").inner_text()
    staff.see("05-tried")
    staff.page.locator("button", has_text=staff.say("Up")).first.click()
    staff.reads("The order is changed.")
    staff.see("06-moved")
    with place.scope():
        names = AssignmentRule.objects.order_by("position").values_list("name", flat=True)
        assert list(names) == [said["second"], said["rule"]]


@in_every_window
def test_the_analysis_leads_to_its_cases(visit, window):
    staff = visit().be("manager")
    place = staff.house
    staff.open("/reports/analysis/")
    staff.see("01-empty", dark=True)
    place.live_a_little()
    staff.open("/reports/analysis/")
    staff.see("02-figures", dark=True)
    links = staff.page.locator("a[href*='/reports/analysis/cases/']")
    assert links.count()
    for at in range(links.count()):
        staff.open("/reports/analysis/")
        links.nth(at).click()
        staff.page.locator("main a[href^='/admin/triage/'], #content a[href^='/admin/triage/']").first.wait_for()
        staff.see(f"03-cases-{at}")
    staff.page.locator("main a.back, #content a.back").first.click()
    staff.page.wait_for_url("**/reports/analysis/**")


@in_every_window
def test_who_scans_a_label_says_that_it_is_the_same(visit, window):
    passer = visit()
    place = passer.house
    with place.scope():
        label = lift() if passer.language == "en" else lift(name_en="2号电梯")  # else it stands there in both
        known = place.assigned(unit=None, building=place.building, place=label.name_zh, complainant=None)
    passer.open(f"/q/{label.code}/")
    passer.see("01-known", dark=True)
    passer.pick("category", "noise")
    passer.page.locator("input[name=metoo]").first.wait_for(state="detached")
    passer.pick("category", "lift")
    passer.page.locator("input[name=metoo]").first.wait_for()
    passer.see("02-offered-again")
    passer.tick("metoo", str(known.pk))
    passer.press("Send")
    passer.see("03-nothing-said")
    assert passer.page.locator("input[name=metoo]:checked").get_attribute("value") == str(known.pk)
    passer.write("description", place.words["again"])
    passer.press("Send")
    passer.page.wait_for_url("**/filed/")
    passer.see("04-filed")
    with place.scope():
        assert Joining.objects.get().leading == known
    other = visit(script=False)
    other.open(f"/q/{label.code}/")
    other.write("description", place.words["again"])
    other.press("Send")
    other.see("05-offered-after")
    other.press("It is the same")
    other.see("06-joined")
    with place.scope():
        assert Joining.objects.count() == 2
