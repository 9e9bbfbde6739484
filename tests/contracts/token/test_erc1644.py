"""Controller operations (ERC-1644): orders under the names of that standard."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.contracts.token.conftest import ANA, BEN, CHLOE, moved

from tokenkit.reverts import AccessManagedUnauthorized, ERC20InsufficientBalance, ForcedToSelf, TransferRestricted
from tokenkit.types import ZERO_ADDRESS

if TYPE_CHECKING:
    from tests.contracts.token.conftest import Stage

DATA, ORDER = b"\x01\x02", b"court order 7/2030"


@pytest.mark.parametrize("who", ["mallory", "issuer", "admin"])
@pytest.mark.parametrize("function", ["controllerTransfer", "controllerRedeem"])
def test_controller__by_another_than_enforcement__refused(stage: Stage, function: str, who: str) -> None:
    caller, ana, ben = getattr(stage.people, who), stage.people.ana.address, stage.people.ben.address
    args = (ana, ben, 1, DATA, ORDER) if function == "controllerTransfer" else (ana, 1, DATA, ORDER)
    with stage.refused(AccessManagedUnauthorized, caller=caller.address):
        stage.token.send(caller, function, *args)


def test_controllerTransfer__to_the_same_wallet__refused(stage: Stage) -> None:
    ana = stage.people.ana.address
    with stage.refused(ForcedToSelf, account=ana):
        stage.token.send(stage.people.enforcement, "controllerTransfer", ana, ana, 1, DATA, ORDER)


def test_controllerTransfer__receiver_not_admitted__refused(stage: Stage) -> None:
    ana, mallory = stage.people.ana.address, stage.people.mallory.address
    with stage.refused(TransferRestricted, code=21, account=mallory, limit=0, actual=0):
        stage.token.send(stage.people.enforcement, "controllerTransfer", ana, mallory, 1, DATA, ORDER)


def test_controllerRedeem__above_balance__refused(stage: Stage) -> None:
    ana = stage.people.ana.address
    with stage.refused(ERC20InsufficientBalance, sender=ana, balance=ANA, needed=ANA + 1):
        stage.token.send(stage.people.enforcement, "controllerRedeem", ana, ANA + 1, DATA, ORDER)


def test_controllerTransfer__enforcement__moves_and_says_why(stage: Stage) -> None:
    ana, ben, enforcement = stage.people.ana, stage.people.ben, stage.people.enforcement
    stage.freeze_units(ana, ANA)
    receipt = stage.token.send(enforcement, "controllerTransfer", ana.address, ben.address, 30, DATA, ORDER)
    assert stage.said(receipt) == [
        ("Frozen", {"account": ana.address, "amount": ANA - 30}),
        ("TokensUnfrozen", {"userAddress": ana.address, "amount": 30}),
        moved(ana.address, ben.address, 30),
        ("ForcedTransfer", {"from": ana.address, "to": ben.address, "amount": 30}),
        (
            "ControllerTransfer",
            {
                "_controller": enforcement.address,
                "_from": ana.address,
                "_to": ben.address,
                "_value": 30,
                "_data": DATA,
                "_operatorData": ORDER,
            },
        ),
    ]
    assert stage.units(ana, ben) == (ANA - 30, BEN + 30)


def test_controllerRedeem__enforcement__retires_and_says_why(stage: Stage) -> None:
    ana, enforcement = stage.people.ana, stage.people.enforcement
    receipt = stage.token.send(enforcement, "controllerRedeem", ana.address, 30, DATA, ORDER)
    assert stage.said(receipt) == [
        moved(ana.address, ZERO_ADDRESS, 30),
        (
            "ControllerRedemption",
            {
                "_controller": enforcement.address,
                "_tokenHolder": ana.address,
                "_value": 30,
                "_data": DATA,
                "_operatorData": ORDER,
            },
        ),
    ]
    assert stage.units(ana) == (ANA - 30,)
    assert stage.token.read("totalSupply") == ANA + BEN + CHLOE - 30


def test_isControllable__always__yes(stage: Stage) -> None:
    assert stage.token.read("isControllable") is True
