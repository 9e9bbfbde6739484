"""batchTransfer: one holder, many receivers; all or nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.contracts.token.conftest import ANA, BEN, CHLOE, MAX_UNITS, moved

from tokenkit.reverts import ERC20InsufficientBalance, LengthMismatch, TransferRestricted

if TYPE_CHECKING:
    from tests.contracts.token.conftest import Stage


@pytest.mark.parametrize("units", [[], [1], [1, 2, 3]])
def test_batchTransfer__arrays_of_different_lengths__refused(stage: Stage, units: list[int]) -> None:
    receivers = [stage.people.ben.address, stage.people.chloe.address]
    with stage.refused(LengthMismatch, expected=2, actual=len(units)):
        stage.token.send(stage.people.ana, "batchTransfer", receivers, units)


def test_batchTransfer__one_receiver_not_admitted__refuses_all(stage: Stage) -> None:
    """CMTAT's batch once went past its rules."""
    ana, mallory = stage.people.ana, stage.people.mallory
    receivers = [stage.people.ben.address, mallory.address]
    with stage.refused(TransferRestricted, code=21, account=mallory.address, limit=0, actual=0):
        stage.token.send(ana, "batchTransfer", receivers, [1, 1])


def test_batchTransfer__more_than_the_balance_in_all__refused(stage: Stage) -> None:
    ana = stage.people.ana
    receivers = [stage.people.ben.address, stage.people.chloe.address]
    with stage.refused(ERC20InsufficientBalance, sender=ana.address, balance=400, needed=401):
        stage.token.send(ana, "batchTransfer", receivers, [600, 401])


def test_batchTransfer__amounts_whose_sum_wraps__refused(stage: Stage) -> None:
    ana = stage.people.ana
    receivers = [stage.people.ben.address, stage.people.chloe.address]
    with stage.refused(ERC20InsufficientBalance, sender=ana.address, balance=ANA - 1, needed=2**256 - 1):
        stage.token.send(ana, "batchTransfer", receivers, [1, 2**256 - 1])


def test_batchTransfer__amount_above_96_bits__refused(stage: Stage) -> None:
    ana = stage.people.ana
    with stage.refused(ERC20InsufficientBalance, sender=ana.address, balance=ANA, needed=MAX_UNITS + 1):
        stage.token.send(ana, "batchTransfer", [stage.people.ben.address], [MAX_UNITS + 1])


def test_batchTransfer__paused__refused(stage: Stage) -> None:
    stage.pause()
    with stage.refused(TransferRestricted, code=1, account=stage.token.address, limit=0, actual=5):
        stage.token.send(stage.people.ana, "batchTransfer", [stage.people.ben.address], [5])


def test_batchTransfer__empty__does_nothing(stage: Stage) -> None:
    receipt = stage.token.send(stage.people.ana, "batchTransfer", [], [])
    assert stage.said(receipt) == []
    assert stage.units(stage.people.ana) == (ANA,)


def test_batchTransfer__many_receivers__moves_each_amount(stage: Stage) -> None:
    ana, ben, chloe, dora = stage.people.ana, stage.people.ben, stage.people.chloe, stage.people.dora
    receivers = [ben.address, chloe.address, dora.address, ben.address, ana.address, chloe.address]
    amounts = [100, 200, 300, 50, 25, 0]
    receipt = stage.token.send(ana, "batchTransfer", receivers, amounts)
    assert stage.said(receipt) == [moved(ana.address, to, units) for to, units in zip(receivers, amounts, strict=True)]
    assert stage.units(ana, ben, chloe, dora) == (ANA - 650, BEN + 150, CHLOE + 200, 300)
    assert stage.token.read("totalSupply") == ANA + BEN + CHLOE
