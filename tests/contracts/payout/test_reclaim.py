from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.contracts.payout.conftest import AMOUNT

from tokenkit import reverts as errors
from tokenkit.testing import next_transaction_at, reverts

if TYPE_CHECKING:
    from tests.contracts.payout.conftest import PayoutStage

ANA_SHARE = AMOUNT * 600 // 999


@pytest.fixture
def expired(declared: PayoutStage) -> PayoutStage:
    """Give the stage after ana claimed and the deadline passed."""
    declared.claim(declared.stage.ana)
    declared.chain.travel(to=declared.payouts.read("payoutOf", 1)["deadline"])
    return declared


@pytest.mark.parametrize("caller", ["stranger", "ana", "issuer", "admin"])
def test_reclaim__caller_is_not_the_paying_agent__refused(expired: PayoutStage, caller: str) -> None:
    sender = getattr(expired.stage, caller)
    with expired.nothing_changes(), reverts(errors.AccessManagedUnauthorized, caller=sender.address):
        expired.payouts.send(sender, "reclaim", 1)


def test_reclaim__unknown_payout__refused(expired: PayoutStage) -> None:
    with expired.nothing_changes(), reverts(errors.UnknownPayout, payout_id=2):
        expired.payouts.send(expired.stage.agent, "reclaim", 2)


def test_PAY_4__reclaim__before_the_deadline__refused(declared: PayoutStage) -> None:
    deadline = declared.payouts.read("payoutOf", 1)["deadline"]
    next_transaction_at(declared.chain, deadline - 1)
    with declared.nothing_changes(), reverts(errors.BeforeDeadline, deadline=deadline):
        declared.payouts.send(declared.stage.agent, "reclaim", 1)
    next_transaction_at(declared.chain, deadline)
    declared.payouts.send(declared.stage.agent, "reclaim", 1)


def test_reclaim__second_time__refused(expired: PayoutStage) -> None:
    expired.payouts.send(expired.stage.agent, "reclaim", 1)
    with expired.nothing_changes(), reverts(errors.PayoutIsClosed, payout_id=1):
        expired.payouts.send(expired.stage.agent, "reclaim", 1)


def test_reclaim__coin_blocks_the_issuer__refused_and_kept(expired: PayoutStage) -> None:
    issuer, rest = expired.stage.issuer, AMOUNT - ANA_SHARE
    expired.coin.send(expired.stage.admin, "setBlocked", issuer.address, True)
    refused = reverts(errors.PaymentFailed, asset=expired.coin.address, payee=issuer.address, amount=rest)
    with expired.nothing_changes(), refused:
        expired.payouts.send(expired.stage.agent, "reclaim", 1)


def test_reclaim__after_the_deadline__returns_the_rest_and_closes(expired: PayoutStage) -> None:
    stage, before, rest = expired.stage, expired.balances(), AMOUNT - ANA_SHARE

    assert expired.payouts.ask(stage.agent, "reclaim", 1) == rest
    receipt = expired.payouts.send(stage.agent, "reclaim", 1)

    assert expired.payouts.only_event(receipt, "PayoutClosed") == {
        "payoutId": 1,
        "refundTo": stage.issuer.address,
        "amount": rest,
    }
    assert expired.gains(before) == {stage.issuer.address: rest, expired.payouts.address: -rest}
    payout = expired.payouts.read("payoutOf", 1)
    assert (payout["closed"], payout["paid"], payout["amount"]) == (True, ANA_SHARE, AMOUNT)
    assert expired.payouts.read("dueTo", 1, stage.ben.address) == 0
    with expired.nothing_changes(), reverts(errors.PayoutIsClosed, payout_id=1):
        expired.push([stage.ben.address])


def test_reclaim__never_settled__returns_all(world: PayoutStage) -> None:
    world.declare()
    world.chain.travel(to=world.payouts.read("payoutOf", 1)["deadline"])
    before = world.balances()
    world.payouts.send(world.stage.agent, "reclaim", 1)
    assert world.gains(before) == {world.stage.issuer.address: AMOUNT, world.payouts.address: -AMOUNT}


def test_reclaim__everything_paid__closes_without_a_payment(world: PayoutStage) -> None:
    world.stage.hold({world.stage.ben.address: 0, world.stage.cleo.address: 0})
    world.declare()
    world.stage.pass_record_date()
    world.claim(world.stage.ana)
    world.chain.travel(to=world.payouts.read("payoutOf", 1)["deadline"])
    before = world.balances()
    receipt = world.payouts.send(world.stage.agent, "reclaim", 1)
    assert world.payouts.only_event(receipt, "PayoutClosed")["amount"] == 0
    assert len(receipt.logs) == 1
    assert world.gains(before) == {}


def test_reclaim__other_payout_in_the_same_coin__untouched(expired: PayoutStage) -> None:
    second = expired.declare(amount=5_000)
    expired.payouts.send(expired.stage.agent, "reclaim", 1)
    assert expired.balance(expired.payouts.address) == 5_000
    expired.claim(expired.stage.ben, second)
    assert expired.balance(expired.stage.ben.address) == 5_000 * 250 // 999
