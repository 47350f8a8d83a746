"""The pages, the sheet for the board and the API of service standards."""

from dataclasses import replace
from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pypdf import PdfReader

from attachments.models import Attachment
from disclosures.models import ServiceStandard, StandardRecord, StandardVersion
from disclosures.rules.standards import first_of, months_until, next_month
from owners.models import Estate
from tests.complaints.pages import photo, signed_in, text
from tests.disclosures.promises import ANSWERS, LIFTS, SWEEPING, noted, promised
from tests.factories.api import program
from tests.factories.house import in_scope_of
from tests.reports.reading import page_tables

pytestmark = pytest.mark.django_db
AT = "/disclosures/standards/"


def today():
    return timezone.localdate()


def last_month():
    return next_month(first_of(today()), -1)


def note(house, row, on, times=1, **said):
    return noted(house, row, on, times, today=on, **said)


def form(house, **changes):
    return {
        "estate": str(house.estate.pk), "item_en": "Sweeping", "item_zh": "清扫", "level_en": "Swept floors", "times": "2",
        "every": "1", "unit": "week", "evidence": "records:", "least_percent": "90", "per_building": "on",
        "from_on": "2026-01-01", "contract": "", **changes,
    }  # fmt: skip


def test_a_manager_promises_and_an_owner_reads_it_in_their_language(house):
    answer = signed_in(house, "manager").post(f"{AT}new/", form(house))
    row = ServiceStandard.objects.get()
    assert (answer.status_code, answer.url) == (302, f"{AT}{row.pk}/")
    version = row.versions.get()
    assert (version.times, version.unit, version.source, version.per_building) == (2, "week", "records", True)
    owner = signed_in(house, "owner")
    assert "Sweeping" in text(owner.get(AT))
    owner.cookies["language"] = "zh-hans"
    page = text(owner.get(f"{AT}{row.pk}/"))
    assert "Promise a service" not in page
    assert f"{AT}{row.pk}/change/" not in page


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"item_en": "", "item_zh": ""}, "Name the service"),
        ({"level_en": ""}, "Say what is promised"),
        ({"evidence": ""}, "Choose where it is seen whether it is kept."),
        ({"unit": "case"}, "Records need a rhythm"),
        ({"times": "0"}, "Write a whole number from 1 to 1000."),
        ({"least_percent": "101"}, "Write a number above 0 and up to 100."),
        ({"from_on": "soon"}, "Choose the day."),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(house, changes, words):
    answer = signed_in(house, "manager").post(f"{AT}new/", form(house, measure_en="By the sheet", **changes))
    assert answer.status_code == 422
    assert words in text(answer)
    assert "By the sheet" in text(answer)
    assert not ServiceStandard.objects.exists()


def test_the_overview_is_a_table_of_words_and_counts_that_lead_to_what_stands_behind(house):
    row = promised(house)
    note(house, row, last_month() + timedelta(days=9), 8)
    page = text(signed_in(house, "owner").get(AT))
    table = page_tables(page)[f"Promises to {house.estate.name} by month"]
    assert table[1][3].startswith("kept 8/8") or table[1][3].startswith("not kept")
    assert len(table[0]) == 14
    month = last_month()
    link = f"{AT}{row.pk}/{month.year}/{month.month}/"
    assert link in page
    shown = text(signed_in(house, "owner").get(link))
    assert "8 times" in shown
    assert house.clerk.name not in shown
    assert house.clerk.name in text(signed_in(house, "manager").get(link))


def test_a_photo_of_what_was_done_is_for_everybody_at_home_there(house, stranger):
    row = promised(house)
    client = signed_in(house, "engineer")
    said = {
        "on": today().isoformat(),
        "building": str(house.building.pk),
        "times": "1",
        "note": "Stairs",
        "documents": [photo()],
    }
    answer = client.post(f"{AT}{row.pk}/done/", said)
    assert answer.status_code == 302
    made, file = StandardRecord.objects.get(), Attachment.objects.get()
    assert (file.subject_type, file.subject_id) == ("disclosures.standardrecord", made.pk)
    for who in ("owner", "occupant", "manager"):
        assert signed_in(house, who).get(f"/files/{file.pk}/").status_code == 200, who
    there = signed_in(stranger, "admin")
    assert in_scope_of(stranger.organisation.pk, lambda: there.get(f"/files/{file.pk}/").status_code) == 404


def test_a_record_without_its_building_says_so_and_keeps_what_was_typed(house):
    row = promised(house)
    answer = signed_in(house, "clerk").post(
        f"{AT}{row.pk}/done/", {"on": today().isoformat(), "times": "1", "note": "Stairs swept"}
    )
    assert answer.status_code == 422
    assert "choose which" in text(answer)
    assert "Stairs swept" in text(answer)
    assert not StandardRecord.objects.exists()


def test_a_change_meanwhile_is_told(house):
    row = promised(house)
    client, later = signed_in(house, "manager"), next_month(first_of(today()))
    first = form(house, from_on=later.isoformat(), based_on="1", explanation="More often", times="3")
    assert client.post(f"{AT}{row.pk}/change/", first).status_code == 302
    answer = client.post(f"{AT}{row.pk}/change/", {**first, "times": "5"})
    assert answer.status_code == 422
    assert "Somebody else has changed it meanwhile" in text(answer)
    assert StandardVersion.objects.count() == 2
    assert "More often" in text(signed_in(house, "owner").get(f"{AT}{row.pk}/"))


def test_it_ends_and_stands_among_what_has_ended(house):
    row = promised(house)
    client = signed_in(house, "manager")
    assert client.post(f"{AT}{row.pk}/end/", {"ends_on": today().isoformat(), "reason": ""}).status_code == 422
    assert client.post(f"{AT}{row.pk}/end/", {"ends_on": today().isoformat(), "reason": "New firm"}).status_code == 302
    owner = signed_in(house, "owner")
    assert "Nothing promised yet" in text(owner.get(AT))
    assert "Sweeping of the stairs" in text(owner.get(f"{AT}?ended=1"))
    assert "New firm" in text(owner.get(f"{AT}{row.pk}/"))


@pytest.mark.parametrize("address", ["2026/13/", "1999/1/", "2099/1/", "2025/1/?building=x", "99999999999999999999/1/"])
def test_what_is_no_month_is_not_there(house, address):
    assert signed_in(house, "owner").get(f"{AT}{promised(house).pk}/{address}").status_code == 404


@pytest.mark.parametrize("until", ["", "2026-02", "soon", "9999-12", "0001-01", "2026-2-1"])
def test_any_twelve_months_can_be_asked_for(house, until):
    promised(house)
    answer = signed_in(house, "owner").get(AT, {"until": until})
    assert answer.status_code == 200
    assert len(answer.context["months"]) == 12


def test_words_narrow_the_list_and_long_ones_come_page_by_page(house, monkeypatch):
    for _number in range(3):
        promised(house)
    promised(house, LIFTS)
    owner = signed_in(house, "owner")
    assert len(owner.get(AT, {"q": "LIFT"}).context["rows"]) == 1
    assert "No promise found" in text(owner.get(AT, {"q": "garden"}))
    from disclosures.rules.defaults import defaults

    monkeypatch.setitem(defaults()["standards"], "page", 3)
    first = owner.get(AT)
    assert (len(first.context["rows"]), first.context["older"]) == (3, "?page=2")
    assert len(owner.get(AT + "?page=2").context["rows"]) == 1


def test_a_list_asks_as_much_for_thirty_as_for_one(house, client):
    client.force_login(house.owner.user)
    counts = []
    for number in (1, 29):
        for _each in range(number):
            promised(house, [SWEEPING, LIFTS, ANSWERS][number % 3 if number == 1 else _each % 3])
        with CaptureQueriesContext(connection) as asked:
            assert client.get(AT, HTTP_HOST=house.host).status_code == 200
        counts.append(len(asked))
    assert counts[1] <= counts[0] + 2  # sources that nothing was promised of are not asked


def test_the_sheet_for_the_board_shows_what_owners_see(house):
    row = promised(house)
    note(house, row, last_month() + timedelta(days=9), 8)
    answer = signed_in(house, "manager").get(f"{AT}board/?estate={house.estate.pk}")
    read = PdfReader(BytesIO(b"".join(answer.streaming_content)))
    words = " ".join(" ".join(page.extract_text().split()) for page in read.pages)
    for word in ("Sweeping of the stairs", "2 times a week", "8/8", "Every floor is swept.", house.estate.name):
        assert word in words
    assert read.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert float(read.pages[0].mediabox.width) > float(read.pages[0].mediabox.height)


def test_programs_read_what_is_promised_and_how_it_was_kept(house, stranger):
    row = promised(house)
    note(house, row, last_month() + timedelta(days=9), 8)
    reader = program(house, "owner")
    (listed,) = reader.read("standards/").json()["results"]
    assert (listed["id"], listed["versions"][0]["item_zh"]) == (str(row.pk), "楼道清扫")
    said = reader.read(f"standards/{row.pk}/").json()
    months = [one for one in said["months"] if one["building"] is None]
    assert [one["month"] for one in months] == [month.isoformat() for month in months_until(today(), 12)]
    assert months[-2]["kept"] == 8
    there = in_scope_of(stranger.organisation.pk, lambda: program(stranger, "admin").read(f"standards/{row.pk}/"))
    assert there.status_code == 404


def test_staff_see_what_was_due_and_owners_counts_alone(house):
    from tests.disclosures.test_standards import duty

    row, month = promised(house, LIFTS), last_month()
    duty(house, month + timedelta(days=4), done_on=month + timedelta(days=5))
    address = f"{AT}{row.pk}/{month.year}/{month.month}/"
    assert "Lift 1" in text(signed_in(house, "engineer").get(address))
    shown = text(signed_in(house, "owner").get(address))
    assert "Lift 1" not in shown
    assert "0/1" in shown


def test_a_file_that_is_none_keeps_the_form(house):
    row = promised(house)
    bad = SimpleUploadedFile("x.exe", b"MZ" + b"\0" * 100)
    answer = signed_in(house, "clerk").post(
        f"{AT}{row.pk}/done/",
        {
            "on": today().isoformat(),
            "building": str(house.building.pk),
            "times": "1",
            "note": "Kept",
            "documents": [bad],
        },
    )
    assert (answer.status_code, "Kept" in text(answer), StandardRecord.objects.exists()) == (422, True, False)


def test_of_several_estates_the_first_with_a_promise_is_shown(house):
    Estate.objects.create(name="Aardvark Yard", code="AAR", calendar=house.calendar)
    promised(house)
    assert signed_in(house, "admin").get(AT).context["estate"] == house.estate


def test_what_was_noted_too_late_is_refused_at_its_day_and_nothing_typed_is_lost(house):
    row = promised(house)
    late = next_month(last_month(), -2)
    said = {"on": late.isoformat(), "building": str(house.building.pk), "times": "1", "note": "Swept, really"}
    answer = signed_in(house, "clerk").post(f"{AT}{row.pk}/done/", said)
    assert answer.status_code == 422
    assert "has been judged" in text(answer)
    assert "Swept, really" in text(answer)
    assert not StandardRecord.objects.exists()


def test_a_promise_that_ends_today_leaves_its_month_open_to_be_read(house):
    row = promised(house)
    month = first_of(today())
    ServiceStandard.objects.filter(pk=row.pk).update(ends_on=month + timedelta(days=1))
    assert signed_in(house, "owner").get(f"{AT}{row.pk}/{month.year}/{month.month}/").status_code == 200
    ServiceStandard.objects.filter(pk=row.pk).update(ends_on=month)
    assert signed_in(house, "owner").get(f"{AT}{row.pk}/{month.year}/{month.month}/").status_code == 404


def test_of_a_long_rhythm_the_records_of_its_stretch_stand_behind_the_month(house):
    month = last_month()
    begins = month - timedelta(days=40)  # 45 days later it is due, in this month
    row = promised(house, replace(SWEEPING, unit="day", every=45, times=1, from_on=begins, per_building=False))
    note(house, row, begins + timedelta(days=1), building=None, note="The gutters")
    page = text(signed_in(house, "owner").get(f"{AT}{row.pk}/{month.year}/{month.month}/"))
    assert "The gutters" in page
    assert "1/1 as promised" in page
    assert "counts for this month" in page


def test_everything_that_is_missing_of_a_promise_is_said_at_once_in_its_own_words(house):
    page = signed_in(house, "manager").post(
        "/disclosures/standards/new/", {"times": "0", "every": "400", "unit": "week", "least_percent": "101"}
    )
    assert page.status_code == 422
    said = {name: str(errors[0]) for name, errors in page.context["form"].errors.items()}
    assert said == {
        "estate": "Choose the estate.", "item_en": "Name the service in one of the languages at least.",
        "level_en": "Say what is promised in one of the languages at least.",
        "times": "Write a whole number from 1 to 1000.", "every": "Write a whole number from 1 to 366.",
        "evidence": "Choose where it is seen whether it is kept.",
        "least_percent": "Write a number above 0 and up to 100.", "from_on": "Choose the day.",
    }  # fmt: skip
