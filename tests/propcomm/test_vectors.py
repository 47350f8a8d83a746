from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
import yaml
from django.core.management import CommandError, call_command

from propcomm import vectors
from propcomm.vectors import differences, same

FOLDER = Path(__file__).parent.parent / "vectors"


def command(capsys, *words):
    """The exit code and the printed lines."""
    code = 0
    try:
        call_command("vectors", *map(str, words))
    except SystemExit as error:
        code = error.code
    return code, capsys.readouterr().out.splitlines()


def written(folder, cases, kind="deadlines", name="cases.yaml"):
    path = folder / name
    path.write_text(yaml.safe_dump({"schema": 1, "kind": kind, "cases": cases}), encoding="utf-8")
    return path


def notice(name, latest, **more):
    given = {"event": "2026-05-20", "days": 7}
    return {
        "id": name,
        "op": "notice",
        "calendar": "cn-2026",
        "input": given,
        "expected": {"latest": latest},
        **more,
    }


def test_every_deadline_vector_passes(capsys):
    assert command(capsys, "deadlines", FOLDER / "deadlines.yaml") == (0, ["22 passed, 0 failed"])


def test_every_money_vector_passes(capsys):
    assert command(capsys, "money", FOLDER / "money.yaml") == (0, ["6 passed, 0 failed"])


def test_the_shipped_calendars_serve_a_file_that_has_none_beside_it(capsys, tmp_path):
    assert command(capsys, "deadlines", written(tmp_path, [notice("a", "2026-05-13")])) == (0, ["1 passed, 0 failed"])


def test_each_failing_case_has_a_line_and_the_last_line_counts(capsys, tmp_path):
    cases = [
        notice("right", "2026-05-13"),
        notice("wrong", "2026-05-14"),
        notice("broken", "2026-05-13", calendar="nowhere"),
        notice("odd", "2026-05-13", op="guess"),
        {"id": "bare"},
        "text",
    ]
    assert command(capsys, "deadlines", written(tmp_path, cases)) == (
        1,
        [
            "wrong: latest: expected 2026-05-14, got 2026-05-13",
            "broken: ValueError: There is no nowhere to refer to.",
            "odd: ValueError: unknown operation guess",
            "bare: no op; no input; no expected",
            "case 6: not a mapping",
            "1 passed, 5 failed",
        ],
    )


def test_calendars_beside_the_file_or_named_are_used(capsys, tmp_path):
    (tmp_path / "calendars.yaml").write_text("calendars: {here: {time_zone: UTC}}")
    named = tmp_path / "named.yaml"
    named.write_text("calendars: {there: {time_zone: UTC}}")
    here = written(tmp_path, [notice("a", "2026-05-13", calendar="here")])
    assert command(capsys, "deadlines", here)[0] == 0
    assert command(capsys, "deadlines", here, "--calendars", named)[0] == 1


def test_unquoted_dates_times_and_decimals_are_read_as_written(capsys, tmp_path):
    (tmp_path / "calendars.yaml").write_text(
        "calendars: {c: {time_zone: UTC, weekly: {mon: [[9:00, 12:00], [13:30, 24:00]]}, holidays: [2026-03-09]}}"
    )
    path = tmp_path / "cases.yaml"
    path.write_text(
        "kind: deadlines\ncases:\n"
        "- {id: a, op: business_time, calendar: c, input: {start: 2026-03-02T11:59:30Z, minutes: 1.5},"
        " expected: {due: 2026-03-02T13:31:00Z}}\n"
        "- {id: b, op: working_days, calendar: c, input: {from: 2026-03-02, days: 1}, expected: {last_day: 2026-03-16}}\n"
    )
    assert command(capsys, "deadlines", path) == (0, ["2 passed, 0 failed"])


@pytest.mark.parametrize(
    ("kind", "content", "message"),
    [
        ("guesses", "cases: []", "There is no kind guesses"),
        ("deadlines", None, "cannot be read"),
        ("deadlines", "cases: [", "is not readable YAML"),
        ("deadlines", "just text", "must hold a mapping"),
        ("deadlines", "kind: votes\ncases: []", "holds cases of the kind votes"),
        ("deadlines", "kind: deadlines", "no list of cases"),
    ],
)
def test_what_cannot_be_run_at_all_is_one_sentence(tmp_path, kind, content, message):
    path = tmp_path / "cases.yaml"
    if content is not None:
        path.write_text(content)
    with pytest.raises(CommandError, match=message) as caught:
        call_command("vectors", kind, str(path))
    assert "\n" not in str(caught.value)


def test_a_kind_whose_app_is_not_here_yet_says_so(tmp_path, monkeypatch):
    monkeypatch.setitem(vectors.RUNNERS, "votes", "nowhere.vectors")
    with pytest.raises(CommandError, match="Nothing here answers for the kind votes"):
        call_command("vectors", "votes", str(written(tmp_path, [], kind="votes")))


def test_a_state_machine_whose_app_is_not_here_fails_its_cases_only(monkeypatch):
    monkeypatch.setitem(vectors.RUNNERS, "states", {"lift": "nowhere.vectors"})
    case = {"id": "T1", "op": "guard", "input": {"machine": "lift"}, "expected": {}}
    other = {"id": "T2", "op": "guard", "input": {"machine": "boat"}, "expected": {}}
    outcomes = list(vectors.run("states", [case, other], vectors.Data({}, {})))
    assert [outcome.faults for outcome in outcomes] == [
        ["nothing here answers for it yet (nowhere.vectors)"],
        ["unknown machine boat"],
    ]


@pytest.mark.parametrize(
    ("expected", "actual"),
    [
        ("2/3", "4/6"),
        ("2/3", Fraction(2, 3)),
        ("9.0", 9),
        ("9.00", Decimal(9)),
        ("-12.50", "-12.5"),
        (3, "3"),
        (None, None),
        (True, True),
        ("2026-03-02T10:00:00+08:00", datetime(2026, 3, 2, 2, tzinfo=UTC)),
        ("2026-03-02T10:00:00+08:00", "2026-03-02T02:00:00Z"),
        ("2026-03-02T24:00:00+08:00", "2026-03-03T00:00:00+08:00"),
        ("2026-03-02", date(2026, 3, 2)),
        ("done", "done"),
    ],
)
def test_equal_by_value(expected, actual):
    assert same(expected, actual)


@pytest.mark.parametrize(
    ("expected", "actual"),
    [
        ("2/3", "0.66666667"),
        ("0.5", 0.5),
        (None, False),
        (None, 0),
        (0, None),
        (True, 1),
        (1, True),
        (True, "True"),
        ("1/0", 1),
        ("2026-03-02", datetime(2026, 3, 2, tzinfo=UTC)),
        ("2026-03-02T10:00:00+08:00", datetime(2026, 3, 2, 10, tzinfo=UTC)),
        ("done", "undone"),
    ],
)
def test_not_equal(expected, actual):
    assert not same(expected, actual)


def test_lists_are_equal_in_length_and_order_and_extra_fields_are_ignored():
    assert differences({"a": [1, 2]}, {"a": (1, 2), "b": 3}) == []
    assert differences({"a": [1, 2]}, {"a": [2, 1]}) == ["a[0]: expected 1, got 2", "a[1]: expected 2, got 1"]
    assert differences({"a": [1]}, {"a": [1, 2]}) == ["a: expected [1], got [1, 2]"]
    assert differences({"a": {"b": None}}, {"a": {}}) == ["a.b: missing"]
    assert differences({"a": {"b": 1}}, {"a": None}) == ["a: expected {b: 1}, got null"]
    assert differences({"a": None}, {"a": {}}) == ["a: expected null, got {}"]
    assert differences({}, {"a": 1}) == []
