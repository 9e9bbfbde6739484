"""Payouts on a deployed suite: the real token, registry and powers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.contracts.rights_stage import Handle, deploy

from tokenkit import reverts as errors
from tokenkit.issuance import Allotment
from tokenkit.payouts import Declaration, Payouts
from tokenkit.testing import next_transaction_at, reverts

if TYPE_CHECKING:
    from tokenkit.chain import DevelopmentChain
    from tokenkit.suite import Suite
    from tokenkit.testing import People

AMOUNT = 1_000_001
DAY = 86_400


@pytest.fixture
def coin(suite: Suite, people: People, chain: DevelopmentChain) -> Handle:
    assert suite.payouts is not None
    made = deploy(chain, people.deployer, "Stablecoin")
    made.send(people.deployer, "mint", people.paying_agent.address, 10 * AMOUNT)
    made.send(people.paying_agent, "approve", suite.payouts.address, 10 * AMOUNT)
    return made


@pytest.fixture
def record_date(suite: Suite, people: People, chain: DevelopmentChain) -> int:
    """Give a record date that lies ahead, with ana holding 500, ben 300 and chloe 200 of ORD."""
    ordinary = suite.token("ORD").issuance
    rows = [(people.ana, 500), (people.ben, 300), (people.chloe, 200)]
    allotments = [Allotment(to=who.address, units=units) for who, units in rows]
    for operation in ordinary.issue_many(allotments, reason="Founding", sender=people.issuer.address):
        operation.send(people.issuer)
    instant = chain.now() + 1_000
    ordinary.schedule_record_date(instant).send(people.issuer)
    return instant


def declare(suite: Suite, people: People, coin: Handle, record_date: int, **changes: object) -> Payouts:
    assert suite.payouts is not None
    declaration = Declaration(
        **{
            "token": suite.token("ORD").address,
            "asset": coin.address,
            "amount": AMOUNT,
            "record_date": record_date,
            "deadline": record_date + 30 * DAY,
            "refund_to": people.issuer.address,
            **changes,
        }  # type: ignore[arg-type]  # the keys are the fields
    )
    suite.payouts.declare(declaration, payer=people.paying_agent.address).send(people.paying_agent)
    return suite.payouts


def test_PAY_3__units_traded_across_the_record_date__paid_as_held_before_it(
    suite: Suite, people: People, coin: Handle, record_date: int, chain: DevelopmentChain
) -> None:
    move = suite.token("ORD").transfers.transfer
    payouts = declare(suite, people, coin, record_date)
    next_transaction_at(chain, record_date - 1)
    move(people.ben.address, 100).send(people.ana)  # counts
    move(people.chloe.address, 400).send(people.ana)  # in the second of the record date: does not
    suite.token("ORD").issuance.issue(people.dora.address, 5_000, reason="Later").send(people.issuer)

    for holder in (people.ana, people.ben, people.chloe):
        payouts.claim(1).send(holder)

    shares = [AMOUNT * units // 1_000 for units in (400, 400, 200)]
    assert [coin.read("balanceOf", one.address) for one in (people.ana, people.ben, people.chloe)] == shares
    with reverts(errors.NothingDue, payout_id=1, holder=people.dora.address):
        payouts.claim(1).send(people.dora)
    assert payouts.reconcile(1).differences == ()
    assert payouts.payout(1).denominator == 1_000


def test_PAY_1__pushed_from_the_register__reconciles_to_the_last_unit(
    suite: Suite, people: People, coin: Handle, record_date: int, chain: DevelopmentChain
) -> None:
    payouts = declare(suite, people, coin, record_date, excluded=(people.chloe.address,))
    chain.travel(to=record_date)
    for page in payouts.push_pages(1, sender=people.paying_agent.address, page_size=1):
        page.send(people.paying_agent)

    found = payouts.reconcile(1)
    assert found.differences == ()
    assert (found.payout.paid, found.distribution.dust, found.unclaimed) == (AMOUNT - 1, 1, 0)
    assert coin.read("balanceOf", people.chloe.address) == 0
    chain.travel(to=record_date + 30 * DAY)
    payouts.reclaim(1).send(people.paying_agent)
    assert coin.read("balanceOf", people.issuer.address) == 1
    assert coin.read("balanceOf", payouts.address) == 0


def test_frozen_wallet_and_units__counted_and_kept(
    suite: Suite, people: People, coin: Handle, record_date: int, chain: DevelopmentChain
) -> None:
    office = suite.token("ORD").issuance
    office.freeze_units(people.ben.address, 250, reason="Pledge").send(people.enforcement)
    office.freeze_wallet(people.ana.address, reason="Court order").send(people.enforcement)
    payouts = declare(suite, people, coin, record_date)
    chain.travel(to=record_date)

    with reverts(errors.HolderFrozen, holder=people.ana.address):
        payouts.claim(1).send(people.ana)
    holders = sorted((people.ana.address, people.ben.address), key=lambda one: int(one, 16))
    payouts.push(1, holders).send(people.paying_agent)

    assert coin.read("balanceOf", people.ben.address) == AMOUNT * 300 // 1_000
    assert not payouts.claimable(1, people.ana.address).paid
    office.unfreeze_wallet(people.ana.address, reason="Lifted").send(people.enforcement)
    payouts.claim(1).send(people.ana)
    assert coin.read("balanceOf", people.ana.address) == AMOUNT * 500 // 1_000


def test_recovered_wallet__rights_of_the_past_pass_to_the_new_one(
    suite: Suite, people: People, coin: Handle, record_date: int, chain: DevelopmentChain
) -> None:
    payouts = declare(suite, people, coin, record_date)
    chain.travel(to=record_date)
    found = chain.accounts[30]
    suite.token("ORD").issuance.recover(
        people.ana.address, found.address, identity=people.ana.address, reason="Lost key"
    ).send(people.enforcement)

    with reverts(errors.NotHolder, caller=people.ana.address, holder=found.address):
        payouts.claim(1).send(people.ana)
    payouts.claim_for(1, people.ana.address).send(found)

    assert coin.read("balanceOf", found.address) == AMOUNT * 500 // 1_000
    with reverts(errors.AlreadyPaid, payout_id=1, holder=people.ana.address):
        payouts.claim_for(1, people.ana.address).send(found)
    assert payouts.reconcile(1).differences == ()


def test_left_out_by_the_agent__claims_with_the_page(
    suite: Suite, people: People, coin: Handle, record_date: int, chain: DevelopmentChain
) -> None:
    payouts = declare(suite, people, coin, record_date)
    chain.travel(to=record_date)
    first, middle, last = sorted((people.ana, people.ben, people.chloe), key=lambda one: int(one.address, 16))
    payouts.push(1, [first.address, last.address]).send(people.paying_agent)

    payouts.claim_omitted(1, middle.address).send(middle)

    units = {people.ana: 500, people.ben: 300, people.chloe: 200}[middle]
    assert coin.read("balanceOf", middle.address) == AMOUNT * units // 1_000
    assert payouts.reconcile(1).differences == ()


def test_token_paused__still_paid(
    suite: Suite, people: People, coin: Handle, record_date: int, chain: DevelopmentChain
) -> None:
    payouts = declare(suite, people, coin, record_date)
    chain.travel(to=record_date)
    suite.token("ORD").issuance.pause().send(people.compliance)
    payouts.claim(1).send(people.ana)
    assert coin.read("balanceOf", people.ana.address) == AMOUNT * 500 // 1_000
