"""The past-due register: what is late now, how late, and who knows."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from complaints.models import Clock, Escalation
from owners.models import Estate, EstateAssignment
from reports import queries
from tests.complaints.seeds import filed, furnish
from tests.factories.house import in_scope_of
from tests.reports.months import accept, assign, at, many, march
from tests.reports.reading import page_tables

NOW = at(17, 13)


@pytest.fixture
def clock(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: NOW)


def rows(answer) -> list[list[str]]:
    return page_tables(answer.content.decode()).get("Past due", [[]])[1:]


def test_nothing_is_late(house, browse, clock):
    furnish(house)
    filed(house, at=NOW)
    assert "Nothing is late." in browse().get("/reports/past-due/").content.decode()


def test_each_broken_promise_is_a_row_longest_late_first(house, browse, clock):
    from complaints.services import escalation

    furnish(house)
    first = filed(house, at=at(16, 9))  # accepted late: acceptance stopped, no row of its own
    accept(house, first, at(16, 15))
    assign(house, first, at(16, 15))
    second = filed(house, at=at(17, 10), category="noise")  # acceptance was due at 12:00
    escalation.sweep_clocks(now=NOW)
    Escalation.objects.filter(clock__complaint=first, level="manager").update(acknowledged_at=NOW)
    shown = rows(browse().get("/reports/past-due/"))
    # 17 March 11:00 is two business hours ago; the acceptance of the second one an hour.
    assert shown == [
        [first.number, "Lift", "A-0101", "Engineer of Lakeside", "First answer", "today 11:00", "2 h", "Estate manager taken up"],
        [second.number, "Noise", "A-0101", "Nobody yet", "Acceptance", "today 12:00", "1 h", "Estate manager not taken up yet"],
    ]  # fmt: skip
    assert f'href="/admin/triage/{first.number}/"' in browse().get("/reports/past-due/").content.decode()


def test_paused_kept_and_ended_promises_are_not_late(house, clock):
    furnish(house)
    complaint = filed(house, at=at(16, 9))
    assert queries.past_due(house.manager, NOW).count() == 1
    Clock.objects.filter(kind="accept").update(paused_at=at(16, 10), state="paused")
    assert queries.past_due(house.manager, NOW).count() == 0
    Clock.objects.filter(kind="accept").update(paused_at=None, state="running")
    accept(house, complaint, at(16, 15))
    Clock.objects.filter(kind="answer").update(due_at=NOW)
    assert queries.past_due(house.manager, NOW).count() == 0  # due now is not late yet


def test_levels_are_counted_and_narrow_the_list(house, browse):
    march(house)
    client = browse()
    page = client.get("/reports/past-due/").content.decode()
    counts = dict(re.findall(r'tile-label">([^<]+)<', page) and [
        (label, int(number)) for number, label in re.findall(r'tile-value">(\d+)</span><span class="tile-label">([^<]+)<', page)
    ])  # fmt: skip
    everything = rows(client.get("/reports/past-due/"))
    assert sum(counts.values()) == len(everything)
    for code, label in (
        ("none", "Nobody yet"),
        ("quality", "Company quality department"),
        ("manager", "Estate manager"),
    ):
        found = rows(client.get(f"/reports/past-due/?level={code}"))
        assert len(found) == counts[label]
        assert all(row[-1].startswith(label) for row in found)


def test_narrowed_by_estate_and_handler(house, browse):
    march(house)
    other = Estate.objects.create(code="HIL", name="Hill", calendar=house.calendar)
    client = browse("quality")
    everything = rows(client.get("/reports/past-due/"))
    assert rows(client.get(f"/reports/past-due/?estate={house.estate.pk}")) == everything
    assert rows(client.get(f"/reports/past-due/?estate={other.pk}")) == []
    nobodys = rows(client.get("/reports/past-due/?handler=none"))
    somebodys = rows(client.get(f"/reports/past-due/?handler={house.engineer2.pk}"))
    assert {row[3] for row in nobodys} == {"Nobody yet"}
    assert {row[3] for row in somebodys} == {"Engineer2 of Lakeside"}
    assert len(nobodys) + len(somebodys) == len(everything)
    for wrong in ("estate=x", "handler=%27", "level=boss", "after=x", "after=2026-13-40~zz", "after=~"):
        assert client.get(f"/reports/past-due/?{wrong}").status_code == 200


def test_only_ones_own_estates_and_never_a_case_about_oneself(house, stranger, browse):
    march(house)
    in_scope_of(stranger.organisation.pk, lambda: march(stranger))
    assert rows(browse().get("/reports/past-due/"))
    assert {row[0][:5] for row in rows(browse("quality").get("/reports/past-due/"))} == {"C-LAK"}
    about = filed(house, at=at(2), subject_staff=house.manager)
    assert about.number not in str(rows(browse().get("/reports/past-due/")))
    assert about.number in str(rows(browse("supervisor").get("/reports/past-due/")))
    EstateAssignment.objects.filter(membership=house.manager).delete()
    assert rows(browse().get("/reports/past-due/")) == []


def test_an_engineer_sees_what_they_handle_and_owners_nothing(house, browse):
    march(house)
    assert {row[3] for row in rows(browse("engineer2").get("/reports/past-due/"))} == {"Engineer2 of Lakeside"}
    for role in ("owner", "committee", "builder"):
        assert browse(role).get("/reports/past-due/").status_code == 403


def test_pages_of_fifty_meet_without_a_gap(house, browse):
    furnish(house)
    many(house, 100)
    client, seen, path = browse(), [], "/reports/past-due/?level="
    total = queries.past_due(house.manager, timezone.now()).count()
    while path:
        answer = client.get(path)
        page = rows(answer)
        assert len(page) <= 50
        seen += [(row[0], row[4]) for row in page]
        older = re.search(r'rel="next" href="([^"]+)"', answer.content.decode())
        path = "/reports/past-due/" + older[1].replace("&amp;", "&") if older else ""
    assert total > 50
    assert len(seen) == len(set(seen)) == total


def test_the_register_asks_the_same_number_of_questions_at_1_and_at_50_rows(house, browse):
    furnish(house)
    filed(house, at=at(2))
    client, counts = browse(), []
    for more in (0, 120):
        many(house, more)
        with CaptureQueriesContext(connection) as asked:
            assert client.get("/reports/past-due/").status_code == 200
        counts.append(sum(query["sql"].startswith("SELECT") for query in asked))
    assert counts[0] == counts[1] <= 12
