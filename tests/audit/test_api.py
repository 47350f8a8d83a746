"""The audit log by the API: for administrators and auditors."""

import pytest

from audit.models import AuditEntry
from audit.services import record
from tests.factories.api import program
from tests.factories.house import NOON, in_scope_of


@pytest.mark.parametrize("role", ["owner", "clerk", "engineer", "supervisor", "manager", "committee", "builder"])
def test_others_do_not_read_the_log(house, role):
    assert program(house, role).read("audit/").status_code == 403


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
    assert len(client.read("audit/").json()["results"]) == AuditEntry.objects.count()
