"""The houses every test may ask for. Each has a stranger: a member of another organisation."""

import gc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

FIRST = ("test_story.py",)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None, django_db_blocker: Any) -> None:
    """Each worker's database is a copy of one that was migrated before."""
    from django.db import connections

    from tests.template import migrated_template

    with django_db_blocker.unblock():
        name = migrated_template()
    for alias in connections:
        connections[alias].settings_dict["TEST"]["TEMPLATE"] = name


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """Tests that commit are cleaned up with TRUNCATE, which the audit log refuses: a test of that turns it on again.

    Nothing here has to outlive a power cut, so no commit waits for the disk. Tables are so small that planning costs
    more than running: joins are taken as they are written.
    """
    from django.db import connection, connections

    with django_db_blocker.unblock(), connection.cursor() as cursor:
        for table in ("entry", "seal", "chain", "head"):
            cursor.execute(f"ALTER TABLE audit_audit{table} DISABLE TRIGGER audit_no_truncate")
        for setting in ("synchronous_commit = off", "jit = off", "join_collapse_limit = 1", "from_collapse_limit = 1"):
            cursor.execute(f'ALTER DATABASE "{connection.settings_dict["NAME"]}" SET {setting}')
    connections.close_all()  # the next ones begin with that


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--run-chaos", action="store_true", help="run the long tests of tests/chaos (make chaos)")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """The long runs are asked for by name."""
    is_long = collection_path.name == "chaos" and collection_path.parent == Path(__file__).parent
    return True if is_long and not config.getoption("--run-chaos") else None


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What builds a whole life for its module comes first: in the middle, two workers would share it and both build it."""
    items.sort(key=lambda item: item.path.name not in FIRST)


@pytest.fixture
def house(db: None) -> Iterator[Any]:
    """Lakeside, with its scope open: ORM calls of the test see this organisation only."""
    from tenancy.context import scope
    from tests.factories.house import build_house

    built = build_house("lakeside")
    with scope(built.organisation.pk):
        yield built


@pytest.fixture
def stranger(house: Any) -> Any:
    """Another organisation with people, units and the same codes. Its rows are built in its own scope."""
    from tests.factories.house import build_house, in_scope_of

    return in_scope_of(None, lambda: build_house("jinghu"))


@pytest.fixture(scope="session", autouse=True)
def _quick_hashes() -> None:
    """Argon2 as always, but at a price that hundreds of tests can pay."""
    from django.contrib.auth.hashers import Argon2PasswordHasher

    Argon2PasswordHasher.time_cost = Argon2PasswordHasher.parallelism = 1
    Argon2PasswordHasher.memory_cost = 64


@pytest.fixture(scope="session", autouse=True)
def _no_sweeping_of_what_stays() -> Iterator[None]:
    """The modules, models and templates of a worker stay to the end: nothing is gained by looking through them again."""
    kept = gc.get_threshold()
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)
    yield
    gc.set_threshold(*kept)
    gc.unfreeze()


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    from django.utils import translation

    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def _private_storage(settings, tmp_path) -> None:
    settings.STORAGE_ROOT = settings.PRIVATE_STORAGE_ROOT = tmp_path
    settings.AUDIT_HEADS_ROOT = tmp_path / "audit-heads"
    settings.STORAGES = {
        **settings.STORAGES,
        "private": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}},
    }


@pytest.fixture(autouse=True)
def _nobody_has_tried() -> None:
    """Each test begins with no tries counted."""
    from tenancy.limits.taking import memory

    memory.clear()


@pytest.fixture(scope="session")
def _no_limits(tmp_path_factory: pytest.TempPathFactory) -> str:
    """One file for all tests: a table is read once for each name of a file."""
    from tenancy.limits.table import limits_table

    path = tmp_path_factory.mktemp("limits") / "none.yaml"
    path.write_text("".join(f"{action}: []\n" for action in limits_table()))
    return str(path)


@pytest.fixture
def unlimited(settings, _no_limits: str) -> None:
    """For a test that asks as fast as nobody does: no action has a limit."""
    settings.LIMITS_FILE = _no_limits
