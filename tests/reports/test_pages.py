"""The list of reports, one report, its files: who sees what."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from owners.models import Estate
from reports import services
from reports.models import ReportRun
from tests.factories.house import in_scope_of
from tests.reports.months import APRIL_SECOND, MARCH, many, run_made

pytestmark = pytest.mark.usefixtures("quick")
READERS = ["supervisor", "manager", "quality", "admin", "auditor"]
OTHERS = ["clerk", "engineer", "owner", "occupant", "committee", "builder"]
FILES = ("", "pdf/", "xlsx/", "complaints/")


def selects(asked) -> int:
    return sum(query["sql"].startswith("SELECT") for query in asked)


@pytest.mark.parametrize("role", READERS)
def test_who_reads_reports(made, browse, role):
    client = browse(role)
    listed = client.get("/reports/")
    assert listed.status_code == 200
    assert f"/reports/{made.pk}/" in listed.content.decode()
    assert ("Have a report made" in listed.content.decode()) == (role != "auditor")
    assert {client.get(f"/reports/{made.pk}/{part}").status_code for part in FILES} == {200}


@pytest.mark.parametrize("role", OTHERS)
def test_who_does_not(made, browse, role):
    client = browse(role)
    assert {client.get(f"/reports/{path}").status_code for path in ("", *(f"{made.pk}/{part}" for part in FILES))} == {
        403
    }
    assert client.post("/reports/", {"month": "2026-03-01", "language": "en"}).status_code == 403
    assert ReportRun.objects.count() == 1


def test_without_a_sign_in_one_is_asked_to(house, client):
    client.defaults["HTTP_HOST"] = house.host
    answer = client.get("/reports/")
    assert (answer.status_code, answer["Location"]) == (302, "/accounts/login/?next=/reports/")


def test_a_stranger_finds_nothing(made, stranger, browse, client):
    theirs = in_scope_of(stranger.organisation.pk, lambda: ReportRun.objects.create(
        kind="complaints_month", month=MARCH, language="en", requested_at=APRIL_SECOND, estate_ids=[str(stranger.estate.pk)]
    ))  # fmt: skip
    assert browse(stranger.manager).get("/reports/").status_code == 403
    client = browse("manager")
    unknown = client.get("/reports/01900000-0000-7000-8000-000000000000/")
    for part in FILES:
        foreign = client.get(f"/reports/{theirs.pk}/{part}")
        assert foreign.status_code == 404
        if part == "":
            assert re.sub(rb"0190[-0-9a-f]+|%s" % str(theirs.pk).encode(), b"", foreign.content) == re.sub(
                rb"0190[-0-9a-f]+", b"", unknown.content
            )


def test_a_report_of_another_estate_is_not_found(house, made, browse):
    other = Estate.objects.create(code="HIL", name="Hill", calendar=house.calendar)
    ReportRun.objects.filter(pk=made.pk).update(estate=other, estate_ids=[str(other.pk)])
    client = browse("manager")
    assert {client.get(f"/reports/{made.pk}/{part}").status_code for part in FILES} == {404}
    assert str(made.pk) not in client.get("/reports/").content.decode()
    assert client.post(f"/reports/{made.pk}/again/").status_code == 404
    assert browse("quality").get(f"/reports/{made.pk}/").status_code == 200


def test_asking_for_a_report_leads_to_its_page(house, browse):
    client = browse()
    page = client.get("/reports/").content.decode()
    month = re.search(r'<option value="(\d{4}-\d\d-01)" selected>', page)[1]
    asked = {"month": month, "estate": str(house.estate.pk), "language": "zh-hans"}
    answer = client.post("/reports/", asked)
    run = ReportRun.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/reports/{run.pk}/")
    assert (run.language, run.requested_by, run.estate) == ("zh-hans", house.manager, house.estate)
    assert client.post("/reports/", asked)["Location"] == answer["Location"]


def test_a_made_up_month_is_a_form_error(house, browse):
    answer = browse().post("/reports/", {"month": "1999-01-01", "estate": "", "language": "en"})
    assert answer.status_code == 422
    assert "There is a problem" in answer.content.decode()
    assert not ReportRun.objects.exists()


def test_while_it_is_made_the_page_asks_again_and_works_without_script(house, browse):
    run = services.request_report(month=MARCH, estate_id=None, language="en", actor=house.manager, now=APRIL_SECOND)
    ReportRun.objects.update(state="running", progress=40)
    client = browse()
    page = client.get(f"/reports/{run.pk}/").content.decode()
    assert '<progress id="progress" max="100" value="40">' in page
    assert 'hx-trigger="every 1s"' in page
    assert f'<a href="/reports/{run.pk}/">See how far it is</a>' in page
    polled = client.get(f"/reports/{run.pk}/", headers={"HX-Request": "true", "HX-Target": "making"})
    assert polled.content.decode().lstrip().startswith('<div id="making"')
    assert client.get(f"/reports/{run.pk}/pdf/").status_code == 404
    services.make_report(organisation_id=house.organisation.pk, run_id=run.pk, clock=lambda: APRIL_SECOND)
    ReportRun.objects.update(state="done")
    done = client.get(f"/reports/{run.pk}/", headers={"HX-Request": "true", "HX-Target": "making"})
    assert done["HX-Refresh"] == "true"


def test_a_failed_report_says_so_and_offers_another_try(house, browse):
    run = services.request_report(month=MARCH, estate_id=None, language="en", actor=house.manager, now=APRIL_SECOND)
    ReportRun.objects.update(state="failed", error="failed", attempts=3)
    client = browse()
    page = client.get(f"/reports/{run.pk}/").content.decode()
    assert "The report could not be made. Nothing is lost" in page
    assert "hx-get" not in page
    client.post(f"/reports/{run.pk}/again/")
    run.refresh_from_db()
    assert (run.state, run.attempts, run.error) == ("waiting", 0, "")
    assert client.post(f"/reports/{run.pk}/again/").status_code == 409


@pytest.mark.parametrize(
    ("language", "suffix", "mime", "name"),
    [
        ("en", "pdf", "application/pdf", "Complaints%20March%202026%2C%20Lakeside%20Court.pdf"),
        ("en", "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ".xlsx"),
        ("zh-hans", "pdf", "application/pdf", "2026%E5%B9%B43%E6%9C%88"),
    ],
)
def test_files_are_attachments_with_a_good_name(house, browse, language, suffix, mime, name):
    run = run_made(house, language=language)
    answer = browse().get(f"/reports/{run.pk}/{suffix}/")
    disposition = answer["Content-Disposition"]
    assert disposition.startswith("attachment;")
    assert name in disposition.replace(" ", "%20").replace(",", "%2C") or name in disposition
    assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == (mime, "nosniff")
    assert {"private", "no-store"} <= set(answer["Cache-Control"].split(", "))
    assert b"".join(answer.streaming_content)[:2] in (b"%P", b"PK")


def test_a_lost_role_closes_the_files(house, made, browse):
    client = browse()
    house.manager.role = "clerk"
    house.manager.save()
    assert client.get(f"/reports/{made.pk}/pdf/").status_code == 403


def test_the_page_shows_what_was_stored_and_computes_nothing(house, made, browse):
    client = browse()
    before = client.get(f"/reports/{made.pk}/").content
    many(house, 5)
    after = client.get(f"/reports/{made.pk}/").content
    strip = re.compile(rb'chart-\d+-|name="csrfmiddlewaretoken" value="[^"]+"|nonce="[^"]+"|[?&]next=[^"]*')
    assert strip.sub(b"", before) == strip.sub(b"", after)


def test_the_page_is_read_in_the_readers_language(made, browse):
    page = browse(language="zh-hans").get(f"/reports/{made.pk}/").content.decode()
    assert "电梯" in page
    assert "2026年3月" in page


def test_a_page_has_no_inline_style_and_each_chart_a_title_and_a_table(made, browse):
    page = browse().get(f"/reports/{made.pk}/").content.decode()
    assert not re.search(r'\sstyle="|<style', page)
    charts = re.findall(r'<svg class="chart[^>]*role="img" aria-labelledby="(\S+) (\S+)".*?</svg>', page, re.S)
    assert len(charts) >= 8
    assert len({title for title, _desc in charts}) == len(charts)
    assert page.count("<caption") == 15


def test_lists_ask_the_same_number_of_questions_at_1_and_at_30_rows(house, made, browse):
    client, counts = browse(), []
    for more in (0, 30):
        ReportRun.objects.bulk_create([
            ReportRun(kind="complaints_month", month=MARCH, language="en", state="done", requested_at=APRIL_SECOND,
                      requested_by=house.manager, estate=house.estate, estate_ids=made.estate_ids)
            for _row in range(more)
        ])  # fmt: skip
        with CaptureQueriesContext(connection) as asked:
            assert client.get("/reports/").status_code == 200
        counts.append(selects(asked))
    assert counts[0] == counts[1] <= 12


def test_fifty_reports_and_fifty_complaints_a_page(house, made, browse):
    rows = [ReportRun(kind="complaints_month", month=MARCH, language="en", state="done", requested_at=APRIL_SECOND,
                      estate_ids=made.estate_ids) for _row in range(55)]  # fmt: skip
    ReportRun.objects.bulk_create(rows)
    client = browse()
    first = client.get("/reports/").content.decode()
    assert first.count('class="made-title"') == 50
    older = re.search(r'href="(\?before=[^"]+)"', first)[1]
    assert client.get(f"/reports/{older}").content.decode().count('class="made-title"') == 6
    many(house, 60)
    whole = run_made(house)
    page = client.get(f"/reports/{whole.pk}/complaints/").content.decode()
    assert page.count('class="figure-row"') == 50
    assert client.get(f"/reports/{whole.pk}/complaints/?from=50").content.decode().count('class="figure-row"') == 15
    assert client.get(f"/reports/{whole.pk}/complaints/?from=x").status_code == 200


def test_an_empty_list_says_what_belongs_there(house, browse):
    assert "No report yet" in browse().get("/reports/").content.decode()
