"""The chain: written by the database at the end of every transaction, and never again."""

import threading

import pytest
from django.db import ProgrammingError, connection, connections, transaction

from audit.models import AuditChain, AuditEntry, AuditSeal
from audit.queries import COLUMNS
from audit.rules import GENESIS, digest_of, link
from audit.services import record
from tenancy.context import scope
from tests.audit.tampering import seal
from tests.factories.house import NOON, build_house, in_scope_of


def places():
    return list(AuditSeal.objects.order_by("seq").values_list("seq", "id"))


def test_each_entry_gets_the_next_place_when_the_transaction_ends(house):
    entries = [record(action=f"test.{n}", subject=house.estate, actor=house.clerk, now=NOON) for n in range(3)]
    assert not AuditSeal.objects.exists()
    seal()
    assert places() == [(1, entries[0].pk), (2, entries[1].pk), (3, entries[2].pk)]
    seals = list(AuditSeal.objects.order_by("seq"))
    previous = GENESIS
    for made in seals:
        expected = link(previous, house.organisation.pk, made.seq, made.pk.bytes, bytes(made.digest))
        assert bytes(made.hash) == expected
        previous = expected
    chain = AuditChain.objects.get()
    assert (chain.seq, bytes(chain.hash)) == (3, previous)


def test_the_digest_covers_every_column_of_the_entry(house):
    record(action="test", subject=house.estate, actor=house.clerk, now=NOON, label="LAK", changes={"b": 1, "a": "金"})
    seal()
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {COLUMNS} FROM audit_auditentry e")
        (columns,) = cursor.fetchone()
    assert bytes(AuditSeal.objects.get().digest) == digest_of(columns)
    named = COLUMNS.replace("\n", " ")
    assert [f.column for f in AuditEntry._meta.fields if f"e.{f.column}" not in named] == []


def test_each_organisation_has_a_chain_of_its_own(house, stranger):
    record(action="here", subject=house.estate, actor=None, now=NOON)
    there = lambda: record(action="there", subject=stranger.estate, actor=None, now=NOON)  # noqa: E731
    in_scope_of(stranger.organisation.pk, there)
    seal()
    assert [seq for seq, _id in places()] == [1]
    assert in_scope_of(stranger.organisation.pk, lambda: [seq for seq, _id in places()]) == [1]


def test_an_entry_that_was_rolled_back_leaves_no_gap(house):
    record(action="kept", subject=house.estate, actor=None, now=NOON)
    point = transaction.savepoint()
    record(action="undone", subject=house.estate, actor=None, now=NOON)
    transaction.savepoint_rollback(point)
    after = record(action="kept", subject=house.estate, actor=None, now=NOON)
    seal()
    assert [seq for seq, _id in places()] == [1, 2]
    assert places()[-1][1] == after.pk


def test_the_applications_role_seals_but_writes_no_seal(house):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE propcomm_app")
    record(action="test", subject=house.estate, actor=house.clerk, now=NOON)
    seal()
    assert [seq for seq, _id in places()] == [1]
    for table in ("seal", "chain"):
        for change in (
            f"INSERT INTO audit_audit{table} (organisation_id, id) VALUES (1, gen_random_uuid())",
            f"UPDATE audit_audit{table} SET seq = 9",
            f"DELETE FROM audit_audit{table}",
            f"TRUNCATE audit_audit{table}",
        ):
            with pytest.raises(ProgrammingError, match="denied"), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(change)
    for call in (f"audit_seal_the_unsealed({house.organisation.pk})", f"audit_newest_link({house.organisation.pk})"):
        with pytest.raises(ProgrammingError, match="denied"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SELECT {call}")
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")


@pytest.mark.parametrize("change", [
    "UPDATE {} SET id = gen_random_uuid()", "DELETE FROM {}", "TRUNCATE {}",
    "UPDATE audit_auditseal SET digest = hash", "UPDATE audit_auditchain SET seq = seq - 1",
])  # fmt: skip
def test_not_even_the_owner_takes_anything_back(house, change):
    record(action="test", subject=house.estate, actor=None, now=NOON)
    seal()
    for table in ("audit_auditentry", "audit_auditseal", "audit_auditchain"):
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER audit_no_truncate")
        with (
            pytest.raises(ProgrammingError, match="append-only"), transaction.atomic(), connection.cursor() as cursor,
        ):  # fmt: skip
            cursor.execute(change.format(table))


def test_entries_from_before_the_chain_are_sealed_in_the_order_of_their_time(house):
    seal()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_auditentry DISABLE TRIGGER audit_await_seal")
    late = record(action="late", subject=house.estate, actor=None, now=NOON.replace(hour=15))
    early = record(action="early", subject=house.estate, actor=None, now=NOON)
    with connection.cursor() as cursor:
        cursor.execute("SELECT audit_seal_the_unsealed(%s)", [house.organisation.pk])
        assert cursor.fetchone() == (2,)
        cursor.execute(f"SET LOCAL app.organisation_id = '{house.organisation.pk}'")
        assert places() == [(1, early.pk), (2, late.pk)]
        cursor.execute("SELECT audit_seal_the_unsealed(%s)", [house.organisation.pk])
        assert cursor.fetchone() == (0,)


@pytest.mark.django_db(transaction=True)
def test_transactions_at_once_that_lock_rows_in_every_order_never_wait_for_each_other():
    """Each writes an entry first and locks a row after it: a chain locked at the INSERT would deadlock here."""
    from owners.models import Unit

    built = build_house("lakeside")
    start, failures = threading.Barrier(8), []

    def work(number):
        try:
            start.wait()
            for turn in range(6):
                with scope(built.organisation.pk):
                    units = [built.unit, built.other_unit][:: 1 if (number + turn) % 2 else -1]
                    record(action=f"test.{number}", subject=units[0], actor=None, now=NOON)
                    Unit.objects.select_for_update().get(pk=(built.unit, built.other_unit)[turn % 2].pk)
                    record(action=f"test.{number}", subject=units[1], actor=None, now=NOON)
        except Exception as error:
            failures.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with scope(built.organisation.pk):
        assert [seq for seq, _id in places()] == list(range(1, 97))
