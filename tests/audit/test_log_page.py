"""The log in the administration: in words, narrowed, exported, and read by those alone who may."""

import csv
import io
from datetime import timedelta

import pytest

from audit.models import AuditEntry
from audit.services import record
from tests.complaints.pages import signed_in
from tests.factories.house import NOON, in_scope_of

LOG = "/admin/audit/auditentry/"


@pytest.fixture
def log(house):
    note = lambda action, subject, actor, days=0, **more: record(  # noqa: E731
        action=action, subject=subject, actor=actor, now=NOON + timedelta(days=days), **more
    )
    note("unit.changed", house.unit, house.clerk, label="A-0101", changes={"fields": ["area"]})
    note("membership.changed", house.engineer, house.admin, 1, changes={"role": "supervisor", "is_active": True})
    note("account.sign_in_failed", None, None, 2)
    note("registryimport.failed", house.estate, None, 3)
    return house


def rows(house, query="", role="admin"):
    page = signed_in(house, role).get(f"{LOG}{query}")
    assert page.status_code == 200
    return [page.context["cl"].model_admin.sentence(entry) for entry in page.context["cl"].result_list]


def test_each_entry_is_a_sentence_newest_first(log):
    assert rows(log) == [
        "The system could not carry out estate",
        "A sign-in failed: wrong password or unknown address",
        "Admin of Lakeside changed member",
        "Clerk of Lakeside changed unit A-0101",
    ]


@pytest.mark.parametrize(("query", "places"), [
    ("?action=account.sign_in_failed", [1]), ("?action=.changed", [2, 3]), ("?kind=owners.unit", [3]), ("?who=system", [0, 1]),
    ("?since=2026-03-03&until=2026-03-04", [1, 2]), ("?since=2026-03-05", [0]), ("?q=A-0101", [3]), ("?q=nothing", []),
    ("?since=yesterday", [0, 1, 2, 3]), ("?action=no.such", [0, 1, 2, 3]), ("?who=x", [0, 1, 2, 3]),
])  # fmt: skip
def test_it_is_narrowed_by_action_person_kind_and_period(log, query, places):
    assert rows(log, query) == [rows(log)[place] for place in places]


def test_an_owner_too_is_asked_for_by_id(log):
    record(action="unitclaim.asked", subject=log.unit, actor=log.owner, now=NOON)
    assert rows(log, f"?who={log.owner.pk}") == ["Owner of Lakeside asked for a unit"]


def test_an_entry_says_what_changed_and_leads_to_its_object(log):
    client = signed_in(log, "admin")
    changed = client.get(f"{LOG}{AuditEntry.objects.get(action='membership.changed').pk}/change/").content.decode()
    assert "role: Supervisor<br>active: yes" in changed
    assert f'href="/admin/tenancy/membership/{log.engineer.pk}/change/"' in changed
    unit = client.get(f"{LOG}{AuditEntry.objects.get(action='unit.changed').pk}/change/").content.decode()
    assert f'href="/registry/units/{log.unit.pk}/"' in unit
    client.cookies["language"] = "zh-hans"
    assert "Clerk of Lakeside修改了房屋 A-0101" in client.get(LOG).content.decode()


def test_the_export_is_what_is_narrowed_inert_and_an_entry_itself(log):
    record(action="unit.changed", subject=log.unit, actor=log.clerk, now=NOON, label="=1+1")
    answer = signed_in(log, "auditor").get(f"{LOG}export/?action=.changed&kind=owners.unit")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    lines = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [line[2] for line in lines[1:]] == [
        "Clerk of Lakeside changed unit =1+1",
        "Clerk of Lakeside changed unit A-0101",
    ]
    assert lines[2][5] == "fields: area"
    entry = AuditEntry.objects.get(action="auditlog.exported")
    assert (entry.actor, entry.changes) == (log.auditor, {"rows": 2})


@pytest.mark.parametrize("role", ["owner", "clerk", "engineer", "supervisor"])
def test_others_neither_read_nor_export(log, role):
    for path in (LOG, f"{LOG}export/"):
        assert signed_in(log, role).get(path).status_code in (302, 403)
    assert not AuditEntry.objects.filter(action="auditlog.exported").exists()


def test_nobody_adds_changes_or_deletes(log):
    client, entry = signed_in(log, "admin"), AuditEntry.objects.first()
    for path in ("add/", f"{entry.pk}/change/", f"{entry.pk}/delete/"):
        assert client.post(f"{LOG}{path}", {"action": "x", "post": "yes"}).status_code == 403
    assert AuditEntry.objects.count() == 4


def test_nothing_of_a_stranger_is_shown_or_exported(log, stranger):
    theirs = in_scope_of(stranger.organisation.pk, lambda: record(
        action="unit.changed", subject=stranger.unit, actor=stranger.clerk, now=NOON, label="FOREIGN"
    ))  # fmt: skip
    client = signed_in(log, "admin")
    for path in ("", "export/", f"?who={stranger.clerk.pk}", f"{theirs.pk}/change/"):
        assert b"FOREIGN" not in client.get(f"{LOG}{path}").content
        assert b"Jinghu" not in client.get(f"{LOG}{path}").content


def test_the_list_asks_as_often_for_thirty_entries_as_for_one(house, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = signed_in(house, "admin")
    record(action="unit.changed", subject=house.unit, actor=house.clerk, now=NOON)
    client.get(LOG)
    with CaptureQueriesContext(connection) as few:
        client.get(LOG)
    for _number in range(30):
        record(action="unit.changed", subject=house.unit, actor=house.clerk, now=NOON)
    with CaptureQueriesContext(connection) as many:
        client.get(LOG)
    assert len(many) == len(few) <= 11
