"""Pro-rata division: floor shares, exclusions, denominators, and nothing lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tokenkit.errors import InvalidAmount, NoHolders
from tokenkit.ledger import Entitlement, split
from tokenkit.types import UINT96_MAX, Address

ANA, BEN, CLO = (Address(f"0x{digit * 40}") for digit in "123")
REGISTERS = st.dictionaries(
    st.sampled_from([Address(f"0x{digit * 40}") for digit in "123456789"]), st.integers(0, UINT96_MAX), max_size=9
)
AMOUNTS = st.one_of(st.integers(0, 1000), st.integers(0, 2**128))


@pytest.mark.parametrize("register", [{}, {ANA: 0}])
def test_split__nobody_holds_units__refused(register: dict[Address, int]) -> None:
    with pytest.raises(NoHolders):
        split(100, register)


def test_split__every_holder_excluded__refused() -> None:
    with pytest.raises(NoHolders):
        split(100, {ANA: 5}, excluded={ANA})


def test_split__negative_amount__refused() -> None:
    with pytest.raises(InvalidAmount, match="-1 cannot be split"):
        split(-1, {ANA: 5})


def test_split__negative_holding__refused() -> None:
    with pytest.raises(InvalidAmount, match="-5 units"):
        split(1, {ANA: -5, BEN: 10})


def test_split__denominator_below_the_units_that_share__refused_before_overpaying() -> None:
    with pytest.raises(InvalidAmount, match="Give 10 or more"):
        split(100, {ANA: 4, BEN: 6}, denominator=9)


def test_split__uneven_amount__floors_in_address_order_and_leaves_dust() -> None:
    shares = split(100, {CLO: 1, ANA: 1, BEN: 1})
    assert [(each.holder, each.amount) for each in shares.entitlements] == [(ANA, 33), (BEN, 33), (CLO, 33)]
    assert (shares.total, shares.paid, shares.dust, shares.denominator) == (100, 99, 1, 3)


def test_split__excluded_holder__neither_paid_nor_counted() -> None:
    shares = split(100, {ANA: 1, BEN: 3, CLO: 96}, excluded={CLO})
    assert shares.entitlements == (
        Entitlement(holder=ANA, units=1, amount=25),
        Entitlement(holder=BEN, units=3, amount=75),
    )
    assert shares.denominator == 4


def test_split__denominator_is_the_whole_supply__the_rest_stays_with_the_issuer() -> None:
    shares = split(100, {ANA: 1, BEN: 3, CLO: 96}, excluded={CLO}, denominator=100)
    assert [each.amount for each in shares.entitlements] == [1, 3]
    assert shares.dust == 96


@given(AMOUNTS, REGISTERS, st.integers(0, 2**64), st.sets(st.sampled_from([ANA, BEN, CLO])))
def test_split__any_register__conserves_to_the_last_unit(
    amount: int, register: dict[Address, int], above: int, excluded: set[Address]
) -> None:
    sharing = {holder: units for holder, units in register.items() if units and holder not in excluded}
    if not sharing:
        with pytest.raises(NoHolders):
            split(amount, register, excluded=excluded)
        return
    denominator = sum(sharing.values()) + above
    shares = split(amount, register, excluded=excluded, denominator=denominator)
    assert shares.paid + shares.dust == amount
    assert shares.dust >= 0
    assert [each.holder for each in shares.entitlements] == sorted(sharing)
    for each in shares.entitlements:
        # floor, stated without a division: the largest share that is not too large
        assert each.amount * denominator <= amount * each.units < (each.amount + 1) * denominator
    if above == 0:
        assert shares.dust < len(sharing)


@given(AMOUNTS, REGISTERS.filter(lambda register: sum(register.values()) > 0))
def test_split__more_units__never_a_smaller_share(amount: int, register: dict[Address, int]) -> None:
    ranked = sorted(split(amount, register).entitlements, key=lambda each: each.units)
    assert [each.amount for each in ranked] == sorted(each.amount for each in ranked)
