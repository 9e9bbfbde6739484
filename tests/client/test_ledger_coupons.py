"""Schedules of coupons: stubs of the published examples, business days, the days that matter, and what it all comes to."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tokenkit.errors import InvalidAmount, InvalidInput
from tokenkit.ledger import (
    BusinessDays,
    CouponTerms,
    DayCount,
    Roll,
    Rounding,
    Stub,
    accrued,
    end_of_day,
    preview_per_unit,
    rounded,
    schedule,
)
from tokenkit.types import Address

D = date.fromisoformat
FIVE_PERCENT = Fraction(5, 100)
PLAIN = CouponTerms(
    issued=D("2027-03-15"),
    matures=D("2029-03-15"),
    rate=FIVE_PERCENT,
    per_year=2,
    day_count=DayCount.THIRTY_E_360,
)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"matures": D("2027-03-15")}, "not after it was issued"),
        ({"per_year": 5}, "not whole months apart"),
        ({"per_year": 0}, "not whole months apart"),
        ({"record_days": -1}, "never negative"),
        ({"settlement_days": -1}, "never negative"),
        ({"adjusted": True, "day_count": DayCount.ACT_ACT_ICMA}, "unadjusted"),
    ],
)
def test_coupon_terms__that_cannot_be__refused(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        replace(PLAIN, **changes)


def test_coupon_terms__negative_rate__refused() -> None:
    with pytest.raises(InvalidAmount, match="cannot be paid"):
        replace(PLAIN, rate=Fraction(-1, 100))


def test_business_days__week_without_one__refused() -> None:
    with pytest.raises(InvalidInput, match="A week needs a business day"):
        BusinessDays(weekend=frozenset(range(7)))


#: ISDA, "The Actual/Actual Day Count Fraction" (1999): the schedules of its examples, and each period's part of a year by rule 251.
@pytest.mark.parametrize(
    ("issued", "matures", "per_year", "stub", "bounds", "fractions"),
    [
        ("1999-02-01", "2000-07-01", 1, Stub.SHORT_FIRST, "1999-07-01", ["0.410958904110", "1"]),
        ("2002-08-15", "2004-01-15", 2, Stub.LONG_FIRST, "2003-07-15", ["0.915760869565", "0.5"]),
        ("1999-07-30", "2000-06-30", 2, Stub.SHORT_LAST, "2000-01-30", ["0.5", "0.417582417582"]),
        ("1999-08-31", "2000-04-30", 4, Stub.LONG_LAST, "1999-11-30", ["0.25", "0.415760869565"]),
    ],
)
def test_schedule__published_stubs__the_same_periods_and_fractions(  # noqa: PLR0917 - a table's columns
    issued: str, matures: str, per_year: int, stub: Stub, bounds: str, fractions: list[str]
) -> None:
    terms = CouponTerms(
        issued=D(issued),
        matures=D(matures),
        rate=Fraction(10, 100),
        per_year=per_year,
        day_count=DayCount.ACT_ACT_ICMA,
        stub=stub,
        month_end=True,
    )
    coupons = schedule(terms)
    assert [coupon.start for coupon in coupons] == [D(issued), D(bounds)]
    assert [coupon.end for coupon in coupons] == [D(bounds), D(matures)]
    for coupon, expected in zip(coupons, fractions, strict=True):
        assert abs(coupon.fraction - Fraction(expected)) <= Fraction(1, 10**12)


def test_schedule__plain_bond__every_day_of_its_coupons() -> None:
    first, *_, last = coupons = schedule(PLAIN)
    assert [coupon.number for coupon in coupons] == [1, 2, 3, 4]
    assert (first.start, first.end, first.fraction) == (D("2027-03-15"), D("2027-09-15"), Fraction(1, 2))
    assert (first.record_date, first.ex_date, first.payment_date) == (D("2027-09-14"), D("2027-09-15"), D("2027-09-15"))
    assert last.payment_date == D("2029-03-15")
    assert [coupon.amount(1_000_000) for coupon in coupons] == [25_000] * 4


@pytest.mark.parametrize("stub", Stub)
def test_schedule__periods_that_fit_exactly__no_stub_however_it_is_called(stub: Stub) -> None:
    assert schedule(replace(PLAIN, stub=stub)) == schedule(PLAIN)


def test_schedule__payment_on_a_holiday__moves_and_the_interest_only_when_adjusted() -> None:
    # 15 September 2029 is a Saturday; Monday the 17th is a holiday here
    terms = replace(
        PLAIN,
        issued=D("2029-03-15"),
        matures=D("2030-03-15"),
        day_count=DayCount.ACT_360,
        business_days=BusinessDays(holidays=frozenset({D("2029-09-17")})),
        record_days=2,
        settlement_days=2,
    )
    first, second = schedule(terms)
    assert (first.end, first.payment_date) == (D("2029-09-15"), D("2029-09-18"))
    assert (first.record_date, first.ex_date) == (D("2029-09-13"), D("2029-09-12"))
    assert first.fraction == Fraction(184, 360)
    moved, after = schedule(replace(terms, adjusted=True))
    assert (moved.end, moved.fraction, after.start) == (D("2029-09-18"), Fraction(187, 360), D("2029-09-18"))
    assert moved.fraction + after.fraction == first.fraction + second.fraction == Fraction(365, 360)


@pytest.mark.parametrize(
    ("how", "day"),
    [
        (Roll.NONE, "2027-07-31"),
        (Roll.FOLLOWING, "2027-08-02"),
        (Roll.MODIFIED_FOLLOWING, "2027-07-30"),
        (Roll.PRECEDING, "2027-07-30"),
    ],
)
def test_roll__saturday_at_the_end_of_a_month__each_its_own_way(how: Roll, day: str) -> None:
    assert BusinessDays().roll(D("2027-07-31"), how) == D(day)
    assert BusinessDays().roll(D("2027-07-30"), how) == D("2027-07-30")  # a Friday stays


def test_shift__over_a_weekend_and_a_holiday__business_days_only() -> None:
    days = BusinessDays(holidays=frozenset({D("2027-08-02")}))
    assert days.shift(D("2027-07-30"), 1) == D("2027-08-03")
    assert days.shift(D("2027-08-03"), -2) == D("2027-07-29")
    assert days.shift(D("2027-07-31"), 0) == D("2027-07-31")


def test_schedule__month_ends__kept_only_when_asked() -> None:
    terms = replace(PLAIN, issued=D("2027-02-28"), matures=D("2028-02-29"), per_year=4)
    back_from_a_month_end = [coupon.end for coupon in schedule(replace(terms, month_end=True))]
    assert back_from_a_month_end == [D("2027-05-31"), D("2027-08-31"), D("2027-11-30"), D("2028-02-29")]
    assert [coupon.end for coupon in schedule(terms)] == [
        D("2027-05-29"),
        D("2027-08-29"),
        D("2027-11-29"),
        D("2028-02-29"),
    ]


def test_schedule__thirty_e_isda__the_maturity_in_february_is_itself() -> None:
    terms = replace(
        PLAIN, issued=D("2026-08-31"), matures=D("2027-02-28"), month_end=True, day_count=DayCount.THIRTY_E_360_ISDA
    )
    assert [coupon.fraction for coupon in schedule(terms)] == [Fraction(178, 360)]


def test_schedule__shorter_than_one_period__one_coupon_whatever_the_stub() -> None:
    for stub in Stub:
        (only,) = schedule(replace(PLAIN, matures=D("2027-05-15"), stub=stub))
        assert (only.start, only.end, only.fraction) == (D("2027-03-15"), D("2027-05-15"), Fraction(60, 360))


def test_end_of_day__in_a_zone__the_second_after_its_last() -> None:
    assert end_of_day(D("2027-09-14")) == int(datetime(2027, 9, 15, tzinfo=UTC).timestamp())
    east = timezone(timedelta(hours=2))
    assert end_of_day(D("2027-09-14"), east) == end_of_day(D("2027-09-14")) - 7_200


@pytest.mark.parametrize(
    ("exact", "down", "up", "half_up", "half_even"),
    [("5/2", 2, 3, 3, 2), ("7/2", 3, 4, 4, 4), ("9/4", 2, 3, 2, 2), ("3", 3, 3, 3, 3)],
)
def test_rounded__each_way__as_it_says(exact: str, down: int, up: int, half_up: int, half_even: int) -> None:
    assert [rounded(Fraction(exact), way) for way in Rounding] == [down, up, half_up, half_even]


def test_accrued__inside_a_period__since_the_last_coupon() -> None:
    assert accrued(PLAIN, D("2027-03-15")) == 0
    assert accrued(PLAIN, D("2027-06-15")) == FIVE_PERCENT / 4
    assert accrued(PLAIN, D("2027-09-15")) == 0
    assert accrued(PLAIN, D("2026-01-01")) == accrued(PLAIN, D("2029-03-15")) == 0


def test_per_unit__no_units__refused() -> None:
    with pytest.raises(InvalidAmount, match="says nothing"):
        schedule(PLAIN)[0].per_unit(1_000, 0)


def test_per_unit__declared_as_a_payout_per_unit__pays_the_exact_coupon_rounded_down_once() -> None:
    # bonds of 1,000.00 with 2 decimals, 5 % a year, 184 days of ACT/ACT (ISDA) across a leap year's start
    (first, *_) = schedule(
        replace(PLAIN, issued=D("2027-09-15"), matures=D("2029-09-15"), day_count=DayCount.ACT_ACT_ISDA)
    )
    price = first.per_unit(100_000, 100)
    register = {Address("0x" + "1" * 40): 12_345, Address("0x" + "2" * 40): 1}
    exact = [units * 1_000 * FIVE_PERCENT * first.fraction for units in register.values()]
    shown = preview_per_unit(price.numerator, register, per_units=price.denominator)
    assert [share.gross for share in shown.shares] == [each.__floor__() for each in exact]
    assert price.numerator < 2**112
    assert price.denominator < 2**96


TERMS = st.builds(
    lambda issued, length, per_year, day_count, stub, month_end, roll: CouponTerms(
        issued=issued,
        matures=issued + timedelta(days=length),
        rate=FIVE_PERCENT,
        per_year=per_year,
        day_count=day_count,
        stub=stub,
        month_end=month_end,
        roll=roll,
    ),
    st.dates(date(2000, 1, 1), date(2040, 12, 31)),
    st.integers(1, 2_500),
    st.sampled_from([1, 2, 3, 4, 6, 12]),
    st.sampled_from(DayCount),
    st.sampled_from(Stub),
    st.booleans(),
    st.sampled_from(Roll),
)


@given(TERMS)
def test_schedule__any_terms__covers_the_whole_life_once(terms: CouponTerms) -> None:
    coupons = schedule(terms)
    assert coupons[0].start == terms.issued
    assert coupons[-1].end == terms.matures
    assert all(one.end == other.start for one, other in pairwise(coupons))
    assert all(coupon.start < coupon.end for coupon in coupons)
    assert all(coupon.record_date <= coupon.payment_date for coupon in coupons)
    stub = coupons[0 if terms.stub.is_first else -1]
    regular = [coupon for coupon in coupons if coupon is not stub]
    longest = 365 // terms.per_year + 5
    assert all(longest - 10 <= (coupon.end - coupon.start).days <= longest for coupon in regular)
    assert (stub.end - stub.start).days <= longest * (2 if terms.stub.is_long else 1)
    if terms.day_count is DayCount.ACT_ACT_ICMA:
        assert all(coupon.fraction == Fraction(1, terms.per_year) for coupon in regular)
    if terms.day_count is DayCount.ACT_365F:
        assert sum(coupon.fraction for coupon in coupons) == Fraction((terms.matures - terms.issued).days, 365)
    if terms.roll is not Roll.NONE:
        assert all(terms.business_days.includes(coupon.payment_date) for coupon in coupons)


@given(TERMS, st.integers(0, 10**15))
def test_amount__any_coupon__each_rounding_within_one_of_the_exact_figure(terms: CouponTerms, nominal: int) -> None:
    coupon = schedule(terms)[0]
    exact = nominal * FIVE_PERCENT * coupon.fraction
    down, up, half_up, half_even = (coupon.amount(nominal, rounding) for rounding in Rounding)
    assert down <= exact <= up <= down + 1
    assert abs(half_up - exact) <= Fraction(1, 2) >= abs(half_even - exact)
