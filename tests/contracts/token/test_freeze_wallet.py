"""freezeWallet: a wallet may neither send nor receive, nor spend for others."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.contracts.token.conftest import ANA, FROZEN, PAPER, REASON, justified

from tokenkit.reverts import AccessManagedUnauthorized, ERC20InvalidSender
from tokenkit.types import ZERO_ADDRESS

if TYPE_CHECKING:
    from tests.contracts.token.conftest import Stage


@pytest.mark.parametrize("who", ["ana", "mallory", "issuer", "compliance", "admin"])
def test_freezeWallet__by_another_than_enforcement__refused(stage: Stage, who: str) -> None:
    caller = getattr(stage.people, who)
    with stage.refused(AccessManagedUnauthorized, caller=caller.address):
        stage.token.send(caller, "freezeWallet", stage.people.ana.address, True, REASON, PAPER)


@pytest.mark.parametrize("frozen", [True, False])
def test_freezeWallet__zero_address__refused(stage: Stage, frozen: bool) -> None:
    with stage.refused(ERC20InvalidSender, sender=ZERO_ADDRESS):
        stage.order("freezeWallet", ZERO_ADDRESS, frozen)


@pytest.mark.parametrize("frozen", [True, False])
def test_freezeWallet__any_wallet__sets_the_flag_and_nothing_else(stage: Stage, frozen: bool) -> None:
    ana, enforcement = stage.people.ana, stage.people.enforcement
    before = stage.row(ana)
    stage.freeze(ana, not frozen)
    receipt = stage.freeze(ana, frozen)
    assert stage.said(receipt) == [
        ("AddressFrozen", {"userAddress": ana.address, "isFrozen": frozen, "owner": enforcement.address}),
        justified(enforcement, "freezeWallet", ana.address),
    ]
    assert stage.token.read("isFrozen", ana.address) is frozen
    assert stage.row(ana) == {**before, "flags": FROZEN if frozen else 0}
    assert stage.token.read("unfrozenBalanceOf", ana.address) == ANA
    assert stage.second.read("isFrozen", ana.address) is False


def test_freezeWallet__wallet_nobody_registered__can_be_frozen_ahead(stage: Stage) -> None:
    mallory = stage.people.mallory
    stage.freeze(mallory)
    assert stage.token.read("isFrozen", mallory.address) is True
    assert stage.token.read("canReceive", mallory.address) is False
    stage.register(mallory)
    assert stage.token.read("canReceive", mallory.address) is False
    stage.freeze(mallory, False)
    assert stage.token.read("canReceive", mallory.address) is True


def test_freezeWallet__then_released__transfers_again(stage: Stage) -> None:
    ana, ben = stage.people.ana, stage.people.ben
    stage.freeze(ana)
    stage.freeze(ana, False)
    stage.token.send(ana, "transfer", ben.address, 1)
    assert stage.units(ana) == (ANA - 1,)
