"""Where tries are counted: Valkey or Redis for all processes, and this process's own memory while that is away.

Both keep the instants of a sliding window, so that no window of the rule's length, wherever it begins, holds more than
the rule says; both ask and count in one step.
"""

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

log = logging.getLogger(__name__)
PREFIX = "propcomm:limit:"
REST_SECONDS = 5.0  # how long the store is left alone after it failed to answer
MOST_KEYS = 20_000  # what one process remembers at most

# KEYS: a sorted set for each rule. ARGV: an instant in milliseconds or nothing, the try's own mark, then how many
# and how many milliseconds for each rule. Answers 0 when the try is counted, else the milliseconds to wait.
TAKE = """
local now = tonumber(ARGV[1])
if not now then
  local clock = redis.call('TIME')
  now = clock[1] * 1000 + math.floor(clock[2] / 1000)
end
local wait = 0
for place, key in ipairs(KEYS) do
  local times, window = tonumber(ARGV[1 + 2 * place]), tonumber(ARGV[2 + 2 * place])
  redis.call('ZREMRANGEBYSCORE', key, '-inf', now - window)
  if redis.call('ZCARD', key) >= times then
    local frees = redis.call('ZRANGE', key, -times, -times, 'WITHSCORES')
    wait = math.max(wait, tonumber(frees[2]) + window - now, 1)
  end
end
if wait > 0 then return wait end
for place, key in ipairs(KEYS) do
  redis.call('ZADD', key, now, ARGV[2])
  redis.call('PEXPIRE', key, ARGV[2 + 2 * place])
end
return 0
"""


@dataclass(frozen=True)
class Line:
    """One count that a try adds to: its key, how many it bears, and for how many milliseconds each stays."""

    key: str
    times: int
    window_ms: int


class Store(Protocol):
    def take(self, lines: Sequence[Line], mark: str, now_ms: int | None = None) -> int: ...

    def give_back(self, lines: Sequence[Line], mark: str) -> None: ...


@dataclass
class MemoryStore:
    """The counts of one process, the least used forgotten first when there are too many."""

    clock: Callable[[], float] = time.monotonic
    counts: OrderedDict[str, dict[str, int]] = field(default_factory=OrderedDict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, lines: Sequence[Line], mark: str, now_ms: int | None = None) -> int:
        now = int(self.clock() * 1000) if now_ms is None else now_ms
        with self.lock:
            wait = max((self._wait(line, now) for line in lines), default=0)
            if not wait:
                for line in lines:
                    self.counts.setdefault(line.key, {})[mark] = now
                    self.counts.move_to_end(line.key)
                while len(self.counts) > MOST_KEYS:
                    self.counts.popitem(last=False)
        return wait

    def _wait(self, line: Line, now: int) -> int:
        found = self.counts.get(line.key, {})
        for mark in [mark for mark, at in found.items() if at <= now - line.window_ms]:
            del found[mark]
        if len(found) < line.times:
            return 0
        return max(sorted(found.values())[-line.times] + line.window_ms - now, 1)

    def give_back(self, lines: Sequence[Line], mark: str) -> None:
        with self.lock:
            for line in lines:
                self.counts.get(line.key, {}).pop(mark, None)

    def clear(self) -> None:
        with self.lock:
            self.counts.clear()


class ValkeyStore:
    """The counts of all processes: one script, which the server runs whole before anything else."""

    def __init__(self, url: str) -> None:
        self.client = redis.Redis.from_url(
            url, socket_connect_timeout=0.5, socket_timeout=0.5, retry=Retry(NoBackoff(), 1)
        )
        self.script: Any = self.client.register_script(TAKE)

    def take(self, lines: Sequence[Line], mark: str, now_ms: int | None = None) -> int:
        bounds = [number for line in lines for number in (line.times, line.window_ms)]
        keys = [PREFIX + line.key for line in lines]
        return int(self.script(keys=keys, args=["" if now_ms is None else now_ms, mark, *bounds]))

    def give_back(self, lines: Sequence[Line], mark: str) -> None:
        pipe = self.client.pipeline(transaction=False)
        for line in lines:
            pipe.zrem(PREFIX + line.key, mark)
        pipe.execute()


class SteadyStore:
    """The shared store while it answers, else the memory of this process: a limit never makes an error page."""

    def __init__(self, shared: Store, own: Store, clock: Callable[[], float] = time.monotonic) -> None:
        self.shared, self.own, self.clock = shared, own, clock
        self.rests_until = 0.0

    def take(self, lines: Sequence[Line], mark: str, now_ms: int | None = None) -> int:
        if self.clock() >= self.rests_until:
            try:
                return self.shared.take(lines, mark, now_ms)
            except (redis.RedisError, OSError) as error:
                self._rest(error)
        return self.own.take(lines, mark, now_ms)

    def give_back(self, lines: Sequence[Line], mark: str) -> None:
        if self.clock() >= self.rests_until:
            try:
                self.shared.give_back(lines, mark)
            except (redis.RedisError, OSError) as error:
                self._rest(error)
        self.own.give_back(lines, mark)

    def _rest(self, error: Exception) -> None:
        self.rests_until = self.clock() + REST_SECONDS
        log.warning("limits: the shared store does not answer (%s); this process counts alone", type(error).__name__)
