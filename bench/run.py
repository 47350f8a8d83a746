"""`make bench`: figures of the product beside their floors, in one run, to bench/results/latest.json.

ONLY=NAME takes one figure and leaves the others of the file as they are; BENCH_ROWS= says how many complaints there
are; BENCH_SECONDS= how long each side of a figure is measured; BENCH_RESULTS= another file to write; BENCH_DATABASE=
another database; BENCH_KEEP=0 leaves no database behind.
"""

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench import place
from bench.figures import Figure, NotThereYet, Pace

PAGES = ("triage_list", "case_page", "search", "filing", "unit_timeline", "statement_review")
WORK = ("sweep", "month_pdf", "registry_import", "notice_drain", "notice_enqueue")
NAMES = (*PAGES, *WORK)
LATER: tuple[str, ...] = ()
RESULTS = Path(__file__).parent / "results" / "latest.json"


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default=os.environ.get("ONLY", ""), metavar="NAME", choices=["", *NAMES, *LATER])
    only = parser.parse_args(arguments).only
    rows = int(os.environ.get("BENCH_ROWS", "100000"))
    seconds = float(os.environ.get("BENCH_SECONDS", "10"))
    database = os.environ.get("BENCH_DATABASE", place.DATABASE)
    results = Path(os.environ.get("BENCH_RESULTS", str(RESULTS)))
    wanted = [name for name in NAMES if only in ("", name)]
    if not wanted:
        print(f"{only}: not there yet")
        return 0
    is_embedded = place.settle(database)
    keep = os.environ.get("BENCH_KEEP", "1") != "0"
    try:
        with place.broker(database):
            figures = measure(wanted, database, rows, Pace(min(6.0, seconds * 0.6), seconds), keep=keep)
    finally:
        if not keep:
            _close_connections()
            place.drop(database)
    write(results, figures, keep_others=bool(only))
    print(table(figures), flush=True)
    if is_embedded:  # from a process that does not use it any more
        os.execv(sys.executable, [sys.executable, "-m", "embedded.stop", "--quiet"])
    return 0


def measure(wanted: list[str], database: str, rows: int, pace: Pace, *, keep: bool = True) -> dict[str, Figure]:
    """The wanted figures that can be taken; what cannot is named in a line."""
    import django

    django.setup()
    from bench import loading, work

    loading.ensure(rows, database, keep=keep)
    figures: dict[str, Figure] = {}
    with ExitStack() as stack:
        pages = _serve(stack, pace, rows) if set(wanted) & set(PAGES) else None
        for name in wanted:
            take: Callable[[], Figure] = getattr(pages, name) if name in PAGES else getattr(work.Work(rows), name)
            try:
                figures[name] = take()
                print(line(name, figures[name].as_json()), flush=True)
            except (NotThereYet, ModuleNotFoundError) as missing:
                print(f"{name}: skipped, {missing} is not there yet", flush=True)
    return figures


def _close_connections() -> None:
    from django.db import connections

    connections.close_all()


def _serve(stack: ExitStack, pace: Pace, rows: int) -> Any:
    from bench.pages import Pages
    from bench.servers import served

    place.manage("collectstatic", "--noinput", "--verbosity", "0")
    product = stack.enter_context(served("propcomm.wsgi:application", {}))
    floor = stack.enter_context(
        served("bench.floor.wsgi:application", {"DJANGO_SETTINGS_MODULE": "bench.floor.settings"})
    )
    return Pages(product, floor, pace, rows)


def write(path: Path, figures: dict[str, Figure], *, keep_others: bool) -> None:
    known: dict[str, Any] = {}
    if keep_others and path.exists():
        known = json.loads(path.read_text(encoding="utf-8")).get("figures", {})
    taken = {name: figure.as_json() for name, figure in figures.items()}
    content = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "commit": _commit(),
        "figures": {**known, **taken},
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _commit() -> str:
    asked = subprocess.run(["git", "rev-parse", "HEAD"], cwd=place.ROOT, capture_output=True, text=True, check=False)
    return asked.stdout.strip() or "unknown"


COLUMNS = ("value", "floor", "unit", "ratio", "p95_ms", "floor_p95_ms", "queries")


def line(name: str, figure: dict[str, Any]) -> str:
    return f"{name:<16}" + "".join(f"{'-' if figure[key] is None else figure[key]!s:>13}" for key in COLUMNS)


def table(figures: dict[str, Figure]) -> str:
    heading = f"{'figure':<16}" + "".join(f"{key:>13}" for key in COLUMNS)
    return "\n".join(["", heading, *(line(name, figure.as_json()) for name, figure in figures.items())])


if __name__ == "__main__":
    sys.exit(main())
