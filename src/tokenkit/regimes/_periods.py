"""Periods as the laws count them, in seconds."""

from __future__ import annotations

import calendar
from typing import Final

from tokenkit.types import from_unix, to_unix

DAY: Final = 86_400

THREE_MONTHS: Final = 92 * DAY
SIX_MONTHS: Final = 184 * DAY
ONE_YEAR: Final = 366 * DAY
"""The longest such periods that a calendar has: a lot's lock on the chain has one length, and must not end too early."""


def months_after(second: int, months: int) -> int:
    """Return the same moment of the day *months* later; the last day of a shorter month."""
    start = from_unix(second)
    year, month = divmod(start.month - 1 + months, 12)
    year, month = start.year + year, month + 1
    day = min(start.day, calendar.monthrange(year, month)[1])
    return to_unix(start.replace(year=year, month=month, day=day))
