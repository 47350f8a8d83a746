"""Reports and the past-due list by the API."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from audit.models import AuditEntry
from owners.models import Estate
from reports.models import ReportRun
from reports.services import private_storage
from tests.complaints.seeds import accepted, furnish
from tests.factories.api import API, program


def made(house, **changes) -> ReportRun:
    given = {
        "kind": "complaints_month", "estate": house.estate, "estate_ids": [str(house.estate.pk)], "month": "2026-10-01",
        "language": "en", "state": "done", "requested_by": house.manager, "requested_at": timezone.now(),
        "figures": {"total": 3}, "pdf_name": private_storage().save("x.pdf", ContentFile(b"%PDF-")),
    }  # fmt: skip
    return ReportRun.objects.create(**{**given, **changes})


def month() -> str:
    return timezone.localdate().replace(day=1).isoformat()


def test_a_report_is_asked_for_once_and_found_again(house, monkeypatch):
    monkeypatch.setattr("reports.tasks.nudge", lambda *_args: None)
    client = program(house, "manager")
    answer = client.send("reports/", {"month": month(), "estate": str(house.estate.pk)})
    assert (answer.status_code, answer.json()["state"]) == (202, "waiting")
    assert (
        client.send("reports/", {"month": month(), "estate": str(house.estate.pk)}).json()["id"] == answer.json()["id"]
    )
    assert ReportRun.objects.count() == 1
    shown = client.get(answer["Location"]).json()
    assert (shown["month"], shown["estate"]["code"], shown["figures"]) == (month(), "LAK", {})


@pytest.mark.parametrize(("role", "reads", "makes"), [
    ("manager", 200, 202), ("auditor", 200, 403), ("clerk", 403, 403), ("engineer", 403, 403), ("owner", 403, 403),
])  # fmt: skip
def test_who_reads_and_who_makes_reports(house, role, reads, makes, monkeypatch):
    monkeypatch.setattr("reports.tasks.nudge", lambda *_args: None)
    client = program(house, role)
    assert client.read("reports/").status_code == reads
    assert client.send("reports/", {"month": month()}).status_code == makes
    assert ReportRun.objects.count() == (makes == 202)


def test_a_made_report_has_its_figures_and_its_file(house):
    run = made(house)
    client = program(house, "auditor")
    assert client.read(f"reports/{run.pk}/").json()["figures"] == {"total": 3}
    file = client.read(f"reports/{run.pk}/pdf/")
    assert (file.status_code, file["Content-Type"]) == (200, "application/pdf")
    assert b"".join(file.streaming_content) == b"%PDF-"
    entry = AuditEntry.objects.get(action="report.downloaded")
    assert (entry.actor, entry.subject_id, entry.changes) == (house.auditor, run.pk, {"kind": "pdf"})
    missing = client.read(f"reports/{run.pk}/xlsx/")
    assert missing.content == client.read(f"reports/{uuid4()}/xlsx/").content
    assert missing.status_code == 404


def test_a_report_of_another_estate_looks_like_none(house):
    other = Estate.objects.create(code="OTH", name="Other", calendar=house.calendar)
    run = made(house, estate=other, estate_ids=[str(other.pk)])
    client = program(house, "manager")
    assert client.read("reports/").json()["results"] == []
    answers = [client.read(f"reports/{key}/{part}") for key in (run.pk, uuid4()) for part in ("", "pdf/")]
    assert {(answer.status_code, answer.content) for answer in answers} == {(404, answers[0].content)}
    assert client.send(f"reports/{run.pk}/again/").status_code == 404


def test_what_is_past_due_the_longest_late_first(house, settings):
    furnish(house)
    settings.API = {**settings.API, "PAGE_ROWS": 2}
    now = timezone.now()
    for days in (40, 60, 50):
        accepted(house, at=now - timedelta(days=days))
    client, address, rows = program(house, "manager"), f"{API}past-due/", []
    while address:
        page = client.get(address).json()
        rows += page["results"]
        address = page["next"]
    dues = [row["due_at"] for row in rows]
    assert dues == sorted(dues)
    assert len({row["id"] for row in rows}) == len(rows) >= 6
    assert {row["estate"]["code"] for row in rows} == {"LAK"}
    assert all(row["late_minutes"] > 0 for row in rows)
    assert program(house, "engineer").read("past-due/").json()["results"] == []
    assert program(house, "owner").read("past-due/").status_code == 403


@pytest.mark.parametrize("path", ["past-due/", "reports/"])
def test_a_list_asks_as_much_for_thirty_rows_as_for_one(house, path):
    furnish(house)
    client, counts = program(house, "manager"), []
    for more in (1, 29):
        for _ in range(more):
            accepted(house, at=timezone.now() - timedelta(days=40))
            made(house)
        client.read(path)
        with CaptureQueriesContext(connection) as asked:
            client.read(path)
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 10
