"""The cache of the product: Redis while it answers, else the memory of this process. Its loss makes no error page."""

import logging
import time
from collections.abc import Callable
from typing import Any, TypeVar

import redis
from django.core.cache import caches
from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache

log = logging.getLogger(__name__)

Answer = TypeVar("Answer")
REST_SECONDS = 5.0  # so long nobody waits for a server that did not answer; as the limits' store rests


class SteadyCache(BaseCache):
    """What stood in Redis is found again once it answers; until then each process knows what it wrote itself.

    Nothing here may be the only record of anything: house.md 5.
    """

    rests_until = 0.0  # of the process, whichever thread found out

    def __init__(self, location: str, params: dict[str, Any]) -> None:
        super().__init__(params)
        self.shared = RedisCache(location, params)
        self.own = LocMemCache("steady", params)

    def is_answering(self) -> bool:
        """Whether Redis itself answers now; asks it, even while it rests."""
        try:
            self.shared.get("is-answering")
        except (redis.RedisError, OSError):
            return False
        return True

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        return self._ask(lambda cache: cache.get(key, default, version))

    def set(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        self._ask(lambda cache: cache.set(key, value, timeout, version))

    def add(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        return self._ask(lambda cache: bool(cache.add(key, value, timeout, version)))

    def touch(self, key: str, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        return self._ask(lambda cache: bool(cache.touch(key, timeout, version)))

    def delete(self, key: str, version: int | None = None) -> bool:
        return self._ask(lambda cache: bool(cache.delete(key, version)))

    def incr(self, key: str, delta: int = 1, version: int | None = None) -> int:
        return self._ask(lambda cache: int(cache.incr(key, delta, version)))

    def has_key(self, key: str, version: int | None = None) -> bool:
        return self._ask(lambda cache: bool(cache.has_key(key, version)))

    def clear(self) -> None:
        self._ask(lambda cache: cache.clear())

    def _ask(self, act: Callable[[Any], Answer]) -> Answer:
        if time.monotonic() >= SteadyCache.rests_until:
            try:
                return act(self.shared)
            except (redis.RedisError, OSError) as error:
                SteadyCache.rests_until = time.monotonic() + REST_SECONDS
                log.warning("cache: Redis does not answer (%s); this process remembers alone", type(error).__name__)
        return act(self.own)


def is_answering() -> bool:
    """Whether the cache that all processes share answers; True where it is the memory of this process (tests)."""
    cache = caches["default"]
    return cache.is_answering() if isinstance(cache, SteadyCache) else True
