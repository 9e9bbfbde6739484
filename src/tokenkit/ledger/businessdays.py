"""Business days: weekends and holidays, how a day that is none moves, and counting from one to another."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum

from tokenkit.errors import InvalidInput
from tokenkit.types import to_unix

_DAY = timedelta(days=1)


class Roll(StrEnum):
    """Where a day goes that is no business day (2006 ISDA Definitions, section 4.12)."""

    NONE = "none"
    """It stays."""
    FOLLOWING = "following"
    """To the next business day."""
    MODIFIED_FOLLOWING = "modified following"
    """To the next business day, unless that lies in the next month: then to the one before."""
    PRECEDING = "preceding"
    """To the business day before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BusinessDays:
    """The days on which payments are made: all but *weekend* (Monday is 0) and *holidays*."""

    holidays: frozenset[date] = frozenset()
    weekend: frozenset[int] = frozenset({5, 6})

    def __post_init__(self) -> None:
        if not self.weekend < frozenset(range(7)):
            raise InvalidInput("A week needs a business day. Give weekend days from 0 (Monday) to 6, not all of them.")

    def includes(self, day: date) -> bool:
        """Say whether *day* is a business day."""
        return day.weekday() not in self.weekend and day not in self.holidays

    def roll(self, day: date, how: Roll) -> date:
        """Move *day* to a business day where it is none."""
        if how is Roll.NONE:
            return day
        moved = self._step(day, -_DAY if how is Roll.PRECEDING else _DAY)
        crosses = (moved.year, moved.month) != (day.year, day.month)
        return self._step(day, -_DAY) if how is Roll.MODIFIED_FOLLOWING and crosses else moved

    def shift(self, day: date, count: int) -> date:
        """Go *count* business days on from *day*, or back when it is negative; with 0, *day* stays even if it is none."""
        way = _DAY if count > 0 else -_DAY
        for _ in range(abs(count)):
            day = self._step(day + way, way)
        return day

    def _step(self, day: date, way: timedelta) -> date:
        while not self.includes(day):
            day += way
        return day


def end_of_day(day: date, zone: tzinfo = UTC) -> int:
    """Return the unix second in which *day* is over in *zone*: a record date that counts all that was held on that day."""
    return to_unix(datetime.combine(day + _DAY, time(), tzinfo=zone))
