"""Fails when a catalogue is incomplete, or its compiled file or its strings are behind the source.

Strings are collected with GNU gettext where it is installed; without it that one question is left out, and said.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SKIPPED = {".venv", "var", ".git", "tests", "bench", "node_modules"}
ENTRY = re.compile(r"\n\s*\n")
QUOTED = re.compile(r'^"(.*)"$')


def parse(path: Path) -> list[dict[str, object]]:
    """The entries of a .po file: flags, msgctxt, msgid, msgid_plural, msgstr by index."""
    entries = []
    for block in ENTRY.split(path.read_text(encoding="utf-8")):
        entry: dict[str, object] = {"flags": "", "strings": {}}
        strings: dict[str, str] = {}
        key = ""
        for line in block.splitlines():
            if line.startswith("#~"):
                continue
            if line.startswith("#,"):
                entry["flags"] = line
            elif found := re.match(r'(msgctxt|msgid_plural|msgid|msgstr(?:\[\d\])?)\s+(".*")', line):
                key = found[1]
                strings[key] = found[2][1:-1]
            elif key and (more := QUOTED.match(line.strip())):
                strings[key] += more[1]
        if "msgid" in strings:
            entry["strings"] = strings
            entries.append(entry)
    return entries


def problems_of(path: Path) -> list[str]:
    problems = []
    for entry in parse(path):
        strings = entry["strings"]
        assert isinstance(strings, dict)
        if not strings["msgid"]:
            continue
        translations = [text for key, text in strings.items() if key.startswith("msgstr")]
        if "fuzzy" in str(entry["flags"]):
            problems.append(f"fuzzy: {strings['msgid']}")
        elif not translations or not all(translations):
            problems.append(f"untranslated: {strings['msgid']}")
        else:
            source = strings["msgid"] + strings.get("msgid_plural", "")
            wanted = set(re.findall(r"%\(\w+\)\w|\{\w+\}", source))
            for text in translations:
                if extra := set(re.findall(r"%\(\w+\)\w|\{\w+\}", text)) - wanted:
                    problems.append(f"unknown placeholder {', '.join(sorted(extra))}: {strings['msgid']}")
    return problems


def problems_of_compiled(path: Path) -> list[str]:
    """Whether the .mo file is missing or says something else than the .po file does, and what gettext minds."""
    compiled = path.with_suffix(".mo")
    behind = [f"{compiled.name} is behind {path.name}: run `make translations`"]
    if not shutil.which("msgfmt"):
        return [] if compiled.exists() else behind
    with tempfile.TemporaryDirectory() as folder:
        fresh = Path(folder) / "fresh.mo"
        made = subprocess.run(
            ["msgfmt", "--check-format", "-o", fresh, path], capture_output=True, text=True, check=False
        )
        if made.returncode:
            return made.stderr.strip().splitlines()[:20]
        return [] if compiled.exists() and unpacked(fresh) == unpacked(compiled) else behind


def unpacked(path: Path) -> str:
    """The strings of a .mo file, whatever the version of gettext that packed it."""
    return subprocess.run(["msgunfmt", path], check=True, capture_output=True, text=True).stdout


def missing_from(catalogue: Path, language: str) -> list[str]:
    """Strings in source and templates which the catalogue does not know."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "source"
        shutil.copytree(ROOT, copy, ignore=lambda _, names: SKIPPED & set(names), symlinks=True)
        environment = {**os.environ, "PYTHONPATH": str(copy)}
        done = subprocess.run(
            [sys.executable, "-m", "django", "makemessages", "-l", language, "--no-obsolete", "--no-location", "-v0"],
            cwd=copy, env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            return [f"makemessages failed: {done.stderr.strip()[-500:]}"]
        known = {identity(entry) for entry in parse(catalogue)}
        fresh = parse(copy / catalogue.relative_to(ROOT))
        return [f"not in the catalogue: {identity(entry)[1]}" for entry in fresh if identity(entry) not in known]


def identity(entry: dict[str, object]) -> tuple[str, str]:
    strings = entry["strings"]
    assert isinstance(strings, dict)
    return strings.get("msgctxt", ""), strings["msgid"]


def main() -> int:
    catalogues = sorted(ROOT.glob("locale/*/LC_MESSAGES/*.po"))
    count = 0
    if not catalogues:
        print("There are no catalogues in locale/.")
        return 1
    for catalogue in catalogues:
        found = problems_of(catalogue)
        found += problems_of_compiled(catalogue)
        if shutil.which("xgettext") and catalogue.stem == "django":
            found += missing_from(catalogue, catalogue.parent.parent.name)
        for problem in found:
            print(f"{catalogue.relative_to(ROOT)}: {problem}")
        count += len(found)
    if not shutil.which("xgettext"):
        print("gettext is not installed: strings missing from the catalogues were not looked for.")
    return 1 if count else 0


if __name__ == "__main__":
    sys.exit(main())
