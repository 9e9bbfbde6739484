from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.contracts.payout.conftest import AMOUNT

from tokenkit import reverts as errors
from tokenkit.testing import reverts
from tokenkit.types import parse_address

if TYPE_CHECKING:
    from tests.contracts.payout.conftest import PayoutStage

    from tokenkit.types import Address

BEN_SHARE = AMOUNT * 250 // 999


@pytest.fixture
def omitted(declared: PayoutStage) -> PayoutStage:
    """Give the stage after a push of ana and cleo that left out ben, who is between them."""
    declared.push([declared.stage.ana.address, declared.stage.cleo.address])
    return declared


def page(world: PayoutStage) -> list[Address]:
    return [world.stage.ana.address, world.stage.cleo.address]


def test_claim_omitted__unknown_payout__refused(omitted: PayoutStage) -> None:
    ben = omitted.stage.ben
    with omitted.nothing_changes(), reverts(errors.UnknownPayout, payout_id=2):
        omitted.payouts.send(ben, "claimOmitted", 2, ben.address, 1, page(omitted))


@pytest.mark.parametrize("number", [0, 2])
def test_claim_omitted__no_such_page__refused(omitted: PayoutStage, number: int) -> None:
    ben = omitted.stage.ben
    refused = reverts(errors.NotOmitted, payout_id=1, holder=ben.address, page=number)
    with omitted.nothing_changes(), refused:
        omitted.payouts.send(ben, "claimOmitted", 1, ben.address, number, page(omitted))


def test_claim_omitted__another_page_than_pushed__refused(omitted: PayoutStage) -> None:
    stage = omitted.stage
    ana, ben, cleo = stage.ana.address, stage.ben.address, stage.cleo.address
    nobody = parse_address(f"0x{1:040x}")
    for other in (
        [],
        [ana],
        [cleo],
        [cleo, ana],
        [ana, ben, cleo],
        [nobody, ana, cleo],
        [ana, cleo, stage.dora.address],
    ):
        with omitted.nothing_changes(), reverts(errors.NotOmitted, payout_id=1, holder=ben, page=1):
            omitted.payouts.send(stage.ben, "claimOmitted", 1, ben, 1, other)


def test_claim_omitted__holder_is_in_the_page__refused(omitted: PayoutStage) -> None:
    for name in ("ana", "cleo"):
        holder = getattr(omitted.stage, name)
        with omitted.nothing_changes(), reverts(errors.NotOmitted, payout_id=1, holder=holder.address, page=1):
            omitted.payouts.send(holder, "claimOmitted", 1, holder.address, 1, page(omitted))


def test_claim_omitted__payment_failed_in_the_page__refused_and_claimed(declared: PayoutStage) -> None:
    stage = declared.stage
    declared.coin.send(stage.admin, "setBlocked", stage.ana.address, True)
    declared.push(page(declared))
    declared.coin.send(stage.admin, "setBlocked", stage.ana.address, False)
    with declared.nothing_changes(), reverts(errors.NotOmitted, payout_id=1, holder=stage.ana.address, page=1):
        declared.payouts.send(stage.ana, "claimOmitted", 1, stage.ana.address, 1, page(declared))
    declared.claim(stage.ana)


def test_claim_omitted__holder_above_the_page__refused(omitted: PayoutStage) -> None:
    stage = omitted.stage
    number = omitted.declare()
    omitted.push([stage.ana.address], number)
    with omitted.nothing_changes(), reverts(errors.NotOmitted, payout_id=number, holder=stage.ben.address, page=1):
        omitted.payouts.send(stage.ben, "claimOmitted", number, stage.ben.address, 1, [stage.ana.address])
    omitted.claim(stage.ben, number)


def test_claim_omitted__holder_in_the_range_of_an_earlier_page__refused(declared: PayoutStage) -> None:
    stage = declared.stage
    declared.push([stage.ana.address, stage.ben.address])
    declared.push([stage.cleo.address])
    for holder in (stage.ana, stage.ben):
        with declared.nothing_changes(), reverts(errors.NotOmitted, payout_id=1, holder=holder.address, page=2):
            declared.payouts.send(holder, "claimOmitted", 1, holder.address, 2, [stage.cleo.address])


def test_PAY_2__claim_omitted__claimed_before_the_push__refused(declared: PayoutStage) -> None:
    stage = declared.stage
    declared.claim(stage.ben)
    declared.push(page(declared))
    with declared.nothing_changes(), reverts(errors.AlreadyPaid, payout_id=1, holder=stage.ben.address):
        declared.payouts.send(stage.ben, "claimOmitted", 1, stage.ben.address, 1, page(declared))


def test_PAY_2__claim_omitted__second_time__refused(omitted: PayoutStage) -> None:
    ben = omitted.stage.ben
    omitted.payouts.send(ben, "claimOmitted", 1, ben.address, 1, page(omitted))
    with omitted.nothing_changes(), reverts(errors.AlreadyPaid, payout_id=1, holder=ben.address):
        omitted.payouts.send(ben, "claimOmitted", 1, ben.address, 1, page(omitted))


def test_claim_omitted__excluded_or_without_units__refused(world: PayoutStage) -> None:
    stage = world.stage
    number = world.declare(excluded=[stage.ben.address])
    stage.pass_record_date()
    world.push(page(world), number)
    nobody = parse_address(f"0x{1:040x}")
    for holder in (stage.ben.address, nobody):
        with world.nothing_changes(), reverts(errors.NothingDue, payout_id=number, holder=holder):
            world.payouts.send(stage.ben, "claimOmitted", number, holder, 1, page(world))


def test_claim_omitted__frozen__refused(omitted: PayoutStage) -> None:
    stage = omitted.stage
    stage.register.send(stage.admin, "freeze", stage.ben.address, True)
    with omitted.nothing_changes(), reverts(errors.HolderFrozen, holder=stage.ben.address):
        omitted.payouts.send(stage.ben, "claimOmitted", 1, stage.ben.address, 1, page(omitted))


def test_claim_omitted__closed__refused(omitted: PayoutStage) -> None:
    stage = omitted.stage
    omitted.chain.travel(to=omitted.payouts.read("payoutOf", 1)["deadline"])
    omitted.payouts.send(stage.agent, "reclaim", 1)
    with omitted.nothing_changes(), reverts(errors.PayoutIsClosed, payout_id=1):
        omitted.payouts.send(stage.ben, "claimOmitted", 1, stage.ben.address, 1, page(omitted))


def test_claim_omitted__plain_claim__says_paid(omitted: PayoutStage) -> None:
    ben = omitted.stage.ben
    with omitted.nothing_changes(), reverts(errors.AlreadyPaid, payout_id=1, holder=ben.address):
        omitted.claim(ben)


@pytest.mark.parametrize("sender", ["ben", "stranger"])
def test_claim_omitted__left_out__paid_whoever_sends_it(omitted: PayoutStage, sender: str) -> None:
    stage, before = omitted.stage, omitted.balances()

    receipt = omitted.payouts.send(getattr(stage, sender), "claimOmitted", 1, stage.ben.address, 1, page(omitted))

    assert omitted.payouts.only_event(receipt, "PayoutClaimed") == {
        "payoutId": 1,
        "holder": stage.ben.address,
        "payee": stage.ben.address,
        "amount": BEN_SHARE,
    }
    assert omitted.gains(before) == {stage.ben.address: BEN_SHARE, omitted.payouts.address: -BEN_SHARE}
    assert omitted.payouts.read("payoutOf", 1)["paid"] == AMOUNT - 1


def test_claim_omitted__left_out_before_the_first_of_the_page__paid(declared: PayoutStage) -> None:
    stage = declared.stage
    declared.push([stage.ana.address])
    declared.push([stage.cleo.address])
    declared.payouts.send(stage.ben, "claimOmitted", 1, stage.ben.address, 2, [stage.cleo.address])
    assert declared.balance(stage.ben.address) == BEN_SHARE


def test_claim_omitted__replaced_wallet__pays_the_replacement(omitted: PayoutStage) -> None:
    stage = omitted.stage
    stage.register.send(stage.admin, "succeed", stage.ben.address, stage.dora.address)
    omitted.payouts.send(stage.stranger, "claimOmitted", 1, stage.ben.address, 1, page(omitted))
    assert omitted.balance(stage.dora.address) == BEN_SHARE
