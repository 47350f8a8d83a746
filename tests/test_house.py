"""The house rules a linter does not know: sizes, forbidden names, no signals, no eta."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROOMS = (
    "tenancy",
    "audit",
    "deadlines",
    "attachments",
    "owners",
    "notices",
    "contacts",
    "disclosures",
    "complaints",
    "reports",
    "privacy",
    "propcomm",
    "embedded",
)
FORBIDDEN_NAMES = {"utils", "helpers", "common", "core", "misc"}


def sources() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "*.py"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / name for name in listed.split() if name.split("/")[0] in ROOMS and "migrations" not in name]


SOURCES = [path for path in sources() if path.exists()]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_is_short_and_so_are_its_functions(path):
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 500
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            assert length <= 60, f"{node.name} has {length} lines"


def test_no_room_for_what_has_no_name():
    assert [path for path in SOURCES if FORBIDDEN_NAMES & {path.stem, *path.relative_to(ROOT).parts}] == []


@pytest.mark.parametrize("pattern", [r"\bpost_save\b", r"\bpre_save\b", r"\b(eta|countdown)=", r"print\(\"?DEBUG"])
def test_what_the_house_does_without(pattern):
    found = [str(path.relative_to(ROOT)) for path in SOURCES if re.search(pattern, path.read_text(encoding="utf-8"))]
    assert found == []


def test_services_take_the_clock_from_outside():
    readers = [
        str(path.relative_to(ROOT))
        for path in SOURCES
        if ("services" in path.parts or path.stem in {"services", "rules"} or "rules" in path.parts)
        and re.search(r"timezone\.now\(|datetime\.now\(|date\.today\(", path.read_text(encoding="utf-8"))
    ]
    assert readers == []


def test_no_template_has_inline_style_or_script():
    inline = re.compile(r"\sstyle=\"|\son[a-z]+=\"|<script(?![^>]*\ssrc=)(?![^>]*application/json)|<style")
    pages = [
        path for path in (ROOT / "templates").rglob("*.html") if "emails" not in path.parts and "pdf" not in path.parts
    ]
    assert [str(path.relative_to(ROOT)) for path in pages if inline.search(path.read_text(encoding="utf-8"))] == []
