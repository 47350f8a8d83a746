"""Business time of one calendar, forwards and backwards, over the months of the story."""

from bisect import bisect_left, bisect_right
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from deadlines.rules import zones
from deadlines.rules.calendars import Calendar, local_date


class WorkTime:
    """The opening hours as a plain list of (start, end) instants."""

    def __init__(self, calendar: Calendar, start: datetime, end: datetime) -> None:
        self.zone = ZoneInfo(str(calendar.time_zone))
        self.windows: list[tuple[datetime, datetime]] = []
        day, last = local_date(calendar, start), local_date(calendar, end)
        while day <= last:
            for window in calendar.windows_on(day):
                opens, closes = (
                    zones.instant(zones.first_reaching(calendar.time_zone, day, edge))
                    for edge in (window.start, window.end)
                )
                self.windows.append((opens, closes))
            day += timedelta(days=1)
        self._closes = [closes for _opens, closes in self.windows]
        self._opens = [opens for opens, _closes in self.windows]

    def opening(self, at: datetime) -> datetime:
        """The instant itself when we are open, else the next opening."""
        place = bisect_right(self._closes, at)
        return max(at, self._opens[place])

    def after(self, at: datetime, minutes: float) -> datetime:
        """So many business minutes later."""
        left, at = timedelta(minutes=minutes), self.opening(at)
        for opens, closes in self.windows[bisect_right(self._closes, at) :]:
            begin = max(opens, at)
            if left < closes - begin:
                return begin + left
            left -= closes - begin
        raise ValueError("the story has no such late hour")

    def before(self, at: datetime, minutes: float) -> datetime:
        """So many business minutes earlier."""
        left = timedelta(minutes=minutes)
        for opens, closes in reversed(self.windows[: bisect_left(self._opens, at)]):
            end = min(closes, at)
            if left <= end - opens:
                return end - left
            left -= end - opens
        raise ValueError("the story has no such early hour")

    def close_of(self, at: datetime) -> datetime | None:
        """When business ends on the local day of this instant; None on a rest day."""
        day = at.astimezone(self.zone).date()
        ends = [closes for closes in self._closes if closes.astimezone(self.zone).date() == day]
        return ends[-1] if ends else None

    def awake(self, at: datetime) -> datetime:
        """The same instant, or the next morning when people sleep: what owners do, they do between 7 and 23."""
        local = at.astimezone(self.zone)
        if 7 <= local.hour < 23:
            return at
        morning = local.replace(hour=7, minute=local.minute // 2 + 10, second=0, microsecond=0)
        return morning if local.hour < 7 else morning + timedelta(days=1)
