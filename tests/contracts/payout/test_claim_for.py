from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.contracts.payout.conftest import AMOUNT

from tokenkit import reverts as errors
from tokenkit.testing import reverts

if TYPE_CHECKING:
    from tests.contracts.payout.conftest import PayoutStage

ANA_SHARE = AMOUNT * 600 // 999
BEN_SHARE = AMOUNT * 250 // 999


@pytest.fixture
def recovered(declared: PayoutStage) -> PayoutStage:
    """Give the stage after ana's wallet was lost and ben's took its place."""
    stage = declared.stage
    stage.register.send(stage.admin, "succeed", stage.ana.address, stage.ben.address)
    return declared


@pytest.mark.parametrize("caller", ["stranger", "cleo", "ana", "agent"])
def test_claim_for__caller_did_not_replace_the_wallet__refused(recovered: PayoutStage, caller: str) -> None:
    stage = recovered.stage
    sender = getattr(stage, caller)
    with recovered.nothing_changes(), reverts(errors.NotHolder, caller=sender.address, holder=stage.ben.address):
        recovered.payouts.send(sender, "claimFor", 1, stage.ana.address)


def test_claim_for__wallet_was_not_lost__refused_for_others(declared: PayoutStage) -> None:
    stage = declared.stage
    with declared.nothing_changes(), reverts(errors.NotHolder, caller=stage.ben.address, holder=stage.ana.address):
        declared.payouts.send(stage.ben, "claimFor", 1, stage.ana.address)


def test_claim_for__replacement_is_frozen__refused(recovered: PayoutStage) -> None:
    stage = recovered.stage
    stage.register.send(stage.admin, "freeze", stage.ben.address, True)
    with recovered.nothing_changes(), reverts(errors.HolderFrozen, holder=stage.ben.address):
        recovered.payouts.send(stage.ben, "claimFor", 1, stage.ana.address)


def test_claim_for__lost_wallet_was_excluded__refused(recovered: PayoutStage) -> None:
    stage = recovered.stage
    number = recovered.declare(excluded=[stage.ana.address])
    with recovered.nothing_changes(), reverts(errors.NothingDue, payout_id=number, holder=stage.ana.address):
        recovered.payouts.send(stage.ben, "claimFor", number, stage.ana.address)


def test_claim_for__lost_wallet_claimed_before__refused(declared: PayoutStage) -> None:
    stage = declared.stage
    declared.claim(stage.ana)
    stage.register.send(stage.admin, "succeed", stage.ana.address, stage.ben.address)
    with declared.nothing_changes(), reverts(errors.AlreadyPaid, payout_id=1, holder=stage.ana.address):
        declared.payouts.send(stage.ben, "claimFor", 1, stage.ana.address)


def test_claim_for__replacement__gets_both_shares_apart(recovered: PayoutStage) -> None:
    stage, before = recovered.stage, recovered.balances()

    receipt = recovered.payouts.send(stage.ben, "claimFor", 1, stage.ana.address)

    assert recovered.payouts.only_event(receipt, "PayoutClaimed") == {
        "payoutId": 1,
        "holder": stage.ana.address,
        "payee": stage.ben.address,
        "amount": ANA_SHARE,
    }
    assert recovered.gains(before) == {stage.ben.address: ANA_SHARE, recovered.payouts.address: -ANA_SHARE}
    assert not recovered.payouts.read("isPaid", 1, stage.ben.address)
    recovered.claim(stage.ben)
    assert recovered.balance(stage.ben.address) == ANA_SHARE + BEN_SHARE


def test_claim_for__oneself__is_a_claim(declared: PayoutStage) -> None:
    ana = declared.stage.ana
    declared.payouts.send(ana, "claimFor", 1, ana.address)
    assert declared.balance(ana.address) == ANA_SHARE


def test_claim_for__push_to_a_lost_wallet__pays_the_replacement(recovered: PayoutStage) -> None:
    stage = recovered.stage
    recovered.push([stage.ana.address])
    assert recovered.balance(stage.ben.address) == ANA_SHARE
    assert recovered.balance(stage.ana.address) == 0


def test_claim_for__failed_push_before_the_recovery__replacement_claims(declared: PayoutStage) -> None:
    stage = declared.stage
    declared.coin.send(stage.admin, "setBlocked", stage.ana.address, True)
    declared.push([stage.ana.address, stage.ben.address])
    stage.register.send(stage.admin, "succeed", stage.ana.address, stage.ben.address)
    declared.payouts.send(stage.ben, "claimFor", 1, stage.ana.address)
    assert declared.balance(stage.ben.address) == ANA_SHARE + BEN_SHARE
