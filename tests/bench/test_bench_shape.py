"""What `make bench` writes, on a few rows and for an instant: the shape of its figures, never their size."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
KEYS = {"value", "floor", "unit", "ratio", "rows", "clients", "p95_ms", "floor_p95_ms", "queries"}
PAGES = {"triage_list", "case_page", "search", "filing", "unit_timeline", "statement_review"}


@pytest.fixture(scope="module")
def figures(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, object]]:
    results = tmp_path_factory.mktemp("bench") / "latest.json"
    given = {
        "BENCH_ROWS": "800",
        "BENCH_SECONDS": "0.4",
        "BENCH_RESULTS": str(results),
        "BENCH_DATABASE": f"propcomm_bench_test_{os.getpid()}",
        "BENCH_KEEP": "0",
        "DJANGO_SETTINGS_MODULE": "propcomm.settings",
    }
    done = subprocess.run(
        [sys.executable, "bench/run.py"],
        cwd=ROOT,
        env={**os.environ, **given},
        capture_output=True,
        text=True,
        timeout=900,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    content = json.loads(results.read_text(encoding="utf-8"))
    assert set(content) == {"at", "commit", "figures"}
    return content["figures"]


def test_every_figure_has_the_agreed_keys(figures):
    assert set(figures) == {*PAGES, "sweep", "month_pdf", "registry_import", "notice_drain", "notice_enqueue"}
    for name, figure in figures.items():
        assert set(figure) >= KEYS, name
        assert figure["value"] > 0, name
        assert figure["floor"] > 0, name


def test_pages_are_measured_at_eight_clients_and_keep_to_twelve_statements(figures):
    for name in PAGES:
        assert figures[name]["unit"] == "req/s"
        assert figures[name]["clients"] == 8
        assert figures[name]["p95_ms"] > 0
    assert figures["triage_list"]["queries"] <= 12
    assert figures["search"]["queries"] <= 12


def test_work_is_measured_in_its_own_units(figures):
    units = {name: figure["unit"] for name, figure in figures.items() if name not in PAGES}
    assert units == {
        "sweep": "rows/s",
        "month_pdf": "s",
        "registry_import": "rows/s",
        "notice_drain": "messages/s",
        "notice_enqueue": "rows/s",
    }
