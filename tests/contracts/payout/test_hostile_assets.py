"""A coin that misbehaves harms nobody but those who are paid in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.contracts.payout.conftest import AMOUNT
from tests.contracts.rights_stage import artifact

from tokenkit import reverts as errors
from tokenkit.testing import reverts

if TYPE_CHECKING:
    from tests.contracts.payout.conftest import PayoutStage

SHARE = {"ana": AMOUNT * 600 // 999, "ben": AMOUNT * 250 // 999, "cleo": AMOUNT * 149 // 999}
REFUSING, LYING = 1, 2
BURN, SHOUT, WORK = 1, 2, 3


def everybody(world: PayoutStage) -> list[str]:
    return [one.address for one in (world.stage.ana, world.stage.ben, world.stage.cleo)]


@pytest.fixture
def beside(world: PayoutStage) -> PayoutStage:
    """Give the stage with payout 1 in an honest coin, to see that it stays whole."""
    world.declare()
    return world


@pytest.mark.parametrize(
    ("function", "args"),
    [
        ("claim", (1,)),
        ("claim", (2,)),
        ("claimFor", (1, "ana")),
        ("claimMany", ([1], "ana")),
        ("push", (2, ["ana"])),
        ("reclaim", (1,)),
        ("cancel", (1,)),
        ("topUp", (1,)),
        ("withdrawWithheld", (1, "ana")),
    ],
)
@pytest.mark.parametrize("entrance", ["claim", "push"])
def test_PAY_2__asset_calls_back__refused_by_the_guard(
    beside: PayoutStage, entrance: str, function: str, args: tuple[object, ...]
) -> None:
    stage = beside.stage
    other = beside.with_coin("ReentrantCoin")
    other.declare()
    stage.pass_record_date()
    stage.manager.send(stage.admin, "grantRole", 4, other.coin.address, 0)
    stage.register.send(stage.admin, "succeed", stage.dora.address, other.coin.address)
    named = [[stage.ana.address] if arg == ["ana"] else stage.dora.address if arg == "ana" else arg for arg in args]
    other.coin.send(stage.admin, "arm", beside.payouts.address, artifact("Payouts").encode_call(function, named))

    if entrance == "claim":
        other.claim(stage.ana, 2)
    else:
        other.push([stage.ana.address], 2)

    assert other.coin.read("attempts") == 1
    assert not other.coin.read("succeeded")
    assert other.coin.read("answer") == errors.ReentrancyGuardReentrantCall.selector
    assert other.balance(stage.ana.address) == SHARE["ana"]
    assert beside.balance(beside.payouts.address) == AMOUNT


def test_PAY_2__asset_calls_back_while_it_is_paid_in__refused_by_the_guard(world: PayoutStage) -> None:
    other = world.with_coin("ReentrantCoin")
    other.coin.send(
        world.stage.admin,
        "arm",
        other.payouts.address,
        artifact("Payouts").encode_call("declare", [other.declaration()]),
    )
    world.stage.manager.send(world.stage.admin, "grantRole", 4, other.coin.address, 0)
    other.declare()
    assert (other.coin.read("attempts"), other.coin.read("succeeded")) == (1, False)
    assert other.coin.read("answer") == errors.ReentrancyGuardReentrantCall.selector
    assert other.payouts.read("payoutCount") == 1


def test_asset_answers_false__claim_refused_and_kept(world: PayoutStage) -> None:
    other, ana = world.with_coin("FalseCoin"), world.stage.ana
    other.declare()
    world.stage.pass_record_date()
    other.coin.send(world.stage.admin, "setMood", REFUSING)
    refused = reverts(errors.PaymentFailed, asset=other.coin.address, payee=ana.address, amount=SHARE["ana"])
    with other.nothing_changes(), refused:
        other.claim(ana)
    other.coin.send(world.stage.admin, "setMood", 0)
    other.claim(ana)
    assert other.balance(ana.address) == SHARE["ana"]


def test_PAY_5__asset_answers_false__push_notes_it_and_keeps_the_shares(world: PayoutStage) -> None:
    other = world.with_coin("FalseCoin")
    other.declare()
    world.stage.pass_record_date()
    other.coin.send(world.stage.admin, "setMood", REFUSING)

    receipt = other.push(everybody(other))

    failed = [event.args for event in other.payouts.events(receipt) if event.name == "PayoutFailed"]
    assert [(one["holder"], one["amount"], one["reason"]) for one in failed] == [
        (getattr(world.stage, name).address, share, bytes(32)) for name, share in SHARE.items()
    ]
    assert other.payouts.only_event(receipt, "PayoutPushed")["amount"] == 0
    assert other.payouts.read("payoutOf", 1)["paid"] == 0
    other.coin.send(world.stage.admin, "setMood", 0)
    for name in SHARE:
        other.claim(getattr(world.stage, name))
    assert other.payouts.read("payoutOf", 1)["paid"] == sum(SHARE.values())


def test_asset_lies__only_its_own_payees_lose(beside: PayoutStage) -> None:
    stage = beside.stage
    other = beside.with_coin("FalseCoin")
    other.declare()
    stage.pass_record_date()
    other.coin.send(stage.admin, "setMood", LYING)
    other.push(everybody(other), 2)
    assert other.payouts.read("payoutOf", 2)["paid"] == sum(SHARE.values())
    assert other.balance(stage.ana.address) == 0

    beside.push(everybody(beside), 1)
    assert {name: beside.balance(getattr(stage, name).address) for name in SHARE} == SHARE


def test_PAY_5__asset_burns_all_gas_for_one__others_are_paid(world: PayoutStage) -> None:
    stage = world.stage
    other = world.with_coin("GasBurnerCoin")
    other.declare()
    stage.pass_record_date()
    other.coin.send(stage.admin, "setTrap", stage.ana.address, BURN)

    receipt = other.push(everybody(other), gas=1_500_000)

    assert other.payouts.only_event(receipt, "PayoutFailed") == {
        "payoutId": 1,
        "holder": stage.ana.address,
        "amount": SHARE["ana"],
        "reason": b"",
    }
    assert receipt.gas_used < 600_000
    assert {name: other.balance(getattr(stage, name).address) for name in SHARE} == {**SHARE, "ana": 0}
    other.coin.send(stage.admin, "setTrap", stage.ana.address, 0)
    other.claim(stage.ana)
    assert other.balance(stage.ana.address) == SHARE["ana"]


def test_PAY_5__asset_shouts__reason_is_cut_and_others_are_paid(world: PayoutStage) -> None:
    stage = world.stage
    other = world.with_coin("GasBurnerCoin")
    other.declare()
    stage.pass_record_date()
    other.coin.send(stage.admin, "setTrap", stage.ben.address, SHOUT)

    receipt = other.push(everybody(other))

    failed = other.payouts.only_event(receipt, "PayoutFailed")
    assert (failed["holder"], len(failed["reason"])) == (stage.ben.address, 256)
    assert {name: other.balance(getattr(stage, name).address) for name in SHARE} == {**SHARE, "ben": 0}


@pytest.mark.parametrize("gas", range(420_000, 700_000, 20_000))
def test_PAY_5__agent_starves_a_dear_payment__all_or_nothing(world: PayoutStage, gas: int) -> None:
    """A payment that needs 130,000 gas is either made or the whole push is refused: it never fails for lack of gas."""
    stage = world.stage
    other = world.with_coin("GasBurnerCoin")
    other.declare()
    stage.pass_record_date()
    for one in (stage.ana, stage.ben, stage.cleo):
        other.coin.send(stage.admin, "setTrap", one.address, WORK)

    try:
        receipt = other.push(everybody(other), gas=gas)
    except errors.InsufficientGas:
        assert other.payouts.read("payoutOf", 1)["pages"] == 0
    else:
        assert other.payouts.only_event(receipt, "PayoutPushed")["amount"] == sum(SHARE.values())
