"""The audit log by the API: for those whom the policy lets read it (audit.read)."""

import pytest

from audit.models import AuditEntry
from audit.services import record
from tests.factories.api import program
from tests.factories.house import NOON, in_scope_of


@pytest.mark.parametrize("role", ["owner", "clerk", "engineer", "supervisor", "committee", "builder"])
def test_others_do_not_read_the_log(house, role):
    assert program(house, role).read("audit/").status_code == 403


@pytest.mark.parametrize("role", ["manager", "quality", "admin", "auditor"])
def test_whom_the_policy_names_reads_the_log(house, role):
    record(action="estate.changed", subject=house.estate, actor=house.admin, now=NOON)
    answer = program(house, role).read("audit/")
    assert answer.status_code == 200
    assert "estate.changed" in [row["action"] for row in answer.json()["results"]]


def test_the_log_is_narrowed_and_holds_this_organisation_only(house, stranger):
    record(action="estate.changed", subject=house.estate, actor=house.admin, now=NOON, changes={"fields": ["name"]})
    record(action="estate.swept", subject=house.estate, actor=None, now=NOON)
    in_scope_of(
        stranger.organisation.pk,
        lambda: record(action="estate.changed", subject=stranger.estate, actor=stranger.admin, now=NOON),
    )
    client = program(house, "auditor")
    rows = client.read("audit/", {"action": "estate.changed"}).json()["results"]
    assert [(row["actor"], row["subject_id"], row["changes"]) for row in rows] == [
        (house.admin.name, str(house.estate.pk), {"fields": ["name"]})
    ]
    system = client.read("audit/", {"action": "estate.swept"}).json()["results"]
    assert [(row["actor"], row["actor_id"]) for row in system] == [("", None)]
    there = {str(pk) for pk in AuditEntry.objects.values_list("pk", flat=True)}
    # An auditor's reading is itself an entry, written after the answer was made.
    assert {row["id"] for row in client.read("audit/").json()["results"]} == there
