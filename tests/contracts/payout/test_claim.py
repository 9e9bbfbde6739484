from __future__ import annotations

from typing import TYPE_CHECKING

from tests.contracts.payout.conftest import AMOUNT

from tokenkit import reverts as errors
from tokenkit.testing import next_transaction_at, reverts

if TYPE_CHECKING:
    from tests.contracts.payout.conftest import PayoutStage

ANA_SHARE = AMOUNT * 600 // 999
BEN_SHARE = AMOUNT * 250 // 999


def test_claim__unknown_payout__refused(declared: PayoutStage) -> None:
    for number in (0, 2):
        with declared.nothing_changes(), reverts(errors.UnknownPayout, payout_id=number):
            declared.claim(declared.stage.ana, number)


def test_claim__before_the_record_date__refused(world: PayoutStage) -> None:
    world.declare()
    next_transaction_at(world.chain, world.stage.record_date - 1)
    with world.nothing_changes(), reverts(errors.BeforeRecordDate, record_date=world.stage.record_date):
        world.claim(world.stage.ana)


def test_claim__nobody_shares__refused_and_the_money_waits(world: PayoutStage) -> None:
    world.declare(excluded=[])
    stage = world.stage
    stage.hold(dict.fromkeys([one.address for one in (*stage.holders, stage.treasury)], 0))
    stage.pass_record_date()
    with world.nothing_changes(), reverts(errors.NoEntitledUnits, payout_id=1):
        world.claim(stage.ana)


def test_claim__held_nothing_at_the_record_date__refused(declared: PayoutStage) -> None:
    for nobody in (declared.stage.stranger, declared.stage.dora):
        with declared.nothing_changes(), reverts(errors.NothingDue, payout_id=1, holder=nobody.address):
            declared.claim(nobody)


def test_claim__excluded__refused(declared: PayoutStage) -> None:
    treasury = declared.stage.treasury
    with declared.nothing_changes(), reverts(errors.NothingDue, payout_id=1, holder=treasury.address):
        declared.claim(treasury)


def test_claim__share_rounds_down_to_nothing__refused(world: PayoutStage) -> None:
    world.declare(amount=1)
    world.stage.pass_record_date()
    with world.nothing_changes(), reverts(errors.NothingDue, payout_id=1, holder=world.stage.ana.address):
        world.claim(world.stage.ana)


def test_claim__frozen__refused_until_released(declared: PayoutStage) -> None:
    ana, register = declared.stage.ana, declared.stage.register
    register.send(declared.stage.admin, "freeze", ana.address, True)
    with declared.nothing_changes(), reverts(errors.HolderFrozen, holder=ana.address):
        declared.claim(ana)

    register.send(declared.stage.admin, "freeze", ana.address, False)
    before = declared.balances()
    declared.claim(ana)
    assert declared.gains(before) == {ana.address: ANA_SHARE, declared.payouts.address: -ANA_SHARE}


def test_claim__wallet_was_replaced__refused(declared: PayoutStage) -> None:
    ana, dora = declared.stage.ana, declared.stage.dora
    declared.stage.register.send(declared.stage.admin, "succeed", ana.address, dora.address)
    with declared.nothing_changes(), reverts(errors.NotHolder, caller=ana.address, holder=dora.address):
        declared.claim(ana)


def test_PAY_2__claim__second_time__refused(declared: PayoutStage) -> None:
    ana = declared.stage.ana
    declared.claim(ana)
    with declared.nothing_changes(), reverts(errors.AlreadyPaid, payout_id=1, holder=ana.address):
        declared.claim(ana)


def test_PAY_2__claim__pushed_already__refused(declared: PayoutStage) -> None:
    ana = declared.stage.ana
    declared.push([ana.address])
    with declared.nothing_changes(), reverts(errors.AlreadyPaid, payout_id=1, holder=ana.address):
        declared.claim(ana)


def test_claim__coin_blocks_the_holder__refused_and_kept(declared: PayoutStage) -> None:
    ana, coin = declared.stage.ana, declared.coin
    coin.send(declared.stage.admin, "setBlocked", ana.address, True)
    refused = reverts(errors.PaymentFailed, asset=coin.address, payee=ana.address, amount=ANA_SHARE)
    with declared.nothing_changes(), refused:
        declared.claim(ana)

    coin.send(declared.stage.admin, "setBlocked", ana.address, False)
    declared.claim(ana)
    assert declared.balance(ana.address) == ANA_SHARE


def test_claim__closed__refused(declared: PayoutStage) -> None:
    declared.chain.travel(to=declared.payouts.read("payoutOf", 1)["deadline"])
    declared.payouts.send(declared.stage.agent, "reclaim", 1)
    with declared.nothing_changes(), reverts(errors.PayoutIsClosed, payout_id=1):
        declared.claim(declared.stage.ana)


def test_claim__first_after_the_record_date__settles_and_pays(world: PayoutStage) -> None:
    world.declare()
    before = world.balances()
    ana = world.stage.ana
    next_transaction_at(world.chain, world.stage.record_date)

    receipt = world.claim(ana)

    assert [event.name for event in world.payouts.events(receipt)] == ["PayoutSettled", "PayoutClaimed"]
    assert world.payouts.only_event(receipt, "PayoutSettled") == {"payoutId": 1, "denominator": 999}
    assert world.payouts.only_event(receipt, "PayoutClaimed") == {
        "payoutId": 1,
        "holder": ana.address,
        "payee": ana.address,
        "amount": ANA_SHARE,
    }
    assert world.gains(before) == {ana.address: ANA_SHARE, world.payouts.address: -ANA_SHARE}
    payout = world.payouts.read("payoutOf", 1)
    assert (payout["settled"], payout["denominator"], payout["paid"]) == (True, 999, ANA_SHARE)
    assert world.payouts.read("isPaid", 1, ana.address)


def test_claim__second_holder__does_not_settle_again(declared: PayoutStage) -> None:
    declared.claim(declared.stage.ana)
    assert declared.payouts.ask(declared.stage.ben, "claim", 1) == BEN_SHARE
    receipt = declared.claim(declared.stage.ben)
    assert [event.name for event in declared.payouts.events(receipt)] == ["PayoutClaimed"]
    assert declared.payouts.read("payoutOf", 1)["paid"] == ANA_SHARE + BEN_SHARE


def test_claim__after_the_deadline_before_closing__paid(declared: PayoutStage) -> None:
    declared.chain.travel(to=declared.payouts.read("payoutOf", 1)["deadline"] + 1)
    declared.claim(declared.stage.ana)
    assert declared.balance(declared.stage.ana.address) == ANA_SHARE


def test_claim__two_payouts__paid_from_each_once(declared: PayoutStage) -> None:
    second = declared.declare(amount=7_000)
    ana = declared.stage.ana
    declared.claim(ana)
    declared.claim(ana, second)
    assert declared.balance(ana.address) == ANA_SHARE + 7_000 * 600 // 999
    for number in (1, second):
        with declared.nothing_changes(), reverts(errors.AlreadyPaid, payout_id=number, holder=ana.address):
            declared.claim(ana, number)


def test_claim__many_payouts__flags_of_different_words_do_not_mix(world: PayoutStage) -> None:
    world.stage.pass_record_date()
    for _ in range(130):
        last = world.declare(amount=1_000)
    ana = world.stage.ana
    for number in (1, 127, 128, last):
        world.claim(ana, number)
    paid = [number for number in range(1, last + 1) if world.payouts.read("isPaid", number, ana.address)]
    assert paid == [1, 127, 128, last]


def test_PAY_3__claim__units_moved_after_the_record_date__share_stays(declared: PayoutStage) -> None:
    stage = declared.stage
    stage.register.send(stage.admin, "schedule", declared.chain.now() + 50)
    stage.hold({stage.ana.address: 1, stage.ben.address: 998}, index=1)
    declared.chain.travel(by=100)
    declared.claim(stage.ana)
    assert declared.balance(stage.ana.address) == ANA_SHARE


def test_claim__authority_closed_the_contract__still_pays(declared: PayoutStage) -> None:
    stage = declared.stage
    stage.manager.send(stage.admin, "setTargetClosed", declared.payouts.address, True)
    with declared.nothing_changes(), reverts(errors.AccessManagedUnauthorized, caller=stage.agent.address):
        declared.push([stage.ana.address])
    declared.claim(stage.ana)
    assert declared.balance(stage.ana.address) == ANA_SHARE
