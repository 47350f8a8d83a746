"""Small numbers are covered, and nothing that is shown leads back to them."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tenancy.covering import cover, part_of, whole


@pytest.mark.parametrize(
    ("counts", "shown"),
    [
        ([], []),
        ([0, 0], [0, 0]),
        ([12, 7], [12, 7]),
        ([12, 7, 3], [12, None, None]),  # 22 received less 12 and 7 would tell of the 3
        ([12, 3, 2], [12, None, None]),
        ([12, 1, 1], [None, None, None]),  # 2 together is still too few
        ([12, 9, 1, 1, 0], [12, None, None, None, 0]),
        ([3], [None]),
        ([4, 0], [None, 0]),
    ],
)
def test_what_is_shown_of_the_parts_of_a_whole(counts, shown):
    assert cover(counts, 5) == shown


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.lists(st.integers(0, 40), max_size=8), st.integers(2, 10))
def test_nobody_can_subtract(counts, least):
    shown = cover(counts, least)
    hidden = [number for number, seen in zip(counts, shown, strict=True) if seen is None]
    assert [seen for seen in shown if seen is not None and 0 < seen < least] == []
    assert [seen for seen in shown if seen is not None] == [
        n for n, s in zip(counts, shown, strict=True) if s is not None
    ]
    if hidden and any(seen for seen in shown):
        assert len(hidden) >= 2
        assert sum(hidden) >= least


@pytest.mark.parametrize(("number", "shown"), [(0, 0), (1, None), (4, None), (5, 5)])
def test_a_count_that_stands_alone(number, shown):
    assert whole(number, 5) == shown


@pytest.mark.parametrize(("number", "shown"), [(0, None), (4, None), (5, (2, 5))])
def test_a_share_is_of_enough(number, shown):
    assert part_of(2, number, 5) == shown
