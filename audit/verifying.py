"""Whether the log is what was written: every entry, its place, the newest link, and the heads that left the house."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from audit import heads, queries
from audit.rules import GENESIS, Head, digest_of, link
from tenancy.context import scope


@dataclass(frozen=True)
class Fault:
    """What is wrong, and the first place it concerns; 0 where there is none (an entry that was never sealed)."""

    seq: int
    what: str


@dataclass
class Verdict:
    entries: int = 0
    heads: int = 0
    faults: list[Fault] = field(default_factory=list)


def verify(organisation_id: int, *, root: Path | None, using: str = "system") -> Verdict:
    """Read the organisation's whole log once and name every fault. Writes nothing.

    ``root`` is the folder of exported heads; with None only the heads in the database are compared. Entries may be
    written meanwhile: the newest link is read before the chain and again after it.
    """
    with scope(organisation_id, using=using):
        newest = queries.newest_link(using=using)
        known, faults = _heads(organisation_id, root, using)
        verdict = Verdict(heads=len(known), faults=faults)
        last, hashes = _follow(organisation_id, {newest[0], *(head.seq for head in known)}, verdict, using)
        verdict.faults += _tail_faults(newest, queries.newest_link(using=using), hashes, last)
        verdict.faults += _head_faults(known, hashes, last)
        verdict.faults += [
            Fault(0, f"entry {entry_id} of {at:%Y-%m-%d %H:%M:%S} came in past the chain")
            for entry_id, at in queries.unsealed(organisation_id, using=using)
        ]
    verdict.faults.sort(key=lambda fault: fault.seq)
    return verdict


def _follow(organisation_id: int, wanted: set[int], verdict: Verdict, using: str) -> tuple[int, dict[int, bytes]]:
    """Compare every place with its entry and with the place before: the last place, and the hashes at the wanted."""
    previous: bytes | None = GENESIS
    last, faults, hashes = 0, verdict.faults, {0: GENESIS}
    for seq, entry_id, digest, stored, columns in queries.places(organisation_id, using=using):
        if seq != last + 1:
            faults.append(Fault(last + 1, f"missing: {last + 1} to {seq - 1}"))
            previous = None  # what came before is gone, so the link to it cannot be made
        if columns is None:
            faults.append(Fault(seq, "the entry was deleted"))
        elif digest_of(columns) != digest:
            faults.append(Fault(seq, "the entry was changed after it was written"))
        if previous is not None and link(previous, organisation_id, seq, entry_id, digest) != stored:
            faults.append(Fault(seq, "the link to the place before is broken"))
        if seq in wanted:
            hashes[seq] = stored
        verdict.entries += 1
        previous, last = stored, seq
    return last, hashes


def _tail_faults(
    before: tuple[int, bytes], after: tuple[int, bytes], hashes: dict[int, bytes], last: int
) -> Iterator[Fault]:
    if before[0] > last:
        yield Fault(last + 1, f"the tail is cut: {last + 1} to {before[0]} are missing")
    elif before[0] in hashes and hashes[before[0]] != before[1]:
        yield Fault(before[0], "the newest link is not the hash of its place")
    if last and not after[0]:
        yield Fault(last, "the newest link is missing")
    elif last > after[0]:
        yield Fault(after[0] + 1, "there are places beyond the newest link")


def _head_faults(known: list[Head], hashes: dict[int, bytes], last: int) -> Iterator[Fault]:
    for head in known:
        if head.seq > last:
            yield Fault(last + 1, f"the tail is cut: the signed head of {head.on} names {head.seq} entries")
        elif head.seq in hashes and hashes[head.seq].hex() != head.hash:
            yield Fault(head.seq, f"the signed head of {head.on} has another hash: the chain was written anew")


def _heads(organisation_id: int, root: Path | None, using: str) -> tuple[list[Head], list[Fault]]:
    """The genuine heads, of rows and files, and what is wrong with the others."""
    rows = {str(row.on): heads.of_row(row) for row in queries.heads(using=using)}
    files = dict(heads.read(organisation_id, root)) if root is not None else {}
    named: list[tuple[str, heads.SignedHead | None]] = [
        (f"the head of {on} in the database", row) for on, row in rows.items()
    ]
    named += [(f"the file of {on}", signed) for on, signed in files.items()]
    faults = [fault for name, signed in named for fault in _forgery(name, signed, organisation_id)]
    for on, signed in files.items():
        if signed is not None and (on not in rows or rows[on].signature != signed.signature):
            faults.append(Fault(signed.head.seq, f"the head of {on} in the database is not that of its file"))
    genuine = {signed.head for _name, signed in named if signed is not None and heads.is_genuine(signed)}
    return sorted((head for head in genuine if head.organisation == organisation_id), key=lambda head: head.seq), faults


def _forgery(name: str, signed: heads.SignedHead | None, organisation_id: int) -> Iterator[Fault]:
    if signed is None:
        yield Fault(0, f"{name} cannot be read")
    elif signed.key != heads.signing_key().name:
        yield Fault(signed.head.seq, f"{name} was signed with another key, {signed.key}")
    elif not heads.is_genuine(signed) or signed.head.organisation != organisation_id:
        yield Fault(signed.head.seq, f"{name} was changed after it was signed")
