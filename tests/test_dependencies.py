"""docs/dependencies.md says of each direct dependency why it is here; the locks name no addresses."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def names(requirements):
    return sorted(re.match(r"[\w.-]+", requirement)[0].lower() for requirement in requirements)


def documented(section):
    text = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    part = text.split(f"## {section}\n")[1].split("\n## ")[0]
    cells = re.findall(r"^\| ([^|]+) \|", part, re.MULTILINE)
    listed = [re.match(r"[\w.-]+", name)[0].lower() for cell in cells for name in cell.split(", ")]
    return sorted(name for name in listed if name != "package" and not name.startswith("-"))


def test_what_runs_is_explained():
    assert documented("What runs") == names(PROJECT["dependencies"])


def test_extras_are_explained():
    extras = PROJECT["optional-dependencies"]
    assert documented("Extras") == names(entry for name in extras if name != "dev" for entry in extras[name])


def test_what_develops_and_tests_is_explained():
    assert documented("What develops and tests") == names(PROJECT["optional-dependencies"]["dev"])


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_the_locks_have_hashes_and_no_addresses(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    assert not re.search(r"https?://|file:|--index-url|--find-links", text)
    pinned = re.findall(r"^[\w.-]+(?:\[[\w,-]+\])?==", text, re.MULTILINE)
    assert pinned
    assert len(re.findall(r"^[\w.-]+.*\\\n    --hash=sha256:", text, re.MULTILINE)) == len(pinned)


def test_the_lock_of_what_runs_is_part_of_the_lock_of_what_tests():
    pins = [
        set(re.findall(r"^([\w.-]+==[\w.]+)", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE))
        for name in ("requirements.txt", "requirements-dev.txt")
    ]
    assert pins[0] <= pins[1]
