"""What an explanation says would pass, passes; one unit more is refused; before its earliest time nothing helps, from then on it passes."""

from __future__ import annotations

import os
import random
from typing import TYPE_CHECKING

import pytest

from tokenkit.reverts import ERC20InsufficientBalance, ERC7943InsufficientUnfrozenBalance, TransferRestricted
from tokenkit.rules import CountLimit, HoldingPeriod
from tokenkit.testing import next_transaction_at
from tokenkit.transfers import Kind
from tokenkit.types import ZERO_ADDRESS

if TYPE_CHECKING:
    from tokenkit.chain import DevelopmentChain, Signer
    from tokenkit.operation import Operation
    from tokenkit.suite import ShareClass, Suite
    from tokenkit.testing import People

STORIES = 60 if os.environ.get("TOKENKIT_PROPERTIES") == "deep" else 6
REFUSALS = (TransferRestricted, ERC20InsufficientBalance, ERC7943InsufficientUnfrozenBalance)


def tried(operation: Operation[None], signer: Signer) -> bool:
    try:
        operation.simulate(signer.address)
    except REFUSALS:
        return False
    return True


def set_rules(dice: random.Random, suite: Suite, ordinary: ShareClass, people: People) -> None:
    """Set about half of the rules at random, in ranges in which they get in each other's way; Ana holds 100, Ben 50."""
    rules, token, now = suite.rulebook, ordinary.address, suite.chain.now()
    holders = [people.ana.address, people.ben.address]
    acts = [
        rules.cap_holdings(token, units=dice.randint(60, 160), bps=dice.choice([None, dice.randint(2_000, 9_000)])),
        rules.lock(token, people.ana.address, units=dice.randint(1, 110), until=now + dice.randint(1_000, 9_000)),
        rules.set_minimum_holding(token, dice.randint(1, 70), whole_position=dice.random() < 0.2),
        rules.limit_investors(token, dice.randint(2, 3), minimum=2),
        rules.limit_groups(token, [CountLimit(country=None, mask=2, claims=0, limit=2)]),
        rules.authorise(token, dice.randint(160, 400)),
        ordinary.issuance.freeze_units(people.ana.address, dice.randint(1, 60), reason="Pledge"),
    ]
    for act in acts:
        if dice.random() < 0.6:
            act.send(people.enforcement if act.to == token else people.compliance)
    if dice.random() < 0.5:
        for number in range(3):
            rules.set_holding_period(token, HoldingPeriod(seconds=2_000 * (number + 1))).send(people.compliance)
            try:
                ordinary.issuance.issue(people.ana.address, dice.randint(1, 20), reason="round").send(people.issuer)
            except TransferRestricted:
                continue
    if rules.show(token).pending:
        for page in rules.count(token, holders):
            page.send(people.compliance)


def judge(giver: Signer, receiver: Signer, units: int, ordinary: ShareClass, chain: DevelopmentChain) -> set[str]:
    """Hold an explanation against what happens; say what of it could be tested."""
    transfers = ordinary.transfers
    explanation = transfers.explain(giver.address, receiver.address, units)
    operation = transfers.transfer(receiver.address, units)
    assert explanation.passes == tried(operation, giver)
    if explanation.passes:
        return {"passes"}

    largest, found = explanation.largest, {"refused"}
    for more in (1, 2, 7, 30):
        assert not tried(transfers.transfer(receiver.address, largest + more), giver)
    if largest:
        assert tried(transfers.transfer(receiver.address, largest), giver)
        found.add("largest")
    if explanation.earliest is not None:
        before = chain.snapshot()
        next_transaction_at(chain, explanation.earliest - 1)
        with pytest.raises(REFUSALS):
            operation.send(giver)
        chain.revert(before)
        next_transaction_at(chain, explanation.earliest)
        operation.send(giver)
        chain.revert(before)
        found.add("earliest")
    return found


def test_explain__random_rules__largest_and_earliest_are_exact(
    suite: Suite, people: People, chain: DevelopmentChain
) -> None:
    ordinary, found = suite.classes["ORD"], set[str]()
    for holder, units in ((people.ana, 100), (people.ben, 50)):
        ordinary.issuance.issue(holder.address, units, reason="founding").send(people.issuer)
    chain.mine()
    for seed in range(STORIES):
        before, dice = chain.snapshot(), random.Random(seed)
        set_rules(dice, suite, ordinary, people)
        for giver, receiver in ((people.ana, people.ben), (people.ana, people.chloe), (people.ben, people.chloe)):
            for units in (dice.randint(1, 40), dice.randint(41, 130)):
                found |= judge(giver, receiver, units, ordinary, chain)
        chain.revert(before)
    assert found == {"passes", "refused", "largest", "earliest"}


@pytest.mark.parametrize("authorised", [160, 151])
def test_explain__an_issue__largest_of_several_ceilings(
    authorised: int, suite: Suite, people: People, chain: DevelopmentChain
) -> None:
    del chain
    ordinary, rules = suite.classes["ORD"], suite.rulebook
    ordinary.issuance.issue(people.ana.address, 150, reason="founding").send(people.issuer)
    for act in (
        rules.authorise(ordinary.address, authorised),
        rules.cap_holdings(ordinary.address, units=155),
        rules.set_minimum_holding(ordinary.address, 3),
    ):
        act.send(people.compliance)
    asked = ordinary.transfers.explain(ZERO_ADDRESS, people.ana.address, 20, kind=Kind.ISSUE)
    assert (asked.largest, len(asked.refusals)) == (min(authorised - 150, 5), 2)
    new = ordinary.transfers.explain(ZERO_ADDRESS, people.ben.address, 20, kind=Kind.ISSUE)
    assert new.largest == (10 if authorised == 160 else 0)  # one share would be less than an investor must hold
