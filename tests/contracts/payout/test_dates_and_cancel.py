"""Payment dates, and payouts that are called off."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.contracts.payout.conftest import AMOUNT, DAY
from tests.contracts.payout.in_full import NATIVE, SHARES, options

from tokenkit import reverts as errors
from tokenkit.testing import next_transaction_at, reverts

if TYPE_CHECKING:
    from tests.contracts.payout.in_full import FullStage


def test_declare_with__caller_is_not_the_paying_agent__refused(full: FullStage) -> None:
    for sender in (full.world.stage.stranger, full.world.stage.issuer):
        with full.world.nothing_changes(), reverts(errors.AccessManagedUnauthorized, caller=sender.address):
            full.send(sender, "declareWith", full.declaration(), options())


def test_declare_with__payment_before_the_record_date__refused(full: FullStage) -> None:
    early = full.world.stage.record_date - 1
    with full.world.nothing_changes(), reverts(errors.InvalidPaymentDate, payment_date=early):
        full.declare(paymentDate=early)


def test_declare_with__deadline_less_than_a_day_after_payment__refused(full: FullStage) -> None:
    payment = full.world.stage.record_date + 10 * DAY
    with full.world.nothing_changes(), reverts(errors.InvalidDeadline, deadline=payment + DAY - 1):
        full.declare({"deadline": payment + DAY - 1}, paymentDate=payment)
    full.declare({"deadline": payment + DAY}, paymentDate=payment)


def test_PAY_6__before_the_payment_date__nobody_is_paid_by_any_way(full: FullStage) -> None:
    stage = full.world.stage
    payment = stage.record_date + 10 * DAY
    full.declare(paymentDate=payment, exDate=stage.record_date)
    full.chain.travel(to=payment - 100)
    refused = {"payment_date": payment}
    order = full.order(stage.ana.address, [1])
    signature = full.sign(order, stage.ana)
    with full.world.nothing_changes():
        with reverts(errors.BeforePaymentDate, **refused):
            full.send(stage.ana, "claim", 1)
        with reverts(errors.BeforePaymentDate, **refused):
            full.send(stage.ana, "claimMany", [1], stage.ana.address)
        with reverts(errors.BeforePaymentDate, **refused):
            full.relay(order, signature)
        with reverts(errors.BeforePaymentDate, **refused):
            full.push([stage.ana.address])
    assert full.payouts.read("dueTo", 1, stage.ana.address) == 0
    next_transaction_at(full.chain, payment - 1)
    with reverts(errors.BeforePaymentDate, **refused):
        full.send(stage.ben, "claim", 1)

    next_transaction_at(full.chain, payment)
    full.send(stage.ana, "claim", 1)
    assert full.world.balance(stage.ana.address) == SHARES["ana"]


def test_declare_with__options__read_back_and_announced(full: FullStage) -> None:
    stage = full.world.stage
    chosen = options(paymentDate=stage.record_date + DAY, exDate=stage.record_date - DAY)
    receipt = full.send(stage.agent, "declareWith", full.declaration(), chosen)
    event = full.payouts.only_event(receipt, "PayoutOptions")["options"]
    assert (event["exDate"], event["paymentDate"]) == (stage.record_date - DAY, stage.record_date + DAY)
    assert full.payouts.read("optionsOf", 1)["paymentDate"] == stage.record_date + DAY


@pytest.mark.parametrize("caller", ["stranger", "ana", "issuer"])
def test_cancel__caller_is_not_the_paying_agent__refused(full: FullStage, caller: str) -> None:
    full.declare()
    sender = getattr(full.world.stage, caller)
    with full.world.nothing_changes(), reverts(errors.AccessManagedUnauthorized, caller=sender.address):
        full.send(sender, "cancel", 1)


def test_PAY_4__cancel_at_the_record_date__refused(full: FullStage) -> None:
    full.declare()
    next_transaction_at(full.chain, full.world.stage.record_date)
    refused = reverts(errors.RecordDateHasCome, record_date=full.world.stage.record_date)
    with full.world.nothing_changes(), refused:
        full.send(full.world.stage.agent, "cancel", 1)


def test_PAY_4__cancel_a_second_before_the_record_date__all_returns(full: FullStage) -> None:
    stage = full.world.stage
    full.declare()
    before = full.world.balances()
    next_transaction_at(full.chain, stage.record_date - 1)
    receipt = full.send(stage.agent, "cancel", 1)

    assert full.payouts.only_event(receipt, "PayoutCancelled") == {
        "payoutId": 1,
        "refundTo": stage.issuer.address,
        "amount": AMOUNT,
    }
    assert full.world.gains(before) == {stage.issuer.address: AMOUNT, full.payouts.address: -AMOUNT}
    full.pass_record_date()
    for function in ("claim", "reclaim", "cancel", "topUp"):
        sender = stage.ana if function == "claim" else stage.agent
        with reverts(errors.PayoutIsClosed, payout_id=1):
            full.send(sender, function, 1)


def test_cancel__native__all_returns(full: FullStage) -> None:
    refund = full.wallet()
    full.declare({"asset": NATIVE, "refundTo": refund.address}, value=AMOUNT)
    full.send(full.world.stage.agent, "cancel", 1)
    assert (full.chain.balance(refund.address), full.chain.balance(full.payouts.address)) == (AMOUNT, 0)
