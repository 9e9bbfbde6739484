"""Payouts in the native coin: taken exactly, paid to contracts, and held up by nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.contracts.payout.conftest import AMOUNT, DAY
from tests.contracts.payout.in_full import BURNING, NATIVE, REVERTING, SHARES, SHOUTING, TOILING, WORKING
from tests.contracts.rights_stage import artifact

from tokenkit import reverts as errors
from tokenkit.chain import Transaction
from tokenkit.testing import reverts

if TYPE_CHECKING:
    from tests.contracts.payout.in_full import FullStage


@pytest.mark.parametrize("value", [0, AMOUNT - 1, AMOUNT + 1])
def test_declare__other_value_than_the_amount__refused(full: FullStage, value: int) -> None:
    with full.world.nothing_changes(), reverts(errors.WrongValue, expected=AMOUNT, sent=value):
        full.send(full.world.stage.agent, "declare", full.declaration(asset=NATIVE), value=value)


def test_declare__native_coins_for_a_payout_in_another__refused(full: FullStage) -> None:
    with full.world.nothing_changes(), reverts(errors.WrongValue, expected=0, sent=1):
        full.send(full.world.stage.agent, "declare", full.declaration(), value=1)


def test_receive__coins_without_a_payout__refused(full: FullStage) -> None:
    with reverts(errors.WrongValue, expected=0, sent=5):
        full.chain.send(Transaction(to=full.payouts.address, value=5), full.world.stage.stranger)


def test_claim__payee_reverts__refused_and_kept(full: FullStage) -> None:
    wallet = full.wallet()
    full.hold_instead("ana", wallet.address)
    full.declare_native()
    full.pass_record_date()
    stage = full.world.stage
    wallet.send(stage.admin, "setMood", REVERTING)
    claim = artifact("Payouts").encode_call("claim", (1,))
    with reverts(errors.PaymentFailed, asset=NATIVE, payee=wallet.address, amount=SHARES["ana"]):
        wallet.send(stage.stranger, "run", full.payouts.address, claim)
    assert full.payouts.read("dueTo", 1, wallet.address) == SHARES["ana"]


@pytest.mark.parametrize("mood", [WORKING, TOILING])
def test_claim__contract_wallet_that_takes_gas__paid(full: FullStage, mood: int) -> None:
    wallet = full.wallet()
    full.hold_instead("ana", wallet.address)
    full.declare_native()
    full.pass_record_date()
    wallet.send(full.world.stage.admin, "setMood", mood)
    wallet.send(full.world.stage.stranger, "run", full.payouts.address, artifact("Payouts").encode_call("claim", (1,)))
    assert full.chain.balance(wallet.address) == SHARES["ana"]
    assert full.chain.balance(full.payouts.address) == AMOUNT - SHARES["ana"]


@pytest.mark.parametrize("mood", [REVERTING, BURNING, SHOUTING, TOILING])
def test_PAY_5__native_payee_misbehaves__others_are_paid_and_it_can_claim(full: FullStage, mood: int) -> None:
    stage, wallet = full.world.stage, full.wallet()
    full.hold_instead("ana", wallet.address)
    full.declare_native()
    full.pass_record_date()
    wallet.send(stage.admin, "setMood", mood)
    before = full.chain.balance(stage.ben.address), full.chain.balance(stage.cleo.address)

    receipt = full.push([wallet.address, stage.ben.address, stage.cleo.address])

    (reason,) = full.failures(receipt).values()
    assert len(reason) == (256 if mood == SHOUTING else 4 if mood == REVERTING else 0)
    assert receipt.gas_used < 400_000
    after = full.chain.balance(stage.ben.address), full.chain.balance(stage.cleo.address)
    assert (after[0] - before[0], after[1] - before[1]) == (SHARES["ben"], SHARES["cleo"])
    assert full.is_conserved(wallets=[wallet.address])

    wallet.send(stage.admin, "setMood", 0)
    wallet.send(stage.stranger, "run", full.payouts.address, artifact("Payouts").encode_call("claim", (1,)))
    assert full.chain.balance(wallet.address) == SHARES["ana"]


@pytest.mark.parametrize(
    ("function", "args"),
    [
        ("claim", (1,)),
        ("claimMany", ([1], None)),
        ("withdrawWithheld", (1, NATIVE)),
        ("push", (1, [])),
        ("topUp", (1,)),
        ("cancel", (1,)),
        ("reclaim", (1,)),
    ],
)
def test_PAY_2__native_payee_calls_back__refused_by_the_guard(
    full: FullStage, function: str, args: tuple[object, ...]
) -> None:
    stage, wallet = full.world.stage, full.wallet()
    full.hold_instead("ana", wallet.address)
    full.declare_native()
    full.pass_record_date()
    stage.manager.send(stage.admin, "grantRole", 4, wallet.address, 0)
    named = [wallet.address if arg is None else arg for arg in args]
    wallet.send(stage.admin, "arm", full.payouts.address, artifact("Payouts").encode_call(function, named))

    wallet.send(stage.stranger, "run", full.payouts.address, artifact("Payouts").encode_call("claim", (1,)))

    assert (wallet.read("attempts"), wallet.read("succeeded")) == (1, False)
    assert wallet.read("answer") == errors.ReentrancyGuardReentrantCall.selector
    assert full.chain.balance(wallet.address) == SHARES["ana"]


def test_push__contract_wallet__paid_within_its_gas(full: FullStage) -> None:
    wallet = full.wallet()
    full.hold_instead("ana", wallet.address)
    full.declare_native()
    full.pass_record_date()
    wallet.send(full.world.stage.admin, "setMood", WORKING)
    receipt = full.push([wallet.address, full.world.stage.ben.address])
    assert full.payouts.only_event(receipt, "PayoutPushed")["amount"] == SHARES["ana"] + SHARES["ben"]
    assert full.chain.balance(wallet.address) == SHARES["ana"]


def test_PAY_4__reclaim_native__rest_returns_after_the_deadline(full: FullStage) -> None:
    stage, refund = full.world.stage, full.wallet()
    full.declare({"asset": NATIVE, "refundTo": refund.address}, value=AMOUNT)
    full.pass_record_date()
    full.push([stage.ana.address])
    deadline = full.payouts.read("payoutOf", 1)["deadline"]
    with reverts(errors.BeforeDeadline, deadline=deadline):
        full.send(stage.agent, "reclaim", 1)
    full.chain.travel(to=stage.record_date + 30 * DAY)
    full.send(stage.agent, "reclaim", 1)
    assert full.chain.balance(refund.address) == AMOUNT - SHARES["ana"]
    assert full.chain.balance(full.payouts.address) == 0
