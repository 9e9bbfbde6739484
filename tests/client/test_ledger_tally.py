"""Counting ballots: last ballot, record-date weights, quorum and majorities."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tokenkit.errors import InvalidAmount, InvalidInput
from tokenkit.ledger import Ballot, Choice, Majority, reaches, tally
from tokenkit.types import Address

ANA, BEN, CLO, DAN = PEOPLE = tuple(Address(f"0x{digit * 40}") for digit in "1234")
FOR, AGAINST, ABSTAIN = Choice.FOR, Choice.AGAINST, Choice.ABSTAIN
WEIGHTS = {ANA: 60, BEN: 30, CLO: 10}


def ballot(holder: Address, *choices: Choice) -> Ballot:
    return Ballot(holder=holder, choices=choices)


def test_tally__ballot_of_another_length__refused() -> None:
    with pytest.raises(InvalidInput, match="makes 1 choices, but the agenda has 2"):
        tally([Majority.SIMPLE, Majority.SIMPLE], [ballot(ANA, FOR)], WEIGHTS, supply=100)


@pytest.mark.parametrize("quorum_bps", [-1, 10_001])
def test_tally__quorum_out_of_range__refused(quorum_bps: int) -> None:
    with pytest.raises(InvalidInput, match=f"{quorum_bps} basis points"):
        tally([Majority.SIMPLE], [], WEIGHTS, supply=100, quorum_bps=quorum_bps)


def test_tally__weights_above_the_supply__refused() -> None:
    with pytest.raises(InvalidAmount, match="100 units, above the supply of 99"):
        tally([Majority.SIMPLE], [], WEIGHTS, supply=99)


def test_tally__voted_twice__the_last_ballot_counts_whole() -> None:
    first, second = tally(
        [Majority.SIMPLE, Majority.SIMPLE],
        [ballot(ANA, FOR, FOR), ballot(BEN, AGAINST, FOR), ballot(ANA, AGAINST, ABSTAIN)],
        WEIGHTS,
        supply=100,
    )
    assert (first.votes_for, first.votes_against, first.abstained) == (0, 90, 0)
    assert (second.votes_for, second.votes_against, second.abstained) == (30, 0, 60)
    assert not first.passed
    assert second.passed


def test_tally__voter_without_units_at_the_record_date__counts_for_nothing() -> None:
    (result,) = tally([Majority.SIMPLE], [ballot(DAN, FOR)], WEIGHTS, supply=100)
    assert (result.votes_for, result.present, result.passed) == (0, 0, False)


def test_tally__abstentions__count_for_the_quorum_only() -> None:
    ballots = [ballot(ANA, ABSTAIN), ballot(CLO, FOR)]
    (met,) = tally([Majority.SIMPLE], ballots, WEIGHTS, supply=100, quorum_bps=7000)
    (missed,) = tally([Majority.SIMPLE], ballots, WEIGHTS, supply=100, quorum_bps=7001)
    assert (met.present, met.has_quorum, met.passed) == (70, True, True)
    assert (missed.has_quorum, missed.has_majority, missed.passed) == (False, True, False)


@pytest.mark.parametrize("majority", Majority)
def test_tally__no_votes_at_all__a_tie_of_nothing_passes_nothing(majority: Majority) -> None:
    (result,) = tally([majority], [ballot(ANA, ABSTAIN)], WEIGHTS, supply=100)
    assert not result.passed


@pytest.mark.parametrize(
    ("majority", "votes_for", "votes_against", "expected"),
    [
        (Majority.SIMPLE, 50, 50, False),
        (Majority.SIMPLE, 51, 50, True),
        (Majority.TWO_THIRDS, 2, 1, True),
        (Majority.TWO_THIRDS, 199, 100, False),
        (Majority.THREE_QUARTERS, 3, 1, True),
        (Majority.THREE_QUARTERS, 299, 100, False),
    ],
)
def test_reaches__at_the_line__decided_to_the_unit(
    majority: Majority, votes_for: int, votes_against: int, expected: bool
) -> None:
    assert reaches(majority, votes_for=votes_for, votes_against=votes_against) is expected


@given(st.integers(0, 2**96), st.integers(0, 2**96))
def test_reaches__any_votes__as_the_fractions_say(votes_for: int, votes_against: int) -> None:
    part = Fraction(votes_for, votes_for + votes_against) if votes_for + votes_against else Fraction(0)
    assert reaches(Majority.SIMPLE, votes_for=votes_for, votes_against=votes_against) is (part > Fraction(1, 2))
    assert reaches(Majority.TWO_THIRDS, votes_for=votes_for, votes_against=votes_against) is (part >= Fraction(2, 3))
    assert reaches(Majority.THREE_QUARTERS, votes_for=votes_for, votes_against=votes_against) is (
        part >= Fraction(3, 4)
    )


@given(
    st.dictionaries(st.sampled_from(PEOPLE), st.integers(0, 10**12), max_size=4),
    st.lists(st.builds(ballot, st.sampled_from(PEOPLE), st.sampled_from(Choice), st.sampled_from(Choice)), max_size=12),
    st.integers(0, 100),
)
def test_tally__any_ballots__never_more_votes_than_units(
    weights: dict[Address, int], ballots: list[Ballot], elsewhere: int
) -> None:
    supply = sum(weights.values()) + elsewhere
    results = tally([Majority.SIMPLE, Majority.TWO_THIRDS], ballots, weights, supply=supply)
    voters = {each.holder for each in ballots}
    for result in results:
        assert result.present == sum(weights.get(voter, 0) for voter in voters) <= supply
