from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.contracts.payout.conftest import AMOUNT, DAY, DOCUMENT

from tokenkit import reverts as errors
from tokenkit.testing import next_transaction_at, reverts
from tokenkit.types import ZERO_ADDRESS, parse_address

if TYPE_CHECKING:
    from tests.contracts.payout.conftest import PayoutStage

NO_CONTRACT = parse_address("0x00000000000000000000000000000000000000c0")


@pytest.mark.parametrize("caller", ["stranger", "ana", "issuer", "admin"])
def test_declare__caller_is_not_the_paying_agent__refused(world: PayoutStage, caller: str) -> None:
    sender = getattr(world.stage, caller)
    with world.nothing_changes(), reverts(errors.AccessManagedUnauthorized, caller=sender.address):
        world.payouts.send(sender, "declare", world.declaration())


def test_declare__no_amount__refused(world: PayoutStage) -> None:
    with world.nothing_changes(), reverts(errors.NothingToPay):
        world.declare(amount=0)


def test_declare__amount_above_what_can_be_kept__refused(world: PayoutStage) -> None:
    for amount in (2**112, 2**128 - 1):
        with world.nothing_changes(), reverts(errors.SafeCastOverflowedUintDowncast, bits=112, value=amount):
            world.declare(amount=amount)


def test_declare__rest_returns_to_nobody__refused(world: PayoutStage) -> None:
    with world.nothing_changes(), reverts(errors.ZeroAddress):
        world.declare(refundTo=ZERO_ADDRESS)


def test_declare__asset_is_no_contract__refused(world: PayoutStage) -> None:
    with world.nothing_changes(), reverts(errors.InvalidContract, account=NO_CONTRACT):
        world.declare(asset=NO_CONTRACT)


def test_declare__token_is_no_contract__refused(world: PayoutStage) -> None:
    with world.nothing_changes(), reverts(errors.InvalidContract, account=NO_CONTRACT):
        world.declare(token=NO_CONTRACT)


def test_declare__token_keeps_no_register__refused(world: PayoutStage) -> None:
    with world.nothing_changes(), reverts(errors.InvalidContract, account=world.coin.address):
        world.declare(token=world.coin.address)


def test_declare__record_date_not_scheduled__refused(world: PayoutStage) -> None:
    missed = world.stage.record_date + 1
    with world.nothing_changes(), reverts(errors.RecordDateNotScheduled, record_date=missed):
        world.declare(recordDate=missed)


def test_declare__deadline_less_than_a_day_after_the_record_date__refused(world: PayoutStage) -> None:
    early = world.stage.record_date + DAY - 1
    with world.nothing_changes(), reverts(errors.InvalidDeadline, deadline=early):
        world.declare(deadline=early)
    world.declare(deadline=early + 1)


def test_declare__deadline_less_than_a_day_after_now__refused(world: PayoutStage) -> None:
    now = world.stage.record_date + 5 * DAY
    next_transaction_at(world.chain, now)
    with world.nothing_changes(), reverts(errors.InvalidDeadline, deadline=now + DAY - 1):
        world.declare(deadline=now + DAY - 1)
    world.declare(deadline=now + DAY)


def test_declare__excluded_not_ascending__refused(world: PayoutStage) -> None:
    ana, ben = world.stage.ana.address, world.stage.ben.address
    with world.nothing_changes(), reverts(errors.NotAscending, previous=ben, next=ana):
        world.declare(excluded=[ben, ana])


def test_declare__excluded_twice__refused(world: PayoutStage) -> None:
    ana = world.stage.ana.address
    with world.nothing_changes(), reverts(errors.NotAscending, previous=ana, next=ana):
        world.declare(excluded=[ana, ana])


def test_declare__nobody_excluded_as_zero_address__refused(world: PayoutStage) -> None:
    with world.nothing_changes(), reverts(errors.NotAscending, previous=ZERO_ADDRESS, next=ZERO_ADDRESS):
        world.declare(excluded=[ZERO_ADDRESS])


def test_declare__thirty_three_excluded__refused(world: PayoutStage) -> None:
    many = [parse_address(f"0x{number:040x}") for number in range(1, 34)]
    with world.nothing_changes(), reverts(errors.TooManyExcluded, limit=32):
        world.declare(excluded=many)
    world.declare(excluded=many[:32])


def test_declare__nobody_shares_at_a_passed_record_date__refused(world: PayoutStage) -> None:
    holders = [one.address for one in (*world.stage.holders, world.stage.treasury)]
    everybody = sorted(holders, key=lambda one: int(one, 16))
    world.stage.pass_record_date()
    with world.nothing_changes(), reverts(errors.NoEntitledUnits, payout_id=1):
        world.declare(excluded=everybody)


def test_declare__asset_not_approved__refused_in_its_own_words(world: PayoutStage) -> None:
    world.coin.send(world.stage.agent, "approve", world.payouts.address, AMOUNT - 1)
    refused = reverts(
        errors.ERC20InsufficientAllowance, spender=world.payouts.address, allowance=AMOUNT - 1, needed=AMOUNT
    )
    with world.nothing_changes(), refused:
        world.declare()


@pytest.mark.parametrize("fee", [1, -1])
def test_declare__asset_delivers_something_else__refused(world: PayoutStage, fee: int) -> None:
    other = world.with_coin("FeeCoin", fee)
    refused = reverts(errors.AssetNotConserving, asset=other.coin.address, expected=AMOUNT, received=AMOUNT - fee)
    with other.nothing_changes(), refused:
        other.declare()


def test_declare__asset_lies_about_the_transfer__refused(world: PayoutStage) -> None:
    other = world.with_coin("FalseCoin")
    other.coin.send(world.stage.admin, "setMood", 2)
    with (
        other.nothing_changes(),
        reverts(errors.AssetNotConserving, asset=other.coin.address, expected=AMOUNT, received=0),
    ):
        other.declare()


def test_declare__asset_answers_false__refused(world: PayoutStage) -> None:
    other = world.with_coin("FalseCoin")
    other.coin.send(world.stage.admin, "setMood", 1)
    with other.nothing_changes(), reverts(errors.SafeERC20FailedOperation, token=other.coin.address):
        other.declare()


def test_declare__record_date_ahead__funded_and_waits(world: PayoutStage) -> None:
    declaration, before = world.declaration(), world.balances()

    receipt = world.payouts.send(world.stage.agent, "declare", declaration)

    assert [event.name for event in world.payouts.events(receipt)] == ["PayoutDeclared"]
    assert world.payouts.only_event(receipt, "PayoutDeclared") == {
        "payoutId": 1,
        **declaration,
        "excluded": (world.stage.treasury.address,),
    }
    assert world.gains(before) == {world.stage.agent.address: -AMOUNT, world.payouts.address: AMOUNT}
    assert world.payouts.read("payoutCount") == 1
    assert world.payouts.read("payoutOf", 1) == {
        "token": declaration["token"],
        "asset": declaration["asset"],
        "refundTo": declaration["refundTo"],
        "recordDate": declaration["recordDate"],
        "deadline": declaration["deadline"],
        "settled": False,
        "closed": False,
        "amount": AMOUNT,
        "paid": 0,
        "denominator": 0,
        "cursor": ZERO_ADDRESS,
        "pages": 0,
        "documentHash": DOCUMENT,
        "withheld": 0,
    }


def test_declare__record_date_passed__settles_at_once(world: PayoutStage) -> None:
    next_transaction_at(world.chain, world.stage.record_date)

    receipt = world.payouts.send(world.stage.agent, "declare", world.declaration())

    assert world.payouts.only_event(receipt, "PayoutSettled") == {"payoutId": 1, "denominator": 999}
    payout = world.payouts.read("payoutOf", 1)
    assert (payout["settled"], payout["denominator"]) == (True, 999)


def test_declare__asset_that_returns_nothing__funded(world: PayoutStage) -> None:
    other = world.with_coin("NoReturnCoin")
    before = other.balances()
    other.declare()
    assert other.gains(before) == {world.stage.agent.address: -AMOUNT, world.payouts.address: AMOUNT}


def test_declare__largest_amount__kept_whole(world: PayoutStage) -> None:
    largest = 2**112 - 1
    world.declare(amount=largest)
    world.stage.pass_record_date()
    world.claim(world.stage.ana)
    assert world.payouts.read("payoutOf", 1)["paid"] == largest * 600 // 999
