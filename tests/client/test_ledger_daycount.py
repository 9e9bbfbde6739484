"""Day counts against published worked examples: ISDA's of 2008 for 30/360, ISDA's of 1999 for ACT/ACT; and against the rules read slowly."""

from __future__ import annotations

from calendar import isleap
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tokenkit.errors import InvalidInput
from tokenkit.ledger import DayCount, parse_day_count, year_fraction

D = date.fromisoformat
DATES = st.dates(date(1990, 1, 1), date(2060, 12, 31))
PERIODS = st.tuples(DATES, DATES).map(sorted)

#: ISDA, "30/360 Day Count Conventions", 22 December 2008, as QuantLib's tests quote it: start, end, days in Bond Basis, in Eurobond Basis
#: and in 30E/360 (ISDA), a dash where none are given. A star marks an end that is the maturity.
ISDA_2008 = """
2006-08-20 2007-02-20 180 180 180
2007-02-20 2007-08-20 180 180 180
2007-08-20 2008-02-20 180 180 180
2008-02-20 2008-08-20 180 180 180
2008-08-20 2009-02-20 180 180 180
2009-02-20 2009-08-20 180 180 180*
2006-08-31 2007-02-28 178 178 180
2007-02-28 2007-08-31 183 182 180
2007-08-31 2008-02-29 179 179 180
2008-02-29 2008-08-31 182 181 180
2008-08-31 2009-02-28 178 178 180
2009-02-28 2009-08-31 183 182 180
2011-08-31 2012-02-29   - 179 179*
2006-01-31 2006-02-28  28  28  30
2006-01-30 2006-02-28  28  28  30
2006-02-28 2006-03-03   5   5   3
2006-02-14 2006-02-28  14  14  16
2006-09-30 2006-10-31  30  30  30
2006-10-31 2006-11-28  28  28  28
2007-08-31 2008-02-28 178 178 178
2008-02-28 2008-08-28 180 180 180
2008-02-28 2008-08-30 182 182 182
2008-02-28 2008-08-31 183 182 182
2007-02-26 2008-02-28 362 362   -
2007-02-26 2008-02-29 363 363   -
2007-02-28 2008-02-28   -   - 358
2007-02-28 2008-02-29   -   - 359*
2008-02-29 2009-02-28 359 359 360
2008-02-28 2008-03-30  32  32   -
2008-02-28 2008-03-31  33  32   -
2008-02-29 2008-03-30   -   -  30
2008-02-29 2008-03-31   -   -  30
"""

#: ISDA, "EMU and Market Conventions" (1998) and "The Actual/Actual Day Count Fraction" (1999): start, end, the fraction by ISDA, the
#: fraction by ISMA (now ICMA rule 251), coupons a year, and the bounds of the regular periods.
ISDA_1999 = [
    ("2003-11-01", "2004-05-01", "0.497724380567", "0.5", 2, "2003-11-01 2004-05-01"),
    ("1999-02-01", "1999-07-01", "0.410958904110", "0.410958904110", 1, "1998-07-01 1999-07-01"),
    ("1999-07-01", "2000-07-01", "1.00137734860", "1", 1, "1999-07-01 2000-07-01"),
    ("2002-08-15", "2003-07-15", "0.915068493151", "0.915760869565", 2, "2002-07-15 2003-01-15 2003-07-15"),
    ("2003-07-15", "2004-01-15", "0.504004790778", "0.5", 2, "2003-07-15 2004-01-15"),
    ("1999-07-30", "2000-01-30", "0.503892506924", "0.5", 2, "1999-07-30 2000-01-30"),
    ("2000-01-30", "2000-06-30", "0.415300546448", "0.417582417582", 2, "2000-01-30 2000-07-30"),
    ("1999-11-30", "2000-04-30", "0.415540085336", "0.415760869565", 4, "1999-11-30 2000-02-29 2000-05-31"),
]


def days(convention: DayCount, start: date, end: date, maturity: date | None = None) -> Fraction:
    return 360 * year_fraction(convention, start, end, maturity=maturity)


@pytest.mark.parametrize("row", ISDA_2008.strip().splitlines())
def test_year_fraction__isda_examples_of_2008__the_same_days(row: str) -> None:
    start, end, bond, eurobond, german = row.split()
    maturity = D(end) if german.endswith("*") else None
    for convention, count in (
        (DayCount.THIRTY_360, bond),
        (DayCount.THIRTY_E_360, eurobond),
        (DayCount.THIRTY_E_360_ISDA, german.rstrip("*")),
    ):
        assert count == "-" or days(convention, D(start), D(end), maturity) == int(count)


@pytest.mark.parametrize(("start", "end", "isda", "icma", "per_year", "regular"), ISDA_1999)
def test_year_fraction__isda_examples_of_1999__the_same_to_the_digits_given(  # noqa: PLR0917 - a table's columns
    start: str, end: str, isda: str, icma: str, per_year: int, regular: str
) -> None:
    bounds = [D(bound) for bound in regular.split()]
    by_isda = year_fraction(DayCount.ACT_ACT_ISDA, D(start), D(end))
    by_icma = year_fraction(DayCount.ACT_ACT_ICMA, D(start), D(end), regular=bounds, per_year=per_year)
    assert abs(by_isda - Fraction(isda)) <= Fraction(5, 10**12)
    assert abs(by_icma - Fraction(icma)) <= Fraction(5, 10**12)


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("2007-02-28", "2007-08-31", 180),  # the start is a 30th, so the end is one as well
        ("2007-08-31", "2008-02-29", 179),  # the end of February is itself unless the start is one too
        ("2008-02-29", "2009-02-28", 360),
        ("2007-02-28", "2008-02-28", 358),  # 28 February 2008 is no end of February
        ("2008-02-29", "2008-03-31", 30),
        ("2006-01-31", "2006-02-28", 28),
        ("2006-01-15", "2006-01-31", 16),
    ],
)
def test_year_fraction__us_month_ends__february_ends_on_a_30th(start: str, end: str, expected: int) -> None:
    assert days(DayCount.THIRTY_U_360, D(start), D(end)) == expected


def test_year_fraction__actual_over_a_fixed_year__days_over_it() -> None:
    assert year_fraction(DayCount.ACT_360, D("2024-01-01"), D("2024-07-01")) == Fraction(182, 360)
    assert year_fraction(DayCount.ACT_365F, D("2024-01-01"), D("2025-01-01")) == Fraction(366, 365)


@pytest.mark.parametrize("convention", DayCount)
def test_year_fraction__ends_before_it_starts__refused(convention: DayCount) -> None:
    with pytest.raises(InvalidInput, match="ends before it starts"):
        year_fraction(convention, D("2024-01-02"), D("2024-01-01"))


@pytest.mark.parametrize(
    ("regular", "per_year"), [([], 2), (["2024-01-01", "2024-07-01"], 0), (["2024-02-01", "2024-08-01"], 2)]
)
def test_year_fraction__icma_without_the_periods_around__refused(regular: list[str], per_year: int) -> None:
    with pytest.raises(InvalidInput, match="needs the regular periods"):
        year_fraction(
            DayCount.ACT_ACT_ICMA,
            D("2024-01-01"),
            D("2024-06-01"),
            regular=[D(each) for each in regular],
            per_year=per_year,
        )


@pytest.mark.parametrize("name", ["ACT/ACT", "30", ""])
def test_parse_day_count__name_that_says_too_little__refused(name: str) -> None:
    with pytest.raises(InvalidInput, match="Give one of: 30/360, 30U/360"):
        parse_day_count(name)


@pytest.mark.parametrize("convention", DayCount)
def test_parse_day_count__every_name__however_it_is_spaced(convention: DayCount) -> None:
    assert parse_day_count(f" {convention.lower()} ") is convention


def test_parse_day_count__act_365__is_fixed() -> None:
    assert parse_day_count("act/365") is DayCount.ACT_365F


@given(PERIODS)
def test_year_fraction__act_act_isda__day_by_day(period: list[date]) -> None:
    start, end = period
    one_by_one = Fraction(0)
    leap = sum(isleap((start + timedelta(days=each)).year) for each in range((end - start).days))
    one_by_one = Fraction(leap, 366) + Fraction((end - start).days - leap, 365)
    assert year_fraction(DayCount.ACT_ACT_ISDA, start, end) == one_by_one


@given(PERIODS)
def test_year_fraction__thirty_day_months__as_the_rules_read(period: list[date]) -> None:
    start, end = period
    whole = 360 * (end.year - start.year) + 30 * (end.month - start.month)
    d1, d2 = start.day, end.day
    last1, last2 = ((each + timedelta(days=1)).day == 1 for each in (start, end))
    february1, february2 = last1 and start.month == 2, last2 and end.month == 2

    bond1 = 30 if d1 == 31 else d1
    bond2 = 30 if d2 == 31 and d1 in {30, 31} else d2
    assert days(DayCount.THIRTY_360, start, end) == whole + bond2 - bond1
    assert days(DayCount.THIRTY_E_360, start, end) == whole + min(d2, 30) - min(d1, 30)
    german1, german2 = (30 if last1 else d1), (30 if last2 else d2)
    assert days(DayCount.THIRTY_E_360_ISDA, start, end) == whole + german2 - german1
    assert (
        days(DayCount.THIRTY_E_360_ISDA, start, end, maturity=end) == whole + (d2 if february2 else german2) - german1
    )
    if february1 and february2:
        d2 = 30
    if february1:
        d1 = 30
    if d2 == 31 and d1 in {30, 31}:
        d2 = 30
    assert days(DayCount.THIRTY_U_360, start, end) == whole + d2 - min(d1, 30)


@given(DATES, DATES, DATES)
def test_year_fraction__two_periods_side_by_side__add_up_where_days_are_counted(a: date, b: date, c: date) -> None:
    a, b, c = sorted((a, b, c))
    for convention in (DayCount.ACT_360, DayCount.ACT_365F, DayCount.ACT_ACT_ISDA):
        assert year_fraction(convention, a, b) + year_fraction(convention, b, c) == year_fraction(convention, a, c)


def test_year_fraction__last_year_of_the_calendar__counted() -> None:
    assert year_fraction(DayCount.ACT_ACT_ISDA, D("9999-12-01"), D("9999-12-31")) == Fraction(30, 365)
