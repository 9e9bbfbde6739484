"""redeem: units leave the register, whatever stands against their holder."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.contracts.token.conftest import ANA, BEN, CHLOE, HAS_FROZEN_UNITS, MAX_UNITS, PAPER, REASON, justified, moved

from tokenkit.reverts import AccessManagedUnauthorized, ERC20InsufficientBalance, ERC20InvalidSender
from tokenkit.types import ZERO_ADDRESS

if TYPE_CHECKING:
    from tests.contracts.token.conftest import Stage

    from tokenkit.chain import Receipt, Signer

SUPPLY = ANA + BEN + CHLOE


def redeem(stage: Stage, holder: Signer, units: int) -> Receipt:
    return stage.token.send(stage.people.issuer, "redeem", holder.address, units, REASON, PAPER)


@pytest.mark.parametrize("who", ["ana", "mallory", "enforcement", "admin"])
def test_redeem__by_another_than_the_issuer__refused(stage: Stage, who: str) -> None:
    caller = getattr(stage.people, who)
    with stage.refused(AccessManagedUnauthorized, caller=caller.address):
        stage.token.send(caller, "redeem", stage.people.ana.address, 1, REASON, PAPER)


@pytest.mark.parametrize("units", [ANA + 1, MAX_UNITS + 1, 2**256 - 1])
def test_redeem__above_balance__refused(stage: Stage, units: int) -> None:
    ana = stage.people.ana
    with stage.refused(ERC20InsufficientBalance, sender=ana.address, balance=ANA, needed=units):
        redeem(stage, ana, units)


def test_redeem__from_the_zero_address__refused(stage: Stage) -> None:
    with stage.refused(ERC20InvalidSender, sender=ZERO_ADDRESS):
        stage.token.send(stage.people.issuer, "redeem", ZERO_ADDRESS, 0, REASON, PAPER)


def test_redeem__part__lowers_balance_and_supply(stage: Stage) -> None:
    ana, issuer = stage.people.ana, stage.people.issuer
    receipt = redeem(stage, ana, 400)
    assert stage.said(receipt) == [moved(ana.address, ZERO_ADDRESS, 400), justified(issuer, "redeem", ana.address)]
    assert stage.units(ana, stage.people.ben) == (ANA - 400, BEN)
    assert stage.token.read("totalSupply") == SUPPLY - 400


def test_redeem__everything__leaves_an_empty_row(stage: Stage) -> None:
    redeem(stage, stage.people.ana, ANA)
    assert stage.units(stage.people.ana) == (0,)
    assert stage.token.read("totalSupply") == SUPPLY - ANA


@pytest.mark.parametrize("how", ["not registered", "expired", "provider revoked", "wrong country", "missing claim"])
def test_redeem__holder_no_longer_admitted__redeems(stage: Stage, how: str) -> None:
    stage.spoil(stage.people.ana, how)
    redeem(stage, stage.people.ana, 10)
    assert stage.units(stage.people.ana) == (ANA - 10,)


def test_redeem__HAL01_paused_and_wallet_frozen__redeems(stage: Stage) -> None:
    stage.pause()
    stage.freeze(stage.people.ana)
    redeem(stage, stage.people.ana, 10)
    assert stage.units(stage.people.ana) == (ANA - 10,)


def test_redeem__unfrozen_units_suffice__leaves_the_frozen(stage: Stage) -> None:
    ana = stage.people.ana
    stage.freeze_units(ana, 600)
    receipt = redeem(stage, ana, 400)
    assert [name for name, _ in stage.said(receipt)] == ["Transfer", "Justified"]
    assert (stage.units(ana), stage.frozen_units(ana)) == ((600,), 600)


def test_redeem__frozen_units_needed__releases_as_many_before_the_transfer(stage: Stage) -> None:
    ana = stage.people.ana
    stage.freeze_units(ana, 600)
    receipt = redeem(stage, ana, 500)
    assert stage.said(receipt)[:3] == [
        ("Frozen", {"account": ana.address, "amount": 500}),
        ("TokensUnfrozen", {"userAddress": ana.address, "amount": 100}),
        moved(ana.address, ZERO_ADDRESS, 500),
    ]
    assert (stage.units(ana), stage.frozen_units(ana)) == ((500,), 500)
    assert stage.token.read("unfrozenBalanceOf", ana.address) == 0


def test_redeem__everything_frozen__clears_the_flag(stage: Stage) -> None:
    ana = stage.people.ana
    stage.freeze_units(ana, ANA)
    redeem(stage, ana, ANA)
    assert stage.frozen_units(ana) == 0
    assert stage.row(ana)["flags"] & HAS_FROZEN_UNITS == 0


def test_redeem__more_frozen_than_held__keeps_what_was_frozen_ahead(stage: Stage) -> None:
    ana = stage.people.ana
    stage.freeze_units(ana, ANA + 70)
    redeem(stage, ana, 100)
    assert (stage.units(ana), stage.frozen_units(ana)) == ((ANA - 100,), ANA + 70 - 100)


def test_redeem__zero_units__succeeds_and_changes_nothing(stage: Stage) -> None:
    ana = stage.people.ana
    before = stage.row(ana)
    receipt = redeem(stage, ana, 0)
    assert stage.said(receipt)[0] == moved(ana.address, ZERO_ADDRESS, 0)
    assert (stage.row(ana), stage.token.read("totalSupply")) == (before, SUPPLY)
