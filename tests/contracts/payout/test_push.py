from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.contracts.payout.conftest import AMOUNT

from tokenkit import reverts as errors
from tokenkit.testing import next_transaction_at, reverts
from tokenkit.types import ZERO_ADDRESS, keccak, parse_address

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.contracts.payout.conftest import PayoutStage

    from tokenkit.types import Address

SHARE = {"ana": AMOUNT * 600 // 999, "ben": AMOUNT * 250 // 999, "cleo": AMOUNT * 149 // 999}


def page_hash(holders: Sequence[Address]) -> bytes:
    return keccak(b"".join(bytes.fromhex(holder[2:]).rjust(32, b"\0") for holder in holders))


@pytest.mark.parametrize("caller", ["stranger", "ana", "issuer", "admin"])
def test_push__caller_is_not_the_paying_agent__refused(declared: PayoutStage, caller: str) -> None:
    sender = getattr(declared.stage, caller)
    with declared.nothing_changes(), reverts(errors.AccessManagedUnauthorized, caller=sender.address):
        declared.payouts.send(sender, "push", 1, [declared.stage.ana.address])


def test_push__unknown_payout__refused(declared: PayoutStage) -> None:
    with declared.nothing_changes(), reverts(errors.UnknownPayout, payout_id=9):
        declared.push([declared.stage.ana.address], 9)


def test_push__before_the_record_date__refused(world: PayoutStage) -> None:
    world.declare()
    next_transaction_at(world.chain, world.stage.record_date - 1)
    with world.nothing_changes(), reverts(errors.BeforeRecordDate, record_date=world.stage.record_date):
        world.push([world.stage.ana.address])


@pytest.mark.parametrize("order", [("ben", "ana"), ("ana", "ana")])
def test_push__page_not_ascending__refused(declared: PayoutStage, order: tuple[str, str]) -> None:
    first, second = (getattr(declared.stage, name).address for name in order)
    with declared.nothing_changes(), reverts(errors.NotAscending, previous=first, next=second):
        declared.push([first, second])


def test_push__page_goes_back_behind_the_cursor__refused(declared: PayoutStage) -> None:
    ana, ben = declared.stage.ana.address, declared.stage.ben.address
    declared.push([ben])
    for again in (ana, ben):
        with declared.nothing_changes(), reverts(errors.NotAscending, previous=ben, next=again):
            declared.push([again])


def test_push__zero_address__refused(declared: PayoutStage) -> None:
    with declared.nothing_changes(), reverts(errors.NotAscending, previous=ZERO_ADDRESS, next=ZERO_ADDRESS):
        declared.push([ZERO_ADDRESS])


def test_PAY_1__push__token_overstates_units__no_more_than_the_amount_leaves(declared: PayoutStage) -> None:
    stage = declared.stage
    declared.claim(stage.ben)
    left = AMOUNT - SHARE["ben"]
    stage.register.send(stage.admin, "hold", 0, [stage.ana.address], [2_000])
    share = AMOUNT * 2_000 // 999
    with declared.nothing_changes(), reverts(errors.RegisterOverstated, payout_id=1, share=share, left=left):
        declared.push([stage.ana.address])
    with declared.nothing_changes(), reverts(errors.RegisterOverstated, payout_id=1, share=share, left=left):
        declared.claim(stage.ana)


def test_push__too_little_gas_for_a_payment__refused_and_nobody_fails(declared: PayoutStage) -> None:
    with declared.nothing_changes(), reverts(errors.InsufficientGas, needed=240_000) as refusal:
        declared.push([declared.stage.ana.address], gas=300_000)
    assert isinstance(refusal.error, errors.InsufficientGas)
    assert refusal.error.left < 240_000


def test_push__empty_page__changes_nothing(declared: PayoutStage) -> None:
    declared.claim(declared.stage.ana)
    with declared.same_state():
        declared.push([])


def test_push__all_holders__paid_with_one_event(declared: PayoutStage) -> None:
    stage = declared.stage
    holders = [stage.ana.address, stage.ben.address, stage.cleo.address]
    before, paid = declared.balances(), sum(SHARE.values())

    assert declared.payouts.ask(stage.agent, "push", 1, holders) == paid
    receipt = declared.push(holders)

    assert [event.name for event in declared.payouts.events(receipt)] == ["PayoutSettled", "PayoutPushed"]
    assert declared.payouts.only_event(receipt, "PayoutPushed") == {
        "payoutId": 1,
        "page": 1,
        "first": stage.ana.address,
        "last": stage.cleo.address,
        "holdersHash": page_hash(holders),
        "amount": paid,
    }
    assert declared.gains(before) == {
        stage.ana.address: SHARE["ana"],
        stage.ben.address: SHARE["ben"],
        stage.cleo.address: SHARE["cleo"],
        declared.payouts.address: -paid,
    }
    payout = declared.payouts.read("payoutOf", 1)
    assert (payout["paid"], payout["cursor"], payout["pages"]) == (paid, stage.cleo.address, 1)
    assert all(declared.payouts.read("isPaid", 1, holder) for holder in holders)


def test_push__in_pages__each_goes_on_from_the_last(declared: PayoutStage) -> None:
    stage = declared.stage
    declared.push([stage.ana.address])
    assert not declared.payouts.read("isPaid", 1, stage.ben.address)
    receipt = declared.push([stage.ben.address, stage.cleo.address])
    assert declared.payouts.only_event(receipt, "PayoutPushed")["page"] == 2
    assert declared.payouts.read("payoutOf", 1)["paid"] == sum(SHARE.values())


def test_push__holders_without_units_and_excluded__passed_over(declared: PayoutStage) -> None:
    stage = declared.stage
    everybody = [one.address for one in (*stage.holders, stage.treasury, stage.stranger)]
    before = declared.balances()
    declared.push(sorted(everybody, key=lambda one: int(one, 16)))
    assert declared.gains(before) == {
        stage.ana.address: SHARE["ana"],
        stage.ben.address: SHARE["ben"],
        stage.cleo.address: SHARE["cleo"],
        declared.payouts.address: -sum(SHARE.values()),
    }


def test_push__several_excluded_around_the_page__only_they_get_nothing(world: PayoutStage) -> None:
    stage = world.stage
    low, high = parse_address(f"0x{1:040x}"), parse_address("0x" + "f" * 40)
    world.declare(excluded=[low, stage.ana.address, stage.cleo.address, high])
    stage.pass_record_date()
    share = AMOUNT * 250 // (250 + 1_000)
    world.push([stage.ana.address, stage.ben.address, stage.cleo.address])
    paid = {name: world.balance(getattr(stage, name).address) for name in ("ana", "ben", "cleo")}
    assert paid == {"ana": 0, "ben": share, "cleo": 0}


def test_PAY_2__push__holder_claimed_before__not_paid_again(declared: PayoutStage) -> None:
    stage = declared.stage
    declared.claim(stage.ben)
    receipt = declared.push([stage.ana.address, stage.ben.address, stage.cleo.address])
    assert declared.payouts.only_event(receipt, "PayoutPushed")["amount"] == SHARE["ana"] + SHARE["cleo"]
    assert declared.balance(stage.ben.address) == SHARE["ben"]
    assert declared.payouts.read("payoutOf", 1)["paid"] == sum(SHARE.values())


def test_push__holders_beside_a_claimant__paid_though_the_mark_is_shared(world: PayoutStage) -> None:
    """Claimants are marked by the last five bits of their address: others with the same mark are looked up, and paid."""
    stage = world.stage
    near = [parse_address(f"0x{int(stage.ana.address, 16) + step * 32:040x}") for step in (1, 2)]
    stage.hold(dict.fromkeys(near, 100))
    world.declare(amount=1_199)
    stage.pass_record_date()
    world.claim(stage.ana)
    world.push([stage.ana.address, *near])
    assert [world.balance(one) for one in (stage.ana.address, *near)] == [600, 100, 100]


def test_push__holder_claims_between_pages__not_paid_again(declared: PayoutStage) -> None:
    stage = declared.stage
    declared.push([stage.ana.address])
    declared.claim(stage.cleo)
    declared.push([stage.ben.address, stage.cleo.address])
    assert declared.balance(stage.cleo.address) == SHARE["cleo"]


def test_PAY_5__push__coin_blocks_one__noted_kept_and_claimed_later(declared: PayoutStage) -> None:
    stage, coin = declared.stage, declared.coin
    coin.send(stage.admin, "setBlocked", stage.ben.address, True)
    before = declared.balances()

    receipt = declared.push([stage.ana.address, stage.ben.address, stage.cleo.address])

    assert declared.payouts.only_event(receipt, "PayoutFailed") == {
        "payoutId": 1,
        "holder": stage.ben.address,
        "amount": SHARE["ben"],
        "reason": keccak(b"AccountBlocked(address)")[:4] + bytes(12) + bytes.fromhex(stage.ben.address[2:]),
    }
    paid = SHARE["ana"] + SHARE["cleo"]
    assert declared.payouts.only_event(receipt, "PayoutPushed")["amount"] == paid
    assert declared.gains(before) == {
        stage.ana.address: SHARE["ana"],
        stage.cleo.address: SHARE["cleo"],
        declared.payouts.address: -paid,
    }
    assert declared.payouts.read("payoutOf", 1)["paid"] == paid
    assert not declared.payouts.read("isPaid", 1, stage.ben.address)
    assert declared.payouts.read("dueTo", 1, stage.ben.address) == SHARE["ben"]

    coin.send(stage.admin, "setBlocked", stage.ben.address, False)
    declared.claim(stage.ben)
    assert declared.balance(stage.ben.address) == SHARE["ben"]
    with declared.nothing_changes(), reverts(errors.AlreadyPaid, payout_id=1, holder=stage.ben.address):
        declared.claim(stage.ben)


def test_push__holder_frozen__noted_kept_and_claimed_later(declared: PayoutStage) -> None:
    stage = declared.stage
    stage.register.send(stage.admin, "freeze", stage.ana.address, True)

    receipt = declared.push([stage.ana.address, stage.ben.address])

    assert declared.payouts.only_event(receipt, "PayoutFailed") == {
        "payoutId": 1,
        "holder": stage.ana.address,
        "amount": SHARE["ana"],
        "reason": errors.HolderFrozen.selector + bytes(12) + bytes.fromhex(stage.ana.address[2:]),
    }
    assert declared.balance(stage.ben.address) == SHARE["ben"]
    stage.register.send(stage.admin, "freeze", stage.ana.address, False)
    declared.claim(stage.ana)
    assert declared.balance(stage.ana.address) == SHARE["ana"]


def test_push__asset_that_returns_nothing__paid(world: PayoutStage) -> None:
    other = world.with_coin("NoReturnCoin")
    other.declare()
    world.stage.pass_record_date()
    other.push([world.stage.ana.address, world.stage.ben.address])
    other.claim(world.stage.cleo)
    paid = {name: other.balance(getattr(world.stage, name).address) for name in SHARE}
    assert paid == SHARE
