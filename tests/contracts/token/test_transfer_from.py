"""transferFrom: a spender moves what the holder approved."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.contracts.token.conftest import ANA, BEN, MAX_UNITS, moved

from tokenkit.reverts import (
    ERC20InsufficientAllowance,
    ERC20InsufficientBalance,
    ERC20InvalidReceiver,
    ERC7943InsufficientUnfrozenBalance,
    TransferRestricted,
)
from tokenkit.types import ZERO_ADDRESS

if TYPE_CHECKING:
    from tests.contracts.token.conftest import Stage

NO_LIMIT = 2**256 - 1


def approve(stage: Stage, units: int) -> None:
    stage.token.send(stage.people.ana, "approve", stage.people.mallory.address, units)


def allowance(stage: Stage) -> int:
    return int(stage.token.read("allowance", stage.people.ana.address, stage.people.mallory.address))


@pytest.mark.parametrize("granted", [0, 299])
def test_transferFrom__above_allowance__refused(stage: Stage, granted: int) -> None:
    ana, ben, mallory = stage.people.ana, stage.people.ben, stage.people.mallory
    approve(stage, granted)
    with stage.refused(ERC20InsufficientAllowance, spender=mallory.address, allowance=granted, needed=300):
        stage.token.send(mallory, "transferFrom", ana.address, ben.address, 300)


def test_transferFrom__B14_allowance__is_checked_before_everything_else(stage: Stage) -> None:
    """T-REX enforces the allowance last, by a panic, after the dear checks."""
    ana, mallory = stage.people.ana, stage.people.mallory
    stage.pause()
    with stage.refused(ERC20InsufficientAllowance, spender=mallory.address, allowance=0, needed=ANA + 1):
        stage.token.send(mallory, "transferFrom", ana.address, mallory.address, ANA + 1)


def test_transferFrom__own_units_without_allowance__refused(stage: Stage) -> None:
    ana, ben = stage.people.ana, stage.people.ben
    with stage.refused(ERC20InsufficientAllowance, spender=ana.address, allowance=0, needed=1):
        stage.token.send(ana, "transferFrom", ana.address, ben.address, 1)


def test_transferFrom__above_balance__refused(stage: Stage) -> None:
    ana, ben, mallory = stage.people.ana, stage.people.ben, stage.people.mallory
    approve(stage, NO_LIMIT)
    with stage.refused(ERC20InsufficientBalance, sender=ana.address, balance=ANA, needed=MAX_UNITS + 1):
        stage.token.send(mallory, "transferFrom", ana.address, ben.address, MAX_UNITS + 1)


def test_transferFrom__above_unfrozen_units__refused(stage: Stage) -> None:
    ana, ben, mallory = stage.people.ana, stage.people.ben, stage.people.mallory
    approve(stage, NO_LIMIT)
    stage.freeze_units(ana, 900)
    with stage.refused(ERC7943InsufficientUnfrozenBalance, account=ana.address, amount=101, unfrozen=100):
        stage.token.send(mallory, "transferFrom", ana.address, ben.address, 101)


def test_transferFrom__spender_frozen__refused(stage: Stage) -> None:
    ana, ben, mallory = stage.people.ana, stage.people.ben, stage.people.mallory
    approve(stage, NO_LIMIT)
    stage.freeze(mallory)
    with stage.refused(TransferRestricted, code=4, account=mallory.address, limit=0, actual=10):
        stage.token.send(mallory, "transferFrom", ana.address, ben.address, 10)


def test_transferFrom__holder_frozen__refused(stage: Stage) -> None:
    ana, ben, mallory = stage.people.ana, stage.people.ben, stage.people.mallory
    approve(stage, NO_LIMIT)
    stage.freeze(ana)
    with stage.refused(TransferRestricted, code=2, account=ana.address, limit=0, actual=10):
        stage.token.send(mallory, "transferFrom", ana.address, ben.address, 10)


def test_transferFrom__receiver_not_admitted__refused(stage: Stage) -> None:
    ana, mallory = stage.people.ana, stage.people.mallory
    approve(stage, NO_LIMIT)
    with stage.refused(TransferRestricted, code=21, account=mallory.address, limit=0, actual=0):
        stage.token.send(mallory, "transferFrom", ana.address, mallory.address, 10)


def test_transferFrom__paused__refused(stage: Stage) -> None:
    ana, ben, mallory = stage.people.ana, stage.people.ben, stage.people.mallory
    approve(stage, NO_LIMIT)
    stage.pause()
    with stage.refused(TransferRestricted, code=1, account=stage.token.address, limit=0, actual=10):
        stage.token.send(mallory, "transferFrom", ana.address, ben.address, 10)


def test_transferFrom__to_the_zero_address__refused(stage: Stage) -> None:
    approve(stage, NO_LIMIT)
    with stage.refused(ERC20InvalidReceiver, receiver=ZERO_ADDRESS):
        stage.token.send(stage.people.mallory, "transferFrom", stage.people.ana.address, ZERO_ADDRESS, 1)


def test_transferFrom__within_allowance__moves_units_and_uses_it_up(stage: Stage) -> None:
    ana, ben, mallory = stage.people.ana, stage.people.ben, stage.people.mallory
    approve(stage, 300)
    receipt = stage.token.send(mallory, "transferFrom", ana.address, ben.address, 200)
    assert receipt.output == (1).to_bytes(32, "big")
    assert stage.said(receipt) == [moved(ana.address, ben.address, 200)]
    assert stage.units(ana, ben, mallory) == (ANA - 200, BEN + 200, 0)
    assert allowance(stage) == 100


def test_transferFrom__allowance_without_limit__is_not_used_up(stage: Stage) -> None:
    ana, ben, mallory = stage.people.ana, stage.people.ben, stage.people.mallory
    approve(stage, NO_LIMIT)
    stage.token.send(mallory, "transferFrom", ana.address, ben.address, 200)
    assert stage.units(ana, ben) == (ANA - 200, BEN + 200)
    assert allowance(stage) == NO_LIMIT


def test_transferFrom__zero_units_without_allowance__succeeds_and_moves_nothing(stage: Stage) -> None:
    ana, ben, mallory = stage.people.ana, stage.people.ben, stage.people.mallory
    before = (stage.row(ana), stage.row(ben))
    receipt = stage.token.send(mallory, "transferFrom", ana.address, ben.address, 0)
    assert stage.said(receipt) == [moved(ana.address, ben.address, 0)]
    assert (stage.row(ana), stage.row(ben), allowance(stage)) == (*before, 0)


def test_transferFrom__holder_to_itself__uses_the_allowance_and_moves_nothing(stage: Stage) -> None:
    ana, mallory = stage.people.ana, stage.people.mallory
    approve(stage, 300)
    before = stage.row(ana)
    stage.token.send(mallory, "transferFrom", ana.address, ana.address, 100)
    assert (stage.row(ana), allowance(stage)) == (before, 200)
