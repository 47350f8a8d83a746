"""Messages as files: whole, once, and only for who may read them."""

import csv
import json
import stat

import pytest

from notices.channels.fates import Fate
from notices.channels.registry import conversation_for
from tests.notices.carrying import WORDS, message, provider


@pytest.fixture
def spool(settings, tmp_path):
    settings.SPOOL_ROOT = tmp_path / "spool"
    return settings.SPOOL_ROOT


def rows_of(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_an_sms_becomes_a_file_and_a_row_in_the_list(house, spool):
    provider("sms", "sms-files")
    delivery, run = message(house), conversation_for("sms", house.organisation)
    outcome = run.send(delivery, WORDS)
    run.close()
    assert (outcome.fate, outcome.reference) == (Fate.HANDED, str(delivery.pk))
    folder = spool / "lakeside" / "sms" / "2026-03-02"
    path = folder / f"{delivery.pk}.json"
    assert json.loads(path.read_text())["to"] == "+442079460123"
    assert [(row["id"], row["to"]) for row in rows_of(folder / "manifest.csv")] == [(str(delivery.pk), "+442079460123")]
    assert (stat.S_IMODE(path.stat().st_mode), stat.S_IMODE(folder.stat().st_mode)) == (0o600, 0o700)


def test_a_second_try_writes_the_same_file(house, spool):
    provider("letter", "letter-files")
    delivery = message(house, "letter")
    for _try in range(2):
        run = conversation_for("letter", house.organisation)
        assert run.send(delivery, WORDS).fate == Fate.HANDED
        run.close()
    folder = spool / "lakeside" / "letter" / "2026-03-02"
    assert sorted(path.name for path in folder.iterdir()) == [f"{delivery.pk}.json", "manifest.csv"]
    assert len(rows_of(folder / "manifest.csv")) == 1


def test_the_list_names_what_others_wrote_and_calculates_nothing(house, spool):
    provider("letter", "letter-files")
    for name in ("=1+1", "Ada"):
        run = conversation_for("letter", house.organisation)
        run.send(message(house, "letter", recipient_name=name), WORDS)
        run.close()
    rows = rows_of(spool / "lakeside" / "letter" / "2026-03-02" / "manifest.csv")
    assert sorted(row["name"] for row in rows) == ["'=1+1", "Ada"]


def test_a_folder_that_cannot_be_written_is_nobodys_fault(house, spool):
    spool.write_text("a file where the folder should be")
    provider("sms", "sms-files")
    run = conversation_for("sms", house.organisation)
    assert (run.send(message(house), WORDS).fate, run.is_down) == (Fate.UNREACHABLE, True)


def test_no_address_is_refused(house, spool):
    provider("letter", "letter-files")
    run = conversation_for("letter", house.organisation)
    assert run.send(message(house, "letter", address=" "), WORDS).fate == Fate.REFUSED
    assert not spool.exists()
