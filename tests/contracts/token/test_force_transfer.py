"""forceTransfer: units move by order."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.contracts.token.conftest import (
    ANA,
    BEN,
    CHLOE,
    FORCED,
    HAS_FROZEN_UNITS,
    MAX_UNITS,
    PAPER,
    REASON,
    justified,
    moved,
)

from tokenkit.reverts import (
    AccessManagedUnauthorized,
    ERC20InsufficientBalance,
    ERC20InvalidReceiver,
    ERC20InvalidSender,
    ForcedToSelf,
    TransferRestricted,
)
from tokenkit.types import ZERO_ADDRESS

if TYPE_CHECKING:
    from tests.contracts.token.conftest import Stage

SPOILS = ("not registered", "expired", "provider revoked", "wrong country", "missing claim")


@pytest.mark.parametrize("who", ["ana", "mallory", "issuer", "admin"])
def test_forceTransfer__by_another_than_enforcement__refused(stage: Stage, who: str) -> None:
    caller = getattr(stage.people, who)
    args = (stage.people.ana.address, stage.people.ben.address, 1, REASON, PAPER)
    with stage.refused(AccessManagedUnauthorized, caller=caller.address):
        stage.token.send(caller, "forceTransfer", *args)


@pytest.mark.parametrize("units", [0, 1, ANA])
@pytest.mark.parametrize("frozen", [0, ANA])
def test_forceTransfer__B13_to_the_same_wallet__refused(stage: Stage, units: int, frozen: int) -> None:
    """Elsewhere this frees frozen units without moving them."""
    ana = stage.people.ana
    stage.freeze_units(ana, frozen)
    with stage.refused(ForcedToSelf, account=ana.address):
        stage.order("forceTransfer", ana.address, ana.address, units)


@pytest.mark.parametrize("units", [ANA + 1, MAX_UNITS + 1, 2**256 - 1])
def test_forceTransfer__above_balance__refused(stage: Stage, units: int) -> None:
    ana, ben = stage.people.ana, stage.people.ben
    with stage.refused(ERC20InsufficientBalance, sender=ana.address, balance=ANA, needed=units):
        stage.order("forceTransfer", ana.address, ben.address, units)


def test_forceTransfer__from_the_zero_address__refused(stage: Stage) -> None:
    with stage.refused(ERC20InvalidSender, sender=ZERO_ADDRESS):
        stage.order("forceTransfer", ZERO_ADDRESS, stage.people.ben.address, 1)


def test_forceTransfer__to_the_zero_address__refused(stage: Stage) -> None:
    """Units leave the register by redemption only."""
    with stage.refused(ERC20InvalidReceiver, receiver=ZERO_ADDRESS):
        stage.order("forceTransfer", stage.people.ana.address, ZERO_ADDRESS, 1)


@pytest.mark.parametrize("how", SPOILS)
def test_forceTransfer__receiver_no_longer_admitted__refused(stage: Stage, how: str) -> None:
    ana, ben = stage.people.ana, stage.people.ben
    reason, limit, actual = stage.spoil(ben, how)
    with stage.refused(TransferRestricted, code=20 + reason, account=ben.address, limit=limit, actual=actual):
        stage.order("forceTransfer", ana.address, ben.address, 1)


def test_forceTransfer__receiver_frozen__refused(stage: Stage) -> None:
    ana, ben = stage.people.ana, stage.people.ben
    stage.freeze(ben)
    with stage.refused(TransferRestricted, code=3, account=ben.address, limit=0, actual=1):
        stage.order("forceTransfer", ana.address, ben.address, 1)


def test_forceTransfer__admitted_receiver__moves_units(stage: Stage) -> None:
    ana, ben, enforcement = stage.people.ana, stage.people.ben, stage.people.enforcement
    receipt = stage.order("forceTransfer", ana.address, ben.address, 300)
    assert stage.said(receipt) == [
        moved(ana.address, ben.address, 300),
        ("ForcedTransfer", {"from": ana.address, "to": ben.address, "amount": 300}),
        justified(enforcement, "forceTransfer", ana.address),
    ]
    assert stage.units(ana, ben) == (ANA - 300, BEN + 300)
    assert stage.token.read("totalSupply") == ANA + BEN + CHLOE


@pytest.mark.parametrize("how", SPOILS)
def test_forceTransfer__sender_no_longer_admitted__moves_units(stage: Stage, how: str) -> None:
    ana, ben = stage.people.ana, stage.people.ben
    stage.spoil(ana, how)
    stage.order("forceTransfer", ana.address, ben.address, 300)
    assert stage.units(ana, ben) == (ANA - 300, BEN + 300)


def test_forceTransfer__paused_and_sender_frozen__moves_units(stage: Stage) -> None:
    ana, ben = stage.people.ana, stage.people.ben
    stage.freeze(ana)
    stage.pause()
    stage.order("forceTransfer", ana.address, ben.address, 300)
    assert stage.units(ana, ben) == (ANA - 300, BEN + 300)
    assert stage.token.read("isFrozen", ana.address) is True


def test_forceTransfer__HAL02_allowance__is_neither_needed_nor_used_up(stage: Stage) -> None:
    ana, ben, enforcement = stage.people.ana, stage.people.ben, stage.people.enforcement
    stage.token.send(ana, "approve", enforcement.address, 50)
    stage.order("forceTransfer", ana.address, ben.address, 300)
    assert stage.token.read("allowance", ana.address, enforcement.address) == 50


@pytest.mark.parametrize(
    ("frozen", "units", "left"), [(600, 400, 600), (600, 401, 599), (ANA, ANA, 0), (ANA + 70, 100, ANA - 30)]
)
def test_forceTransfer__frozen_units__are_released_only_as_far_as_needed(
    stage: Stage, frozen: int, units: int, left: int
) -> None:
    ana, ben = stage.people.ana, stage.people.ben
    stage.freeze_units(ana, frozen)
    receipt = stage.order("forceTransfer", ana.address, ben.address, units)
    released = [
        ("Frozen", {"account": ana.address, "amount": left}),
        ("TokensUnfrozen", {"userAddress": ana.address, "amount": frozen - left}),
    ]
    assert stage.said(receipt)[:-2] == [*(released if left < frozen else []), moved(ana.address, ben.address, units)]
    assert (stage.units(ana, ben), stage.frozen_units(ana)) == ((ANA - units, BEN + units), left)
    assert bool(stage.row(ana)["flags"] & HAS_FROZEN_UNITS) is (left != 0)
    assert stage.frozen_units(ben) == 0


def test_forceTransfer__B15_zero_units__succeeds_and_moves_nothing(stage: Stage) -> None:
    ana, ben = stage.people.ana, stage.people.ben
    stage.freeze_units(ana, 600)
    before = (stage.row(ana), stage.row(ben))
    receipt = stage.order("forceTransfer", ana.address, ben.address, 0)
    assert stage.said(receipt)[0] == moved(ana.address, ben.address, 0)
    assert (stage.row(ana), stage.row(ben), stage.frozen_units(ana)) == (*before, 600)


def test_forceTransfer__preflight__says_what_stops_it(stage: Stage) -> None:
    ana, ben, enforcement = stage.people.ana, stage.people.ben, stage.people.enforcement
    stage.pause()
    stage.freeze(ana)
    assert stage.codes(FORCED, enforcement, ana.address, ben.address, ANA) == []
    assert stage.codes(FORCED, enforcement, ana.address, ana.address, ANA + 1) == [5, 8]
