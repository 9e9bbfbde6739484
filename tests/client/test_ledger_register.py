"""The register: what a sequence of movements leaves to whom, at the end, at a block and at a record date."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tokenkit.errors import InvalidAmount
from tokenkit.ledger import Difference, Movement, Overdrawn, Register, movement, reconcile, register
from tokenkit.types import ZERO_ADDRESS, Address

ANA, BEN, CLO = (Address(f"0x{digit * 40}") for digit in "123")
PEOPLE = (ANA, BEN, CLO)


def issue(target: str, units: int, *, second: int = 0) -> Movement[str]:
    return Movement(source=None, target=target, units=units, block=second // 10, timestamp=second)


def transfer(source: str, target: str, units: int, *, second: int = 0) -> Movement[str]:
    return Movement(source=source, target=target, units=units, block=second // 10, timestamp=second)


def redeem(source: str, units: int, *, second: int = 0) -> Movement[str]:
    return Movement(source=source, target=None, units=units, block=second // 10, timestamp=second)


@st.composite
def histories(draw: st.DrawFn) -> list[Movement[str]]:
    """Draw movements that never overdraw, with timestamps that never go back, as a chain gives them."""
    held = dict.fromkeys(PEOPLE, 0)
    second, history = 0, []
    for _ in range(draw(st.integers(0, 30))):
        second += draw(st.integers(0, 3))
        source = draw(st.sampled_from([None, *(who for who in PEOPLE if held[who])]))
        target = draw(st.sampled_from(PEOPLE if source is None else (None, *PEOPLE)))
        units = draw(st.integers(0, 50 if source is None else held[source]))
        if source is not None:
            held[source] -= units
        if target is not None:
            held[target] += units
        history.append(Movement(source=source, target=target, units=units, block=second // 2, timestamp=second))
    return history


def test_register__more_taken_than_held__refused_with_the_place() -> None:
    with pytest.raises(Overdrawn) as refusal:
        register([issue(ANA, 5), transfer(ANA, BEN, 6)])
    assert (refusal.value.holder, refusal.value.held, refusal.value.taken, refusal.value.position) == (ANA, 5, 6, 1)
    assert "from the first one" in str(refusal.value)


def test_register__self_transfer_above_the_holding__refused() -> None:
    with pytest.raises(Overdrawn):
        register([issue(ANA, 5), transfer(ANA, ANA, 6)])


def test_register__negative_units__refused() -> None:
    with pytest.raises(InvalidAmount, match="never negative"):
        register([issue(ANA, -1)])


def test_register__nothing_happened__nobody_holds_anything() -> None:
    assert register([]) == Register(units={}, supply=0)


def test_register__issue_transfer_redeem__holders_in_order_without_empty_ones() -> None:
    end = register([issue(BEN, 10), issue(ANA, 5), transfer(BEN, CLO, 10), redeem(CLO, 4), transfer(ANA, ANA, 2)])
    assert end == Register(units={ANA: 5, CLO: 6}, supply=11)
    assert end.holders == (ANA, CLO)


def test_register__record_date__a_movement_in_that_very_second_is_too_late() -> None:
    history = [issue(ANA, 10, second=100), transfer(ANA, BEN, 4, second=200), redeem(BEN, 1, second=300)]
    assert register(history, record_date=100) == Register(units={}, supply=0)
    assert register(history, record_date=200) == Register(units={ANA: 10}, supply=10)
    assert register(history, record_date=201) == Register(units={ANA: 6, BEN: 4}, supply=10)
    assert register(history, record_date=301) == Register(units={ANA: 6, BEN: 3}, supply=9)


def test_register__at_block__counts_the_whole_block() -> None:
    history = [issue(ANA, 10, second=100), transfer(ANA, BEN, 4, second=109), redeem(BEN, 1, second=110)]
    assert register(history, at_block=9).supply == 0
    assert register(history, at_block=10) == Register(units={ANA: 6, BEN: 4}, supply=10)


def test_movement__zero_addresses__issue_and_redemption() -> None:
    assert movement(ZERO_ADDRESS, ANA, 5, block=1, timestamp=9).source is None
    assert movement(ANA, ZERO_ADDRESS, 5, block=1, timestamp=9).target is None
    assert movement(ANA, BEN, 5, block=1, timestamp=9) == Movement(
        source=ANA, target=BEN, units=5, block=1, timestamp=9
    )


def test_reconcile__sources_agree__no_difference() -> None:
    assert reconcile(register([issue(ANA, 5)]), supply=5, units={ANA: 5, BEN: 0}) == ()


def test_reconcile__other_supply_and_holdings__each_difference_named() -> None:
    counted = register([issue(ANA, 5), issue(BEN, 2)])
    assert reconcile(counted, supply=8, units={ANA: 5, CLO: 3}) == (
        Difference(name="supply", counted=7, reported=8),
        Difference(name="sum of units", counted=7, reported=8),
        Difference(name=BEN, counted=2, reported=0),
        Difference(name=CLO, counted=0, reported=3),
    )


@given(histories())
def test_register__any_history__supply_is_the_sum_of_units(history: list[Movement[str]]) -> None:
    end = register(history)
    assert end.supply == sum(end.units.values())
    assert all(units > 0 for units in end.units.values())
    assert list(end.units) == sorted(end.units)
    assert reconcile(end, supply=end.supply, units=end.units) == ()


@given(histories(), st.integers(0, 100))
def test_register__record_date__equals_the_register_of_the_earlier_movements(
    history: list[Movement[str]], record_date: int
) -> None:
    earlier = [each for each in history if each.timestamp < record_date]
    assert register(history, record_date=record_date) == register(earlier)


@given(histories())
def test_register__block_by_block__each_changes_only_by_its_own_movements(history: list[Movement[str]]) -> None:
    for before, after in pairwise(range(-1, max((each.block for each in history), default=0) + 1)):
        added = sum(
            (each.source is None) * each.units - (each.target is None) * each.units
            for each in history
            if each.block == after
        )
        assert register(history, at_block=after).supply == register(history, at_block=before).supply + added
