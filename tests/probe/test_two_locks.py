"""Either lock alone keeps another organisation's rows: the ORM's filter without the policies, the policies without it."""

from collections.abc import Iterator

import pytest
from django.db import connection, models

from tenancy.checks import organisation_models
from tenancy.models import OrganisationManager
from tests.probe.asking import ask, asked, forbidden_marks, leaks
from tests.probe.routes import cases
from tests.probe.searching import questions

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_free_of_limits")]


@pytest.fixture
def policies_alone(world, monkeypatch) -> Iterator[None]:
    """The ORM no longer filters by organisation, and the requests come as the application's own role."""
    monkeypatch.setattr(OrganisationManager, "get_queryset", models.Manager.get_queryset)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE propcomm_app")
    yield
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")


@pytest.fixture
def filter_alone(world) -> Iterator[None]:
    """The policies are off."""
    _switch("DISABLE")
    yield
    _switch("ENABLE")


def _switch(word: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        for model in organisation_models():
            cursor.execute(f"ALTER TABLE {model._meta.db_table} {word} ROW LEVEL SECURITY")


def _rows_seen(world) -> set[int]:
    """The organisations whose complaints a bare statement sees with Lakeside set."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL app.organisation_id = '{world.house.organisation.pk}'")
        cursor.execute("SELECT DISTINCT organisation_id FROM complaints_complaint")
        seen = {row for (row,) in cursor.fetchall()}
        cursor.execute("SET LOCAL app.organisation_id = ''")
    return seen


def test_the_policies_alone_keep_everything(world, policies_alone):
    assert _rows_seen(world) == {world.house.organisation.pk}
    assert foreign_part(world) == []


def test_the_filter_alone_keeps_everything(world, filter_alone):
    assert _rows_seen(world) == {world.house.organisation.pk, world.foreign.organisation.pk}
    assert foreign_part(world) == []


def foreign_part(world) -> list[str]:
    """Every address with the other organisation's object, every list and search: what is wrong with the answers."""
    wrong = []
    for name in ("admin",):  # who sees most of this organisation, and so would see most of another
        visitor = world.visitors[name]
        for case in cases():
            methods = case.told
            wrong += asked(world, case, visitor, "foreign" if case.kind else "own", methods)
        kinds = forbidden_marks(world, None, visitor)
        for path in questions(world):
            wrong += [
                f"GET {path} as {name} shows {hit}"
                for hit in leaks(world, ask(visitor, "GET", path), kinds, path, visitor)
            ]
    return wrong
