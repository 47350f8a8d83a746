"""Random calendars, starts and pauses, most of them beside a change of the clocks."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import strategies as st

ANCHORS = [
    ("Asia/Shanghai", date(2026, 2, 10)),
    ("Europe/London", date(2026, 3, 26)),
    ("Europe/London", date(2026, 10, 22)),
    ("America/New_York", date(2026, 3, 5)),
    ("America/New_York", date(2026, 10, 29)),
    ("Australia/Lord_Howe", date(2026, 4, 2)),  # half an hour back
    ("Australia/Lord_Howe", date(2026, 10, 1)),
    ("Pacific/Apia", date(2011, 12, 27)),  # 30 December never happened
    ("Africa/Cairo", date(2026, 4, 21)),  # midnight does not exist
    ("Africa/Cairo", date(2026, 10, 27)),  # 23:00 to 24:00 happens twice
    ("America/St_Johns", date(2010, 11, 4)),  # at 00:01 back into the day before
    ("Asia/Kolkata", date(2026, 12, 28)),  # over the new year
]
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


@st.composite
def windows(draw, least=0):
    edges = sorted(draw(st.sets(st.integers(0, 96), min_size=2 * least, max_size=6)))
    edges = edges[: len(edges) // 2 * 2]
    return [[clock(15 * start), clock(15 * end)] for start, end in zip(edges[::2], edges[1::2], strict=True)]


@st.composite
def calendars(draw):
    zone, anchor = draw(st.sampled_from(ANCHORS))
    near = st.integers(-1, 9).map(lambda n: (anchor + timedelta(days=n)).isoformat())
    weekly = {day: draw(windows()) for day in DAYS}
    weekly[draw(st.sampled_from(DAYS))] = draw(windows(least=1))
    return anchor, {
        "time_zone": zone,
        "weekly": weekly,
        "holidays": draw(st.lists(near, max_size=3)),
        "makeup_workdays": draw(st.lists(near, max_size=3)),
        "makeup_windows": draw(windows()),
    }


@st.composite
def situations(draw):
    """A calendar, a start, a budget, pauses and their longest length."""
    anchor, calendar = draw(calendars())
    begin = datetime(anchor.year, anchor.month, anchor.day, tzinfo=UTC)
    start = begin + timedelta(minutes=draw(st.integers(0, 4 * 1440)))
    pauses = []
    for _ in range(draw(st.integers(0, 3))):
        paused = start + timedelta(minutes=draw(st.integers(-1440, 4000)))
        length = draw(st.one_of(st.none(), st.integers(0, 5000)))
        pauses.append((paused, None if length is None else paused + timedelta(minutes=length)))
    return calendar, start, draw(st.integers(0, 1500)), pauses, draw(st.one_of(st.none(), st.integers(0, 3)))
