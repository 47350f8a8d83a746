"""The staff: a call taken down, the queue worked through, the clocks, the month's report."""

import re
from datetime import timedelta
from io import BytesIO
from pathlib import Path

from django.utils import timezone
from openpyxl import load_workbook

from complaints.models import Complaint, Escalation
from complaints.services.escalation import sweep_clocks
from tests.browser.visitor import in_every_window


def test_clerk_takes_a_call(visit):
    """The caller is found by name, by phone, by unit; the fourth is not in the registry."""
    clerk = visit().be("clerk")
    place = clerk.house
    with place.scope():
        neighbour = place.people["neighbour"]
        asked = {"name": neighbour.name, "phone": str(neighbour.phone)[-6:], "unit": "A-0102"}
    clerk.open("/complaints/enter/")
    clerk.see("01-empty", dark=True)
    clerk.press("Enter it")
    clerk.see("02-problems")
    for by, words in asked.items():
        clerk.open("/complaints/enter/")
        clerk.page.locator("#id_q").press_sequentially(words)
        clerk.page.locator("#people input[name=who]").first.wait_for()
        who = clerk.page.locator("#people label", has_text=neighbour.name).first
        who.locator("input").check()
        clerk.see(f"03-found-by-{by}")
        clerk.pick("category", "noise")
        clerk.write("description", place.words["noise"])
        clerk.press("Enter it")
        clerk.page.wait_for_url("**/done/")
        with place.scope():
            case = Complaint.objects.order_by("-number").first()
            assert (case.complainant, case.taken_by) == (neighbour, place.clerk)
        assert case.number in clerk.text()
    clerk.see("04-entered", dark=True)
    clerk.follow("Enter another")
    clerk.page.locator("#id_q").press_sequentially("无此人甲")
    clerk.page.get_by_text("无此人甲”").wait_for()
    clerk.see("05-nobody")
    clerk.tick("who", "unlisted")
    clerk.write("caller_name", "Joan Hill" if place.language == "en" else "方小姐")
    clerk.pick("category", "cleaning")
    clerk.page.locator("select[name=spot]").select_option(index=1)
    clerk.write("description", place.words["lamp"])
    clerk.see("06-not-in-registry")
    clerk.press("Enter it")
    clerk.page.wait_for_url("**/done/")
    clerk.see("07-entered-unlisted")


@in_every_window
def test_staff_triage(visit, window):
    staff = visit().be("supervisor")
    place = staff.house
    staff.open("/")
    staff.see("01-desk-empty", dark=True)
    staff.open("/admin/triage/")
    staff.see("02-queue-empty")
    place.live_a_little()
    staff.open("/")
    staff.see("03-desk")
    staff.open("/admin/triage/?tab=open")
    staff.see("04-queue", dark=True)
    staff.follow("Filter")
    staff.see("05-filter")
    staff.open("/admin/triage/?tab=open")
    staff.write("q", place.words["search"])
    staff.press("Search")
    staff.see("06-search")
    found = staff.page.locator("[data-row]")
    assert found.count() == 1
    assert place.cases["leak"].number in found.inner_text()
    staff.write("q", "无此人甲")
    staff.press("Search")
    staff.see("07-nothing-found")

    # Keys: two down, tick, one down, tick, accept what is ticked.
    staff.open("/admin/triage/?tab=accept")
    rows = staff.page.locator("[data-row]")
    assert rows.count() == 2
    staff.page.keyboard.press("?")
    staff.see("08-keys")
    staff.page.keyboard.press("?")
    staff.page.locator("h1").click()
    for key in "jxjx":
        staff.page.keyboard.press(key)
    staff.page.wait_for_load_state("networkidle")
    staff.see("09-ticked")
    assert staff.page.locator("input[name=tick]:checked").count() == 2
    staff.page.keyboard.press("a")
    staff.page.wait_for_url("**/bulk/")
    staff.see("10-preview")
    staff.press("Accept them")
    staff.see("11-accepted")
    with place.scope():
        assert not Complaint.objects.filter(state="received").exists()
    staff.open("/admin/triage/?tab=assign")
    for each in staff.page.locator("input[name=tick]").all():
        each.check(force=True)
    staff.page.locator("button[name=act][value=assign]").click()
    staff.press("Assign them")
    staff.see("12-nobody-chosen")
    staff.page.locator("select[name=handler]").select_option(index=1)
    staff.press("Assign them")
    staff.see("13-assigned")
    staff.open("/admin/triage/?tab=open")
    staff.page.locator("input[name=tick]").first.check(force=True)
    staff.page.locator("button[name=act][value=priority]").click()
    staff.page.locator("select[name=priority], input[name=priority]").first.wait_for()
    staff.see("14-priority")
    staff.page.keyboard.press("/")
    if window[1] == 1280:
        staff.open("/admin/triage/?tab=open")
        staff.page.keyboard.press("j")
        staff.page.locator("#case article").wait_for()
        staff.see("15-split-view")


def act(staff, code, **fields):
    """One act on the case page: open its form, fill it in, send it."""
    form = staff.page.locator(f"form[action$='/{code}/']").first
    link = staff.page.locator(f"a[href*='?act={code}']")
    if link.count():
        link.click()
        form.wait_for()
    for name, value in fields.items():
        field = form.locator(f"[name={name}]")
        if field.first.evaluate("e => e.tagName") == "SELECT":
            field.first.select_option(**value) if isinstance(value, dict) else field.first.select_option(value)
        elif field.first.get_attribute("type") == "radio":
            form.locator(f"[name={name}][value='{value}']").check(force=True)
        else:
            field.first.fill(value)
    form.locator("button").last.click()
    staff.page.wait_for_load_state()


@in_every_window
def test_staff_case(visit, work, post):
    """From received to closed on the case page, by the people whose turn it is."""
    staff = visit().be("clerk")
    place = staff.house
    with place.scope():
        case = place.file()
    path = f"/admin/triage/{case.number}/"
    staff.open(path)
    staff.see("01-received", dark=True)
    stale = visit().be("clerk")
    stale.open(path)
    act(staff, "accept")
    staff.see("02-accepted")
    act(stale, "accept")
    stale.see("03-meanwhile-moved")
    assert case.number in stale.text()
    staff.be("supervisor").open(path)
    act(staff, "assign", handler_id=str(place.engineer.pk))
    staff.see("04-assigned")
    act(staff, "reply")
    staff.see("05-empty-reply")
    act(staff, "reply", body=place.words["question"])
    staff.see("06-replied")
    act(staff, "note", body=place.words["note"])
    staff.see("07-noted")
    act(staff, "investigate")
    act(staff, "answer")
    staff.see("08-empty-answer")
    staff.open(path)
    act(staff, "answer", decision=place.words["decision"])
    staff.see("09-answered")
    act(staff, "resolve", resolution=place.words["done"])
    staff.see("10-resolved")
    staff.be("clerk").open(path)
    act(staff, "visit", method="phone", is_reached="yes", is_solved="yes", rating="5", comment=place.words["thanks"])
    staff.see("11-closed", dark=True)
    with place.scope():
        assert Complaint.objects.get(pk=case.pk).state == "closed"
    work()
    assert len(post.to("owner@")) >= 5
    staff.be("auditor").open(path)
    staff.see("12-auditor")


def test_clocks_run_out(visit, work, post):
    """A promise is broken while everybody sleeps: the sweep says so, the ladder hears, one takes it up."""
    staff = visit().be("manager")
    place = staff.house
    place.live_a_little()
    with place.scope():
        fresh = place.assigned("lift", "safety", ago=timedelta(minutes=10))
        sweep_clocks(now=timezone.now() + timedelta(hours=5))
        late = Escalation.objects.filter(to=place.manager, acknowledged_at=None)
        assert late.filter(complaint=fresh).exists()
    work()
    assert any(fresh.number in str(message["Subject"]) for message in post.to("manager@"))
    staff.open("/")
    staff.see("01-desk", dark=True)
    staff.open("/admin/triage/?tab=late")
    staff.see("02-late")
    staff.open(f"/admin/triage/{fresh.number}/")
    staff.see("03-case")
    with place.scope():
        rungs = late.filter(complaint=fresh).count()
    for _ in range(rungs):
        staff.press("I take it up")
        staff.page.wait_for_load_state()
    staff.see("04-taken-up")
    with place.scope():
        assert not late.filter(complaint=fresh).exists()
    staff.open("/reports/past-due/")
    staff.see("05-past-due", dark=True)
    owner = visit().be("owner")
    owner.open(f"/complaints/{fresh.number}/")
    owner.see("06-owner-reads")
    first = owner.page.locator("main .notice").first.inner_text()
    assert re.search("have not kept|没有做到|未", first), first


def test_manager_prints_the_month(visit, work):
    manager = visit().be("manager")
    place = manager.house
    manager.open("/reports/past-due/")
    manager.see("01-nothing-late")
    manager.open("/reports/")
    manager.see("02-no-report", dark=True)
    place.live_a_little()
    manager.open("/reports/")
    this_month = manager.page.locator("select[name=month] option").first.get_attribute("value")
    manager.pick("month", this_month)
    manager.press("Make the report")
    manager.see("03-waiting")
    work()
    manager.page.locator(".tiles").wait_for()
    manager.see("04-report", dark=True)
    for name, begins in (("PDF", b"%PDF"), ("XLSX", b"PK")):
        with manager.page.expect_download() as download:
            manager.page.get_by_role("link", name=name).first.click()
        content = Path(download.value.path()).read_bytes()
        assert content.startswith(begins), name
    assert load_workbook(BytesIO(content)).sheetnames
    manager.page.locator("a[href$='/complaints/']").last.click()
    manager.see("05-list")
    manager.open("/reports/")
    manager.see("06-reports")


ADMIN = ("", "deadlines/servicecalendar/", "complaints/category/", "complaints/servicelevel/", "complaints/ladderstep/",
         "complaints/complaint/", "notices/delivery/", "audit/auditentry/")  # fmt: skip


def test_admin_pages(visit, work):
    admin = visit().be("admin")
    place = admin.house
    place.live_a_little()
    work()
    admin.open("/admin/")
    admin.see("00-index", dark=True)
    for number, path in enumerate(ADMIN[1:], 1):
        answer = admin.open(f"/admin/{path}")
        assert answer.status == 200, path
        admin.see(f"{number:02d}-{path.split('/')[1]}")
        first = admin.page.locator("#result_list tbody a").first
        if first.count():
            first.click()
            admin.see(f"{number:02d}-{path.split('/')[1]}-one", dark=number == 1)


def test_pages_that_refuse(visit):
    somebody = visit()
    somebody.open("/")
    somebody.see("01-welcome")
    assert somebody.open("/complaints/C-XXX-2026-000001/").status in (200, 302)
    somebody.see("02-sign-in-first")
    somebody.open("/accounts/signup/")
    somebody.see("03-sign-up")
    somebody.open("/accounts/password/reset/")
    somebody.see("04-reset")
    somebody.open("/join/not-an-invitation-at-all-000000/")
    somebody.see("05-unknown-invitation")
    somebody.be("owner")
    assert somebody.open("/complaints/C-LAK-2026-009999/").status == 404
    somebody.see("06-404", dark=True)
    assert somebody.open("/reports/").status in (403, 404)
    somebody.see("07-403")
    assert somebody.open("/admin/triage/").status in (302, 403, 404)
    somebody.see("08-not-staff")
    somebody.open("/complaints/")
    somebody.see("09-no-complaints")
    somebody.be("engineer").open("/complaints/enter/")
    somebody.see("10-engineer-enters")
    somebody.open("/registry/import/")
    somebody.see("11-engineer-no-import")
