"""Meetings against plain Python: `tokenkit.ledger.tally` decides."""

from __future__ import annotations

from collections import Counter
from random import Random
from typing import TYPE_CHECKING

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from tests.contracts.voting.conftest import agenda, marks

from tokenkit.ledger import Ballot, Choice, Majority, tally

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.contracts.voting.conftest import MeetingStage

SETTINGS = settings(deadline=None, derandomize=True, phases=[Phase.explicit, Phase.generate])
"""No shrinking: each example is a chain's worth of blocks, and a story drawn from a seed gets no simpler."""

CROWD = 6
PLAIN = (Majority.SIMPLE, Majority.TWO_THIRDS, Majority.THREE_QUARTERS)
BITS = {Choice.ABSTAIN: 0, Choice.FOR: 1, Choice.AGAINST: 2}

units = st.one_of(st.integers(1, 20), st.integers(1, 20), st.integers(0, 1), st.integers(1, 2**92))


@pytest.fixture(scope="module")
def seen() -> Iterator[Counter[bool]]:
    """Count the results: a run in which nothing passes, or everything, proves nothing."""
    counter: Counter[bool] = Counter()
    yield counter
    assert min(counter[True], counter[False]) >= 10, counter


@settings(SETTINGS, max_examples=15)
@given(
    held=st.lists(units, min_size=CROWD, max_size=CROWD),
    excluded=st.sets(st.integers(0, CROWD - 1), max_size=2),
    majorities=st.lists(st.sampled_from(PLAIN), min_size=1, max_size=6),
    quorum=st.sampled_from([0, 1, 3_333, 5_000, 10_000]),
    seed=st.integers(0, 2**32),
)
def test_VOTE_1_VOTE_2__random_ballots__are_the_tally(
    *,
    session_hall: MeetingStage,
    seen: Counter[bool],
    held: list[int],
    excluded: set[int],
    majorities: list[Majority],
    quorum: int,
    seed: int,
) -> None:
    hall, chain = session_hall, session_hall.chain
    before = chain.snapshot()
    try:
        crowd = sorted(chain.accounts[9 : 9 + CROWD], key=lambda one: int(one.address, 16))
        hall.stage.hold(dict.fromkeys([one.address for one in (*hall.stage.holders, hall.stage.treasury)], 0))
        hall.stage.hold({one.address: has for one, has in zip(crowd, held, strict=True)})
        hall.call(
            agenda=agenda(*majorities),
            quorumBps=quorum,
            excluded=[crowd[each].address for each in sorted(excluded)],
        )
        hall.open()

        weights = {one.address: held[at] for at, one in enumerate(crowd) if held[at] and at not in excluded}
        voters = [one for one in crowd if one.address in weights]
        draw = Random(repr((seed, held, majorities)))
        cast = []
        for voter in draw.choices(voters, k=8) if voters else ():
            choices = tuple(draw.choice(list(Choice)) for _ in majorities)
            hall.vote(voter, *(BITS[choice] for choice in choices))
            cast.append(Ballot(holder=voter.address, choices=choices))
            assert hall.meetings.read("meetingOf", 1)["present"] == sum(
                weights[each] for each in {ballot.holder for ballot in cast}
            )
        assert {sum(count) for count in hall.counts()} == {hall.meetings.read("meetingOf", 1)["present"]}
        hall.close()

        expected = tally(majorities, cast, weights, supply=sum(weights.values()), quorum_bps=quorum)
        for at, result in enumerate(expected):
            found = hall.meetings.read("resolutionOf", 1, at)
            assert (found["inFavour"], found["against"]) == (result.votes_for, result.votes_against)
            assert (found["abstained"], found["majority"]) == (result.abstained, result.majority)
            assert (found["quorate"], found["passed"]) == (result.has_quorum, result.passed)
            seen[result.passed] += 1
        last = {ballot.holder: marks(*(BITS[choice] for choice in ballot.choices)) for ballot in cast}
        for holder, choices_cast in last.items():
            assert hall.meetings.read("ballotOf", 1, holder) == (weights[holder], choices_cast)
    finally:
        chain.revert(before)
