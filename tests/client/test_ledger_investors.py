"""Wallets grouped into investors, countries, and how concentrated the holdings are."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tokenkit.errors import NoHolders
from tokenkit.ledger import CountryHolding, InvestorHolding, by_country, by_investor, concentration

REGISTERS = st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 10**9), max_size=8)
IDENTITIES = st.dictionaries(st.sampled_from("abcdefgh"), st.sampled_from("XYZ"), max_size=8)


def test_concentration__nobody_holds_anything__refused() -> None:
    with pytest.raises(NoHolders):
        concentration(())


def test_by_investor__several_wallets__added_up_and_unknown_wallets_stand_alone() -> None:
    units = {"w3": 7, "w1": 1, "w2": 2, "w4": 0}
    assert by_investor(units, {"w1": "ana", "w3": "ana", "w4": "clo"}) == (
        InvestorHolding(investor="ana", wallets=("w1", "w3"), units=8),
        InvestorHolding(investor="w2", wallets=("w2",), units=2),
    )


def test_by_country__unknown_country__listed_last_among_equals() -> None:
    holdings = by_investor({"ana": 5, "ben": 5, "clo": 9, "dan": 1}, {})
    assert by_country(holdings, {"ana": 276, "clo": 756, "dan": 756}) == (
        CountryHolding(country=756, investors=2, units=10),
        CountryHolding(country=276, investors=1, units=5),
        CountryHolding(country=None, investors=1, units=5),
    )


def test_concentration__three_investors__exact_shares() -> None:
    measured = concentration(by_investor({"ana": 1, "ben": 1, "clo": 2}, {}))
    assert (measured.investors, measured.largest, measured.top_ten) == (3, Fraction(1, 2), Fraction(1))
    assert measured.herfindahl == Fraction(1, 4) + 2 * Fraction(1, 16)


@given(REGISTERS, IDENTITIES)
def test_by_investor__any_grouping__loses_no_unit_and_no_wallet(units: dict[str, int], who: dict[str, str]) -> None:
    holdings = by_investor(units, who)
    assert sum(each.units for each in holdings) == sum(units.values())
    assert sorted(wallet for each in holdings for wallet in each.wallets) == sorted(
        w for w, held in units.items() if held
    )
    countries = by_country(holdings, {"X": 276, "a": 756})
    assert sum(each.units for each in countries) == sum(units.values())
    assert sum(each.investors for each in countries) == len(holdings)


@given(REGISTERS.filter(lambda units: sum(units.values()) > 0))
def test_concentration__any_register__within_its_bounds(units: dict[str, int]) -> None:
    measured = concentration(by_investor(units, {}))
    assert Fraction(1, measured.investors) <= measured.herfindahl <= 1
    assert measured.largest <= measured.top_ten <= 1
