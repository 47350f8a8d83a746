"""The walls of an organisation hold by themselves: in the ORM, and in the database without the ORM."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import IntegrityError, ProgrammingError, connection, connections, transaction

from audit.models import AuditEntry
from audit.services import record
from complaints.models import Complaint
from owners.models import Estate, Unit
from tenancy import context
from tenancy.checks import database_wall_errors, organisation_models
from tenancy.context import scope
from tenancy.errors import NoOrganisation
from tenancy.models import Membership
from tests.factories.house import NOON, build_house, in_scope_of

ROOT = Path(__file__).resolve().parents[2]
TABLES = """
SELECT c.relname, c.relrowsecurity, c.relforcerowsecurity,
       (SELECT array_agg(pg_get_expr(polqual, polrelid)) FROM pg_policy WHERE polrelid = c.oid),
       (SELECT array_agg(pg_get_expr(polwithcheck, polrelid)) FROM pg_policy WHERE polrelid = c.oid),
       (SELECT array_agg(ARRAY[polcmd::text, polpermissive::text, polroles::text]) FROM pg_policy
         WHERE polrelid = c.oid),
       (SELECT array_agg(a.attname ORDER BY array_position(k.conkey, a.attnum)) FROM pg_constraint k
          JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = ANY (k.conkey)
         WHERE k.conrelid = c.oid AND k.contype = 'p')
FROM pg_class c WHERE c.relname = ANY (%s) AND c.relnamespace = 'public'::regnamespace
"""


@pytest.fixture
def as_application(house):
    """The rest of the test speaks to the database as the application's own role."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE propcomm_app")
    yield house
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")


def test_every_table_of_an_organisation_has_forced_policies_and_the_composite_key(db):
    tables = [model._meta.db_table for model in organisation_models()]
    with connection.cursor() as cursor:
        cursor.execute(TABLES, [tables])
        rows = cursor.fetchall()
    assert len(rows) == len(tables) > 20
    for name, enabled, forced, using, check, kind, key in rows:
        assert (name, enabled, forced) == (name, True, True)
        assert key == ["organisation_id", "id"], name
        assert len(using) == len(check) == 1, name
        assert "app.organisation_id" in using[0], name
        assert using == check, name
        assert kind == [["*", "true", "{0}"]], f"{name}: for every command and every role"


def test_no_other_table_holds_rows_of_an_organisation(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT table_name FROM information_schema.columns WHERE column_name = 'organisation_id'")
        found = {name for (name,) in cursor.fetchall()}
    assert found == {model._meta.db_table for model in organisation_models()}


def test_every_reference_between_them_carries_the_organisation(db):
    tables = [model._meta.db_table for model in organisation_models()]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname, conrelid::regclass::text, cardinality(conkey) FROM pg_constraint WHERE contype = 'f'"
            " AND conrelid = ANY (%s::regclass[]) AND confrelid = ANY (%s::regclass[])",
            [tables, tables],
        )
        rows = cursor.fetchall()
    assert len(rows) > 40
    assert [row for row in rows if row[2] != 2] == []


def test_a_query_outside_a_scope_is_an_error_not_an_empty_list(db):
    with pytest.raises(NoOrganisation):
        list(Estate.objects.all())


def test_the_orm_shows_only_the_organisation_in_force(house, stranger):
    assert list(Estate.objects.all()) == [house.estate]
    assert in_scope_of(stranger.organisation.pk, lambda: list(Estate.objects.all())) == [stranger.estate]


def test_the_policies_alone_hide_what_the_orm_does_not_filter(as_application, house):
    other = in_scope_of(None, lambda: _built_as_owner("jinghu"))
    seen = set(Membership.across.values_list("organisation_id", flat=True))
    assert seen == {house.organisation.pk}
    assert not Unit.across.filter(pk=other.unit.pk).exists()


def _built_as_owner(slug):
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
        built = build_house(slug)
        cursor.execute("SET LOCAL ROLE propcomm_app")
    return built


def test_the_policies_alone_refuse_to_write_into_another_organisation(house, stranger):
    with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
        Estate.across.create(
            organisation=stranger.organisation, code="EVL", name="Evil", calendar_id=stranger.calendar.pk
        )


def test_a_row_cannot_refer_to_another_organisations_row(house, stranger):
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    with pytest.raises(IntegrityError), transaction.atomic():
        Unit.objects.filter(pk=house.unit.pk).update(building_id=stranger.building.pk)


def test_no_organisation_set_gives_no_rows(as_application):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL app.organisation_id = ''")
        for model in organisation_models():
            cursor.execute(f"SELECT count(*) FROM {model._meta.db_table}")
            assert cursor.fetchone() == (0,), model


def test_a_scope_refuses_another_inside(house, stranger):
    with pytest.raises(RuntimeError), scope(stranger.organisation.pk):
        pass


def test_an_error_in_a_scope_leaves_nothing_behind(house):
    def rename_and_fail():
        with scope(house.organisation.pk):
            Estate.objects.filter(pk=house.estate.pk).update(name="Changed")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        rename_and_fail()
    assert Estate.objects.get(pk=house.estate.pk).name == "Lakeside Court"
    assert context.current_organisation_id() == house.organisation.pk


@pytest.mark.django_db(transaction=True)
def test_nothing_is_left_set_on_the_connection_after_a_scope():
    built = build_house("lakeside")
    with scope(built.organisation.pk):
        assert Estate.objects.count() == 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('app.organisation_id', true)")
        assert cursor.fetchone()[0] in (None, "")


def test_the_audit_log_takes_no_change_back(as_application, house):
    entry = record(action="test", subject=house.estate, actor=house.clerk, now=NOON)
    for change in (
        "UPDATE audit_auditentry SET action = 'x'",
        "DELETE FROM audit_auditentry",
        "TRUNCATE audit_auditentry",
    ):
        with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(change)
    assert AuditEntry.objects.get(pk=entry.pk).action == "test"


def test_not_even_the_owner_changes_the_audit_log(house):
    record(action="test", subject=house.estate, actor=house.clerk, now=NOON)
    with pytest.raises(ProgrammingError, match="append-only"), transaction.atomic():
        AuditEntry.objects.update(action="x")


def test_a_table_whose_policy_is_gone_or_not_forced_is_named(house):
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE owners_unit NO FORCE ROW LEVEL SECURITY")
        cursor.execute("DROP POLICY owners_person_organisation ON owners_person")
    assert [error.msg for error in database_wall_errors("default")] == [
        "owners_person has no forced row-level security",
        "owners_unit has no forced row-level security",
    ]


def test_a_role_that_owns_the_tables_is_refused(settings, db):
    settings.TESTING = False
    assert [error.id for error in database_wall_errors("default")] == ["tenancy.E008"]


@pytest.mark.parametrize(
    ("role", "sentence"),
    [
        ("DATABASE_SYSTEM_URL", "role bypasses row-level security. DATABASE_URL must name a role that is neither"),
        ("DATABASE_OWNER_URL", "role owns its tables and could switch the policies off. Run migrations as"),
    ],
)
def test_a_web_server_with_such_a_role_does_not_start(role, sentence, db):
    name = connection.settings_dict["NAME"]  # where the tables are
    environment = {**os.environ, "DATABASE_URL": f"{os.environ[role].rpartition('/')[0]}/{name}", "PROPCOMM_HTTPS": "0"}
    done = subprocess.run(
        [sys.executable, "-c", "import propcomm.wsgi"], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 1
    assert "PropComm does not start:" in done.stderr
    assert sentence in done.stderr


@pytest.mark.django_db(databases=["default", "system"])
def test_a_role_that_bypasses_the_policies_is_refused():
    assert database_wall_errors("default") == []
    assert [error.id for error in database_wall_errors("system")] == ["tenancy.E006"]


def test_the_application_owns_nothing_and_may_not_change_the_schema(as_application):
    with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE complaints_complaint DISABLE ROW LEVEL SECURITY")
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper OR rolbypassrls OR rolcreatedb FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == (False,)


def test_tests_run_under_a_role_that_the_policies_bind(db):
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == (False,)


def test_grouping_by_a_model_names_both_parts_of_its_key(house):
    from django.db.models import Count

    assert list(Estate.objects.annotate(n=Count("buildings")).values_list("n", flat=True)) == [1]
    assert Complaint.objects.count() == 0
