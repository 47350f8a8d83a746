"""Every migration has a way back.

Going back to nothing and forward again takes minutes, so it is done by hand (docs/tenancy.md); that no step is without
a way back is asked each time.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db.migrations import Migration
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations import SeparateDatabaseAndState
from django.db.migrations.operations.base import Operation


def ours() -> list[Migration]:
    """The migrations of this house, not those of libraries."""
    rooms = {app.label for app in apps.get_app_configs() if Path(app.path).parent == settings.BASE_DIR}
    loader = MigrationLoader(None)
    return [migration for (room, _name), migration in loader.disk_migrations.items() if room in rooms]


def steps(operations: Iterable[Operation]) -> Iterator[Operation]:
    for operation in operations:
        yield operation
        if isinstance(operation, SeparateDatabaseAndState):
            yield from steps([*operation.database_operations, *operation.state_operations])


def test_no_step_of_a_migration_is_without_a_way_back():
    found = ours()
    assert {migration.app_label for migration in found} >= {"tenancy", "contacts", "complaints"}
    one_way = [
        f"{migration}: {operation.describe()}"
        for migration in found
        for operation in steps(migration.operations)
        if not operation.reversible
    ]
    assert one_way == []


def test_a_migration_says_by_its_name_what_it_does():
    assert [str(migration) for migration in ours() if "_auto_" in migration.name] == []
