"""docs/security.md names every requirement of ASVS 5.0, levels 1 and 2, once, and its sums are right."""

import re
from collections import Counter
from pathlib import Path

DOC = (Path(__file__).resolve().parent.parent / "docs" / "security.md").read_text(encoding="utf-8")
TABLES = DOC.split("## OWASP ASVS 5.0", 1)[1]
ROWS = re.findall(r"^\| (\d+\.\d+\.\d+) \| ([12]) \| .+ \| (\w+) \|$", TABLES, re.MULTILINE)
ABSENT = re.findall(r"(\d+\.\d+\.\d+) \(L([12])\)", TABLES)
IN_ALL = {"1": 70, "2": 183}  # of ASVS 5.0.0


def test_every_requirement_is_there_once():
    named = [number for number, *_rest in (*ROWS, *ABSENT)]
    assert len(named) == len(set(named))
    assert Counter(level for _number, level, *_rest in (*ROWS, *ABSENT)) == IN_ALL


def test_the_sums_are_those_of_the_tables():
    assert {state for _number, _level, state in ROWS} <= {"yes", "operator", "part", "no"}
    for level in "12":
        states = Counter(state for _number, each, state in ROWS if each == level)
        held = states["yes"] + states["operator"]
        (said,) = re.findall(rf"Level {level}: (\d+) of (\d+)", TABLES)
        assert said == (str(held), str(states.total()))
        assert held / states.total() >= (1 if level == "1" else 0.95)


def test_what_falls_short_is_named():
    short = {number for number, _level, state in ROWS if state in ("part", "no")}
    told = TABLES.split("###", 1)[0]
    assert short == set(re.findall(r"^\| (\d+\.\d+\.\d+) \|", told, re.MULTILINE))


def test_every_setting_and_page_it_names_exists():
    root = Path(__file__).resolve().parent.parent
    settings = (root / ".env.example").read_text(encoding="utf-8")
    named = set(re.findall(r"`((?:PROPCOMM|LOG|SECRET|STORAGE)_[A-Z_]+)`", DOC))
    assert named
    assert [name for name in named if f"{name}=" not in settings] == []
    for path in re.findall(r"(?:propcomm|tenancy)/data/\w+\.yaml", DOC):
        assert (root / path).exists() or path == "tenancy/data/policy.yaml", path
