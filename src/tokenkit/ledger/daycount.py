"""Day-count conventions: what part of a year lies between two days, as an exact fraction.

The names are those of the 2006 ISDA Definitions, section 4.16, and of ICMA rule 251. The first day counts, the last does not.
"""

from __future__ import annotations

from calendar import isleap, monthrange
from datetime import date
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

from tokenkit.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Sequence

_FEBRUARY = 2


class DayCount(StrEnum):
    """How days become a part of a year."""

    THIRTY_360 = "30/360"
    """Bond Basis: ISDA 4.16(f). The end moves from the 31st to the 30th only when the start is on the 30th or 31st."""
    THIRTY_U_360 = "30U/360"
    """The US rule for securities that pay at month ends (SIA, *Standard Securities Calculation Methods*): as 30/360, and the last day of
    February is a 30th. For those that pay on other days it is the same as 30/360."""
    THIRTY_E_360 = "30E/360"
    """Eurobond Basis: ISDA 4.16(g). Every 31st is a 30th."""
    THIRTY_E_360_ISDA = "30E/360 ISDA"
    """German: ISDA 4.16(h). Every last day of a month is a 30th, except the end when it is the maturity in February."""
    ACT_360 = "ACT/360"
    """ISDA 4.16(e)."""
    ACT_365F = "ACT/365F"
    """ACT/365 (Fixed): ISDA 4.16(d)."""
    ACT_ACT_ISDA = "ACT/ACT ISDA"
    """ISDA 4.16(b): days in leap years over 366, the others over 365."""
    ACT_ACT_ICMA = "ACT/ACT ICMA"
    """ISDA 4.16(c), ICMA rule 251: days over those of the regular period they lie in, times periods a year."""


def parse_day_count(name: str) -> DayCount:
    """Read the name of a convention, such as ``30E/360``; ``ACT/365`` is ``ACT/365F``.

    Raises:
        InvalidInput: another name; ``ACT/ACT`` alone says too little.
    """
    wanted = " ".join(name.upper().split())
    if wanted == "ACT/365":
        return DayCount.ACT_365F
    try:
        return DayCount(wanted)
    except ValueError:
        known = ", ".join(DayCount)
        raise InvalidInput(f"{name!r} is not a day-count convention. Give one of: {known}.") from None


def year_fraction(
    convention: DayCount,
    start: date,
    end: date,
    *,
    maturity: date | None = None,
    regular: Sequence[date] = (),
    per_year: int = 0,
) -> Fraction:
    """Return the part of a year from *start* to *end*.

    30E/360 ISDA asks whether *end* is the *maturity*. ACT/ACT ICMA needs the bounds of the *regular* periods around
    *start* and *end*, in order, and how many there are *per_year*.

    Raises:
        InvalidInput: an end before the start, or regular periods that do not cover both.
    """
    if end < start:
        raise InvalidInput(f"The period from {start} to {end} ends before it starts. Exchange the two.")
    days = (end - start).days
    match convention:
        case DayCount.ACT_360:
            return Fraction(days, 360)
        case DayCount.ACT_365F:
            return Fraction(days, 365)
        case DayCount.ACT_ACT_ISDA:
            return sum((_part_of(year, start, end) for year in range(start.year, end.year + 1)), Fraction(0))
        case DayCount.ACT_ACT_ICMA:
            return _icma(start, end, regular, per_year)
        case _:
            first, last = _thirties(convention, start, end, maturity)
            months = 12 * (end.year - start.year) + end.month - start.month
            return Fraction(30 * months + last - first, 360)


def is_month_end(day: date) -> bool:
    """Say whether *day* is the last of its month."""
    return day.day == monthrange(day.year, day.month)[1]


def _part_of(year: int, start: date, end: date) -> Fraction:
    """Return what the days of the period in one calendar *year* are of that year; it may be the last of the calendar."""
    opens, length = date(year, 1, 1), 365 + isleap(year)
    first = max((start - opens).days, 0)
    last = min((end - opens).days, length)
    return Fraction(max(last - first, 0), length)


def _icma(start: date, end: date, regular: Sequence[date], per_year: int) -> Fraction:
    if per_year < 1 or len(regular) < 2 or not regular[0] <= start <= end <= regular[-1]:
        raise InvalidInput(
            f"ACT/ACT ICMA needs the regular periods around {start} and {end}, in order, and how many there are a year."
        )
    return sum(
        (
            Fraction(max((min(end, closes) - max(start, opens)).days, 0), per_year * (closes - opens).days)
            for opens, closes in pairwise(regular)
        ),
        Fraction(0),
    )


def _thirties(convention: DayCount, start: date, end: date, maturity: date | None) -> tuple[int, int]:
    """Return the days of the month that a month of thirty days gives *start* and *end*."""
    first, last = min(start.day, 30), end.day
    match convention:
        case DayCount.THIRTY_E_360:
            last = min(last, 30)
        case DayCount.THIRTY_E_360_ISDA:
            first = 30 if is_month_end(start) else first
            last = 30 if is_month_end(end) and not (end == maturity and end.month == _FEBRUARY) else last
        case DayCount.THIRTY_U_360:
            if _is_february_end(start):
                last = 30 if _is_february_end(end) else last
                first = 30
            last = min(last, 30) if first == 30 else last
        case _:
            last = min(last, 30) if first == 30 else last
    return first, last


def _is_february_end(day: date) -> bool:
    return day.month == _FEBRUARY and is_month_end(day)
