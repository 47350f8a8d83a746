"""The keys of rows: UUIDs that sort as their rows were made, and tell nothing but when."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

from tenancy.models import uuid7


def test_keys_of_one_moment_sort_in_the_order_they_were_made():
    keys = [uuid7() for _ in range(5000)]
    assert all(earlier < later for earlier, later in pairwise(keys))


def test_threads_never_share_a_tick():
    with ThreadPoolExecutor(8) as pool:
        keys = list(pool.map(lambda _: uuid7(), range(2000)))
    assert len({key.int >> 64 for key in keys}) == 2000


def test_a_key_is_a_version_7_uuid():
    key = uuid7()
    assert (key.version, key.variant) == (7, uuid.RFC_4122)
