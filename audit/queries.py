"""What is read of the log: the chain in order, as plain tuples, and the entries a page shows."""
# ruff: noqa: S608  (every name in this SQL is written here)

from collections.abc import Iterator
from typing import Any, NamedTuple

from django.conf import settings
from django.db import connections
from django.db.models import BooleanField, Case, Q, QuerySet, Value, When
from django.utils.module_loading import import_string

from audit.models import AuditChain, AuditEntry, AuditHead, AuditSeal
from audit.rules import GENESIS
from tenancy.models import Membership, Organisation
from tenancy.names import sees_names

BATCH = 5000

# The columns of an entry as the chain digests them; the same words stand in the trigger (migration 0004). The text of
# jsonb is canonical: an order of keys, no choice of spaces. Times are seconds, free of any session's time zone.
COLUMNS = """jsonb_build_array(
    e.organisation_id, e.id, extract(epoch FROM e.at), e.actor_id, e.action,
    e.subject_type, e.subject_id, e.subject_label, e.changes)::text"""
PLACES = f"""
SELECT s.seq, uuid_send(s.id), s.digest, s.hash, CASE WHEN e.id IS NOT NULL THEN {COLUMNS} END
FROM audit_auditseal s
LEFT JOIN audit_auditentry e ON e.organisation_id = s.organisation_id AND e.id = s.id
WHERE s.organisation_id = %s AND s.seq > %s ORDER BY s.seq LIMIT {BATCH}
"""
UNSEALED = """
SELECT e.id, e.at FROM audit_auditentry e
LEFT JOIN audit_auditseal s ON s.organisation_id = e.organisation_id AND s.id = e.id AND s.seq IS NOT NULL
WHERE e.organisation_id = %s AND s.id IS NULL ORDER BY e.at, e.id LIMIT 1000
"""


class Place(NamedTuple):
    """One place of the chain; ``columns`` is None when its entry is gone."""

    seq: int
    entry_id: bytes
    digest: bytes
    hash: bytes
    columns: str | None


def places(organisation_id: int, *, using: str) -> Iterator[Place]:
    """The whole chain in order, a batch at a time by its key: memory stays flat, and no cursor is left open."""
    last = 0
    with connections[using].cursor() as cursor:
        # A batch takes 30 ms: starting helpers for each would double that.
        cursor.execute("SET LOCAL max_parallel_workers_per_gather = 0")
        while True:
            cursor.execute(PLACES, [organisation_id, last])
            rows = cursor.fetchall()
            for seq, entry_id, digest, stored, columns in rows:
                yield Place(seq, bytes(entry_id), bytes(digest), bytes(stored), columns)
            if len(rows) < BATCH:
                return
            last = rows[-1][0]


def unsealed(organisation_id: int, *, using: str) -> list[Any]:
    """The first thousand entries that came in past the triggers, as (id, at)."""
    with connections[using].cursor() as cursor:
        cursor.execute(UNSEALED, [organisation_id])
        return list(cursor.fetchall())


def newest_link(*, using: str = "default") -> tuple[int, bytes]:
    """Number and hash of the newest place of the organisation in force; before the first entry 0 and the genesis."""
    chain = AuditChain.objects.using(using).first()
    return (chain.seq, bytes(chain.hash)) if chain is not None else (0, GENESIS)


def heads(*, using: str = "default") -> list[AuditHead]:
    return list(AuditHead.objects.using(using).select_related("organisation").order_by("on"))


def as_read_by(entries: QuerySet[AuditEntry], reader: Membership | None) -> QuerySet[AuditEntry]:
    """Entries that know whether their reader sees the names of private people: ``hides_names``; and of which nobody
    may be named before them at all: ``hides_actor``, where who did it would say whose the thing is
    (``settings.AUDIT_NAMELESS``)."""
    kept = Q(pk__in=())
    for kind, path in settings.AUDIT_NAMELESS.items():
        kept |= Q(subject_type=kind, subject_id__in=import_string(path)(reader).values("pk"))
    private = Q(actor__isnull=False) & ~Q(actor__role__in=list(Membership.STAFF))
    hidden = Case(When(kept & private, then=Value(True)), default=Value(False), output_field=BooleanField())
    return entries.annotate(hides_names=Value(not sees_names(reader)), hides_actor=hidden)


def active_organisations() -> list[int]:
    return list(Organisation.objects.filter(is_active=True).order_by("pk").values_list("pk", flat=True))


def seal_of(entry: AuditEntry) -> AuditSeal | None:
    return AuditSeal.objects.filter(pk=entry.pk).first()


def done_by(entries: QuerySet[AuditEntry], actor: Any) -> QuerySet[AuditEntry]:
    """Of entries from ``as_read_by``: what this member did, without what they are not named in."""
    return entries.filter(Q(("hides_actor", False)), actor=actor)
