"""The voting service: call, vote, decide, and count again."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from tokenkit.errors import InvalidInput
from tokenkit.ledger import Choice, Majority
from tokenkit.reverts import (
    AccessManagedUnauthorized,
    AlreadyDecided,
    NotHolder,
    NoVotes,
    RecordDateNotScheduled,
    UnknownMeeting,
    VotingClosed,
    VotingNotOpen,
    VotingStillOpen,
)
from tokenkit.testing import next_transaction_at, reverts
from tokenkit.types import ZERO_ADDRESS, Address
from tokenkit.voting import (
    CountDiffers,
    GivenBallot,
    Notice,
    Resolution,
    Voting,
    decode_choices,
    encode_choices,
    parse_choice,
)

if TYPE_CHECKING:
    from tokenkit.suite import Suite
    from tokenkit.testing import People

HOLDINGS = {"ana": 70, "ben": 20, "chloe": 10}


class Assembly:
    """A class with three holders, and a meeting with two resolutions that can be called."""

    def __init__(self, suite: Suite, people: People) -> None:
        self.suite, self.people = suite, people
        self.token = suite.classes["ORD"]
        assert suite.voting is not None
        self.voting: Voting = suite.voting
        for name, units in HOLDINGS.items():
            self.token.issuance.issue(getattr(people, name).address, units, reason="founding").send(people.issuer)
        self.record_date = suite.chain.now() + 1_000
        self.opens, self.closes = self.record_date + 1_000, self.record_date + 10_000
        self.token.issuance.schedule_record_date(self.record_date).send(people.issuer)

    def notice(self, **changes: Any) -> Notice:  # noqa: ANN401 - any field
        usual = {
            "token": self.token.address,
            "record_date": self.record_date,
            "opens": self.opens,
            "closes": self.closes,
            "agenda": (Resolution(), Resolution(majority=Majority.THREE_QUARTERS, document_hash=b"\x02" * 32)),
            "quorum_bps": 5_000,
        }
        return Notice(**{**usual, **changes})

    def call(self, **changes: Any) -> int:  # noqa: ANN401 - any field
        operation = self.voting.call(self.notice(**changes))
        number = operation.simulate(self.people.issuer.address)
        operation.send(self.people.issuer)
        return number

    def travel(self, second: int) -> None:
        next_transaction_at(self.suite.chain, second)  # type: ignore[arg-type]  # the fixture's chain can travel
        self.suite.chain.mine()  # type: ignore[attr-defined]  # as above


@pytest.fixture
def assembly(suite: Suite, people: People) -> Assembly:
    return Assembly(suite, people)


@pytest.mark.parametrize(
    "changes",
    [
        {"agenda": ()},
        {"agenda": (Resolution(),) * 65},
        {"quorum_bps": 10_001},
        {"quorum_bps": -1},
        {"opens": 1},
        {"closes": 1},
        {"document_hash": b""},
        {"token": "0x1"},
        {"excluded": tuple(f"0x{number:040x}" for number in range(1, 34))},
    ],
)
def test_notice__bad_value__refused_before_anything_is_sent(assembly: Assembly, changes: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput):
        assembly.notice(**changes)


@pytest.mark.parametrize("word", ["yes", "", "3"])
def test_parse_choice__another_word__refused(word: str) -> None:
    with pytest.raises(InvalidInput, match="for, against or abstain"):
        parse_choice(word)


def test_choices__every_ballot_of_three__round_trip() -> None:
    for first in Choice:
        for second in Choice:
            for third in Choice:
                ballot = (first, second, third)
                assert decode_choices(encode_choices(ballot), 3) == ballot
    assert encode_choices([Choice.FOR, Choice.AGAINST, Choice.ABSTAIN]) == 0b00_10_01


def test_call__wrong_caller__refused(assembly: Assembly, people: People) -> None:
    with reverts(AccessManagedUnauthorized, caller=people.ana.address):
        assembly.voting.call(assembly.notice()).send(people.ana)


def test_call__record_date_not_scheduled__refused(assembly: Assembly) -> None:
    with reverts(RecordDateNotScheduled, record_date=assembly.record_date + 1):
        assembly.call(record_date=assembly.record_date + 1)


def test_call__sound__as_noticed(assembly: Assembly, people: People) -> None:
    number = assembly.call(excluded=(people.chloe.address,), document_hash=b"\x01" * 32)
    meeting = assembly.voting.meeting(number)
    assert (meeting.token, meeting.record_date, meeting.opens, meeting.closes) == (
        assembly.token.address,
        assembly.record_date,
        assembly.opens,
        assembly.closes,
    )
    assert (meeting.quorum_bps, meeting.resolutions, meeting.document_hash) == (5_000, 2, b"\x01" * 32)
    assert [each.majority for each in assembly.voting.results(number)] == [Majority.SIMPLE, Majority.THREE_QUARTERS]
    assert assembly.voting.meetings() == (meeting,)


@pytest.mark.parametrize("number", [0, -1, True])
def test_meeting__not_a_number__refused(assembly: Assembly, number: int) -> None:
    with pytest.raises(InvalidInput):
        assembly.voting.meeting(number)


def test_meeting__unknown__refused(assembly: Assembly) -> None:
    with reverts(UnknownMeeting, meeting_id=4):
        assembly.voting.vote(4, ["for"])


def test_vote__too_few_or_too_many_choices__refused_before_anything_is_sent(assembly: Assembly) -> None:
    number = assembly.call()
    for choices in (["for"], ["for", "for", "for"]):
        with pytest.raises(InvalidInput, match="2 resolutions"):
            assembly.voting.vote(number, choices)


def test_vote__before_and_after__refused(assembly: Assembly, people: People) -> None:
    number = assembly.call()
    assembly.travel(assembly.record_date)
    with reverts(VotingNotOpen, opens=assembly.opens):
        assembly.voting.vote(number, ["for", "for"]).send(people.ana)
    assembly.travel(assembly.closes)
    with reverts(VotingClosed, closes=assembly.closes):
        assembly.voting.vote(number, ["for", "for"]).send(people.ana)


def test_vote__no_units_or_not_the_holder__refused(assembly: Assembly, people: People) -> None:
    number = assembly.call()
    assembly.travel(assembly.opens)
    with reverts(NoVotes, meeting_id=number, holder=people.dora.address):
        assembly.voting.vote(number, ["for", "for"]).send(people.dora)
    with reverts(NotHolder, caller=people.ben.address, holder=people.ana.address):
        assembly.voting.vote_for(number, people.ana.address, ["for", "for"]).send(people.ben)


def test_vote__twice__the_last_counts(assembly: Assembly, people: People) -> None:
    number = assembly.call()
    assembly.travel(assembly.opens)
    voting = assembly.voting
    assert voting.ballot(number, people.ana.address) is None
    voting.vote(number, ["for", "for"]).send(people.ana)
    voting.vote(number, [Choice.AGAINST, "Abstain "]).send(people.ana)
    assert voting.ballot(number, people.ana.address) == (Choice.AGAINST, Choice.ABSTAIN)
    assert [each.choices[0] for each in voting.ballots(number)] == [Choice.FOR, Choice.AGAINST]
    first, second = voting.results(number)
    assert (first.votes_for, first.votes_against, second.abstained) == (0, 70, 70)
    assert voting.reconcile(number).differences == ()


def test_vote_for__a_lost_wallet__its_successor_votes(assembly: Assembly, people: People) -> None:
    number = assembly.call()
    assembly.travel(assembly.opens)
    suite = assembly.suite
    suite.registry.link(people.mallory.address, people.ana.address).send(people.registrar)
    identity = suite.registry.identities([people.ana.address])[people.ana.address]
    assembly.token.issuance.recover(people.ana.address, people.mallory.address, identity, reason="key lost").send(
        people.enforcement
    )
    assembly.voting.vote_for(number, people.ana.address, ["for", "for"]).send(people.mallory)
    (ballot,) = assembly.voting.ballots(number)
    assert (ballot.holder, ballot.voter, ballot.units) == (people.ana.address, people.mallory.address, 70)
    assert assembly.voting.reconcile(number).differences == ()


def test_prove__somebody_voted_who_had_no_right__named(
    assembly: Assembly, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every figure agrees: only the laws tell such a contract from a sound one."""
    number = assembly.call()
    assembly.travel(assembly.opens)
    assembly.voting.vote(number, ["for", "for"]).send(people.ana)
    happened = assembly.voting._events(number)
    wrong = [
        replace(event, args={**event.args, "voter": people.mallory.address}) if event.name == "BallotCast" else event
        for event in happened
    ]
    monkeypatch.setattr(Voting, "_events", lambda _self, _meeting: tuple(wrong))
    with pytest.raises(CountDiffers, match=f"right of {people.mallory.address} to cast the ballot") as caught:
        assembly.voting.prove(number)
    assert [(one.counted, one.reported) for one in caught.value.differences] == [(0, 1)]


def test_reconcile__ballots_for_more_than_was_held__named_although_they_cannot_be_counted(
    assembly: Assembly, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = assembly.call()
    assembly.travel(assembly.opens)
    ana, ben = people.ana.address, people.ben.address
    assembly.voting.booth.grant(number, ana, ben, units=70).send(people.ana)
    assembly.voting.booth.cast(number, [GivenBallot(holder=ana, answers=("for", "for"))]).send(people.ben)  # type: ignore[arg-type]  # words are parsed
    happened = assembly.voting._events(number)
    notice, granted, cast = happened
    own = replace(cast, args={**cast.args, "proxy": ZERO_ADDRESS, "voter": ana})
    again = replace(granted, args={**granted.args, "units": 1})
    monkeypatch.setattr(Voting, "_events", lambda _self, _meeting: (notice, granted, cast, again, own))
    with pytest.raises(CountDiffers, match=f"ballots of {ben} for {ana} that stood when {ben} was named"):
        assembly.voting.reconcile(number)


def test_decide__too_early_or_twice__refused(assembly: Assembly, people: People) -> None:
    number = assembly.call()
    assembly.travel(assembly.opens)
    with reverts(VotingStillOpen, closes=assembly.closes):
        assembly.voting.decide(number).send(people.mallory)
    assembly.travel(assembly.closes)
    assembly.voting.decide(number).send(people.mallory)
    with reverts(AlreadyDecided, meeting_id=number):
        assembly.voting.decide(number).send(people.mallory)


def test_decide__a_simple_and_a_qualified_majority__one_passes(assembly: Assembly, people: People) -> None:
    number = assembly.call()
    assembly.travel(assembly.record_date)
    assembly.token.transfers.transfer(people.dora.address, 70).send(people.ana)  # after the record date: votes stay
    assembly.travel(assembly.opens)
    assembly.voting.vote(number, ["for", "for"]).send(people.ana)
    assembly.voting.vote(number, ["abstain", "against"]).send(people.ben)
    assembly.voting.vote(number, ["against", "against"]).send(people.chloe)
    assembly.travel(assembly.closes)
    assembly.voting.decide(number).send(people.mallory)
    counted = assembly.voting.reconcile(number)
    assert counted.differences == ()
    assert [each.passed for each in counted.reported] == [True, False]  # 70 of 80, and 70 of 100 where 75 are needed
    assert (counted.meeting.entitled, counted.meeting.present) == (100, 100)


def test_weights__somebody_excluded__without_votes(assembly: Assembly, people: People) -> None:
    number = assembly.call(excluded=(people.ana.address,), quorum_bps=7_000)
    assembly.travel(assembly.opens)
    assert assembly.voting.weights(number) == {people.ben.address: 20, people.chloe.address: 10}
    assembly.voting.vote(number, ["for", "for"]).send(people.ben)
    assembly.travel(assembly.closes)
    counted = assembly.voting.reconcile(number)
    assert counted.differences == ()
    assert not any(each.quorate or each.passed for each in counted.reported)  # 20 of 30 are below 70 %


def test_address__of_the_service__is_the_contracts(assembly: Assembly) -> None:
    assert assembly.voting.address == Address(assembly.suite.record.address("meetings"))


def test_reconcile__before_the_record_date__refused(assembly: Assembly) -> None:
    number = assembly.call()
    with pytest.raises(InvalidInput, match="record date"):
        assembly.voting.reconcile(number)
