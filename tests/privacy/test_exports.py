"""My data: one archive with everything of mine and nothing of anybody else's."""

import csv
import io
import json
import zipfile
from datetime import timedelta

import pytest
from django.core.files.storage import storages

from audit.models import AuditEntry
from complaints.services import talking
from privacy.documents.archive import inert
from privacy.models import DataExport
from privacy.services import exports
from tenancy.errors import NotAllowed
from tests.complaints.seeds import filed
from tests.factories.house import NOON, in_scope_of
from tests.privacy.markers import NAME, PHONE, mark, plant

READY = NOON + timedelta(seconds=40)


def asked(house, who="owner", language="en"):
    return exports.request_own_export(
        user=getattr(house, who).user, actor=getattr(house, who), language=language, now=NOON
    )


def made(house, export, at=READY):
    word = in_scope_of(
        None,
        lambda: exports.make_export(organisation_id=house.organisation.pk, export_id=export.pk, clock=lambda: at),
    )
    export.refresh_from_db()
    return word


def opened(export):
    return zipfile.ZipFile(io.BytesIO(storages["private"].open(export.stored_name).read()))


@pytest.fixture
def archive(house):
    planted = plant(house)
    neighbours = filed(house, complainant=house.people["neighbour"], unit=house.other_unit, description="Mine alone")
    talking.write_note(complaint_id=planted.closed.pk, actor=house.clerk, body="Inside only", now=NOON)
    export = asked(house)
    assert made(house, export) == "done"
    assert neighbours.number
    return opened(export)


def test_it_holds_what_the_person_left(archive):
    data = json.loads(archive.read("data.json"))
    assert data["person"] == NAME
    assert sorted(set(archive.namelist())) == sorted(archive.namelist())  # no room's sheet writes over another's
    assert data["registry"][0]["phone"] == PHONE
    assert [row["description"] for row in data["complaints"]] == [mark(8), mark(15)]
    assert {row["words"] for row in data["messages"]} == {mark(12), f"Dear {NAME}, {mark(13)}"}
    assert data["unit_requests"][0]["words"] == mark(29)
    assert {row["email"] for row in data["addresses"]} >= {f"{mark(3)}@mail.example"}
    assert data["devices"][0]["browser"] == mark(6)
    assert [name for name in archive.namelist() if name.startswith("files/")] == [
        f"files/{data['complaints'][0]['number']}/01-{mark(7)}.jpg"
    ]


def test_it_holds_nothing_of_others_no_notes_and_no_secret(archive, house):
    whole = b"".join(archive.read(name) for name in archive.namelist()).decode("utf-8", "replace")
    for absent in ("Mine alone", "plays drums", "Inside only", mark(14), mark(4), mark(26), house.neighbour.name):
        assert absent not in whole
    assert house.engineer.name in whole


def test_the_tables_say_the_same_as_the_data(archive):
    data = json.loads(archive.read("data.json"))
    for name in archive.namelist():
        if name.startswith("csv/"):
            rows = list(csv.reader(io.StringIO(archive.read(name).decode("utf-8-sig"))))
            assert len(rows) - 1 == len(data[name.removeprefix("csv/").removesuffix(".csv")])


@pytest.mark.parametrize("cell", ["=1+1", "+44 20", "-1", "@x", "\t=1", " =1", "＝1"])
def test_no_cell_computes(cell):
    assert inert(cell) == f"'{cell}"


def test_the_word_on_it_is_in_the_persons_language(house):
    export = asked(house, language="zh-hans")
    made(house, export)
    assert "您" in opened(export).read("README.txt").decode()


def test_a_second_click_finds_the_first(house):
    first = asked(house)
    assert asked(house).pk == first.pk
    assert DataExport.objects.count() == 1
    assert AuditEntry.objects.filter(action="dataexport.requested").count() == 1


def test_two_workers_make_it_once(house):
    export = asked(house)
    assert [made(house, export), made(house, export)] == ["done", "skipped"]
    assert (export.state, export.progress, export.attempts) == ("done", 100, 1)
    assert export.expires_at == READY + timedelta(days=7)


def test_after_three_failures_it_has_failed(house, monkeypatch):
    export = asked(house)
    monkeypatch.setattr(exports, "write_archive", lambda *a, **k: 1 / 0)
    assert [made(house, export) for _ in range(4)] == ["retry", "retry", "failed", "skipped"]
    assert (export.state, export.stored_name) == ("failed", "")


def test_the_officer_makes_one_for_who_has_no_sign_in(house):
    person = house.people["neighbour"]
    with pytest.raises(NotAllowed):
        exports.request_export_for(person_id=person.pk, actor=house.admin, now=NOON)
    person.membership = None
    person.save()
    with pytest.raises(NotAllowed):
        exports.request_export_for(person_id=person.pk, actor=house.manager, now=NOON)
    assert DataExport.objects.count() == 0
    export = exports.request_export_for(person_id=person.pk, actor=house.admin, now=NOON)
    assert made(house, export) == "done"
    assert json.loads(opened(export).read("data.json"))["registry"][0]["name"] == person.name
