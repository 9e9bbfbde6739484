"""Claims signed by the owner and handed in by anyone: replayed, reordered, forged and front-run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.contracts.payout.conftest import DAY
from tests.contracts.payout.in_full import SHARES
from tests.contracts.rights_stage import deploy

from tokenkit import reverts as errors
from tokenkit.testing import next_transaction_at, reverts

if TYPE_CHECKING:
    from tests.contracts.payout.in_full import FullStage


@pytest.fixture
def due(full: FullStage) -> FullStage:
    """Give the stage after the record date, with payouts 1 and 2."""
    full.declare()
    full.declare()
    full.pass_record_date()
    return full


def test_PAY_8__signed_by_somebody_else__refused(due: FullStage) -> None:
    stage = due.world.stage
    order = due.order(stage.ana.address, [1])
    with due.world.nothing_changes(), reverts(errors.InvalidSignature, claimant=stage.ana.address):
        due.relay(order, due.sign(order, stage.ben))


@pytest.mark.parametrize(
    "changed", [{"payoutIds": [1, 2]}, {"payoutIds": []}, {"nonce": 0, "payoutIds": [2]}, {"deadline": 2**40}]
)
def test_PAY_8__anything_changed_after_signing__refused(due: FullStage, changed: dict[str, object]) -> None:
    ana = due.world.stage.ana
    order = due.order(ana.address, [1])
    with due.world.nothing_changes(), reverts(errors.InvalidSignature, claimant=ana.address):
        due.relay({**order, **changed}, due.sign(order, ana))


@pytest.mark.parametrize(
    "domain", [{"chainId": 5}, {"name": "tokenkit"}, {"version": "2"}, {"verifyingContract": None}]
)
def test_PAY_8__signed_for_another_contract_or_chain__refused(due: FullStage, domain: dict[str, object]) -> None:
    ana = due.world.stage.ana
    order = due.order(ana.address, [1])
    named = {key: value if value else due.world.stage.meetings.address for key, value in domain.items()}
    with due.world.nothing_changes(), reverts(errors.InvalidSignature, claimant=ana.address):
        due.relay(order, due.sign(order, ana, **named))


def test_claim_signed__after_its_deadline__refused(due: FullStage) -> None:
    ana = due.world.stage.ana
    order = due.order(ana.address, [1])
    signature = due.sign(order, ana)
    next_transaction_at(due.chain, order["deadline"] + 1)
    with due.world.nothing_changes(), reverts(errors.OrderExpired, deadline=order["deadline"]):
        due.relay(order, signature)


def test_claim_signed__in_the_second_of_its_deadline__paid(due: FullStage) -> None:
    ana = due.world.stage.ana
    order = due.order(ana.address, [1])
    signature = due.sign(order, ana)
    next_transaction_at(due.chain, order["deadline"])
    due.relay(order, signature)
    assert due.world.balance(ana.address) == SHARES["ana"]


def test_PAY_8__replayed__refused(due: FullStage) -> None:
    ana = due.world.stage.ana
    order = due.order(ana.address, [1])
    signature = due.sign(order, ana)
    due.relay(order, signature)
    with due.world.nothing_changes(), reverts(errors.InvalidNonce, claimant=ana.address, expected=1, given=0):
        due.relay(order, signature)
    assert due.world.balance(ana.address) == SHARES["ana"]


def test_PAY_8__reordered__later_one_waits_and_nobody_loses(due: FullStage) -> None:
    ana = due.world.stage.ana
    first, second = due.order(ana.address, [1]), due.order(ana.address, [2], nonce=1)
    signed = due.sign(first, ana), due.sign(second, ana)
    with due.world.nothing_changes(), reverts(errors.InvalidNonce, claimant=ana.address, expected=0, given=1):
        due.relay(second, signed[1])
    due.relay(first, signed[0])
    due.relay(second, signed[1])
    assert due.world.balance(ana.address) == 2 * SHARES["ana"]


def test_PAY_8__claimed_before_the_relayer__order_is_void_and_the_money_is_where_it_belongs(due: FullStage) -> None:
    ana = due.world.stage.ana
    order = due.order(ana.address, [1, 2])
    signature = due.sign(order, ana)
    due.send(ana, "claim", 2)
    with due.world.nothing_changes(), reverts(errors.AlreadyPaid, payout_id=2, holder=ana.address):
        due.relay(order, signature)
    assert due.payouts.read("nonceOf", ana.address) == 0
    assert due.world.balance(ana.address) == SHARES["ana"]


def test_PAY_8__handed_in_by_somebody_else_first__money_goes_to_the_owner_all_the_same(due: FullStage) -> None:
    stage = due.world.stage
    order = due.order(stage.ana.address, [1])
    signature = due.sign(order, stage.ana)
    before = due.world.balances()
    due.send(stage.ben, "claimSigned", order, signature)
    assert due.world.gains(before) == {stage.ana.address: SHARES["ana"], due.payouts.address: -SHARES["ana"]}


def test_PAY_8__voided__refused(due: FullStage) -> None:
    ana = due.world.stage.ana
    order = due.order(ana.address, [1])
    signature = due.sign(order, ana)
    receipt = due.send(ana, "voidOrders")
    assert due.payouts.only_event(receipt, "OrdersVoided") == {"claimant": ana.address, "nonce": 1}
    with due.world.nothing_changes(), reverts(errors.InvalidNonce, claimant=ana.address, expected=1, given=0):
        due.relay(order, signature)


def test_PAY_8__lost_key_signs_after_the_recovery__refused_and_the_new_one_is_paid(due: FullStage) -> None:
    stage = due.world.stage
    lost, new = stage.ana, stage.dora
    stolen = due.order(lost.address, [1])
    signature = due.sign(stolen, lost)
    due.succeed(lost.address, new.address)
    with due.world.nothing_changes(), reverts(errors.NotHolder, caller=lost.address, holder=new.address):
        due.relay(stolen, signature)
    order = due.order(new.address, [1], holder=lost.address)
    due.relay(order, due.sign(order, new))
    assert due.world.balance(new.address) == SHARES["ana"]


def test_PAY_8__names_shares_of_others__refused(due: FullStage) -> None:
    stage = due.world.stage
    order = due.order(stage.ben.address, [1], holder=stage.ana.address)
    refused = reverts(errors.NotHolder, caller=stage.ben.address, holder=stage.ana.address)
    with due.world.nothing_changes(), refused:
        due.relay(order, due.sign(order, stage.ben))


def test_PAY_2__the_same_payout_twice_in_an_order__refused(due: FullStage) -> None:
    ana = due.world.stage.ana
    order = due.order(ana.address, [1, 1])
    with due.world.nothing_changes(), reverts(errors.AlreadyPaid, payout_id=1, holder=ana.address):
        due.relay(order, due.sign(order, ana))


def test_claim_signed__by_a_contract_wallet__paid(full: FullStage) -> None:
    stage = full.world.stage
    safe = deploy(full.chain, stage.admin, "ContractWallet", stage.ana.address)
    full.hold_instead("ana", safe.address)
    full.declare()
    full.pass_record_date()
    order = full.order(safe.address, [1])
    with full.world.nothing_changes(), reverts(errors.InvalidSignature, claimant=safe.address):
        full.relay(order, full.sign(order, stage.ben))
    full.relay(order, full.sign(order, stage.ana))
    assert full.world.balance(safe.address) == SHARES["ana"]


def test_claim_signed__frozen__refused_and_the_order_stays_good(due: FullStage) -> None:
    ana = due.world.stage.ana
    order = due.order(ana.address, [1], deadline=due.chain.now() + 9 * DAY)
    signature = due.sign(order, ana)
    due.freeze(ana.address)
    with due.world.nothing_changes(), reverts(errors.HolderFrozen, holder=ana.address):
        due.relay(order, signature)
    due.freeze(ana.address, frozen=False)
    due.relay(order, signature)
    assert due.world.balance(ana.address) == SHARES["ana"]


def test_claim_many__one_of_them_not_due__none_is_paid(due: FullStage) -> None:
    ana = due.world.stage.ana
    due.send(ana, "claim", 1)
    with due.world.nothing_changes(), reverts(errors.AlreadyPaid, payout_id=1, holder=ana.address):
        due.send(ana, "claimMany", [2, 1], ana.address)
    with due.world.nothing_changes(), reverts(errors.UnknownPayout, payout_id=3):
        due.send(ana, "claimMany", [2, 3], ana.address)


def test_claim_many__of_somebody_else__refused(due: FullStage) -> None:
    stage = due.world.stage
    refused = reverts(errors.NotHolder, caller=stage.ben.address, holder=stage.ana.address)
    with due.world.nothing_changes(), refused:
        due.send(stage.ben, "claimMany", [1, 2], stage.ana.address)


def test_claim_many__own_and_those_of_a_replaced_wallet__paid(due: FullStage) -> None:
    stage = due.world.stage
    assert list(due.payouts.ask(stage.ana, "claimMany", [1, 2], stage.ana.address)) == [SHARES["ana"]] * 2
    due.send(stage.ana, "claimMany", [1, 2], stage.ana.address)
    due.succeed(stage.ben.address, stage.dora.address)
    due.send(stage.dora, "claimMany", [2, 1], stage.ben.address)
    assert due.world.balance(stage.ana.address) == 2 * SHARES["ana"]
    assert due.world.balance(stage.dora.address) == 2 * SHARES["ben"]
