"""The triage list from the keyboard alone: a practised clerk goes through it without leaving it."""

import os
import time

from complaints.models import Complaint
from complaints.models.settings import Priority

# The whole of it takes minutes; as many as show that nothing is passed over.
MANY = int(os.environ.get("PROPCOMM_TRIAGED", "6"))


def current(staff):
    return staff.page.locator(".row-current .row-title").get_attribute("href")


def beside(staff):
    """The case beside the list is the one that is chosen, and the list is the list."""
    staff.page.wait_for_function(
        "() => { const row = document.querySelector('.row-current .row-title'),"
        " head = document.querySelector('#case .desk-case-head h2 a');"
        " return row && head && row.getAttribute('href') === head.getAttribute('href')"
        " && !document.querySelector('.htmx-request, .htmx-swapping, .htmx-settling'); }"
    )


def at_work(visit, role):
    staff = visit().be(role)
    place = staff.house
    with place.scope():
        cases = [place.file(category="lift" if at % 2 else "noise") for at in range(MANY)]
    return staff, place, cases


def test_one_after_the_other_is_accepted_without_leaving_the_list(visit, window):
    staff, place, cases = at_work(visit, "clerk")
    keys = staff.page.keyboard
    staff.open("/admin/triage/?tab=accept")
    began = time.monotonic()
    keys.press("j")
    if window[1] < 1280:  # no room beside it: the case opens by itself
        keys.press("Enter")
        staff.page.wait_for_url("**/C-*/")
        keys.press("a")
        staff.reads("Accepted. The complainant is told the promised times.")
        staff.see("01-accepted")
        return
    for left in range(MANY, 0, -1):
        beside(staff)
        assert staff.page.locator("[data-row]").count() == left
        keys.press("a")
        staff.page.wait_for_function(f"() => document.querySelectorAll('[data-row]').length === {left - 1}")
    with place.scope():
        assert not Complaint.objects.filter(state="received").exists()
    print(f"{len(cases)} accepted in {time.monotonic() - began:.1f} s")
    staff.page.wait_for_load_state("networkidle")
    staff.see("01-all-accepted")


def test_priority_and_handler_are_set_beside_the_list_and_the_row_stays_chosen(visit, window):
    if window[1] < 1280:
        return
    staff, place, cases = at_work(visit, "supervisor")
    keys = staff.page.keyboard
    staff.open("/admin/triage/?tab=open")
    keys.press("j")
    keys.press("j")
    chosen = current(staff)
    keys.press("p")  # before it is there: it waits for its own case
    staff.page.locator("#act select[name=priority]:focus").wait_for()
    beside(staff)
    staff.see("01-priority", dark=True)
    keys.press("End")
    keys.press("Tab")
    with staff.page.expect_navigation():  # to the same address
        keys.press("Enter")
    beside(staff)
    assert current(staff) == chosen
    with staff.page.expect_navigation():
        keys.press("a")
    beside(staff)
    keys.press("s")
    staff.page.locator("#act select[name=handler_id]:focus").wait_for()
    staff.see("02-assign")
    keys.press("ArrowDown")
    keys.press("Tab")
    with staff.page.expect_navigation():  # to the same address
        keys.press("Enter")
    beside(staff)
    staff.see("03-assigned")
    number = chosen.rstrip("/").rpartition("/")[2]
    with place.scope():
        row = Complaint.objects.get(number=number)
        assert (row.state, row.priority) == ("assigned", Priority.values[-1])
        assert Complaint.objects.filter(state="received").count() == len(cases) - 1


def test_all_get_priority_acceptance_and_handler_in_two_passes(visit, window):
    """The whole of triage: weighed and accepted in one pass, given to somebody in the next."""
    if window[1] < 1280:
        return
    staff, place, cases = at_work(visit, "supervisor")
    keys = staff.page.keyboard
    began = time.monotonic()
    staff.open("/admin/triage/?tab=accept")
    keys.press("j")
    for left in range(MANY - 1, -1, -1):
        beside(staff)
        chosen_by_key(staff, "p", "priority", "End")
        beside(staff)
        keys.press("a")
        staff.page.wait_for_function(f"() => document.querySelectorAll('[data-row]').length === {left}")
    staff.open("/admin/triage/?tab=assign")
    keys.press("j")
    for left in range(MANY - 1, -1, -1):
        beside(staff)
        chosen_by_key(staff, "s", "handler_id", "ArrowDown")
        assert staff.page.locator("[data-row]").count() == left
    with place.scope():
        done = Complaint.objects.filter(state="assigned", priority=Priority.values[-1], handler__isnull=False)
        assert done.count() == len(cases)
    print(f"{len(cases)} weighed, accepted and assigned in {time.monotonic() - began:.1f} s")
    staff.see("01-all-assigned")


def chosen_by_key(staff, key, field, choose):
    staff.page.keyboard.press(key)
    staff.page.locator(f"#act select[name={field}]:focus").wait_for()
    staff.page.keyboard.press(choose)
    staff.page.keyboard.press("Tab")
    with staff.page.expect_navigation():  # to the same address
        staff.page.keyboard.press("Enter")


def test_a_key_pressed_too_soon_acts_on_the_case_that_is_chosen_and_no_other(visit, window):
    if window[1] < 1280:
        return
    staff, place, _cases = at_work(visit, "clerk")
    staff.open("/admin/triage/?tab=accept")
    staff.page.keyboard.press("j")
    beside(staff)
    staff.page.keyboard.press("j")
    second = current(staff)
    staff.page.keyboard.press("a")
    staff.page.wait_for_function(f"() => document.querySelectorAll('[data-row]').length === {MANY - 1}")
    with place.scope():
        accepted = Complaint.objects.exclude(state="received").values_list("number", flat=True)
        assert list(accepted) == [second.rstrip("/").rpartition("/")[2]]
    beside(staff)
    staff.page.wait_for_load_state("networkidle")
