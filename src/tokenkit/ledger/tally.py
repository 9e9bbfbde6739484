"""Counting of a meeting's ballots, as ``Meetings.sol`` does it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

from tokenkit.errors import InvalidAmount, InvalidInput

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from fractions import Fraction

    from tokenkit.types import Address

BPS = 10_000
"""Basis points in a whole."""


class Choice(IntEnum):
    """What a holder can say to a resolution; numbered as in a ballot of ``Meetings.sol``."""

    ABSTAIN = 0
    FOR = 1
    AGAINST = 2


class Majority(IntEnum):
    """What a resolution needs of its base, which is the votes for and against unless it says otherwise. As in ``IMeetings.sol``."""

    SIMPLE = 0
    """More than half of the base: more for than against."""
    TWO_THIRDS = 1
    THREE_QUARTERS = 2
    CUSTOM = 3
    """A part of the base of the resolution's own."""
    PLURALITY = 4
    """The most votes; where there are options."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ballot:
    """A holder's choices, one for each resolution of the agenda."""

    holder: Address
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolutionResult:
    """How one resolution ended, in units held at the record date."""

    majority: Majority
    votes_for: int
    votes_against: int
    abstained: int
    supply: int
    """At the record date: what the quorum is measured against."""
    quorum_bps: int

    @property
    def present(self) -> int:
        """Units that cast a ballot, abstentions included."""
        return self.votes_for + self.votes_against + self.abstained

    @property
    def has_quorum(self) -> bool:
        """Whether enough of the supply took part."""
        return self.present * BPS >= self.quorum_bps * self.supply

    @property
    def has_majority(self) -> bool:
        """Whether enough of the votes cast were in favour; a tie, also of nothing against nothing, passes nothing."""
        return reaches(self.majority, votes_for=self.votes_for, votes_against=self.votes_against)

    @property
    def passed(self) -> bool:
        """Whether the resolution carries."""
        return self.has_quorum and self.has_majority


def reaches(majority: Majority, *, votes_for: int, votes_against: int) -> bool:
    """Say whether the votes reach a *majority* of those cast; integers only, so nothing is rounded.

    Raises:
        InvalidInput: a custom majority, which needs its part: see :func:`carries`.
    """
    return carries(majority, votes_for=votes_for, base=votes_for + votes_against)


def carries(majority: Majority, *, votes_for: int, base: int, part: Fraction | None = None) -> bool:
    """Say whether *votes_for* are the *majority* of a *base* of votes; a tie, also of nothing against nothing, passes nothing.

    Raises:
        InvalidInput: a custom majority without the *part* of the base that it needs.
    """
    if votes_for == 0:
        return False
    match majority:
        case Majority.SIMPLE:
            return 2 * votes_for > base
        case Majority.TWO_THIRDS:
            return 3 * votes_for >= 2 * base
        case Majority.THREE_QUARTERS:
            return 4 * votes_for >= 3 * base
        case Majority.PLURALITY:
            return True
    if part is None:
        raise InvalidInput("A custom majority needs the part of the base that it asks for, such as 3/5.")
    return votes_for * part.denominator >= part.numerator * base


def tally(
    agenda: Sequence[Majority],
    ballots: Iterable[Ballot],
    weights: Mapping[Address, int],
    *,
    supply: int,
    quorum_bps: int = 0,
) -> tuple[ResolutionResult, ...]:
    """Count *ballots* in the order in which they were cast; a holder's last ballot replaces the earlier ones whole.

    *agenda* gives the majority that each resolution needs, *weights* the units by holder and *supply* all units, both
    at the record date. Who held nothing then counts for nothing.

    Raises:
        InvalidInput: a ballot that does not answer every resolution, or a quorum above 10,000 basis points.
        InvalidAmount: weights that exceed the supply.
    """
    if not 0 <= quorum_bps <= BPS:
        raise InvalidInput(f"A quorum of {quorum_bps} basis points cannot be. Give 0 to {BPS} (the whole supply).")
    if sum(weights.values()) > supply:
        raise InvalidAmount(f"The weights add up to {sum(weights.values())} units, above the supply of {supply}.")
    last: dict[Address, tuple[Choice, ...]] = {}
    for ballot in ballots:
        if len(ballot.choices) != len(agenda):
            raise InvalidInput(
                f"The ballot of {ballot.holder} makes {len(ballot.choices)} choices, but the agenda has {len(agenda)} "
                "resolutions. Give one choice for each."
            )
        last[ballot.holder] = ballot.choices
    return tuple(
        _result(majority, index, last, weights, supply=supply, quorum_bps=quorum_bps)
        for index, majority in enumerate(agenda)
    )


def _result(
    majority: Majority,
    index: int,
    last: Mapping[Address, tuple[Choice, ...]],
    weights: Mapping[Address, int],
    *,
    supply: int,
    quorum_bps: int,
) -> ResolutionResult:
    votes = dict.fromkeys(Choice, 0)
    for holder, choices in last.items():
        votes[choices[index]] += weights.get(holder, 0)
    return ResolutionResult(
        majority=majority,
        votes_for=votes[Choice.FOR],
        votes_against=votes[Choice.AGAINST],
        abstained=votes[Choice.ABSTAIN],
        supply=supply,
        quorum_bps=quorum_bps,
    )
