"""What somebody who owns the database could do to the log, with the triggers off."""

import random

from django.db import connection

from audit.services import record
from tests.factories.house import NOON

TABLES = ("audit_auditentry", "audit_auditseal", "audit_auditchain", "audit_audithead")
COLUMNS = {
    "at": "at + interval '1 microsecond'",
    "actor_id": "NULL",
    "action": "action || '.'",
    "subject_type": "upper(subject_type)",
    "subject_id": "gen_random_uuid()",
    "subject_label": "subject_label || ' '",
    "changes": "changes || '{\"more\": 1}'",
}


def execute(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else []


def seal():
    """What COMMIT does: run the deferred triggers."""
    execute("SET CONSTRAINTS ALL IMMEDIATE")
    execute("SET CONSTRAINTS ALL DEFERRED")


def write(house, count):
    """So many more entries, no two alike."""
    there = len(ids())
    for number in range(there, there + count):
        actor = house.clerk if number % 3 else house.manager
        record(
            action=f"test.act{number % 7}", subject=house.unit, actor=actor, now=NOON,
            label=f"C-LAK-2026-{number:06}", changes={"from": "received", "to": "accepted", "n": number},
        )  # fmt: skip
    seal()


def without_triggers():
    for table in TABLES:
        execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")


def ids():
    return [row[0] for row in execute("SELECT id FROM audit_auditseal ORDER BY seq")]


class Tamperer:
    """Does one random thing to the log, and knows the first place that must be named (None: any)."""

    def __init__(self, seed, house):
        self.random = random.Random(seed)
        self.house = house
        self.ids = ids()
        kinds = [name for name in dir(self) if name.startswith("do_")]
        self.kind = self.random.choice(kinds)

    def act(self):
        return getattr(self, self.kind)()

    def some(self, count=1):
        """Numbers of places, in order."""
        return sorted(self.random.sample(range(1, len(self.ids) + 1), count))

    def entry(self, seq):
        return self.ids[seq - 1]

    def do_edit_a_column(self):
        (seq,) = self.some()
        column = self.random.choice(sorted(COLUMNS))
        execute(f"UPDATE audit_auditentry SET {column} = {COLUMNS[column]} WHERE id = %s", self.entry(seq))
        return seq

    def do_edit_and_digest_anew(self):
        (seq,) = self.some()
        execute("UPDATE audit_auditentry SET action = 'x' WHERE id = %s", self.entry(seq))
        execute(
            "UPDATE audit_auditseal s SET digest = audit_digest(e) FROM audit_auditentry e WHERE e.id = s.id AND s.id = %s",
            self.entry(seq),
        )
        return seq

    def do_edit_and_chain_one_anew(self):
        (seq,) = self.some()
        self.do_digest_and_link(seq)
        return None if seq == len(self.ids) else seq + 1

    def do_digest_and_link(self, seq=None):
        seq = seq or len(self.ids)  # the last: only the newest link tells
        execute("UPDATE audit_auditentry SET action = 'x' WHERE id = %s", self.entry(seq))
        execute(
            "UPDATE audit_auditseal s SET digest = audit_digest(e),"
            " hash = audit_link(coalesce((SELECT p.hash FROM audit_auditseal p WHERE p.seq = s.seq - 1),"
            " decode(repeat('00', 32), 'hex')), s.organisation_id, s.seq, s.id, audit_digest(e))"
            " FROM audit_auditentry e WHERE e.id = s.id AND s.id = %s",
            self.entry(seq),
        )
        return seq

    def do_delete_entries(self):
        places = self.some(self.random.randint(1, 4))
        for seq in places:
            execute("DELETE FROM audit_auditentry WHERE id = %s", self.entry(seq))
        return places[0]

    def do_delete_entries_and_seals(self):
        places = self.some(self.random.randint(1, 4))
        for seq in places:
            execute("DELETE FROM audit_auditentry WHERE id = %s", self.entry(seq))
            execute("DELETE FROM audit_auditseal WHERE id = %s", self.entry(seq))
        return places[0]

    def do_delete_and_close_the_gap(self):
        seq = self.random.randint(1, len(self.ids) - 1)
        execute("DELETE FROM audit_auditentry WHERE id = %s", self.entry(seq))
        execute("DELETE FROM audit_auditseal WHERE id = %s", self.entry(seq))
        for later in range(seq + 1, len(self.ids) + 1):
            execute("UPDATE audit_auditseal SET seq = seq - 1 WHERE seq = %s", later)
        return seq

    def do_swap_entries(self):
        first, second = self.some(2)
        columns = "at, actor_id, action, subject_type, subject_id, subject_label, changes"
        execute(
            f"UPDATE audit_auditentry a SET ({columns}) = (SELECT {columns} FROM audit_auditentry b WHERE b.id ="
            " CASE a.id WHEN %s THEN %s ELSE %s END) WHERE a.id IN (%s, %s)",
            self.entry(first), self.entry(second), self.entry(first), self.entry(first), self.entry(second),
        )  # fmt: skip
        return first

    def do_swap_places(self):
        first, second = self.some(2)
        execute("UPDATE audit_auditseal SET seq = -1 WHERE seq = %s", first)
        execute("UPDATE audit_auditseal SET seq = %s WHERE seq = %s", first, second)
        execute("UPDATE audit_auditseal SET seq = %s WHERE seq = -1", second)
        return first

    def do_insert_an_entry(self):
        execute(
            "INSERT INTO audit_auditentry (organisation_id, id, at, action, subject_type, subject_id, subject_label, changes)"
            " SELECT organisation_id, gen_random_uuid(), at, action, subject_type, subject_id, subject_label, changes"
            " FROM audit_auditentry WHERE id = %s",
            self.entry(self.some()[0]),
        )
        return 0

    def do_insert_a_place(self):
        (seq,) = self.some()
        for later in range(len(self.ids), seq - 1, -1):
            execute("UPDATE audit_auditseal SET seq = seq + 1 WHERE seq = %s", later)
        execute(
            "WITH made AS (INSERT INTO audit_auditentry (organisation_id, id, at, action, subject_type, subject_id,"
            " subject_label, changes) SELECT organisation_id, gen_random_uuid(), at, 'forged', subject_type, subject_id,"
            " subject_label, changes FROM audit_auditentry WHERE id = %s RETURNING *)"
            " INSERT INTO audit_auditseal (organisation_id, id, digest, seq, hash)"
            " SELECT m.organisation_id, m.id, sha256('x'), %s, sha256('y') FROM made m",
            self.entry(seq), seq,
        )  # fmt: skip
        return seq

    def cut(self, tail):
        for seq in range(len(self.ids) - tail + 1, len(self.ids) + 1):
            execute("DELETE FROM audit_auditentry WHERE id = %s", self.entry(seq))
            execute("DELETE FROM audit_auditseal WHERE id = %s", self.entry(seq))
        return len(self.ids) - tail + 1

    def do_cut_the_tail(self):
        return self.cut(self.random.randint(1, 8))

    def do_cut_the_tail_and_mend_the_newest_link(self):
        """Down to before the signed head: it alone remembers."""
        seq = self.cut(len(self.ids) // 2 + self.random.randint(1, 5))
        self.mend_the_newest_link()
        return seq

    def do_cut_the_tail_and_the_newest_link(self):
        seq = self.cut(len(self.ids) // 2 + self.random.randint(1, 5))
        execute("DELETE FROM audit_auditchain")
        return seq

    def mend_the_newest_link(self):
        execute(
            "UPDATE audit_auditchain c SET seq = s.seq, hash = s.hash FROM audit_auditseal s"
            " WHERE s.seq = (SELECT max(seq) FROM audit_auditseal)"
        )

    def do_write_the_chain_anew(self):
        """Edit before the signed head, and make every hash after it fit: only the head is against it."""
        seq = self.random.randint(1, len(self.ids) // 2)
        execute("UPDATE audit_auditentry SET action = 'x' WHERE id = %s", self.entry(seq))
        for later in range(seq, len(self.ids) + 1):
            execute(
                "UPDATE audit_auditseal s SET digest = audit_digest(e),"
                " hash = audit_link(coalesce((SELECT p.hash FROM audit_auditseal p WHERE p.seq = s.seq - 1),"
                " decode(repeat('00', 32), 'hex')), s.organisation_id, s.seq, s.id, audit_digest(e))"
                " FROM audit_auditentry e WHERE e.id = s.id AND s.seq = %s",
                later,
            )
        self.mend_the_newest_link()
        return None

    def do_move_an_entry_to_another_kind(self):
        (seq,) = self.some()
        execute("UPDATE audit_auditentry SET id = gen_random_uuid() WHERE id = %s", self.entry(seq))
        return seq

    def do_edit_the_head(self):
        execute("UPDATE audit_audithead SET seq = seq - 1")
        return None

    def do_delete_the_head(self):
        execute("DELETE FROM audit_audithead")
        return None
