"""Business time the slow way: a clock that is looked at every minute. Shares nothing with the rules."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

ONE = timedelta(minutes=1)
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class TooFar(Exception):
    pass


class SlowClock:
    def __init__(self, calendar: dict) -> None:
        self.calendar = calendar
        self.zone = ZoneInfo(calendar["time_zone"])
        self.windows: dict[date, list] = {}

    def windows_on(self, day: date) -> list:
        if day not in self.windows:
            if day.isoformat() in self.calendar["makeup_workdays"]:
                found = self.calendar["makeup_windows"]
            elif day.isoformat() in self.calendar["holidays"]:
                found = []
            else:
                found = self.calendar["weekly"][DAYS[day.weekday()]]
            self.windows[day] = found
        return self.windows[day]

    def is_open(self, moment: datetime) -> bool:
        local = moment.astimezone(self.zone)
        shown = f"{local.hour:02}:{local.minute:02}"
        return any(start <= shown < end for start, end in self.windows_on(local.date()))

    def day_end(self, day: date) -> datetime:
        """The first minute of which the local date is later than the day."""
        moment = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=2)
        while moment.astimezone(self.zone).date() <= day:
            moment += ONE
        return moment

    def closing(self, day: date) -> datetime | None:
        """The minute after the last open minute of the day."""
        moment = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=16)
        minutes = [moment + n * ONE for n in range(60 * 56)]
        inside = [m for m in minutes if m.astimezone(self.zone).date() == day and self.is_open(m)]
        return inside[-1] + ONE if inside else None

    def nth_working_day(self, day: date, number: int) -> date:
        while number:
            day += timedelta(days=1)
            number -= bool(self.windows_on(day))
        return day

    def pause_end(self, start: datetime, end: datetime | None, most_days: int | None) -> datetime | None:
        if most_days is None:
            return end
        latest = self.day_end(self.nth_working_day(start.astimezone(self.zone).date(), most_days))
        return latest if end is None else min(end, latest)

    def due(self, start: datetime, minutes: int, pauses: list, most_days: int | None = None) -> datetime | None:
        pauses = [(a, self.pause_end(a, b, most_days)) for a, b in pauses]
        moment, used = start.astimezone(UTC), 0
        while used < minutes:
            if any(a <= moment and b is None for a, b in pauses):
                return None
            if self.is_open(moment) and not any(a <= moment < b for a, b in pauses if b):
                used += 1
            moment += ONE
            if moment - start.astimezone(UTC) > timedelta(days=35):
                raise TooFar
        return moment

    def minutes_between(self, start: datetime, end: datetime, pauses: list, most_days: int | None = None) -> int:
        pauses = [(a, self.pause_end(a, b, most_days)) for a, b in pauses]
        moment, used = start.astimezone(UTC), 0
        while moment < end:
            used += self.is_open(moment) and not any(a <= moment and (b is None or moment < b) for a, b in pauses)
            moment += ONE
        return used
