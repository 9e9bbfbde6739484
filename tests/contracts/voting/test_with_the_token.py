"""Meetings on a deployed suite: the real token, registry and powers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tokenkit import reverts as errors
from tokenkit.issuance import Allotment
from tokenkit.ledger import Choice, Majority
from tokenkit.testing import next_transaction_at, reverts
from tokenkit.voting import Notice, Resolution, Voting

if TYPE_CHECKING:
    from tokenkit.chain import DevelopmentChain
    from tokenkit.suite import Suite
    from tokenkit.testing import People

DAY = 86_400
FOR, AGAINST, ABSTAIN = Choice.FOR, Choice.AGAINST, Choice.ABSTAIN


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


@pytest.fixture
def voting(suite: Suite, people: People, record_date: int) -> Voting:
    """Give meeting 1 of two resolutions, called before its record date."""
    assert suite.voting is not None
    notice = Notice(
        token=suite.token("ORD").address,
        record_date=record_date,
        opens=record_date + DAY,
        closes=record_date + 8 * DAY,
        quorum_bps=5_000,
        agenda=(Resolution(), Resolution(majority=Majority.THREE_QUARTERS)),
    )
    suite.voting.call(notice).send(people.issuer)
    return suite.voting


def test_VOTE_1__units_traded_across_the_record_date__vote_as_held_before_it(
    suite: Suite, people: People, voting: Voting, record_date: int, chain: DevelopmentChain
) -> None:
    move = suite.token("ORD").transfers.transfer
    next_transaction_at(chain, record_date - 1)
    move(people.ben.address, 100).send(people.ana)  # counts
    move(people.chloe.address, 400).send(people.ana)  # in the second of the record date: does not
    chain.travel(to=record_date + DAY)

    voting.vote(1, [FOR, FOR]).send(people.ana)
    voting.vote(1, [AGAINST, FOR]).send(people.ben)
    voting.vote(1, [FOR, AGAINST]).send(people.chloe)
    with reverts(errors.NoVotes, meeting_id=1, holder=people.dora.address):
        voting.vote(1, [FOR, FOR]).send(people.dora)

    chain.travel(to=record_date + 8 * DAY)
    voting.decide(1).send(people.mallory)
    results = voting.results(1)
    assert [(one.votes_for, one.votes_against, one.passed) for one in results] == [
        (600, 400, True),
        (800, 200, True),
    ]
    assert voting.meeting(1).entitled == 1_000
    assert voting.reconcile(1).differences == ()


def test_recovered_wallet__ballot_passes_to_the_new_one(
    suite: Suite, people: People, voting: Voting, record_date: int, chain: DevelopmentChain
) -> None:
    chain.travel(to=record_date + DAY)
    voting.vote(1, [FOR, ABSTAIN]).send(people.ana)
    found = chain.accounts[30]
    suite.token("ORD").issuance.recover(
        people.ana.address, found.address, identity=people.ana.address, reason="Lost key"
    ).send(people.enforcement)

    with reverts(errors.NotHolder, caller=people.ana.address, holder=found.address):
        voting.vote(1, [AGAINST, AGAINST]).send(people.ana)
    voting.vote_for(1, people.ana.address, [AGAINST, AGAINST]).send(found)

    assert [(one.votes_for, one.votes_against) for one in voting.results(1)] == [(0, 500), (0, 500)]
    assert voting.meeting(1).present == 500
    assert voting.reconcile(1).differences == ()


def test_too_few_present__nothing_passes(
    people: People, voting: Voting, record_date: int, chain: DevelopmentChain
) -> None:
    chain.travel(to=record_date + DAY)
    voting.vote(1, [FOR, FOR]).send(people.ben)
    chain.travel(to=record_date + 8 * DAY)
    assert [(one.quorate, one.passed) for one in voting.results(1)] == [(False, False)] * 2
    assert voting.reconcile(1).differences == ()
