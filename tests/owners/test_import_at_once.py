"""Two workers on one import act once; progress is seen from outside; ten thousand rows go in one go."""

import random
import threading
import time

import pytest
from django.db import connections
from django.utils import timezone

from owners import tasks
from owners.models import Estate, Ownership, RegistryImport, Unit
from owners.services import imports
from tenancy.context import scope
from tests.factories.house import build_house
from tests.owners.making import lakeside, workbook

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "system"])


@pytest.fixture
def committed(transactional_db, monkeypatch):
    """A house that other connections see; nothing is sent to a broker."""
    monkeypatch.setattr(tasks, "enqueue", lambda *arguments: None)
    return build_house("lakeside")


def uploaded(house, content):
    with scope(house.organisation.pk):
        return imports.upload_registry(
            actor=house.admin,
            now=timezone.now(),
            file_name="r.xlsx",
            content=content,
            wish=imports.Wish(estate_code="TST"),
        )


def start(house, row):
    with scope(house.organisation.pk):
        imports.start_import(import_id=row.pk, actor=house.admin, now=timezone.now())


def at_once(*calls):
    results, gate = [], threading.Barrier(len(calls))

    def run(call):
        gate.wait()
        try:
            results.append(call())
        except Exception as error:
            results.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results


def test_two_workers_on_one_import_do_it_once(committed):
    row, organisation = uploaded(committed, workbook(lakeside())), committed.organisation.pk

    def work():
        return tasks.work_on_import(organisation, str(row.pk))

    assert sorted(at_once(work, work, work)) == ["ready", "skipped", "skipped"]
    start(committed, row)
    assert sorted(at_once(work, work, work)) == ["done", "skipped", "skipped"]
    with scope(organisation):
        assert Unit.objects.filter(estate__code="TST").count() == 3
        assert Ownership.objects.filter(unit__estate__code="TST").count() == 4


def test_two_clicks_start_one_import(committed):
    row = uploaded(committed, workbook(lakeside()))
    tasks.work_on_import(committed.organisation.pk, str(row.pk))
    results = at_once(lambda: start(committed, row), lambda: start(committed, row))
    assert sorted(type(result).__name__ for result in results) == ["IllegalMove", "NoneType"]


def test_the_sweep_finds_it_when_the_broker_is_down(committed):
    row = uploaded(committed, workbook(lakeside()))
    assert tasks.run_waiting_imports() == 1
    with scope(committed.organisation.pk):
        assert RegistryImport.objects.get(pk=row.pk).state == "ready"
    assert tasks.run_waiting_imports() == 0


def large(units):
    """A registry of so many units, with an owner each and an occupant in every fourth."""
    sheets, dice = lakeside(), random.Random(7)
    for name in ("Units", "Owners", "Occupants"):
        del sheets[name][1:]
    for number in range(units):
        code = f"A-{number:05}"
        sheets["Units"].append(
            ["A", number % 18, f"{number:05}", code, "flat", round(dice.uniform(40, 160), 2), "let", None]
        )
        sheets["Owners"].append(
            [code, f"P{number}", f"Owner {number}", "person", "1/1", "yes", None, f"+44 20 7946 {number % 10000:04}",
             f"owner{number}@example.com", "en", None]
        )  # fmt: skip
        if number % 4 == 0:
            sheets["Occupants"].append(
                [code, f"Lessee {number}", "lessee", None, None, None, f"lessee{number}@example.com", "en"]
            )
    return workbook(sheets)


def test_ten_thousand_rows_are_imported_while_others_see_the_progress(committed, capsys):
    content = large(4_500)  # 4,500 units + 4,500 owners + 1,125 occupants
    row, organisation = uploaded(committed, content), committed.organisation.pk
    began = time.monotonic()
    assert tasks.work_on_import(organisation, str(row.pk)) == "ready"
    checked = time.monotonic()
    start(committed, row)
    seen, stop = [], threading.Event()

    def watch():
        while not stop.wait(0.05):
            with scope(organisation):
                current = RegistryImport.objects.get(pk=row.pk)
                seen.append((imports.progress(current)[0], Estate.objects.filter(code="TST").exists()))
        connections.close_all()

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        assert tasks.work_on_import(organisation, str(row.pk)) == "done"
    finally:
        stop.set()
        watcher.join(10)
    done = time.monotonic()
    with capsys.disabled():
        print(f"\n10,126 rows: checked in {checked - began:.1f} s, imported in {done - checked:.1f} s")
    assert len({figure for figure, _there in seen}) > 3
    assert any(figure > 0 and not there for figure, there in seen)  # progress is seen, the estate is not
    with scope(organisation):
        assert Unit.objects.filter(estate__code="TST").count() == 4_500
