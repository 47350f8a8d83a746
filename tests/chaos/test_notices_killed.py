"""Everything that can be killed is killed while messages leave, and nothing is lost.

`NOTICES_KILLED` says how many messages there are; CI runs it as a step of its own with the number that is the default
here, `make chaos` with the long one.
"""

import os
import random
import time

import pytest

from embedded.files import VAR
from tests.chaos.killed.place import FINAL, Place

COUNT = int(os.environ.get("NOTICES_KILLED", "10000"))
PARTS = ("web", "worker1", "worker2", "beat1", "beat2", "broker", "postgres", "feeder")
KILLS = 20 if COUNT > 5000 else 10
BACK_SECONDS = 60
# A worker's line, and what is in both workers' hands when the database goes away under them.
DOUBLES = {"worker1": 1, "worker2": 1, "postgres": 2}


def plan(seed: int) -> list[str]:
    """Each part once and the others at random, in random order."""
    dice = random.Random(seed)
    chosen = [*PARTS, *dice.choices(PARTS, k=KILLS - len(PARTS))]
    dice.shuffle(chosen)
    return chosen


@pytest.fixture
def place():
    built = Place(VAR / "killed", COUNT)
    try:
        built.start()
        yield built
    finally:
        built.stop()


def test_nothing_is_lost_and_no_double_is_unmarked(place):
    seed = int(os.environ.get("NOTICES_KILLED_SEED") or time.time())
    print(f"seed {seed}, {COUNT} messages, {KILLS} kills")
    work_through(place, plan(seed), every_seconds=max(COUNT / 500, 4))
    seen = place.seen()
    assert place.longest_pause < BACK_SECONDS, f"nothing left for {place.longest_pause:.0f} s\n{place.tails()}"
    nothing_is_lost(seen)
    doubles_are_few_and_marked(seen, place.kills)
    inbox_and_files_have_no_doubles(seen, place)
    assert place.answers()


def work_through(place, kills, *, every_seconds):
    began = time.monotonic()
    due = [began + every_seconds * (number + 1) for number in range(len(kills))]
    waiting = list(kills)
    while (left := place.look()) != 0 or waiting:
        now = time.monotonic()
        if waiting and now >= due[len(kills) - len(waiting)]:
            place.kill(waiting.pop(0))
        assert now - began < max(COUNT / 20, 180), f"{left} messages have not left\n{place.tails()}"
        time.sleep(0.2)
    print(f"all at their end after {time.monotonic() - began:.0f} s; the longest pause was {place.longest_pause:.0f} s")
    deadline = time.monotonic() + BACK_SECONDS
    while not place.answers() and time.monotonic() < deadline:
        place.look()
        time.sleep(0.5)


def nothing_is_lost(seen):
    assert len(seen.mails) == COUNT
    addresses = {address for address, _state, _unsure in seen.mails.values()}
    assert len(addresses) == COUNT
    for pk, (address, state, _unsure) in seen.mails.items():
        assert state in FINAL
        assert (state == "dead") == address.startswith("never-"), (address, state)
        assert bool(seen.copies[pk]) == (state != "dead"), (address, state)


def doubles_are_few_and_marked(seen, kills):
    doubles = {pk: copies for pk, copies in seen.copies.items() if copies > 1}
    for pk in doubles:
        address, state, unsure = seen.mails[pk]
        assert (state, unsure) == ("maybe_twice", True), address
    ours = {pk for pk in doubles if not seen.cut[pk]}  # the others the sink made itself
    marked = [address for address, state, _unsure in seen.mails.values() if state == "maybe_twice"]
    print(f"{len(ours)} doubles by kills, {len(doubles) - len(ours)} by the server, {len(marked)} marked; {kills}")
    assert len(ours) <= sum(DOUBLES.get(name, 0) for name in kills)
    assert sum(doubles[pk] - 1 for pk in ours) <= sum(DOUBLES.get(name, 0) for name in kills)


def inbox_and_files_have_no_doubles(seen, place):
    assert seen.portal == COUNT
    assert len(seen.files) == place.file_count
    assert set(seen.files.values()) == {"handed"}
    assert seen.dropped == dict.fromkeys(seen.files, 1)
