"""Whoever changes the log behind the application's back is found, and the place is named."""

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from audit import heads, tasks
from audit.models import AuditHead
from audit.rules import Key, is_signed
from audit.services import take_head
from audit.verifying import Fault, verify
from tests.audit.tampering import Tamperer, execute, without_triggers, write
from tests.factories.house import NOON, in_scope_of

ENTRIES = 30


@pytest.fixture
def log(house):
    """Thirty entries, the head of the day signed after the twentieth, the triggers off."""
    write(house, 20)
    heads.write(take_head(now=NOON))
    write(house, ENTRIES - 20)
    without_triggers()
    return house


def verdict(house, root=None):
    return verify(house.organisation.pk, root=root, using="default")


def test_an_untouched_log_is_whole(log, settings):
    found = verdict(log, settings.AUDIT_HEADS_ROOT)
    assert (found.entries, found.heads, found.faults) == (ENTRIES, 1, [])


def test_an_organisation_without_entries_is_whole(house):
    assert verdict(house).faults == []


@pytest.mark.parametrize("seed", range(6))
def test_ten_random_tamperings_are_all_found(log, settings, seed):
    for number in range(seed * 10, seed * 10 + 10):
        tamper_and_verify(log, settings.AUDIT_HEADS_ROOT, number)


def tamper_and_verify(log, root, seed):
    tamperer = Tamperer(seed, log)
    point = transaction.savepoint()
    place = tamperer.act()
    faults = verdict(log, root).faults
    transaction.savepoint_rollback(point)
    assert faults, f"{tamperer.kind} of seed {seed} was not found"
    if place is not None:
        assert place in {fault.seq for fault in faults}, f"{tamperer.kind} of seed {seed}: {faults}"


@pytest.mark.parametrize(("statement", "fault"), [
    ("UPDATE audit_auditentry SET action = 'x' WHERE id = (SELECT id FROM audit_auditseal WHERE seq = 12)",
     Fault(12, "the entry was changed after it was written")),
    ("DELETE FROM audit_auditentry WHERE id = (SELECT id FROM audit_auditseal WHERE seq = 7)",
     Fault(7, "the entry was deleted")),
    ("DELETE FROM audit_auditseal WHERE seq > 28", Fault(29, "the tail is cut: 29 to 30 are missing")),
    ("UPDATE audit_auditchain SET hash = sha256('x')", Fault(30, "the newest link is not the hash of its place")),
])  # fmt: skip
def test_a_fault_names_its_place_and_what_was_done(log, statement, fault):
    execute(statement)
    assert fault in verdict(log).faults


def test_a_tail_cut_together_with_the_newest_link_is_found_by_the_file_alone(log, settings):
    execute("DELETE FROM audit_auditentry")
    execute("DELETE FROM audit_auditseal")
    execute("DELETE FROM audit_auditchain")
    execute("DELETE FROM audit_audithead")
    assert verdict(log).faults == []
    assert (
        Fault(1, f"the tail is cut: the signed head of {NOON.date()} names 20 entries")
        in verdict(log, settings.AUDIT_HEADS_ROOT).faults
    )


def test_another_organisations_log_is_not_touched_by_it(log, stranger):
    execute("UPDATE audit_auditentry SET action = 'x'")
    there = in_scope_of(None, lambda: verify(stranger.organisation.pk, root=None, using="default"))
    assert there.faults == []
    assert len(verdict(log).faults) == ENTRIES


# -- heads ---------------------------------------------------------------------------------------------------------------


def test_a_head_is_signed_once_a_day_and_its_file_never_written_again(log, settings):
    again = take_head(now=NOON + timedelta(hours=3))
    assert AuditHead.objects.count() == 1
    assert again.head.seq == 20
    path = heads.file_of(log.organisation.pk, str(NOON.date()))
    before = path.read_bytes()
    assert heads.write(again) is False
    assert path.read_bytes() == before
    assert path.stat().st_mode & 0o777 == 0o440
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_whoever_has_the_public_key_can_check_a_file(log):
    told = json.loads(heads.file_of(log.organisation.pk, str(NOON.date())).read_text())
    lines = {name: told[name] for name in ("organisation", "on", "at", "seq", "hash", "entries")}
    signed = json.dumps(lines, sort_keys=True, separators=(",", ":")).encode()
    assert is_signed(signed, told["signature"], bytes.fromhex(told["public_key"]))
    assert not is_signed(signed.replace(b"20", b"21"), told["signature"], bytes.fromhex(told["public_key"]))
    assert (told["seq"], told["entries"]) == (20, 20)


def test_an_edited_an_unreadable_and_a_foreign_file_are_named(log, settings):
    path = heads.file_of(log.organisation.pk, str(NOON.date()))
    told = json.loads(path.read_text())
    path.chmod(0o600)
    path.write_text(json.dumps({**told, "seq": 19, "entries": 19}))
    (path.parent / "2026-03-03.json").write_text("{")
    settings.AUDIT_SIGNING_KEY = "another"
    write_as_another = heads.SignedHead(
        heads.of_row(AuditHead.objects.get()).head, Key.from_secret("another").name, "AA=="
    )
    (path.parent / "2026-03-04.json").write_text(
        heads.as_text(write_as_another).replace(str(NOON.date()), "2026-03-04")
    )
    settings.AUDIT_SIGNING_KEY = settings.SECRET_KEY
    said = [fault.what for fault in verdict(log, settings.AUDIT_HEADS_ROOT).faults]
    assert "the file of 2026-03-02 was changed after it was signed" in said
    assert "the file of 2026-03-03 cannot be read" in said
    assert f"the file of 2026-03-04 was signed with another key, {Key.from_secret('another').name}" in said


def test_the_daily_task_waits_for_its_hour_then_signs_and_mails_once(log, settings, monkeypatch, mailoutbox):
    settings.AUDIT_HEADS_MAIL = "vault@elsewhere.example"
    run = lambda: in_scope_of(None, tasks.export_heads)  # noqa: E731
    monkeypatch.setattr(tasks.timezone, "now", lambda: NOON.replace(day=3, hour=0, minute=5))
    assert run() == "not yet"
    monkeypatch.setattr(tasks.timezone, "now", lambda: NOON.replace(day=3, hour=0, minute=15))
    assert run() == "1 heads"
    assert run() == "0 heads"
    assert [head.seq for head in AuditHead.objects.order_by("on")] == [20, ENTRIES]
    assert heads.file_of(log.organisation.pk, "2026-03-03").exists()
    assert [mail.to for mail in mailoutbox] == [["vault@elsewhere.example"]]
    assert AuditHead.objects.get(on="2026-03-03").signature in mailoutbox[0].body


# -- the command -----------------------------------------------------------------------------------------------------------


def run(*words):
    out = StringIO()
    try:
        call_command("verify_audit", *words, stdout=out)
    except SystemExit as end:
        return end.code, out.getvalue()
    return 0, out.getvalue()


@pytest.mark.django_db(transaction=True, databases=["default", "system"])
def test_the_command_ends_with_1_and_names_the_place():
    from tenancy.context import scope
    from tests.factories.house import build_house

    built = build_house("lakeside")
    with scope(built.organisation.pk):
        write(built, 5)
    code, said = run()
    assert (code, said.split(", ")[:3]) == (0, ["lakeside: whole", "5 entries", "0 signed heads"])
    with scope(built.organisation.pk):
        execute("ALTER TABLE audit_auditentry DISABLE TRIGGER USER")
        execute(
            "UPDATE audit_auditentry SET subject_label = '' WHERE id = (SELECT id FROM audit_auditseal WHERE seq = 3)"
        )
        execute("ALTER TABLE audit_auditentry ENABLE TRIGGER USER")
        execute("ALTER TABLE audit_auditentry DISABLE TRIGGER audit_no_truncate")
    code, said = run("--organisation", "lakeside")
    assert code == 1
    assert "lakeside: seq 3: the entry was changed after it was written\n" in said


@pytest.mark.parametrize("words", [("--organisation", "nowhere"), ("--heads", "/nowhere/at/all")])
def test_the_command_refuses_what_is_not_there(db, words):
    with pytest.raises(CommandError):
        call_command("verify_audit", *words)
