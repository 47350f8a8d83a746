"""The figures of work behind the pages: the sweep, the month's report, the registry import."""

import csv
import io
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from bench.figures import Figure, NotThereYet

REPORT_ROWS = 1000
IMPORT_ROWS = 10_000


def seconds_of(act: Callable[[], Any]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


@dataclass
class Work:
    rows: int

    # -- the sweep -----------------------------------------------------------------------------------------------------

    def sweep(self) -> Figure:
        """A tenth as many due clocks as there are complaints, organisation by organisation as a worker does it, beside
        one bare UPDATE of the same rows."""
        from django.db.models import Count
        from django.test.utils import CaptureQueriesContext

        from complaints.models import Clock
        from complaints.services import escalation
        from tenancy.context import scope

        waiting = Clock.across.using("system").filter(next_at__isnull=False, state__in=("running", "broken"))
        times = waiting.order_by("next_at").values_list("next_at", flat=True)
        now = times[min(self.rows // 10, len(times)) - 1]
        due = Clock.across.using("system").filter(next_at__lte=now).order_by()
        by_organisation = list(due.values_list("organisation_id").annotate(count=Count("*")))
        bare = self._bare_update(now)
        swept = escalation.Swept()
        queries = 0
        began = time.perf_counter()
        for organisation_id, _count in by_organisation:
            left = 1
            while left:
                with scope(organisation_id):
                    left = escalation.sweep_batch(now=now, swept=swept)
        seconds = time.perf_counter() - began
        with scope(by_organisation[0][0]), CaptureQueriesContext(_connection()) as captured:
            escalation.sweep_batch(now=now, swept=swept)
            queries = len(captured.captured_queries)
        done = sum(count for _organisation_id, count in by_organisation)
        told = {"events": swept.events, "escalations": swept.escalations, "seconds": round(seconds, 2)}
        return Figure(done / seconds, done / bare, "rows/s", rows=done, queries=queries, extra=told)

    def _bare_update(self, now: datetime) -> float:
        from django.db import connections, transaction

        with transaction.atomic(using="system"), connections["system"].cursor() as cursor:
            began = time.perf_counter()
            cursor.execute(
                "UPDATE complaints_clock SET step = step + 1, next_at = next_at + interval '1 day' "
                "WHERE next_at <= %s RETURNING id",
                [now],
            )
            cursor.fetchall()
            seconds = time.perf_counter() - began
            transaction.set_rollback(True, using="system")
        with connections["owner"].cursor() as cursor:
            cursor.execute("VACUUM complaints_clock")
        return seconds

    # -- the month's report --------------------------------------------------------------------------------------------

    def month_pdf(self) -> Figure:
        """The report of some thousand complaints, figures and spreadsheet and all, beside WeasyPrint on its HTML alone."""
        from django.utils import timezone, translation

        from notices.paper import pdf
        from reports.documents.pdf import month_html
        from reports.models import ReportRun
        from reports.services import make_report, request_report
        from tenancy.context import scope
        from tenancy.models import Membership, Organisation

        organisation = Organisation.objects.get(slug="bench-1")
        with scope(organisation.pk):
            month, estate_id, count = self._month(timezone.now())
            asker = Membership.objects.get(user__email="quality1@bench-1.example")
            run = request_report(month=month, estate_id=estate_id, language="en", actor=asker, now=timezone.now())
        pdf.write("<!doctype html><html lang='en'><title>Warm</title><p>Warm</p>")
        words = []
        made = seconds_of(
            lambda: words.append(make_report(organisation_id=organisation.pk, run_id=run.pk, clock=timezone.now))
        )
        if words != ["done"]:
            raise SystemExit(f"the report was not made: {words}")
        with scope(organisation.pk), translation.override("en"):
            run = ReportRun.objects.get(pk=run.pk)
            html = month_html(run.figures, run.listing, accent=organisation.accent, language="en")
        bare = min(seconds_of(lambda: _bare_pdf(html)) for _ in range(2))
        return Figure(made, bare, "s", rows=count)

    def _month(self, now: datetime) -> tuple[date, Any, int]:
        """The estate and month that come nearest to the rows wanted."""
        from django.db.models import Count
        from django.db.models.functions import TruncMonth

        from complaints.models import Complaint

        months = Complaint.objects.annotate(month=TruncMonth("received_at")).values_list("month", "estate_id")
        counted = list(months.annotate(count=Count("*")).order_by("-month")[: 22 * 10])
        if not counted:
            raise NotThereYet("a month of complaints")
        month, estate_id, count = min(counted, key=lambda row: abs(row[2] - REPORT_ROWS))
        return month.date(), estate_id, count

    # -- notices --------------------------------------------------------------------------------------------------------

    def notice_drain(self) -> Figure:
        from bench.drain import notice_drain

        return notice_drain(self.rows)

    def notice_enqueue(self) -> Figure:
        from bench.enqueue import notice_enqueue

        return notice_enqueue(self.rows)

    # -- the registry import -------------------------------------------------------------------------------------------

    def registry_import(self) -> Figure:
        """A sheet of units with an owner each, checked, shown and stored, beside COPY of the rows it makes."""
        from django.utils import timezone

        from owners.models import RegistryImport
        from owners.services import imports
        from tenancy.context import scope
        from tenancy.models import Organisation

        rows = min(IMPORT_ROWS, max(self.rows // 10, 50))
        content = _registry(rows)
        organisation = Organisation.objects.get(slug="bench-2")
        now = timezone.now()
        began = time.perf_counter()
        with scope(organisation.pk):
            wish = imports.Wish(estate_name="Imported", estate_code="IMP")
            run = imports.upload_registry(
                actor=None, now=now, file_name="registry.csv", content=content, wish=wish, by_system=True
            )
            imports.work_on_import(import_id=run.pk, now=now)
        with scope(organisation.pk):
            run = RegistryImport.objects.get(pk=run.pk)
            if run.state != RegistryImport.State.READY:
                raise SystemExit(f"the registry was not read: {run.state} {run.errors[:3]} {run.preview}")
            imports.carry_out_now(import_id=run.pk, now=now)
        seconds = time.perf_counter() - began
        bare = _bare_copy(organisation.pk, run.pk)
        return Figure(rows / seconds, rows / bare, "rows/s", rows=rows, extra={"seconds": round(seconds, 2)})


def _connection() -> Any:
    from django.db import connection

    return connection


def _bare_pdf(html: str) -> bytes:
    """The same document with the same fonts, not tagged, by WeasyPrint's own means."""
    from weasyprint import HTML
    from weasyprint.urls import URLFetcher

    from notices.paper import pdf

    class Fetcher(URLFetcher):  # type: ignore[misc]
        def fetch(self, url: str, headers: Any = None) -> Any:
            return super().fetch(url.replace(pdf.BASE, f"{pdf.STATIC.as_uri()}/"), headers)

    document: bytes = HTML(string=html, base_url=pdf.BASE, url_fetcher=Fetcher()).write_pdf()
    return document


def _registry(rows: int) -> bytes:
    text = io.StringIO()
    out = csv.writer(text)
    out.writerow(
        ["building_code", "floor", "unit_no", "unit_code", "kind", "exclusive_area", "status", "party_ref", "name",
         "party_type", "share", "voter", "owned_from", "phone", "email", "language"]
    )  # fmt: skip
    for row in range(rows):
        building, number = f"T{row // 200 + 1}", f"{row % 200 // 8 + 1:02}{row % 8 + 1:02}"
        out.writerow(
            [building, row % 200 // 8 + 1, number, f"{building}-{number}", "flat", f"{60 + row % 90}.50", "owner_occupied",
             f"IMP{row:06}", f"Owner of {building} {number}", "person", "1", "yes", "2022-07-16", f"+8613900{row:06}",
             f"imported{row}@bench.example", "en"]
        )  # fmt: skip
    return text.getvalue().encode()


def _bare_copy(organisation_id: int, import_id: Any) -> float:
    """The seconds that COPY takes for the rows of an import, into tables like theirs with all their indexes."""
    from django.db import connections

    from tenancy.context import scope

    tables = ("owners_building", "owners_unit", "owners_person", "owners_ownership")
    kept: dict[str, io.StringIO] = {}
    with scope(organisation_id, using="owner"), connections["owner"].cursor() as cursor:
        for table in tables:
            kept[table] = io.StringIO()
            rows = f"COPY (SELECT * FROM {table} WHERE created_by_import = '{import_id}') TO STDOUT"
            cursor.cursor.copy_expert(rows, kept[table])
            cursor.execute(f"CREATE TABLE bench_{table} (LIKE {table} INCLUDING DEFAULTS INCLUDING INDEXES)")
            kept[table].seek(0)
    with scope(organisation_id, using="owner"), connections["owner"].cursor() as cursor:
        return seconds_of(
            lambda: [cursor.cursor.copy_expert(f"COPY bench_{name} FROM STDIN", kept[name]) for name in tables]
        )
