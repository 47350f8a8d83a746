"""A calendar is edited as people write it, and a change makes a new version."""

from django.test import Client

from deadlines.forms import ServiceCalendarForm
from deadlines.models import ServiceCalendar

GIVEN = {
    "code": "office", "title": "Office", "time_zone": "Asia/Shanghai",
    "mon": "9:00-12:00, 13:30–18:00", "tue": "09：00至12：00", "wed": "", "thu": "", "fri": "", "sat": "", "sun": "",
    "holidays": "2026-10-01\n2026/10/02", "makeup_workdays": "", "makeup_windows": "09:00-12:00",
}  # fmt: skip


def test_windows_and_dates_are_read_as_people_write_them(house):
    form = ServiceCalendarForm(GIVEN, instance=house.calendar)
    assert form.is_valid(), form.errors
    assert form.instance.weekly["mon"] == [["09:00", "12:00"], ["13:30", "18:00"]]
    assert form.instance.weekly["tue"] == [["09:00", "12:00"]]
    assert form.cleaned_data["holidays"] == ["2026-10-01", "2026-10-02"]


def test_what_is_no_window_is_named(house):
    form = ServiceCalendarForm({**GIVEN, "mon": "nine to five", "holidays": "32 May"}, instance=house.calendar)
    assert "“nine to five” is not a window" in form.errors["mon"][0]
    assert "is not a date" in form.errors["holidays"][0]


def test_windows_that_overlap_are_refused(house):
    form = ServiceCalendarForm({**GIVEN, "mon": "09:00-12:00, 11:00-13:00"}, instance=house.calendar)
    assert not form.is_valid()


def test_the_administrator_edits_it_and_the_version_rises(house):
    client = Client(HTTP_HOST=house.host)
    client.force_login(house.admin.user)
    address = f"/admin/deadlines/servicecalendar/{house.calendar.pk}/change/"
    assert client.get(address).status_code == 200
    response = client.post(address, GIVEN)
    assert response.status_code == 302, response.context["errors"]
    saved = ServiceCalendar.objects.get(pk=house.calendar.pk)
    assert (saved.version, saved.weekly["mon"][1]) == (2, ["13:30", "18:00"])


def test_a_clerk_does_not_edit_it(house):
    client = Client(HTTP_HOST=house.host)
    client.force_login(house.clerk.user)
    assert client.get(f"/admin/deadlines/servicecalendar/{house.calendar.pk}/change/").status_code == 403
