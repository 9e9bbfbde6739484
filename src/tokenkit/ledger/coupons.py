"""Coupons: regular periods and stubs, their part of a year, what they pay, and the days that matter for each."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise

from tokenkit.errors import InvalidAmount, InvalidInput
from tokenkit.ledger.businessdays import BusinessDays, Roll
from tokenkit.ledger.daycount import DayCount, is_month_end, year_fraction

_MONTHS = 12
_WEEKDAYS = BusinessDays()


class Stub(StrEnum):
    """Where the period stands that is shorter or longer than the others, and which of the two it is."""

    SHORT_FIRST = "short first"
    LONG_FIRST = "long first"
    SHORT_LAST = "short last"
    LONG_LAST = "long last"

    @property
    def is_first(self) -> bool:
        """Whether periods are counted back from the maturity."""
        return self in {Stub.SHORT_FIRST, Stub.LONG_FIRST}

    @property
    def is_long(self) -> bool:
        """Whether the stub is joined with the period beside it."""
        return self in {Stub.LONG_FIRST, Stub.LONG_LAST}


class Rounding(StrEnum):
    """How an amount that is no whole number is rounded."""

    DOWN = "down"
    UP = "up"
    HALF_UP = "half up"
    HALF_EVEN = "half even"


@dataclass(frozen=True, slots=True, kw_only=True)
class CouponTerms:
    """What a bond promises: a yearly *rate* on the nominal value, paid *per_year* times from *issued* to *matures*."""

    issued: date
    """Interest runs from this day."""
    matures: date
    rate: Fraction
    """Of the nominal, a year: ``Fraction(5, 100)`` is 5 %."""
    per_year: int
    """1, 2, 3, 4, 6 or 12."""
    day_count: DayCount
    stub: Stub = Stub.SHORT_FIRST
    month_end: bool = False
    """Periods end with the month where the day they are counted from does."""
    roll: Roll = Roll.FOLLOWING
    """Where a payment goes that falls on no business day."""
    adjusted: bool = False
    """Whether interest runs to the day of payment then; otherwise the period stays and only the payment moves."""
    business_days: BusinessDays = _WEEKDAYS
    record_days: int = 1
    """The record date lies this many business days before the payment."""
    settlement_days: int = 0
    """Days in which trades settle: 0 on a chain, 2 on many exchanges."""

    def __post_init__(self) -> None:
        if self.issued >= self.matures:
            raise InvalidInput(f"The bond matures on {self.matures}, not after it was issued on {self.issued}.")
        if self.per_year < 1 or _MONTHS % self.per_year:
            raise InvalidInput(f"{self.per_year} coupons a year are not whole months apart. Give 1, 2, 3, 4, 6 or 12.")
        if self.rate < 0:
            raise InvalidAmount(f"A rate of {self.rate} cannot be paid. Give zero or more.")
        if self.record_days < 0 or self.settlement_days < 0:
            raise InvalidInput("Days before a payment, and days to settle, are never negative.")
        if self.adjusted and self.day_count is DayCount.ACT_ACT_ICMA:
            raise InvalidInput("ACT/ACT ICMA counts unadjusted periods. Leave adjusted out.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Coupon:
    """One coupon of a schedule; interest runs from *start*, included, to *end*, excluded."""

    number: int
    """From 1."""
    start: date
    end: date
    fraction: Fraction
    """Of a year."""
    rate: Fraction
    ex_date: date
    """Who buys from this day on buys without the coupon."""
    record_date: date
    """Who holds at the end of this day is paid (see :func:`tokenkit.ledger.end_of_day`)."""
    payment_date: date

    def amount(self, nominal: int, rounding: Rounding = Rounding.DOWN) -> int:
        """Return nominal × rate × fraction in the smallest unit of *nominal*, computed exactly and rounded once."""
        return rounded(nominal * self.rate * self.fraction, rounding)

    def per_unit(self, nominal: int, units: int = 1) -> Fraction:
        """Return what one unit is paid, exactly, where *units* of them (10^decimals for a whole bond) have this *nominal*.

        Numerator and denominator are the amount of a payout per unit and the units that it is for, so each holder is paid its units ×
        nominal × rate × fraction, rounded down once.

        Raises:
            InvalidAmount: no units.
        """
        if units < 1:
            raise InvalidAmount(f"A nominal for {units} units says nothing. Give 1, or 10^decimals for a whole bond.")
        return nominal * self.rate * self.fraction / units


def schedule(terms: CouponTerms) -> tuple[Coupon, ...]:
    """Draw up all coupons of a bond.

    The record date lies ``record_days`` business days before the payment. The ex-date lies one business day less than trades take to settle
    before the record date, so after it where they settle at once (market standards for corporate actions, CAJWG).
    """
    bounds, _ = _bounds(terms)
    days, coupons = terms.business_days, []
    for number, (opens, closes) in enumerate(pairwise(bounds), 1):
        payment = days.roll(closes, terms.roll)
        record = days.shift(payment, -terms.record_days)
        start, end = (
            (days.roll(opens, terms.roll) if number > 1 else opens, payment) if terms.adjusted else (opens, closes)
        )
        coupons.append(
            Coupon(
                number=number,
                start=start,
                end=end,
                fraction=_fraction(terms, start, end, matures=closes == terms.matures),
                rate=terms.rate,
                ex_date=days.shift(record, 1 - terms.settlement_days),
                record_date=record,
                payment_date=payment,
            )
        )
    return tuple(coupons)


def accrued(terms: CouponTerms, day: date) -> Fraction:
    """Return the interest accrued up to *day*, excluded, since the last coupon, as a part of the nominal.

    Nothing before the bond was issued, and from its maturity on.
    """
    for coupon in schedule(terms):
        if coupon.start <= day < coupon.end:
            return terms.rate * _fraction(terms, coupon.start, day, matures=False)
    return Fraction(0)


def rounded(exact: Fraction, rounding: Rounding) -> int:
    """Round *exact*, zero or more, to a whole number."""
    match rounding:
        case Rounding.DOWN:
            return exact.__floor__()
        case Rounding.UP:
            return exact.__ceil__()
        case Rounding.HALF_UP:
            return (exact + Fraction(1, 2)).__floor__()
        case Rounding.HALF_EVEN:
            return round(exact)


def _fraction(terms: CouponTerms, start: date, end: date, *, matures: bool) -> Fraction:
    return year_fraction(
        terms.day_count,
        start,
        end,
        maturity=end if matures else None,
        regular=_bounds(terms)[1] if terms.day_count is DayCount.ACT_ACT_ICMA else (),
        per_year=terms.per_year,
    )


def _bounds(terms: CouponTerms) -> tuple[list[date], list[date]]:
    """Return the bounds of the periods, and those of the regular periods that cover them."""
    anchor, limit, way = (terms.matures, terms.issued, -1) if terms.stub.is_first else (terms.issued, terms.matures, 1)
    months, regular = _MONTHS // terms.per_year, [anchor]
    while (regular[-1] - limit).days * way < 0:
        regular.append(_months_on(anchor, way * months * len(regular), month_end=terms.month_end))
    exact = regular[-1] == limit
    bounds = [*regular[:-1], limit]
    if not exact and terms.stub.is_long and len(bounds) > 2:
        del bounds[-2]
    return bounds[::way], regular[::way]


def _months_on(anchor: date, months: int, *, month_end: bool) -> date:
    year, month = divmod(anchor.year * _MONTHS + anchor.month - 1 + months, _MONTHS)
    last = monthrange(year, month + 1)[1]
    return date(year, month + 1, last if month_end and is_month_end(anchor) else min(anchor.day, last))
