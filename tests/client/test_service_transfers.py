"""The transfers service: what holders do, what they hold, and why a transfer is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tokenkit.errors import InvalidAddress, InvalidAmount, InvalidInput, ReadOnly
from tokenkit.restrictions import Restriction
from tokenkit.reverts import (
    ERC20InsufficientAllowance,
    ERC20InsufficientBalance,
    ERC2612ExpiredSignature,
    ERC2612InvalidSigner,
    ERC7943InsufficientUnfrozenBalance,
    TransferRestricted,
    UnknownRecordDate,
)
from tokenkit.rules import CountryPair
from tokenkit.testing import next_transaction_at, reverts
from tokenkit.transfers import Kind, Permit
from tokenkit.types import UINT96_MAX, ZERO_ADDRESS, Address

if TYPE_CHECKING:
    from tokenkit.suite import ShareClass, Suite
    from tokenkit.testing import People
    from tokenkit.transfers import Transfers


@pytest.fixture
def ordinary(suite: Suite, people: People) -> ShareClass:
    """Ana holds 100 shares."""
    ordinary = suite.classes["ORD"]
    ordinary.issuance.issue(people.ana.address, 100, reason="founding").send(people.issuer)
    return ordinary


def units(transfers: Transfers, *wallets: Address) -> list[int]:
    return [balance.units for balance in transfers.balances(wallets)]


def test_transfer__bad_input__refused_before_anything_is_sent(ordinary: ShareClass, people: People) -> None:
    with pytest.raises(InvalidAmount):
        ordinary.transfers.transfer(people.ben.address, -1)
    with pytest.raises(InvalidAmount):
        ordinary.transfers.transfer(people.ben.address, UINT96_MAX + 1)
    with pytest.raises(InvalidAddress):
        ordinary.transfers.transfer("ben", 1)
    with pytest.raises(ReadOnly):
        ordinary.transfers.transfer(people.ben.address, 1).send(None)


def test_transfer__above_the_balance__refused(ordinary: ShareClass, people: People) -> None:
    with reverts(ERC20InsufficientBalance, sender=people.ana.address, balance=100, needed=101):
        ordinary.transfers.transfer(people.ben.address, 101).send(people.ana)
    assert units(ordinary.transfers, people.ana.address, people.ben.address) == [100, 0]


def test_transfer__above_the_free_balance__refused(ordinary: ShareClass, people: People) -> None:
    ordinary.issuance.freeze_units(people.ana.address, 40, reason="pledge").send(people.enforcement)
    with reverts(ERC7943InsufficientUnfrozenBalance, account=people.ana.address, amount=61, unfrozen=60):
        ordinary.transfers.transfer(people.ben.address, 61).send(people.ana)


def test_transfer__not_admitted__refused(ordinary: ShareClass, people: People) -> None:
    with reverts(TransferRestricted, code=Restriction.RECEIVER_CLAIMS, account=people.emil.address):
        ordinary.transfers.transfer(people.emil.address, 1).send(people.ana)


def test_transfer__part__moves_with_its_event(ordinary: ShareClass, people: People) -> None:
    sent = ordinary.transfers.transfer(people.ben.address, 30).send(people.ana)
    (event,) = sent.events
    assert dict(event.args) == {"from": people.ana.address, "to": people.ben.address, "value": 30}
    assert units(ordinary.transfers, people.ana.address, people.ben.address) == [70, 30]


@pytest.mark.parametrize("amount", [0, 100])
def test_transfer__zero_or_to_oneself__changes_nothing(ordinary: ShareClass, people: People, amount: int) -> None:
    ordinary.transfers.transfer(people.ana.address if amount else people.ben.address, amount).send(people.ana)
    assert units(ordinary.transfers, people.ana.address, people.ben.address) == [100, 0]


def test_transfer_many__several__in_one_transaction(ordinary: ShareClass, people: People) -> None:
    rows = [(people.ben.address, 1), (people.chloe.address, 2)]
    (operation,) = ordinary.transfers.transfer_many(rows, sender=people.ana.address)
    operation.send(people.ana)
    assert units(ordinary.transfers, people.ben.address, people.chloe.address) == [1, 2]


def test_transfer_from__without_allowance__refused(ordinary: ShareClass, people: People) -> None:
    with reverts(ERC20InsufficientAllowance, spender=people.ben.address, allowance=0, needed=5):
        ordinary.transfers.transfer_from(people.ana.address, people.chloe.address, 5).send(people.ben)


def test_transfer_from__approved__uses_up_the_allowance(ordinary: ShareClass, people: People) -> None:
    ordinary.transfers.approve(people.ben.address, 8).send(people.ana)
    ordinary.transfers.transfer_from(people.ana.address, people.chloe.address, 5).send(people.ben)
    assert ordinary.transfers.allowance(people.ana.address, people.ben.address) == 3
    assert units(ordinary.transfers, people.chloe.address) == [5]


def test_permit__late__refused(suite: Suite, ordinary: ShareClass, people: People) -> None:
    deadline = suite.chain.now() - 10
    permit = ordinary.transfers.sign_permit(people.ana, people.ben.address, 8, deadline=deadline)
    with reverts(ERC2612ExpiredSignature, deadline=deadline):
        ordinary.transfers.permit(permit).send(people.mallory)


def test_permit__signed_by_another__refused(suite: Suite, ordinary: ShareClass, people: People) -> None:
    deadline = suite.chain.now() + 1_000
    theirs = ordinary.transfers.sign_permit(people.ben, people.chloe.address, 8, deadline=deadline)
    forged = Permit(
        owner=people.ana.address, spender=theirs.spender, units=8, deadline=deadline, signature=theirs.signature
    )
    with pytest.raises(ERC2612InvalidSigner):
        ordinary.transfers.permit(forged).send(people.mallory)


def test_permit__handed_in_by_anybody__allows_once(suite: Suite, ordinary: ShareClass, people: People) -> None:
    permit = ordinary.transfers.sign_permit(people.ana, people.ben.address, 8, deadline=suite.chain.now() + 1_000)
    ordinary.transfers.permit(permit).send(people.mallory)
    assert ordinary.transfers.allowance(people.ana.address, people.ben.address) == 8
    with pytest.raises(ERC2612InvalidSigner):
        ordinary.transfers.permit(permit).send(people.mallory)


def test_explain__would_pass__no_refusal_and_it_does(ordinary: ShareClass, people: People) -> None:
    explanation = ordinary.transfers.explain(people.ana.address, people.ben.address, 100)
    assert explanation.passes
    assert explanation.sentences() == ()
    assert (explanation.largest, explanation.earliest) == (100, None)
    ordinary.transfers.transfer(people.ben.address, 100).simulate(people.ana.address)


def test_explain__several_reasons__all_of_them_with_limits(suite: Suite, ordinary: ShareClass, people: People) -> None:
    rules, token = suite.rulebook, ordinary.address
    until = suite.chain.now() + 10_000
    rules.cap_holdings(token, units=90).send(people.compliance)
    rules.lock(token, people.ana.address, units=70, until=until).send(people.compliance)
    rules.block_flow_back(token, [CountryPair(source=756, target=276)], until=until + 5).send(people.compliance)
    ordinary.issuance.pause().send(people.compliance)
    explanation = ordinary.transfers.explain(people.ana.address, people.ben.address, 95)
    found = {refusal.code: refusal for refusal in explanation.refusals}
    assert set(found) == {Restriction.PAUSED, Restriction.HOLDING_CAP, Restriction.LOCKUP, Restriction.FLOW_BACK}
    cap, lock = found[Restriction.HOLDING_CAP], found[Restriction.LOCKUP]
    assert (cap.account, cap.limit, cap.actual, cap.largest) == (people.ben.address, 90, 95, 90)
    assert (lock.account, lock.largest, lock.earliest) == (people.ana.address, 30, until)
    assert found[Restriction.FLOW_BACK].earliest == until + 5
    assert explanation.largest == 0
    assert explanation.earliest is None  # a cap and a pause do not go away by waiting
    assert len(explanation.sentences()) == 4


def test_explain__only_time_in_the_way__largest_and_earliest(
    suite: Suite, ordinary: ShareClass, people: People
) -> None:
    until = suite.chain.now() + 10_000
    suite.rulebook.lock(ordinary.address, people.ana.address, units=70, until=until).send(people.compliance)
    explanation = ordinary.transfers.explain(people.ana.address, people.ben.address, 31)
    assert (explanation.largest, explanation.earliest) == (30, until)
    assert ordinary.transfers.explain(people.ana.address, people.ben.address, explanation.largest).passes
    next_transaction_at(suite.chain, until)  # type: ignore[arg-type]  # the fixture's chain can travel
    ordinary.transfers.transfer(people.ben.address, 31).send(people.ana)


def test_explain__other_kinds__judged_as_such(ordinary: ShareClass, people: People) -> None:
    transfers = ordinary.transfers
    assert transfers.explain(ZERO_ADDRESS, people.ben.address, 5, kind=Kind.ISSUE).passes
    assert transfers.explain(people.ana.address, ZERO_ADDRESS, 100, kind=Kind.REDEEM).passes
    assert not transfers.explain(people.ana.address, ZERO_ADDRESS, 101, kind=Kind.REDEEM).passes
    assert not transfers.explain(people.ana.address, people.mallory.address, 1, kind=Kind.FORCED).passes


def test_explain__any_amount__agrees_with_execution(ordinary: ShareClass, people: People) -> None:
    for receiver in (people.ben, people.emil, people.mallory, people.ana):
        for amount in (0, 1, 100, 101, UINT96_MAX):
            passes = ordinary.transfers.explain(people.ana.address, receiver.address, amount).passes
            try:
                ordinary.transfers.transfer(receiver.address, amount).simulate(people.ana.address)
            except (TransferRestricted, ERC20InsufficientBalance):
                assert not passes, (receiver, amount)
            else:
                assert passes, (receiver, amount)


def test_token__facts__as_planned(suite: Suite) -> None:
    facts = suite.classes["PREF"].transfers.token()
    assert (facts.name, facts.symbol, facts.decimals) == ("Test Company Preferred Shares", "PREF", 2)


def test_balance_at__unknown_or_future__refused(suite: Suite, ordinary: ShareClass, people: People) -> None:
    second = suite.chain.now() + 1_000
    with reverts(UnknownRecordDate, record_date=second):
        ordinary.transfers.balance_at(people.ana.address, second)
    ordinary.issuance.schedule_record_date(second).send(people.issuer)
    with reverts(UnknownRecordDate, record_date=second):
        ordinary.transfers.balance_at(people.ana.address, second)
    with pytest.raises(InvalidInput):
        ordinary.transfers.supply(record_date=0)


def test_register__across_a_record_date__counted_and_reconciled(
    suite: Suite, ordinary: ShareClass, people: People
) -> None:
    second = suite.chain.now() + 1_000
    ordinary.issuance.schedule_record_date(second).send(people.issuer)
    ordinary.transfers.transfer(people.ben.address, 10).send(people.ana)
    block = suite.chain.block().number
    next_transaction_at(suite.chain, second)  # type: ignore[arg-type]  # the fixture's chain can travel
    ordinary.transfers.transfer(people.ben.address, 20).send(people.ana)
    ordinary.issuance.redeem(people.ana.address, 70, reason="buy-back").send(people.issuer)

    transfers = ordinary.transfers
    assert dict(transfers.register(record_date=second).units) == {people.ana.address: 90, people.ben.address: 10}
    assert dict(transfers.register(at_block=block).units) == {people.ana.address: 90, people.ben.address: 10}
    assert dict(transfers.register().units) == {people.ben.address: 30}
    assert transfers.balance_at(people.ana.address, second) == 90
    assert (transfers.supply(record_date=second), transfers.supply()) == (100, 30)
    assert [each.units for each in transfers.movements()] == [100, 10, 20, 70]
    assert transfers.reconcile() == transfers.reconcile(record_date=second) == transfers.reconcile(at_block=block) == ()
